/** Bokmål texts for every finding. */
import type { Message, Messages } from './message-shape.ts';

const asText =
  'Les kolonnen som tekst helt fra kilden: i R colClasses = "character" eller readr::col_character(), i SAS $11., i Stata str11, i SPSS A11, ' +
  'i pandas dtype=str. I Excel: ikke åpne filen direkte, men bruk Data > Fra tekst/CSV og sett kolonnen til «Tekst».';

const quoteHow =
  'Skriv filen på nytt med et program som setter anførselstegn selv (R write.csv2 eller readr::write_delim, SAS PROC EXPORT, Stata export delimited, pandas to_csv): ' +
  'teksten skal stå i anførselstegn, og et anførselstegn inne i teksten skrives dobbelt ("").';

const labelHow =
  'Rett overskriften i første linje slik at den er skrevet nøyaktig som i filbeskrivelsen, også store og små bokstaver.';

const describeHow =
  'Er verdien riktig, må filbeskrivelsen endres; avtal det med saksbehandleren. Ellers retter du cellen i kilden og skriver filen på nytt.';

const dateHow =
  'Skriv datoen på formen som står under «skal være», med null foran dag og måned med ett siffer. Står det dager som ikke finnes (30. februar), må verdien rettes i kilden.';

function type(what: string, mend: string): Message {
  return { title: `Ikke ${what}`, meaning: `Cellen kan ikke leses som ${what}.`, mend };
}

export const messagesNb: Messages = {
  propertyNotChecked: {
    title: 'Ikke kontrollert',
    meaning: 'Filbeskrivelsen krever noe som denne versjonen ikke kontrollerer.',
    mend: 'Du trenger ikke rette noe i filen. Kontroller selv at kravet er oppfylt før du sender.',
  },
  codeListNotLoaded: {
    title: 'Kodelisten er ikke lastet inn',
    meaning:
      'Filbeskrivelsen viser til en kodeliste (no:klass) som ikke er lastet inn der kontrollen ble gjort. Kodene er ikke kontrollert mot den.',
    mend: 'Kontroller selv at kodene er riktige. På kommandolinjen kan kodelisten gis med --catalogue; hos mottakeren er det saksbehandleren som laster den inn.',
  },
  codeListNotFollowed: {
    title: 'Kodelisten svarer ikke på alt',
    meaning:
      'Kodelisten (no:klass) har ikke nivået eller datoen som filbeskrivelsen krever, eller feltet som skal gi datoen, er ikke en dato. Mangler nivået, er kodene ikke kontrollert; ellers er det bare datoen som ikke er det.',
    mend: 'Kontroller selv at kodene gjaldt på datoen. Er det filbeskrivelsen som er feil, kan saksbehandleren endre den.',
  },
  rules: {
    'engine/died': {
      title: 'Kontrollen stoppet',
      meaning:
        'Kontrollen av filen stoppet før den var ferdig, på grunn av en feil hos oss. Filen er ikke kontrollert.',
      mend: 'Send filen på nytt. Skjer det igjen, si fra og oppgi filnavn og tidspunkt.',
    },
    'engine/limit': {
      title: 'Kontrollen tok for lang tid eller for mye minne',
      meaning: 'Kontrollen nådde grensen for tid eller minne og ble stoppet. Filen er ikke kontrollert.',
      mend: 'Del filen i flere mindre filer, eller avtal en annen kontroll med saksbehandleren.',
    },
    'format/not-what-name-says': {
      title: 'Innholdet passer ikke til filendelsen',
      meaning:
        'Filendelsen sier ett format, men innholdet er et annet. Det er ofte en arbeidsbok eller en zip-fil som bare har fått nytt navn.',
      mend: 'Åpne filen i programmet den er laget i, og lagre eller eksporter den i formatet som filendelsen sier (i Excel: Lagre som, «CSV UTF-8»). Å endre navnet endrer ikke formatet.',
    },
    'format/unsupported': {
      title: 'Formatet kan ikke kontrolleres',
      meaning:
        'Denne versjonen kan ikke lese filen slik den er eller er beskrevet. Innholdet er ikke kontrollert.',
      mend: 'Send gjerne dataene som semikolondelt tekst (.csv eller .sdv) i UTF-8 i stedet, så blir de kontrollert. Er formatet avtalt, kontrollerer mottakeren filen selv.',
    },
    'format/not-preferred': {
      title: 'Et annet format er foretrukket',
      meaning: 'Regelsettet ssb-2017 foretrekker SAS, Stata eller SPSS. Tekst tas imot, og er kontrollert.',
      mend: 'Du trenger ikke gjøre noe. Har du valget, send heller SAS (.sas7bdat), Stata (.dta) eller SPSS (.sav), eller be om at filbeskrivelsen bruker ssb-2024.',
    },
    'uniqueness/memory': {
      title: 'Entydighet er ikke kontrollert helt ut',
      meaning:
        'Det er flere ulike verdier enn minnet har plass til, og ikke noe sted å legge resten. Gjentakelser er bare talt blant de første verdiene (antallet står etter «>»).',
      mend: 'Du trenger ikke gjøre noe. Mottakeren kontrollerer alt når du sender; det gjør også kommandolinjen (datasluse check).',
    },
    'uniqueness/storage': {
      title: 'Entydighet er ikke kontrollert helt ut',
      meaning:
        'Mellomlageret for sammenligningen sviktet, for eksempel fordi disken er full. Gjentakelser er bare talt blant de første verdiene (antallet står etter «>»).',
      mend: 'Frigjør plass på disken og kontroller på nytt. Hos mottakeren: be om at filen blir kontrollert på nytt.',
    },
    'file-name/not-expected': {
      title: 'Filen er ikke ventet',
      meaning: 'Prosjektet har en filbeskrivelse, men ingen fil med dette navnet står i den.',
      mend: 'Gi filen nøyaktig det navnet som står i filbeskrivelsen, se «beskrevet er» (store og små bokstaver teller), eller be saksbehandleren om å føre den opp.',
    },
    'file-name/characters': {
      title: 'Ulovlig tegn i filnavnet',
      meaning:
        'Filnavnet har andre tegn enn A–Z, a–z, 0–9 og understrek. Æ, ø, å, bindestrek og mellomrom er ikke tillatt.',
      mend: 'Gi filen nytt navn med bare disse tegnene, for eksempel sysselsetting_2023.csv.',
    },
    'file-name/starts-with-digit': {
      title: 'Filnavnet begynner med et siffer',
      meaning: 'Et filnavn kan ikke begynne med et siffer.',
      mend: 'Sett en bokstav først, for eksempel f2023.csv i stedet for 2023.csv.',
    },
    'file-name/extension': {
      title: 'Ukjent filendelse',
      meaning: 'Filen mangler filendelse eller har en som ikke er blant formatene vi tar imot.',
      mend: 'Lagre filen som semikolondelt tekst (.csv eller .sdv), SAS (.sas7bdat), Stata (.dta) eller SPSS (.sav).',
    },
    'encoding/utf-16': {
      title: 'Filen er i UTF-16',
      meaning: 'Filen er lagret som «Unicode-tekst» (UTF-16), og kan ikke leses.',
      mend: 'Lagre den på nytt som UTF-8. I Excel: «CSV UTF-8 (kommadelt)». I Notisblokk: Lagre som, og velg koding UTF-8.',
    },
    'encoding/invalid-utf8': {
      title: 'Tegn som ikke er UTF-8',
      meaning:
        'Filen skal være UTF-8, men har bytes som ikke er det. Som regel er den skrevet i windows-1252 (æ, ø og å blir feil).',
      mend: 'Skriv filen på nytt med koding UTF-8 (R: fileEncoding = "UTF-8", SAS: encoding="utf-8" på filename, pandas: encoding="utf-8", Excel: Lagre som «CSV UTF-8»). Er windows-1252 avtalt, må filbeskrivelsen si det (encoding).',
    },
    'encoding/mixed': {
      title: 'Blandet tegnkoding',
      meaning:
        'Noen celler er skrevet i UTF-8 og andre i windows-1252. Det skjer når filer med ulik koding er satt sammen.',
      mend: 'Les hver kildefil med sin egen koding, sett dem sammen på nytt og skriv alt ut i UTF-8.',
    },
    'encoding/not-as-declared': {
      title: 'Annen tegnkoding enn beskrevet',
      meaning: 'Filbeskrivelsen sier windows-1252 (eller ISO-8859-1), men filen er skrevet i UTF-8.',
      mend: 'Skriv filen i kodingen som er beskrevet, eller be om at beskrivelsen endres til utf-8.',
    },
    'encoding/undefined-byte': {
      title: 'Bytes uten tegn',
      meaning:
        'Filen leses som windows-1252, men har bytes som ikke står for noe tegn der. Kodingen er en annen, eller filen er skadet.',
      mend: 'Finn ut hvilken koding kilden bruker, og skriv filen på nytt i UTF-8.',
    },
    'encoding/nul': {
      title: 'NUL-tegn i teksten',
      meaning:
        'Cellen inneholder byten 0, som ikke hører hjemme i en tekstfil. Filen kan være binær, skadet eller fylt opp.',
      mend: 'Skriv filen på nytt fra kilden. Fjern NUL-tegn i fritekst før eksport.',
    },
    'encoding/mark-inside': {
      title: 'Byterekkefølgemerke inne i filen',
      meaning:
        'Raden begynner med et merke (BOM) som bare hører hjemme helt først i en fil. Filen er trolig satt sammen av flere filer, og første celle i raden er blitt feil.',
      mend: 'Sett filene sammen i et program som leser dem som tabeller (R rbind, SAS SET, Stata append, pandas concat), ikke ved å legge dem etter hverandre (copy, cat).',
    },
    'structure/empty': {
      title: 'Filen er tom',
      meaning: 'Filen har ikke noe innhold.',
      mend: 'Kontroller at eksporten ble ferdig, og at det er riktig fil. Send filen på nytt når den har innhold.',
    },
    'structure/no-rows': {
      title: 'Ingen datarader',
      meaning: 'Filen har bare en overskriftslinje og ingen data.',
      mend: 'Kontroller utvalget og eksporten, og send filen på nytt med dataene.',
    },
    'structure/no-header': {
      title: 'Første linje ser ut som data',
      meaning: 'Første linje skal ha variabelnavnene, men ser ut til å være en datarad.',
      mend: 'Skriv filen på nytt med variabelnavn i første linje. Skal filen være uten overskrift, må filbeskrivelsen si det (dialect.header: false).',
    },
    'structure/header-repeated': {
      title: 'Overskriften står på nytt',
      meaning:
        'Raden er helt lik overskriften. Filen er trolig satt sammen av flere filer som hver har sin overskrift. Raden er talt med, men cellene er ikke kontrollert.',
      mend: 'Fjern raden, eller sett filene sammen på nytt uten overskriften i alle andre enn den første. Kontroller antall rader etterpå.',
    },
    'structure/delimiter': {
      title: 'Feil skilletegn',
      meaning:
        'Filen ser ut til å bruke et annet skilletegn enn det som er beskrevet. Resten av kontrollen er gjort med skilletegnet filen ser ut til å ha.',
      mend: 'Skriv filen på nytt med skilletegnet fra filbeskrivelsen (i R gir write.csv2 semikolon, i pandas sep=";", i SAS PROC EXPORT delimiter=";", i Stata export delimited, delimiter(";")). Excel bruker listeskilletegnet i Windows (Region > Flere innstillinger).',
    },
    'structure/quote': {
      title: 'Ødelagte anførselstegn',
      meaning:
        'Et anførselstegn åpner en celle, men avslutter den ikke riktig. Linjen kan ikke leses; kontrollen fortsetter på neste linje som har alle cellene sine.',
      mend: `${quoteHow} Er det bare noen få linjer, kan de rettes i et program for ren tekst (ikke i Excel).`,
    },
    'structure/quote-inside': {
      title: 'Anførselstegn midt i en celle',
      meaning:
        'Cellen inneholder et anførselstegn uten selv å stå i anførselstegn. Tegnet er lest som det står, men andre programmer kan lese det annerledes.',
      mend: quoteHow,
    },
    'structure/too-long': {
      title: 'For lang linje',
      meaning:
        'En linje er lengre enn grensen og er ikke lest. Ofte mangler linjeskift, eller et anførselstegn er ikke avsluttet.',
      mend: 'Kontroller at hver datarad avsluttes med linjeskift, og skriv filen på nytt.',
    },
    'structure/too-many-columns': {
      title: 'For mange kolonner',
      meaning:
        'Filen har flere kolonner enn det som kan kontrolleres. Kolonnene utover grensen er ikke lest.',
      mend: 'Kontroller at skilletegnet er riktig, og at rader og kolonner ikke er byttet om. Er filen virkelig så bred, deler du den i flere filer med samme nøkkel.',
    },
    'structure/line-ends': {
      title: 'Ulike linjeskift',
      meaning: 'Filen blander linjeskift fra ulike systemer. Alle er lest som linjeskift.',
      mend: 'Du trenger ikke gjøre noe om antall rader stemmer. Ellers skriver du hele filen ut på nytt fra ett program.',
    },
    'structure/truncated': {
      title: 'Filen slutter midt i en rad',
      meaning:
        'Siste linje er for kort og mangler linjeskift. Filen ble trolig kuttet under skriving eller kopiering.',
      mend: 'Sammenlign størrelsen med originalen, lag filen på nytt om nødvendig og send den igjen.',
    },
    'structure/record-length': {
      title: 'Feil postlengde',
      meaning:
        'Filen har faste posisjoner, og linjen har et annet antall tegn enn filbeskrivelsen sier. Feltene i slike linjer er ikke kontrollert, fordi de kan være forskjøvet (med mindre det bare er mellomrom til slutt).',
      mend: 'Fyll hvert felt med mellomrom til full bredde, det siste også: mange redigeringsprogrammer fjerner mellomrom i slutten av linjen. Er alle linjene like mye feil, sammenligner du start og bredde for hvert felt med filbeskrivelsen. I UTF-8 telles tegn, ikke byte.',
    },
    'structure/tab': {
      title: 'Tabulator i en fil med faste posisjoner',
      meaning:
        'Linjen har en tabulator, som er ett tegn, men står for flere posisjoner. Feltene i linjen er ikke kontrollert.',
      mend: 'Erstatt tabulatorer med mellomrom i programmet som skriver filen (i et redigeringsprogram: gjør om tabulatorer til mellomrom, med den bredden som ble brukt), eller send filen som tekst med skilletegn hvis filbeskrivelsen åpner for det.',
    },
    'missing-label': {
      title: 'Kolonne mangler',
      meaning: 'En variabel som står i filbeskrivelsen, finnes ikke i overskriften.',
      mend: 'Ta med variabelen i filen. Finnes den under et annet navn, endrer du navnet i overskriften til det som står under «skal være».',
    },
    'extra-label': {
      title: 'Kolonne som ikke er beskrevet',
      meaning:
        'Filen har en variabel som ikke står i filbeskrivelsen. Variabler som ikke er avtalt, skal ikke sendes.',
      mend: 'Fjern kolonnen fra filen, eller be saksbehandleren om å føre den opp hvis tillatelsen dekker den.',
    },
    'incorrect-label/name': {
      title: 'Feil variabelnavn',
      meaning:
        'Kolonnen har et annet navn enn det som er beskrevet. Den er kontrollert som variabelen under «skal være».',
      mend: labelHow,
    },
    'incorrect-label/order': {
      title: 'Kolonnene står i feil rekkefølge',
      meaning: 'Alle variablene er med, men ikke i rekkefølgen fra filbeskrivelsen.',
      mend: 'Skriv kolonnene i samme rekkefølge som i filbeskrivelsen.',
    },
    'duplicate-label': {
      title: 'Samme variabelnavn to ganger',
      meaning: 'To kolonner har samme navn. Bare den første er kontrollert som variabelen.',
      mend: 'Gi hver kolonne sitt eget navn, eller fjern den ene.',
    },
    'blank-label': {
      title: 'Kolonne uten navn',
      meaning:
        'En celle i overskriften er tom. Ofte er det en kolonne med radnummer fra R eller pandas, eller et skilletegn for mye på slutten.',
      mend: 'Gi kolonnen navn, eller skriv filen uten den (R: row.names = FALSE, pandas: index=False).',
    },
    'variable-name/characters': {
      title: 'Ulovlig tegn i variabelnavn',
      meaning: 'Variabelnavnet har andre tegn enn A–Z, a–z, 0–9 og understrek.',
      mend: 'Gi variabelen nytt navn uten æ, ø, å, mellomrom og andre tegn, for eksempel inntekt_for_skatt.',
    },
    'variable-name/starts-with-digit': {
      title: 'Variabelnavn som begynner med et siffer',
      meaning: 'Et variabelnavn kan ikke begynne med et siffer.',
      mend: 'Sett en bokstav først, for eksempel v2019 i stedet for 2019.',
    },
    'variable-name/length': {
      title: 'For langt variabelnavn',
      meaning: 'Variabelnavnet er lengre enn 32 tegn.',
      mend: 'Kort det ned til høyst 32 tegn, og forklar det i variabellisten.',
    },
    'missing-cell': {
      title: 'For få celler i raden',
      meaning:
        'Raden har færre celler enn overskriften. Cellene i slike rader er ikke kontrollert, for de kan ha flyttet seg.',
      mend: 'Se etter linjeskift inne i fritekst og skilletegn som mangler for tomme celler. Fritekst med linjeskift må stå i anførselstegn.',
    },
    'extra-cell': {
      title: 'For mange celler i raden',
      meaning:
        'Raden har flere celler enn overskriften. Ofte står skilletegnet inne i en tekst, eller desimaltegnet er det samme som skilletegnet.',
      mend: 'Sett tekst som inneholder skilletegnet, i anførselstegn. Er skilletegnet komma, må desimaltegnet være punktum.',
    },
    'blank-row': {
      title: 'Tom rad',
      meaning: 'En linje mellom dataradene er tom eller har bare skilletegn.',
      mend: 'Fjern tomme linjer. I Excel: slett radene (ikke bare innholdet) før du lagrer.',
    },
    'blank-row/at-end': {
      title: 'Tomme linjer til slutt',
      meaning: 'Filen slutter med tomme linjer. De er ikke talt med som datarader.',
      mend: 'Du trenger ikke gjøre noe.',
    },
    'record-count': {
      title: 'Feil antall rader',
      meaning: 'Antall datarader i filen er et annet enn det som er oppgitt i filbeskrivelsen.',
      mend: 'Kontroller at alle radene kom med i eksporten. Er filen riktig, rettes antallet i filbeskrivelsen.',
    },
    duplicates: {
      title: 'Like rader',
      meaning: 'Filen er oppgitt å være uten dubletter, men raden er helt lik en tidligere rad.',
      mend: 'Fjern de like radene (R: dplyr::distinct(), SAS: PROC SORT NODUPRECS, Stata: duplicates drop), eller oppgi at filen har dubletter.',
    },
    'duplicates/none': {
      title: 'Ingen like rader',
      meaning: 'Filbeskrivelsen sier at filen har like rader (no:duplicates), men alle radene er ulike.',
      mend: 'Kontroller at det er riktig fil, og at ingen har fjernet gjentakelser på veien. Er filen riktig, skal no:duplicates være false i filbeskrivelsen. Filen blir ikke avvist for dette.',
    },
    'primary-key': {
      title: 'Nøkkelen er ikke entydig',
      meaning: 'To rader har samme verdi i primærnøkkelen.',
      mend: 'Finn ut hvilken rad som gjelder og fjern den andre, eller utvid nøkkelen om enheten kan ha flere rader.',
    },
    'primary-key/missing': {
      title: 'Tom nøkkel',
      meaning: 'En variabel i primærnøkkelen mangler verdi.',
      mend: 'Fyll inn verdien fra kilden, eller ta raden ut.',
    },
    'unique-error': {
      title: 'Verdien finnes fra før',
      meaning: 'Variabelen skal ha ulik verdi i hver rad, men verdien står i en tidligere rad også.',
      mend: 'Rett eller fjern den ene raden.',
    },
    'foreign-key': {
      title: 'Verdien det vises til, mangler',
      meaning:
        'Variabelen viser med en nøkkel til en rad i en annen fil, eller til en annen rad i denne, og ingen rad har den nøkkelen. Filen og nøkkelen dens står etter «skal stå i».',
      mend: 'Finn ut om nøkkelen er feil her (en ledende null eller stor bokstav er nok), eller om raden det vises til, er falt ut av utvalget. En rad som ikke viser til noe, har tom celle.',
    },
    'foreign-key/file-missing': {
      title: 'Filen det vises til, er ikke her',
      meaning:
        'Variabelen viser til rader i en annen fil, og den filen lå ikke ved da denne ble kontrollert: den er ikke sendt ennå, eller den er ikke godtatt. Henvisningene er derfor ikke kontrollert. Hvilken fil det er, står under «gjelder».',
      mend: 'Send den filen først. Når den er godtatt, send denne på nytt; da blir henvisningene kontrollert. På kommandolinjen: nevn begge filene i samme datasluse check.',
    },
    'foreign-key/file-not-read': {
      title: 'Filen det vises til, kan ikke brukes',
      meaning:
        'Variabelen viser til rader i en annen fil, men nøkkelen kunne ikke leses der: filen er ikke en tabell i tekst, den er ikke lest til slutt, eller den mangler en kolonne som nøkkelen består av. Henvisningene er derfor ikke kontrollert. Hvilken fil det er, står under «gjelder».',
      mend: 'Se kontrollrapporten for den filen, rett den og send den på nytt. Send så denne filen på nytt. Er filen i orden, nevner filbeskrivelsen feil kolonner i «foreignKeys».',
    },
    'foreign-key/not-compared': {
      title: 'Henvisninger er ikke kontrollert helt ut',
      meaning:
        'Det er flere nøkler enn minnet har plass til, og ikke noe sted å legge resten, eller mellomlageret sviktet. Henvisninger som ikke er talt, kan også være feil.',
      mend: 'I nettleseren: du trenger ikke gjøre noe, mottakeren kontrollerer alt når du sender. På kommandolinjen: frigjør plass på disken og kontroller på nytt. Hos mottakeren: be om at filen blir kontrollert på nytt.',
    },
    'row-constraint': {
      title: 'Verdier som ikke passer sammen',
      meaning:
        'To variabler i raden bryter kravet som står under «skal være», for eksempel at start ikke kan være etter slutt.',
      mend: 'Kontroller begge variablene i kilden; ofte er de byttet om eller har feil år.',
    },
    'microdata/start': {
      title: 'Startdato i et datasett som ikke har tid',
      meaning: 'Datasettet har temporaliteten FIXED, og da skal kolonnen start være tom i alle rader.',
      mend: 'Tøm kolonnen start (behold skilletegnene). Endrer verdien seg over tid, er temporaliteten en annen: STATUS, ACCUMULATED eller EVENT.',
    },
    'microdata/stop': {
      title: 'Stoppdato som ikke blir brukt',
      meaning: 'Datasettet har temporaliteten FIXED. Stoppdatoen tas imot foreløpig, men blir ikke brukt.',
      mend: 'Tøm kolonnen stop (behold skilletegnene) neste gang filen lages.',
    },
    'microdata/overlap': {
      title: 'Tidsrom som overlapper',
      meaning:
        'Enheten har to tidsrom som helt eller delvis dekker de samme dagene. Raden med det andre tidsrommet står etter «∩». Et tidsrom uten stoppdato varer for alltid, og både start og stopp er med i tidsrommet.',
      mend: 'Avslutt det første tidsrommet senest dagen før det neste begynner, eller fjern den ene raden.',
    },
    'identifier/lost-leading-zero': {
      title: 'Ledende null er borte',
      meaning:
        'Fødselsnummeret har ti sifre og blir gyldig med en 0 foran. Kolonnen er et sted blitt lest som tall.',
      mend:
        `${asText} Finnes ikke kilden lenger, kan nullen settes på igjen: i R sprintf("%011.0f", fnr), i SAS put(fnr, z11.), i Stata string(fnr, "%011.0f"), i pandas .str.zfill(11). ` +
        'Ikke gjør det for hånd i et regneark, nullen forsvinner igjen når filen lagres.',
    },
    'identifier/numeric-storage': {
      title: 'Nummeret er lagret som desimaltall',
      meaning:
        'Nummeret slutter på «.0» eller «,0»: kolonnen er lest som tall og skrevet ut igjen. Ledende nuller er da borte.',
      mend: asText,
    },
    'identifier/parts': {
      title: 'Feil antall numre i cellen',
      meaning:
        'Cellen skal ha flere numre etter hverandre med skilletegn mellom (formen står under «skal være»), men har færre eller flere.',
      mend: 'Sett cellen sammen på nytt av numrene, hvert med alle sine sifre, og med skilletegnet fra filbeskrivelsen. Mangler et av numrene, lar du hele cellen stå tom.',
    },
    'identifier/length': {
      title: 'Feil lengde på nummeret',
      meaning:
        'Nummeret har feil antall sifre. Fødselsnummer og D-nummer har 11, DUF-nummer 12 og organisasjonsnummer 9.',
      mend: 'Hent nummeret på nytt fra kilden. Mangler det, lar du cellen stå tom i stedet for å fylle ut.',
    },
    'identifier/characters': {
      title: 'Andre tegn enn sifre i nummeret',
      meaning: 'Nummeret skal bare ha sifre, uten mellomrom, punktum, bindestrek eller bokstaver.',
      mend: 'Fjern mellomrom og skilletegn i kilden og skriv filen på nytt, fortsatt med kolonnen som tekst.',
    },
    'identifier/date': {
      title: 'Fødselsdatoen finnes ikke',
      meaning: 'De seks første sifrene er ikke en gyldig dato for denne typen nummer.',
      mend: 'Kontroller nummeret mot kilden. Er det et annet slags nummer (D-nummer, H-nummer eller et eget løpenummer), må filbeskrivelsen si det.',
    },
    'identifier/control-1': {
      title: 'Feil kontrollsiffer',
      meaning:
        'Kontrollsifferet (det første av to for fødselsnummer) stemmer ikke. Et siffer er feil eller byttet om.',
      mend: 'Kontroller nummeret mot kilden. Ikke rett det ved gjetning; mangler det riktige nummeret, lar du cellen stå tom.',
    },
    'identifier/control-2': {
      title: 'Feil andre kontrollsiffer',
      meaning: 'Det siste sifferet i fødselsnummeret stemmer ikke. Et siffer er feil eller byttet om.',
      mend: 'Kontroller nummeret mot kilden. Ikke rett det ved gjetning; mangler det riktige nummeret, lar du cellen stå tom.',
    },
    'identifier/synthetic': {
      title: 'Syntetisk nummer',
      meaning: 'Nummeret er et testnummer (måned + 80) og tilhører ingen person.',
      mend: 'Testdata hører hjemme i testmiljøet. Send filen med de ekte dataene.',
    },
    'unexpected-identifier': {
      title: 'Fødselsnummer der det ikke er ventet',
      meaning:
        'Kolonnen er ikke oppgitt å inneholde identitetsnummer, men cellen har et gyldig fødselsnummer, D-nummer eller H-nummer.',
      mend: 'Fjern numrene fra kolonnen, særlig fra fritekst. Skal kolonnen ha fødselsnummer, må filbeskrivelsen si det (no:identifier).',
    },
    'outgoing-identifier/person': {
      title: 'Fødselsnummer i det som skal leveres ut',
      meaning:
        'Cellene inneholder gyldige fødselsnummer, D-nummer eller H-nummer, og kolonnen er ikke oppgitt å kunne leveres ut med dem.',
      mend: 'Erstatt numrene med et prosjektspesifikt løpenummer, eller fjern dem. Skal de leveres ut, må beskrivelsen av det som leveres ut, si det (no:identifier).',
    },
    'outgoing-identifier/duf': {
      title: 'DUF-nummer i det som skal leveres ut',
      meaning:
        'Cellene inneholder tolv sifre som er gyldige DUF-nummer, og kolonnen er ikke oppgitt å kunne leveres ut med dem. Omtrent ett av hundre tilfeldige tall på tolv sifre som begynner med et årstall, er det.',
      mend: 'Erstatt numrene med et prosjektspesifikt løpenummer, eller fjern dem. Er det noe annet, skriver du hva i begrunnelsen.',
    },
    'outgoing-identifier/orgnr': {
      title: 'Organisasjonsnummer der det ikke skal være',
      meaning:
        'Cellene inneholder gyldige organisasjonsnummer, og beskrivelsen av det som leveres ut, sier at kolonnen ikke skal ha dem (no:mustNotHold).',
      mend: 'Erstatt numrene med et prosjektspesifikt løpenummer, eller fjern dem.',
    },
    'spreadsheet/scientific': {
      title: 'Tall i eksponentform',
      meaning: 'Et langt nummer er blitt til noe som 1,2E+10 i et regneark, og de siste sifrene er tapt.',
      mend: `Sifrene kan ikke regnes ut igjen, så filen må lages på nytt fra kilden. ${asText}`,
    },
    'spreadsheet/formula-error': {
      title: 'Formelfeil fra regneark',
      meaning:
        'Cellen har en feilkode fra et regneark (for eksempel #REF!, #I/T eller #VERDI!) i stedet for en verdi.',
      mend: 'Rett formelen i regnearket, eller la cellen være tom, og eksporter på nytt.',
    },
    'spreadsheet/date-like': {
      title: 'Kode er blitt til dato i regneark',
      meaning:
        'Cellen er skrevet som en dato uten år (for eksempel 01.feb, 2-mar eller jan.05). Et regneark gjør slike datoer av koder som 1.2, 2-3 og 1/5.',
      mend: `Den opprinnelige koden kan ikke leses ut av datoen, så filen må lages på nytt fra kilden. ${asText} Er det teksten som er ment slik, trenger du ikke gjøre noe.`,
    },
    'spreadsheet/date-serial': {
      title: 'Datoen er blitt til et tall i regneark',
      meaning:
        'Cellen har fem sifre der det skal stå en dato. Regneark lagrer datoer som antall dager siden 1900, og tallet kommer frem når cellen mangler datoformat.',
      mend: 'Sett datoformat (for eksempel ÅÅÅÅ-MM-DD) på hele kolonnen i regnearket og eksporter på nytt. I R: as.Date(x, origin = "1899-12-30"). Filer fra eldre Excel for Mac kan telle fra 1904: kontroller noen datoer mot kilden.',
    },
    'spreadsheet/totals-line': {
      title: 'Sumlinje til slutt',
      meaning: 'Den siste raden er en sumlinje («Sum», «Total», «Totalt») og ikke en datarad.',
      mend: 'Slett sumlinjen og eksporter på nytt. Her er den lest som en vanlig rad: andre feil i samme rad, og et antall rader som er én for høyt, kommer av den og blir borte sammen med den.',
    },
    'type-error/integer': type(
      'heltall',
      'Fjern desimaler, enheter og tekst fra cellen. Manglende verdi skrives som tom celle, ikke «.», «NA» eller «-», med mindre filbeskrivelsen sier det.',
    ),
    'type-error/number': type(
      'tall',
      'Bruk desimaltegnet fra filbeskrivelsen, og fjern enheter og tekst. Manglende verdi skrives som tom celle, ikke «.», «NA» eller «-», med mindre filbeskrivelsen sier det.',
    ),
    'type-error/decimal-mark': {
      title: 'Både komma og punktum som desimaltegn',
      meaning:
        'Kolonnen bruker et annet desimaltegn her enn i radene før. Da er det uklart om 1.234 er et tusental eller et desimaltall.',
      mend: 'Skriv hele kolonnen med samme desimaltegn og uten tusenskille.',
    },
    'type-error/boolean': type('ja/nei-verdi', 'Bruk bare verdiene som står under «skal være».'),
    'type-error/date': {
      title: 'Ikke en gyldig dato',
      meaning: 'Cellen er enten ikke skrevet som en dato, eller dagen finnes ikke i kalenderen.',
      mend: dateHow,
    },
    'type-error/time': type('klokkeslett', 'Skriv klokkeslettet på formen som står under «skal være».'),
    'type-error/datetime': {
      title: 'Ikke et gyldig tidspunkt',
      meaning: 'Cellen er enten ikke skrevet som dato og klokkeslett, eller tidspunktet finnes ikke.',
      mend: dateHow,
    },
    'type-error/year': type('årstall', 'Skriv året med fire sifre.'),
    'type-error/yearmonth': type('år og måned', 'Skriv år og måned som ÅÅÅÅ-MM.'),
    'type-error/duration': type(
      'varighet',
      'Skriv varigheten slik ISO 8601 gjør: P, så år (Y), måneder (M), uker (W) eller dager (D), deretter T og timer (H), minutter (M) og sekunder (S), for eksempel P3Y, P18M eller PT4H30M.',
    ),
    'type-error/email': type(
      'e-postadresse',
      'Skriv én adresse i cellen, uten navn, vinkelparenteser eller mellomrom, for eksempel navn@example.no.',
    ),
    'type-error/uri': type(
      'nettadresse (URI)',
      'Skriv hele adressen, med https:// foran. Mellomrom og bokstaver som æ, ø og å må prosentkodes (mellomrom er %20).',
    ),
    'type-error/binary': type(
      'base64',
      'Skriv bytene i base64 (A–Z, a–z, 0–9, + og /), fylt ut med = til et antall tegn som går opp i fire, uten linjeskift (R: base64enc::base64encode, pandas: base64.b64encode).',
    ),
    'type-error/uuid': type(
      'UUID',
      'Skriv den som 32 heksadesimale sifre i gruppene 8-4-4-4-12 med bindestrek mellom, uten klammer.',
    ),
    'type-error/object': type(
      'JSON-objekt',
      'Skriv objektet som JSON: navn og tekster i doble anførselstegn, ikke komma etter det siste. I en fil med skilletegn skal cellen stå i anførselstegn, og hvert anførselstegn inne i den dobles (""). La et program skrive begge deler (R: jsonlite::toJSON, Python: json.dumps).',
    ),
    'type-error/array': type(
      'JSON-liste',
      'Skriv listen som JSON: hakeparenteser, tekster i doble anførselstegn, ikke komma etter det siste. I en fil med skilletegn skal cellen stå i anførselstegn, og hvert anførselstegn inne i den dobles ("").',
    ),
    'type-error/list': type(
      'liste av verdiene som er beskrevet',
      'Sett skilletegnet som står under «skal være», mellom leddene, uten mellomrom, og skriv hvert ledd slik typen krever. En liste uten ledd er en tom celle.',
    ),
    'type-error/geopoint': type(
      'punkt',
      'Skriv lengdegrad (øst) først og breddegrad (nord) etterpå, i grader med desimalpunktum, på formen under «skal være». Lengdegraden er mellom -180 og 180, breddegraden mellom -90 og 90.',
    ),
    'type-error/geojson': type(
      'GeoJSON',
      'Skriv geometrien som GeoJSON (RFC 7946): en kjent «type», og så mange hakeparenteser rundt koordinatene som den krever. Ringen i et polygon har fire punkter eller flere og slutter der den begynner.',
    ),
    'constraint-error/required': {
      title: 'Verdi mangler',
      meaning: 'Variabelen skal ha verdi i alle rader, men cellen er tom.',
      mend: 'Fyll inn verdien fra kilden, eller ta raden ut. Kan verdien mangle, må filbeskrivelsen endres.',
    },
    'constraint-error/minLength': {
      title: 'For kort verdi',
      meaning:
        'Verdien har færre tegn enn den skal (lister: færre ledd). I koder er det ofte en ledende null som er borte (301 i stedet for 0301).',
      mend: 'Les kolonnen som tekst helt fra kilden, slik at ledende nuller blir med, og skriv filen på nytt.',
    },
    'constraint-error/maxLength': {
      title: 'For lang verdi',
      meaning: 'Verdien har flere tegn enn den kan ha (lister: flere ledd).',
      mend: `Se etter mellomrom på slutten. ${describeHow}`,
    },
    'constraint-error/minimum': {
      title: 'Verdien er for liten',
      meaning: 'Verdien er under grensen som står under «skal være».',
      mend: describeHow,
    },
    'constraint-error/maximum': {
      title: 'Verdien er for stor',
      meaning: 'Verdien er over grensen som står under «skal være».',
      mend: `Se etter koder som 9999 for «ukjent»: skriv heller tom celle. ${describeHow}`,
    },
    'constraint-error/exclusiveMinimum': {
      title: 'Verdien er for liten',
      meaning: 'Verdien er ikke større enn grensen som står under «skal være».',
      mend: describeHow,
    },
    'constraint-error/exclusiveMaximum': {
      title: 'Verdien er for stor',
      meaning: 'Verdien er ikke mindre enn grensen som står under «skal være».',
      mend: describeHow,
    },
    'constraint-error/enum': {
      title: 'Ukjent kode',
      meaning: 'Verdien finnes ikke i kodelisten for variabelen.',
      mend: 'Bruk kodene fra kodelisten, skrevet nøyaktig slik (ledende nuller og store bokstaver teller). Kolonner med koder må leses som tekst, ellers blir 01 til 1. Mangler en gyldig kode i listen, må filbeskrivelsen endres.',
    },
    'constraint-error/pattern': {
      title: 'Verdien har ikke den formen som er beskrevet',
      meaning:
        'Hele verdien skal passe til det regulære uttrykket under «skal være», og gjør det ikke. Ofte er det et mellomrom for mye, en ledende null som er borte, eller små bokstaver i stedet for store.',
      mend: describeHow,
    },
    'constraint-error/jsonSchema': {
      title: 'JSON som bryter skjemaet sitt',
      meaning:
        'Cellen er gyldig JSON, men bryter JSON-skjemaet for feltet. Stedet i skjemaet står under «skal være» (jsonSchema i filbeskrivelsen).',
      mend: describeHow,
    },
    'code-list/unknown': {
      title: 'Koden finnes ikke i kodelisten',
      meaning:
        'Verdien er ikke en kode i kodelisten fra Klass (ssb.no/klass) på det nivået som filbeskrivelsen krever, heller ikke en utgått kode.',
      mend:
        'Bruk kodene fra kodelisten, skrevet nøyaktig slik. Kolonner med koder må leses som tekst, ellers blir 0301 til 301; står en kode under «skal være», er det trolig den som er ment. ' +
        'Er koden så ny at den finnes i Klass, men ikke her, må kodelisten hos mottakeren oppdateres: si fra til saksbehandleren.',
    },
    'code-list/not-valid-at': {
      title: 'Koden gjaldt ikke på datoen',
      meaning:
        'Koden finnes i kodelisten, men gjaldt ikke på datoen den skal gjelde for: den var utgått eller ennå ikke tatt i bruk. Når koden gjaldt, står ved hver celle, og hvilken kode som gjaldt på datoen, når endringene i Klass sier det.',
      mend:
        'Bytt til koden som gjaldt på datoen. Står det flere, er enheten delt, og du må vite hvilken del raden hører til. ' +
        'Er koden riktig, er det datoen som må rettes: den i raden, eller den i filbeskrivelsen (no:klass, validAt).',
    },
  },
};
