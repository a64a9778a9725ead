/** Nynorsk texts for findings on fixed positions, keys, rarer types, spreadsheets and microdata.no. */
import type { Message } from './message-shape.ts';

const asText =
  'Les kolonnen som tekst heilt frå kjelda: i R colClasses = "character" eller readr::col_character(), i SAS $11., i Stata str11, i SPSS A11, ' +
  'i pandas dtype=str. I Excel: ikkje opne fila direkte, men bruk Data > Frå tekst/CSV og set kolonnen til «Tekst».';

const describeHow =
  'Er verdien rett, må filbeskrivinga endrast; avtal det med saksbehandlaren. Elles rettar du cella i kjelda og skriv fila på nytt.';

function type(what: string, mend: string): Message {
  return { title: `Ikkje ${what}`, meaning: `Cella kan ikkje lesast som ${what}.`, mend };
}

export const contentMessagesNn = {
  'structure/record-length': {
    title: 'Feil postlengd',
    meaning:
      'Fila har faste posisjonar, og linja har eit anna tal på teikn enn filbeskrivinga seier. Felta i slike linjer er ikkje kontrollerte, fordi dei kan vere forskovne (med mindre det berre er mellomrom til slutt).',
    mend: 'Fyll kvart felt med mellomrom til full breidd, det siste òg: mange redigeringsprogram fjernar mellomrom i slutten av linja. Er alle linjene like mykje feil, samanliknar du start og breidd for kvart felt med filbeskrivinga. I UTF-8 er det teikn som blir talde, ikkje byte.',
  },
  'structure/tab': {
    title: 'Tabulator i ei fil med faste posisjonar',
    meaning:
      'Linja har ein tabulator, som er eitt teikn, men står for fleire posisjonar. Felta i linja er ikkje kontrollerte.',
    mend: 'Byt ut tabulatorar med mellomrom i programmet som skriv fila (i eit redigeringsprogram: gjer om tabulatorar til mellomrom, med den breidda som vart brukt), eller send fila som tekst med skiljeteikn dersom filbeskrivinga opnar for det.',
  },
  'structure/header-repeated': {
    title: 'Overskrifta står på nytt',
    meaning:
      'Rada er heilt lik overskrifta. Fila er truleg sett saman av fleire filer som kvar har si overskrift. Rada er talt med, men cellene er ikkje kontrollerte.',
    mend: 'Fjern rada, eller set filene saman på nytt utan overskrifta i alle andre enn den første. Kontroller talet på rader etterpå.',
  },
  'foreign-key': {
    title: 'Verdien det blir vist til, manglar',
    meaning:
      'Variabelen viser med ein nøkkel til ei rad i ei anna fil, eller til ei anna rad i denne, og inga rad har den nøkkelen. Fila og nøkkelen hennar står etter «skal stå i».',
    mend: 'Finn ut om nøkkelen er feil her (ein leiande null eller stor bokstav er nok), eller om rada det blir vist til, er fallen ut av utvalet. Ei rad som ikkje viser til noko, har tom celle.',
  },
  'foreign-key/file-missing': {
    title: 'Fila det blir vist til, er ikkje her',
    meaning:
      'Variabelen viser til rader i ei anna fil, og den fila låg ikkje ved då denne vart kontrollert: ho er ikkje send enno, eller ho er ikkje godteken. Tilvisingane er difor ikkje kontrollerte. Kva fil det er, står under «gjeld».',
    mend: 'Send den fila først. Når ho er godteken, send denne på nytt; då blir tilvisingane kontrollerte. På kommandolinja: nemn begge filene i same datasluse check.',
  },
  'foreign-key/file-not-read': {
    title: 'Fila det blir vist til, kan ikkje brukast',
    meaning:
      'Variabelen viser til rader i ei anna fil, men nøkkelen kunne ikkje lesast der: fila er ikkje ein tabell i tekst, ho er ikkje lesen til slutt, eller ho manglar ei kolonne som nøkkelen er sett saman av. Tilvisingane er difor ikkje kontrollerte. Kva fil det er, står under «gjeld».',
    mend: 'Sjå kontrollrapporten for den fila, rett ho og send ho på nytt. Send så denne fila på nytt. Er fila i orden, nemner filbeskrivinga feil kolonnar i «foreignKeys».',
  },
  'foreign-key/not-compared': {
    title: 'Tilvisingar er ikkje kontrollerte heilt ut',
    meaning:
      'Det er fleire nøklar enn minnet har plass til, og ikkje nokon stad å leggje resten, eller mellomlageret svikta. Tilvisingar som ikkje er talde, kan òg vere feil.',
    mend: 'I nettlesaren: du treng ikkje gjere noko, mottakaren kontrollerer alt når du sender. På kommandolinja: frigjer plass på disken og kontroller på nytt. Hos mottakaren: be om at fila blir kontrollert på nytt.',
  },
  'type-error/duration': type(
    'ei varigheit',
    'Skriv varigheita slik ISO 8601 gjer: P, så år (Y), månader (M), veker (W) eller dagar (D), deretter T og timar (H), minutt (M) og sekund (S), til dømes P3Y, P18M eller PT4H30M.',
  ),
  'type-error/email': type(
    'ei e-postadresse',
    'Skriv éi adresse i cella, utan namn, vinkelparentesar eller mellomrom, til dømes namn@example.no.',
  ),
  'type-error/uri': type(
    'ei nettadresse (URI)',
    'Skriv heile adressa, med https:// framfor. Mellomrom og bokstavar som æ, ø og å må prosentkodast (mellomrom er %20).',
  ),
  'type-error/binary': type(
    'base64',
    'Skriv bytane i base64 (A–Z, a–z, 0–9, + og /), fylte ut med = til eit tal på teikn som går opp i fire, utan linjeskift (R: base64enc::base64encode, pandas: base64.b64encode).',
  ),
  'type-error/uuid': type(
    'ein UUID',
    'Skriv han som 32 heksadesimale siffer i gruppene 8-4-4-4-12 med bindestrek mellom, utan klammer.',
  ),
  'type-error/object': type(
    'eit JSON-objekt',
    'Skriv objektet som JSON: namn og tekstar i doble hermeteikn, ikkje komma etter det siste. I ei fil med skiljeteikn skal cella stå i hermeteikn, og kvart hermeteikn inne i ho skal doblast (""). La eit program skrive begge delar (R: jsonlite::toJSON, Python: json.dumps).',
  ),
  'type-error/array': type(
    'ei JSON-liste',
    'Skriv lista som JSON: hakeparentesar, tekstar i doble hermeteikn, ikkje komma etter det siste. I ei fil med skiljeteikn skal cella stå i hermeteikn, og kvart hermeteikn inne i ho skal doblast ("").',
  ),
  'type-error/list': type(
    'ei liste av verdiane som er beskrivne',
    'Set skiljeteiknet som står under «skal vere», mellom ledda, utan mellomrom, og skriv kvart ledd slik typen krev. Ei liste utan ledd er ei tom celle.',
  ),
  'type-error/geopoint': type(
    'eit punkt',
    'Skriv lengdegrad (aust) først og breiddegrad (nord) etterpå, i grader med desimalpunktum, på forma under «skal vere». Lengdegraden er mellom -180 og 180, breiddegraden mellom -90 og 90.',
  ),
  'type-error/geojson': type(
    'GeoJSON',
    'Skriv geometrien som GeoJSON (RFC 7946): ein kjend «type», og så mange hakeparentesar rundt koordinatane som den krev. Ringen i eit polygon har fire punkt eller fleire og sluttar der han byrjar.',
  ),
  'constraint-error/pattern': {
    title: 'Verdien har ikkje den forma som er beskriven',
    meaning:
      'Heile verdien skal passe til det regulære uttrykket under «skal vere», og gjer det ikkje. Ofte er det eit mellomrom for mykje, ein leiande null som er borte, eller små bokstavar i staden for store.',
    mend: describeHow,
  },
  'constraint-error/jsonSchema': {
    title: 'JSON som bryt skjemaet sitt',
    meaning:
      'Cella er gyldig JSON, men bryt JSON-skjemaet for feltet. Staden i skjemaet står under «skal vere» (jsonSchema i filbeskrivinga).',
    mend: describeHow,
  },
  'format/not-preferred': {
    title: 'Eit anna format er føretrekt',
    meaning:
      'Regelsettet ssb-2017 føretrekkjer SAS, Stata eller SPSS. Tekst blir teken imot, og er kontrollert.',
    mend: 'Du treng ikkje gjere noko. Har du valet, send heller SAS (.sas7bdat), Stata (.dta) eller SPSS (.sav), eller be om at filbeskrivinga bruker ssb-2024.',
  },
  'uniqueness/memory': {
    title: 'Eintydigheit er ikkje kontrollert heilt ut',
    meaning:
      'Det er fleire ulike verdiar enn minnet har plass til, og ikkje nokon stad å leggje resten. Gjentakingar er berre talde blant dei første verdiane (talet står etter «>»).',
    mend: 'Du treng ikkje gjere noko. Mottakaren kontrollerer alt når du sender; det gjer kommandolinja òg (datasluse check).',
  },
  'uniqueness/storage': {
    title: 'Eintydigheit er ikkje kontrollert heilt ut',
    meaning:
      'Mellomlageret for samanlikninga svikta, til dømes fordi disken er full. Gjentakingar er berre talde blant dei første verdiane (talet står etter «>»).',
    mend: 'Frigjer plass på disken og kontroller på nytt. Hos mottakaren: be om at fila blir kontrollert på nytt.',
  },
  'encoding/mark-inside': {
    title: 'Byterekkjefølgjemerke inne i fila',
    meaning:
      'Rada byrjar med eit merke (BOM) som berre høyrer heime heilt først i ei fil. Fila er truleg sett saman av fleire filer, og første celle i rada er blitt feil.',
    mend: 'Set filene saman i eit program som les dei som tabellar (R rbind, SAS SET, Stata append, pandas concat), ikkje ved å leggje dei etter kvarandre (copy, cat).',
  },
  'microdata/start': {
    title: 'Startdato i eit datasett som ikkje har tid',
    meaning: 'Datasettet har temporaliteten FIXED, og då skal kolonnen start vere tom i alle rader.',
    mend: 'Tøm kolonnen start (behald skiljeteikna). Endrar verdien seg over tid, er temporaliteten ein annan: STATUS, ACCUMULATED eller EVENT.',
  },
  'microdata/stop': {
    title: 'Stoppdato som ikkje blir brukt',
    meaning:
      'Datasettet har temporaliteten FIXED. Stoppdatoen blir teken imot førebels, men blir ikkje brukt.',
    mend: 'Tøm kolonnen stop (behald skiljeteikna) neste gong fila blir laga.',
  },
  'microdata/overlap': {
    title: 'Tidsrom som overlappar',
    meaning:
      'Eininga har to tidsrom som heilt eller delvis dekkjer dei same dagane. Rada med det andre tidsrommet står etter «∩». Eit tidsrom utan stoppdato varer for alltid, og både start og stopp er med i tidsrommet.',
    mend: 'Avslutt det første tidsrommet seinast dagen før det neste byrjar, eller fjern den eine rada.',
  },
  'identifier/parts': {
    title: 'Feil tal på nummer i cella',
    meaning:
      'Cella skal ha fleire nummer etter kvarandre med skiljeteikn mellom (forma står under «skal vere»), men har færre eller fleire.',
    mend: 'Set cella saman på nytt av numra, kvart med alle sifra sine, og med skiljeteiknet frå filbeskrivinga. Manglar eitt av numra, lèt du heile cella stå tom.',
  },
  'spreadsheet/date-like': {
    title: 'Kode er blitt til dato i rekneark',
    meaning:
      'Cella er skriven som ein dato utan år (til dømes 01.feb, 2-mar eller jan.05). Eit rekneark gjer slike datoar av kodar som 1.2, 2-3 og 1/5.',
    mend: `Den opphavlege koden kan ikkje lesast ut av datoen, så fila må lagast på nytt frå kjelda. ${asText} Er det teksten som er meint slik, treng du ikkje gjere noko.`,
  },
  'spreadsheet/date-serial': {
    title: 'Datoen er blitt til eit tal i rekneark',
    meaning:
      'Cella har fem siffer der det skal stå ein dato. Rekneark lagrar datoar som talet på dagar sidan 1900, og talet kjem fram når cella manglar datoformat.',
    mend: 'Set datoformat (til dømes ÅÅÅÅ-MM-DD) på heile kolonnen i reknearket og eksporter på nytt. I R: as.Date(x, origin = "1899-12-30"). Filer frå eldre Excel for Mac kan telje frå 1904: kontroller nokre datoar mot kjelda.',
  },
  'spreadsheet/totals-line': {
    title: 'Sumlinje til slutt',
    meaning: 'Den siste rada er ei sumlinje («Sum», «Total», «Totalt») og ikkje ei datarad.',
    mend: 'Slett sumlinja og eksporter på nytt. Her er ho lesen som ei vanleg rad: andre feil i same rad, og eit tal på rader som er éin for høgt, kjem av henne og blir borte saman med henne.',
  },
} as const satisfies Record<string, Message>;
