/** Nynorsk texts for every finding. */
import type { Message, Messages } from './message-shape.ts';
import { contentMessagesNn } from './messages-nn-content.ts';

const asText =
  'Les kolonnen som tekst heilt frå kjelda: i R colClasses = "character" eller readr::col_character(), i SAS $11., i Stata str11, i SPSS A11, ' +
  'i pandas dtype=str. I Excel: ikkje opne fila direkte, men bruk Data > Frå tekst/CSV og set kolonnen til «Tekst».';

const quoteHow =
  'Skriv fila på nytt med eit program som set hermeteikn sjølv (R write.csv2 eller readr::write_delim, SAS PROC EXPORT, Stata export delimited, pandas to_csv): ' +
  'teksten skal stå i hermeteikn, og eit hermeteikn inne i teksten skal skrivast dobbelt ("").';

const labelHow =
  'Rett overskrifta i første linje slik at ho er skriven nøyaktig som i filbeskrivinga, også store og små bokstavar.';

const describeHow =
  'Er verdien rett, må filbeskrivinga endrast; avtal det med saksbehandlaren. Elles rettar du cella i kjelda og skriv fila på nytt.';

const dateHow =
  'Skriv datoen på forma som står under «skal vere», med null framfor dag og månad med eitt siffer. Står det dagar som ikkje finst (30. februar), må verdien rettast i kjelda.';

function type(what: string, mend: string): Message {
  return { title: `Ikkje ${what}`, meaning: `Cella kan ikkje lesast som ${what}.`, mend };
}

export const messagesNn: Messages = {
  propertyNotChecked: {
    title: 'Ikkje kontrollert',
    meaning: 'Filbeskrivinga krev noko som denne versjonen ikkje kontrollerer.',
    mend: 'Du treng ikkje rette noko i fila. Kontroller sjølv at kravet er oppfylt før du sender.',
  },
  codeListNotLoaded: {
    title: 'Kodelista er ikkje lasta inn',
    meaning:
      'Filbeskrivinga viser til ei kodeliste (no:klass) som ikkje er lasta inn der kontrollen vart gjord. Kodane er ikkje kontrollerte mot ho.',
    mend: 'Kontroller sjølv at kodane er rette. På kommandolinja kan ein gi kodelista med --catalogue; hos mottakaren er det saksbehandlaren som lastar ho inn.',
  },
  codeListNotFollowed: {
    title: 'Kodelista svarer ikkje på alt',
    meaning:
      'Kodelista (no:klass) har ikkje nivået eller datoen som filbeskrivinga krev, eller feltet som skal gi datoen, er ikkje ein dato. Manglar nivået, er kodane ikkje kontrollerte; elles er det berre datoen som ikkje er det.',
    mend: 'Kontroller sjølv at kodane galdt på datoen. Er det filbeskrivinga som er feil, kan saksbehandlaren endre ho.',
  },
  rules: {
    ...contentMessagesNn,
    'engine/died': {
      title: 'Kontrollen stoppa',
      meaning:
        'Kontrollen av fila stoppa før han var ferdig, på grunn av ein feil hos oss. Fila er ikkje kontrollert.',
      mend: 'Send fila på nytt. Skjer det igjen, sei frå og oppgi filnamn og tidspunkt.',
    },
    'engine/limit': {
      title: 'Kontrollen tok for lang tid eller for mykje minne',
      meaning: 'Kontrollen nådde grensa for tid eller minne og vart stoppa. Fila er ikkje kontrollert.',
      mend: 'Del fila i fleire mindre filer, eller avtal ein annan kontroll med saksbehandlaren.',
    },
    'format/not-what-name-says': {
      title: 'Innhaldet passar ikkje til filendinga',
      meaning:
        'Filendinga seier eitt format, men innhaldet er eit anna. Ofte er det ei arbeidsbok eller ei zip-fil som berre har fått nytt namn.',
      mend: 'Opne fila i programmet ho er laga i, og lagre eller eksporter ho i formatet som filendinga seier (i Excel: Lagre som, «CSV UTF-8»). Å endre namnet endrar ikkje formatet.',
    },
    'format/unsupported': {
      title: 'Formatet kan ikkje kontrollerast',
      meaning:
        'Denne versjonen kan ikkje lese fila slik ho er eller er beskriven. Innhaldet er ikkje kontrollert.',
      mend: 'Send gjerne dataa som semikolondelt tekst (.csv eller .sdv) i UTF-8 i staden, så blir dei kontrollerte. Er formatet avtalt, kontrollerer mottakaren fila sjølv.',
    },
    'file-name/not-expected': {
      title: 'Fila er ikkje venta',
      meaning: 'Prosjektet har ei filbeskriving, men inga fil med dette namnet står i ho.',
      mend: 'Gi fila nøyaktig det namnet som står i filbeskrivinga, sjå «beskrivne er» (store og små bokstavar tel), eller be saksbehandlaren om å føre ho opp.',
    },
    'file-name/characters': {
      title: 'Ulovleg teikn i filnamnet',
      meaning:
        'Filnamnet har andre teikn enn A–Z, a–z, 0–9 og understrek. Æ, ø, å, bindestrek og mellomrom er ikkje tillatne.',
      mend: 'Gi fila nytt namn med berre desse teikna, til dømes sysselsetjing_2023.csv.',
    },
    'file-name/starts-with-digit': {
      title: 'Filnamnet byrjar med eit siffer',
      meaning: 'Eit filnamn kan ikkje byrje med eit siffer.',
      mend: 'Set ein bokstav først, til dømes f2023.csv i staden for 2023.csv.',
    },
    'file-name/extension': {
      title: 'Ukjend filending',
      meaning: 'Fila manglar filending eller har ei som ikkje er mellom formata vi tek imot.',
      mend: 'Lagre fila som semikolondelt tekst (.csv eller .sdv), SAS (.sas7bdat), Stata (.dta) eller SPSS (.sav).',
    },
    'encoding/utf-16': {
      title: 'Fila er i UTF-16',
      meaning: 'Fila er lagra som «Unicode-tekst» (UTF-16), og kan ikkje lesast.',
      mend: 'Lagre ho på nytt som UTF-8. I Excel: «CSV UTF-8 (kommadelt)». I Notisblokk: Lagre som, og vel koding UTF-8.',
    },
    'encoding/invalid-utf8': {
      title: 'Teikn som ikkje er UTF-8',
      meaning:
        'Fila skal vere UTF-8, men har bytes som ikkje er det. Som regel er ho skriven i windows-1252 (æ, ø og å blir feil).',
      mend: 'Skriv fila på nytt med koding UTF-8 (R: fileEncoding = "UTF-8", SAS: encoding="utf-8" på filename, pandas: encoding="utf-8", Excel: Lagre som «CSV UTF-8»). Er windows-1252 avtalt, må filbeskrivinga seie det (encoding).',
    },
    'encoding/mixed': {
      title: 'Blanda teiknkoding',
      meaning:
        'Nokre celler er skrivne i UTF-8 og andre i windows-1252. Det skjer når filer med ulik koding er sette saman.',
      mend: 'Les kvar kjeldefil med si eiga koding, set dei saman på nytt og skriv alt ut i UTF-8.',
    },
    'encoding/not-as-declared': {
      title: 'Anna teiknkoding enn beskriven',
      meaning: 'Filbeskrivinga seier windows-1252 (eller ISO-8859-1), men fila er skriven i UTF-8.',
      mend: 'Skriv fila i kodinga som er beskriven, eller be om at beskrivinga blir endra til utf-8.',
    },
    'encoding/undefined-byte': {
      title: 'Bytes utan teikn',
      meaning:
        'Fila blir lesen som windows-1252, men har bytes som ikkje står for noko teikn der. Kodinga er ei anna, eller fila er skadd.',
      mend: 'Finn ut kva koding kjelda bruker, og skriv fila på nytt i UTF-8.',
    },
    'encoding/nul': {
      title: 'NUL-teikn i teksten',
      meaning:
        'Cella inneheld byten 0, som ikkje høyrer heime i ei tekstfil. Fila kan vere binær, skadd eller fylt opp.',
      mend: 'Skriv fila på nytt frå kjelda. Fjern NUL-teikn i fritekst før eksport.',
    },
    'structure/empty': {
      title: 'Fila er tom',
      meaning: 'Fila har ikkje noko innhald.',
      mend: 'Kontroller at eksporten vart ferdig, og at det er rett fil. Send fila på nytt når ho har innhald.',
    },
    'structure/no-rows': {
      title: 'Ingen datarader',
      meaning: 'Fila har berre ei overskriftslinje og ingen data.',
      mend: 'Kontroller utvalet og eksporten, og send fila på nytt med dataa.',
    },
    'structure/no-header': {
      title: 'Første linje ser ut som data',
      meaning: 'Første linje skal ha variabelnamna, men ser ut til å vere ei datarad.',
      mend: 'Skriv fila på nytt med variabelnamn i første linje. Skal fila vere utan overskrift, må filbeskrivinga seie det (dialect.header: false).',
    },
    'structure/delimiter': {
      title: 'Feil skiljeteikn',
      meaning:
        'Fila ser ut til å bruke eit anna skiljeteikn enn det som er beskrive. Resten av kontrollen er gjord med skiljeteiknet fila ser ut til å ha.',
      mend: 'Skriv fila på nytt med skiljeteiknet frå filbeskrivinga (i R gir write.csv2 semikolon, i pandas sep=";", i SAS PROC EXPORT delimiter=";", i Stata export delimited, delimiter(";")). Excel bruker listeskiljeteiknet i Windows (Region > Fleire innstillingar).',
    },
    'structure/quote': {
      title: 'Øydelagde hermeteikn',
      meaning:
        'Eit hermeteikn opnar ei celle, men avsluttar ho ikkje rett. Linja kan ikkje lesast; kontrollen held fram på neste linje som har alle cellene sine.',
      mend: `${quoteHow} Er det berre nokre få linjer, kan dei rettast i eit program for rein tekst (ikkje i Excel).`,
    },
    'structure/quote-inside': {
      title: 'Hermeteikn midt i ei celle',
      meaning:
        'Cella inneheld eit hermeteikn utan sjølv å stå i hermeteikn. Teiknet er lese som det står, men andre program kan lese det annleis.',
      mend: quoteHow,
    },
    'structure/too-long': {
      title: 'For lang linje',
      meaning:
        'Ei linje er lengre enn grensa og er ikkje lesen. Ofte manglar linjeskift, eller eit hermeteikn er ikkje avslutta.',
      mend: 'Kontroller at kvar datarad blir avslutta med linjeskift, og skriv fila på nytt.',
    },
    'structure/too-many-columns': {
      title: 'For mange kolonnar',
      meaning:
        'Fila har fleire kolonnar enn det som kan kontrollerast. Kolonnane utover grensa er ikkje lesne.',
      mend: 'Kontroller at skiljeteiknet er rett, og at rader og kolonnar ikkje er bytte om. Er fila verkeleg så brei, deler du ho i fleire filer med same nøkkel.',
    },
    'structure/line-ends': {
      title: 'Ulike linjeskift',
      meaning: 'Fila blandar linjeskift frå ulike system. Alle er lesne som linjeskift.',
      mend: 'Du treng ikkje gjere noko om talet på rader stemmer. Elles skriv du heile fila ut på nytt frå eitt program.',
    },
    'structure/truncated': {
      title: 'Fila sluttar midt i ei rad',
      meaning:
        'Siste linje er for kort og manglar linjeskift. Fila vart truleg kutta under skriving eller kopiering.',
      mend: 'Samanlikn storleiken med originalen, lag fila på nytt om det trengst, og send ho igjen.',
    },
    'missing-label': {
      title: 'Kolonne manglar',
      meaning: 'Ein variabel som står i filbeskrivinga, finst ikkje i overskrifta.',
      mend: 'Ta med variabelen i fila. Finst han under eit anna namn, endrar du namnet i overskrifta til det som står under «skal vere».',
    },
    'extra-label': {
      title: 'Kolonne som ikkje er beskriven',
      meaning:
        'Fila har ein variabel som ikkje står i filbeskrivinga. Variablar som ikkje er avtalte, skal ikkje sendast.',
      mend: 'Fjern kolonnen frå fila, eller be saksbehandlaren om å føre han opp dersom løyvet dekkjer han.',
    },
    'incorrect-label/name': {
      title: 'Feil variabelnamn',
      meaning:
        'Kolonnen har eit anna namn enn det som er beskrive. Han er kontrollert som variabelen under «skal vere».',
      mend: labelHow,
    },
    'incorrect-label/order': {
      title: 'Kolonnane står i feil rekkjefølgje',
      meaning: 'Alle variablane er med, men ikkje i rekkjefølgja frå filbeskrivinga.',
      mend: 'Skriv kolonnane i same rekkjefølgje som i filbeskrivinga.',
    },
    'duplicate-label': {
      title: 'Same variabelnamn to gonger',
      meaning: 'To kolonnar har same namn. Berre den første er kontrollert som variabelen.',
      mend: 'Gi kvar kolonne sitt eige namn, eller fjern den eine.',
    },
    'blank-label': {
      title: 'Kolonne utan namn',
      meaning:
        'Ei celle i overskrifta er tom. Ofte er det ein kolonne med radnummer frå R eller pandas, eller eit skiljeteikn for mykje på slutten.',
      mend: 'Gi kolonnen namn, eller skriv fila utan han (R: row.names = FALSE, pandas: index=False).',
    },
    'variable-name/characters': {
      title: 'Ulovleg teikn i variabelnamn',
      meaning: 'Variabelnamnet har andre teikn enn A–Z, a–z, 0–9 og understrek.',
      mend: 'Gi variabelen nytt namn utan æ, ø, å, mellomrom og andre teikn, til dømes inntekt_for_skatt.',
    },
    'variable-name/starts-with-digit': {
      title: 'Variabelnamn som byrjar med eit siffer',
      meaning: 'Eit variabelnamn kan ikkje byrje med eit siffer.',
      mend: 'Set ein bokstav først, til dømes v2019 i staden for 2019.',
    },
    'variable-name/length': {
      title: 'For langt variabelnamn',
      meaning: 'Variabelnamnet er lengre enn 32 teikn.',
      mend: 'Kort det ned til høgst 32 teikn, og forklar det i variabellista.',
    },
    'missing-cell': {
      title: 'For få celler i rada',
      meaning:
        'Rada har færre celler enn overskrifta. Cellene i slike rader er ikkje kontrollerte, for dei kan ha flytta seg.',
      mend: 'Sjå etter linjeskift inne i fritekst og skiljeteikn som manglar for tomme celler. Fritekst med linjeskift må stå i hermeteikn.',
    },
    'extra-cell': {
      title: 'For mange celler i rada',
      meaning:
        'Rada har fleire celler enn overskrifta. Ofte står skiljeteiknet inne i ein tekst, eller desimalteiknet er det same som skiljeteiknet.',
      mend: 'Set tekst som inneheld skiljeteiknet, i hermeteikn. Er skiljeteiknet komma, må desimalteiknet vere punktum.',
    },
    'blank-row': {
      title: 'Tom rad',
      meaning: 'Ei linje mellom dataradene er tom eller har berre skiljeteikn.',
      mend: 'Fjern tomme linjer. I Excel: slett radene (ikkje berre innhaldet) før du lagrar.',
    },
    'blank-row/at-end': {
      title: 'Tomme linjer til slutt',
      meaning: 'Fila sluttar med tomme linjer. Dei er ikkje talde med som datarader.',
      mend: 'Du treng ikkje gjere noko.',
    },
    'record-count': {
      title: 'Feil tal på rader',
      meaning: 'Talet på datarader i fila er eit anna enn det som er oppgitt i filbeskrivinga.',
      mend: 'Kontroller at alle radene kom med i eksporten. Er fila rett, skal talet rettast i filbeskrivinga.',
    },
    duplicates: {
      title: 'Like rader',
      meaning: 'Fila er oppgitt å vere utan dublettar, men rada er heilt lik ei tidlegare rad.',
      mend: 'Fjern dei like radene (R: dplyr::distinct(), SAS: PROC SORT NODUPRECS, Stata: duplicates drop), eller oppgi at fila har dublettar.',
    },
    'duplicates/none': {
      title: 'Ingen like rader',
      meaning: 'Filbeskrivinga seier at fila har like rader (no:duplicates), men alle radene er ulike.',
      mend: 'Kontroller at det er rett fil, og at ingen har fjerna gjentakingar på vegen. Er fila rett, skal no:duplicates vere false i filbeskrivinga. Fila blir ikkje avvist for dette.',
    },
    'primary-key': {
      title: 'Nøkkelen er ikkje eintydig',
      meaning: 'To rader har same verdi i primærnøkkelen.',
      mend: 'Finn ut kva rad som gjeld og fjern den andre, eller utvid nøkkelen om eininga kan ha fleire rader.',
    },
    'primary-key/missing': {
      title: 'Tom nøkkel',
      meaning: 'Ein variabel i primærnøkkelen manglar verdi.',
      mend: 'Fyll inn verdien frå kjelda, eller ta rada ut.',
    },
    'unique-error': {
      title: 'Verdien finst frå før',
      meaning: 'Variabelen skal ha ulik verdi i kvar rad, men verdien står i ei tidlegare rad òg.',
      mend: 'Rett eller fjern den eine rada.',
    },
    'row-constraint': {
      title: 'Verdiar som ikkje passar saman',
      meaning:
        'To variablar i rada bryt kravet som står under «skal vere», til dømes at start ikkje kan vere etter slutt.',
      mend: 'Kontroller begge variablane i kjelda; ofte er dei bytte om eller har feil år.',
    },
    'identifier/lost-leading-zero': {
      title: 'Leiande null er borte',
      meaning:
        'Fødselsnummeret har ti siffer og blir gyldig med ein 0 framfor. Kolonnen er ein stad blitt lesen som tal.',
      mend:
        `${asText} Finst ikkje kjelda lenger, kan nullen setjast på igjen: i R sprintf("%011.0f", fnr), i SAS put(fnr, z11.), i Stata string(fnr, "%011.0f"), i pandas .str.zfill(11). ` +
        'Ikkje gjer det for hand i eit rekneark, nullen forsvinn igjen når fila blir lagra.',
    },
    'identifier/numeric-storage': {
      title: 'Nummeret er lagra som desimaltal',
      meaning:
        'Nummeret sluttar på «.0» eller «,0»: kolonnen er lesen som tal og skriven ut igjen. Leiande nullar er då borte.',
      mend: asText,
    },
    'identifier/length': {
      title: 'Feil lengd på nummeret',
      meaning:
        'Nummeret har feil tal på siffer. Fødselsnummer og D-nummer har 11, DUF-nummer 12 og organisasjonsnummer 9.',
      mend: 'Hent nummeret på nytt frå kjelda. Manglar det, lèt du cella stå tom i staden for å fylle ut.',
    },
    'identifier/characters': {
      title: 'Andre teikn enn siffer i nummeret',
      meaning: 'Nummeret skal berre ha siffer, utan mellomrom, punktum, bindestrek eller bokstavar.',
      mend: 'Fjern mellomrom og skiljeteikn i kjelda og skriv fila på nytt, framleis med kolonnen som tekst.',
    },
    'identifier/date': {
      title: 'Fødselsdatoen finst ikkje',
      meaning: 'Dei seks første sifra er ikkje ein gyldig dato for denne typen nummer.',
      mend: 'Kontroller nummeret mot kjelda. Er det eit anna slags nummer (D-nummer, H-nummer eller eit eige løpenummer), må filbeskrivinga seie det.',
    },
    'identifier/control-1': {
      title: 'Feil kontrollsiffer',
      meaning:
        'Kontrollsifferet (det første av to for fødselsnummer) stemmer ikkje. Eit siffer er feil eller bytt om.',
      mend: 'Kontroller nummeret mot kjelda. Ikkje rett det ved gjetting; manglar det rette nummeret, lèt du cella stå tom.',
    },
    'identifier/control-2': {
      title: 'Feil andre kontrollsiffer',
      meaning: 'Det siste sifferet i fødselsnummeret stemmer ikkje. Eit siffer er feil eller bytt om.',
      mend: 'Kontroller nummeret mot kjelda. Ikkje rett det ved gjetting; manglar det rette nummeret, lèt du cella stå tom.',
    },
    'identifier/synthetic': {
      title: 'Syntetisk nummer',
      meaning: 'Nummeret er eit testnummer (månad + 80) og tilhøyrer ingen person.',
      mend: 'Testdata høyrer heime i testmiljøet. Send fila med dei ekte dataa.',
    },
    'unexpected-identifier': {
      title: 'Fødselsnummer der det ikkje er venta',
      meaning:
        'Kolonnen er ikkje oppgitt å innehalde identitetsnummer, men cella har eit gyldig fødselsnummer, D-nummer eller H-nummer.',
      mend: 'Fjern numra frå kolonnen, særleg frå fritekst. Skal kolonnen ha fødselsnummer, må filbeskrivinga seie det (no:identifier).',
    },
    'outgoing-identifier/person': {
      title: 'Fødselsnummer i det som skal leverast ut',
      meaning:
        'Cellene inneheld gyldige fødselsnummer, D-nummer eller H-nummer, og kolonnen er ikkje oppgitt å kunne leverast ut med dei.',
      mend: 'Byt ut numra med eit prosjektspesifikt løpenummer, eller fjern dei. Skal dei leverast ut, må beskrivinga av det som blir levert ut, seie det (no:identifier).',
    },
    'outgoing-identifier/duf': {
      title: 'DUF-nummer i det som skal leverast ut',
      meaning:
        'Cellene inneheld tolv siffer som er gyldige DUF-nummer, og kolonnen er ikkje oppgitt å kunne leverast ut med dei. Om lag eitt av hundre tilfeldige tal på tolv siffer som byrjar med eit årstal, er det.',
      mend: 'Byt ut numra med eit prosjektspesifikt løpenummer, eller fjern dei. Er det noko anna, skriv du kva i grunngjevinga.',
    },
    'outgoing-identifier/orgnr': {
      title: 'Organisasjonsnummer der det ikkje skal vere',
      meaning:
        'Cellene inneheld gyldige organisasjonsnummer, og beskrivinga av det som blir levert ut, seier at kolonnen ikkje skal ha dei (no:mustNotHold).',
      mend: 'Byt ut numra med eit prosjektspesifikt løpenummer, eller fjern dei.',
    },
    'spreadsheet/scientific': {
      title: 'Tal i eksponentform',
      meaning: 'Eit langt nummer er blitt til noko som 1,2E+10 i eit rekneark, og dei siste sifra er tapte.',
      mend: `Sifra kan ikkje reknast ut igjen, så fila må lagast på nytt frå kjelda. ${asText}`,
    },
    'spreadsheet/formula-error': {
      title: 'Formelfeil frå rekneark',
      meaning:
        'Cella har ein feilkode frå eit rekneark (til dømes #REF!, #I/T eller #VERDI!) i staden for ein verdi.',
      mend: 'Rett formelen i reknearket, eller la cella vere tom, og eksporter på nytt.',
    },
    'type-error/integer': type(
      'heiltal',
      'Fjern desimalar, einingar og tekst frå cella. Manglande verdi skal vere tom celle, ikkje «.», «NA» eller «-», med mindre filbeskrivinga seier det.',
    ),
    'type-error/number': type(
      'tal',
      'Bruk desimalteiknet frå filbeskrivinga, og fjern einingar og tekst. Manglande verdi skal vere tom celle, ikkje «.», «NA» eller «-», med mindre filbeskrivinga seier det.',
    ),
    'type-error/decimal-mark': {
      title: 'Både komma og punktum som desimalteikn',
      meaning:
        'Kolonnen bruker eit anna desimalteikn her enn i radene før. Då er det uklart om 1.234 er eit tusental eller eit desimaltal.',
      mend: 'Skriv heile kolonnen med same desimalteikn og utan tusenskilje.',
    },
    'type-error/boolean': type('ja/nei-verdi', 'Bruk berre verdiane som står under «skal vere».'),
    'type-error/date': {
      title: 'Ikkje ein gyldig dato',
      meaning: 'Cella er anten ikkje skriven som ein dato, eller dagen finst ikkje i kalenderen.',
      mend: dateHow,
    },
    'type-error/time': type('klokkeslett', 'Skriv klokkeslettet på forma som står under «skal vere».'),
    'type-error/datetime': {
      title: 'Ikkje eit gyldig tidspunkt',
      meaning: 'Cella er anten ikkje skriven som dato og klokkeslett, eller tidspunktet finst ikkje.',
      mend: dateHow,
    },
    'type-error/year': type('årstal', 'Skriv året med fire siffer.'),
    'type-error/yearmonth': type('år og månad', 'Skriv år og månad som ÅÅÅÅ-MM.'),
    'constraint-error/required': {
      title: 'Verdi manglar',
      meaning: 'Variabelen skal ha verdi i alle rader, men cella er tom.',
      mend: 'Fyll inn verdien frå kjelda, eller ta rada ut. Kan verdien mangle, må filbeskrivinga endrast.',
    },
    'constraint-error/minLength': {
      title: 'For kort verdi',
      meaning:
        'Verdien har færre teikn enn han skal (lister: færre ledd). I kodar er det ofte ein leiande null som er borte (301 i staden for 0301).',
      mend: 'Les kolonnen som tekst heilt frå kjelda, slik at leiande nullar blir med, og skriv fila på nytt.',
    },
    'constraint-error/maxLength': {
      title: 'For lang verdi',
      meaning: 'Verdien har fleire teikn enn han kan ha (lister: fleire ledd).',
      mend: `Sjå etter mellomrom på slutten. ${describeHow}`,
    },
    'constraint-error/minimum': {
      title: 'Verdien er for liten',
      meaning: 'Verdien er under grensa som står under «skal vere».',
      mend: describeHow,
    },
    'constraint-error/maximum': {
      title: 'Verdien er for stor',
      meaning: 'Verdien er over grensa som står under «skal vere».',
      mend: `Sjå etter kodar som 9999 for «ukjend»: skriv heller tom celle. ${describeHow}`,
    },
    'constraint-error/exclusiveMinimum': {
      title: 'Verdien er for liten',
      meaning: 'Verdien er ikkje større enn grensa som står under «skal vere».',
      mend: describeHow,
    },
    'constraint-error/exclusiveMaximum': {
      title: 'Verdien er for stor',
      meaning: 'Verdien er ikkje mindre enn grensa som står under «skal vere».',
      mend: describeHow,
    },
    'constraint-error/enum': {
      title: 'Ukjend kode',
      meaning: 'Verdien finst ikkje i kodelista for variabelen.',
      mend: 'Bruk kodane frå kodelista, skrivne nøyaktig slik (leiande nullar og store bokstavar tel). Kolonnar med kodar må lesast som tekst, elles blir 01 til 1. Manglar ein gyldig kode i lista, må filbeskrivinga endrast.',
    },
    'code-list/unknown': {
      title: 'Koden finst ikkje i kodelista',
      meaning:
        'Verdien er ikkje ein kode i kodelista frå Klass (ssb.no/klass) på det nivået som filbeskrivinga krev, heller ikkje ein utgått kode.',
      mend:
        'Bruk kodane frå kodelista, skrivne nøyaktig slik. Kolonnar med kodar må lesast som tekst, elles blir 0301 til 301; står ein kode under «skal vere», er det truleg den som er meint. ' +
        'Er koden så ny at han finst i Klass, men ikkje her, må kodelista hos mottakaren oppdaterast: sei frå til saksbehandlaren.',
    },
    'code-list/not-valid-at': {
      title: 'Koden galdt ikkje på datoen',
      meaning:
        'Koden finst i kodelista, men galdt ikkje på datoen han skal gjelde for: han var utgått eller enno ikkje teken i bruk. Når koden galdt, står ved kvar celle, og kva kode som galdt på datoen, når endringane i Klass seier det.',
      mend:
        'Byt til koden som galdt på datoen. Står det fleire, er eininga delt, og du må vite kva del rada høyrer til. ' +
        'Er koden rett, er det datoen som må rettast: den i rada, eller den i filbeskrivinga (no:klass, validAt).',
    },
  },
};
