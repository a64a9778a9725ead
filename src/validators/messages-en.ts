/** English texts for every finding. */
import type { Message, Messages } from './message-shape.ts';

const asText =
  'Read the column as text all the way from the source: in R colClasses = "character" or readr::col_character(), in SAS $11., in Stata str11, in SPSS A11, ' +
  'in pandas dtype=str. In Excel do not open the file directly: use Data > From Text/CSV and set the column to "Text".';

const quoteHow =
  'Write the file again with a program that does the quoting itself (R write.csv2 or readr::write_delim, SAS PROC EXPORT, Stata export delimited, pandas to_csv): ' +
  'the text stands in quotes, and a quote inside it is doubled ("").';

const labelHow =
  'Change the label on the first line so that it is spelt exactly as described, capitals included.';

const describeHow =
  'If the value is right, the data description has to change; agree on it with the case officer. Otherwise correct it in the source and write the file again.';

const dateHow =
  'Write the date as shown under "expected", with leading zeros in day and month. A day that does not exist (30 February) has to be corrected in the source.';

function type(what: string, mend: string): Message {
  return { title: `Not ${what}`, meaning: `The cell cannot be read as ${what}.`, mend };
}

export const messagesEn: Messages = {
  propertyNotChecked: {
    title: 'Not checked',
    meaning: 'The data description asks for something that this version does not check.',
    mend: 'Nothing to mend in the file. Make sure yourself that it holds before you send.',
  },
  codeListNotLoaded: {
    title: 'The code list is not loaded',
    meaning:
      'The data description names a code list (no:klass) that is not loaded where the check was made. The codes have not been checked against it.',
    mend: 'Make sure yourself that the codes are right. On the command line the list can be given with --catalogue; at the receiver the case officer loads it.',
  },
  codeListNotFollowed: {
    title: 'The code list does not answer everything',
    meaning:
      'The code list (no:klass) does not have the level or the date that the description asks for, or the field that is to give the date is not a date. Without the level the codes have not been checked; otherwise only the date has not.',
    mend: 'Make sure yourself that the codes were valid at the date. If the description is wrong, the case officer can change it.',
  },
  rules: {
    'engine/died': {
      title: 'The check stopped',
      meaning:
        'The check stopped before it was done, because of a fault on our side. The file has not been checked.',
      mend: 'Send the file again. If it happens once more, report the file name and the time.',
    },
    'engine/limit': {
      title: 'The check took too long or too much memory',
      meaning:
        'The check reached its limit of time or memory and was stopped. The file has not been checked.',
      mend: 'Split the file into smaller ones, or agree on another check with the case officer.',
    },
    'format/not-what-name-says': {
      title: 'The content does not match the file extension',
      meaning:
        'The extension says one format, the content is another. Often it is a workbook or a zip file that was merely renamed.',
      mend: 'Open the file in the program that made it, and save or export it in the format of the extension (in Excel: Save as, "CSV UTF-8"). Renaming does not change the format.',
    },
    'format/unsupported': {
      title: 'The format cannot be checked',
      meaning:
        'This version cannot read the file as it is or as it is described. Its content has not been checked.',
      mend: 'Preferably send the data as semicolon-separated text (.csv or .sdv) in UTF-8, which is checked. If the format is agreed on, the recipient checks it.',
    },
    'format/not-preferred': {
      title: 'Another format is preferred',
      meaning: 'The rule set ssb-2017 prefers SAS, Stata or SPSS. Text is accepted, and has been checked.',
      mend: 'Nothing to do. If you have the choice, send SAS (.sas7bdat), Stata (.dta) or SPSS (.sav) instead, or ask for the description to use ssb-2024.',
    },
    'uniqueness/memory': {
      title: 'Uniqueness was not checked to the end',
      meaning:
        'There are more different values than memory has room for, and nowhere to put the rest. Repetitions have been counted among the first values only (their number follows ">").',
      mend: 'Nothing to do. The receiver checks all of it when you send; the command line (datasluse check) does so too.',
    },
    'uniqueness/storage': {
      title: 'Uniqueness was not checked to the end',
      meaning:
        'The temporary storage for the comparison failed, a full disk for instance. Repetitions have been counted among the first values only (their number follows ">").',
      mend: 'Make room on the disk and check again. At the receiver: ask for the file to be checked again.',
    },
    'file-name/not-expected': {
      title: 'The file is not expected',
      meaning: 'The project has a data description, and no file of this name is in it.',
      mend: 'Give the file exactly the name in the description, see "described are" (capitals count), or ask the case officer to add it.',
    },
    'file-name/characters': {
      title: 'Illegal character in the file name',
      meaning:
        'The file name has other characters than A–Z, a–z, 0–9 and underscore. Æ, ø, å, hyphen and blank are not allowed.',
      mend: 'Rename the file with these characters only, for instance employment_2023.csv.',
    },
    'file-name/starts-with-digit': {
      title: 'The file name begins with a digit',
      meaning: 'A file name cannot begin with a digit.',
      mend: 'Put a letter first, for instance f2023.csv instead of 2023.csv.',
    },
    'file-name/extension': {
      title: 'Unknown file extension',
      meaning: 'The file has no extension, or one that is not among the formats we accept.',
      mend: 'Save the file as semicolon-separated text (.csv or .sdv), SAS (.sas7bdat), Stata (.dta) or SPSS (.sav).',
    },
    'encoding/utf-16': {
      title: 'The file is in UTF-16',
      meaning: 'The file was saved as "Unicode text" (UTF-16) and cannot be read.',
      mend: 'Save it again as UTF-8. In Excel: "CSV UTF-8". In Notepad: Save as, with encoding UTF-8.',
    },
    'encoding/invalid-utf8': {
      title: 'Characters that are not UTF-8',
      meaning:
        'The file should be UTF-8, but has bytes that are not. Usually it was written in windows-1252 (æ, ø and å go wrong).',
      mend: 'Write the file again in UTF-8 (R: fileEncoding = "UTF-8", SAS: encoding="utf-8" on filename, pandas: encoding="utf-8", Excel: Save as "CSV UTF-8"). If windows-1252 was agreed on, the description has to say so (encoding).',
    },
    'encoding/mixed': {
      title: 'Mixed encodings',
      meaning:
        'Some cells are in UTF-8, others in windows-1252. This happens when files of different encodings are joined.',
      mend: 'Read each source file with its own encoding, join them again and write everything in UTF-8.',
    },
    'encoding/not-as-declared': {
      title: 'Another encoding than described',
      meaning: 'The description says windows-1252 (or ISO-8859-1), but the file is in UTF-8.',
      mend: 'Write the file in the encoding described, or ask for the description to be changed to utf-8.',
    },
    'encoding/undefined-byte': {
      title: 'Bytes without a character',
      meaning:
        'The file is read as windows-1252, but has bytes that stand for no character there. It is in another encoding, or damaged.',
      mend: 'Find out which encoding the source uses, and write the file again in UTF-8.',
    },
    'encoding/nul': {
      title: 'NUL character in the text',
      meaning:
        'The cell holds the byte 0, which does not belong in a text file. The file may be binary, damaged or padded.',
      mend: 'Write the file again from the source. Remove NUL characters from free text before exporting.',
    },
    'encoding/mark-inside': {
      title: 'Byte order mark inside the file',
      meaning:
        'The row begins with a mark (BOM) that belongs at the very start of a file only. The file was probably joined from several, and the first cell of the row has gone wrong.',
      mend: 'Join the files in a program that reads them as tables (R rbind, SAS SET, Stata append, pandas concat), not by putting one after the other (copy, cat).',
    },
    'structure/empty': {
      title: 'The file is empty',
      meaning: 'The file has no content.',
      mend: 'Make sure that the export was finished and that this is the right file. Send it again when it has content.',
    },
    'structure/no-rows': {
      title: 'No data rows',
      meaning: 'The file has a header line only, and no data.',
      mend: 'Check the selection and the export, and send the file again with its data.',
    },
    'structure/no-header': {
      title: 'The first line looks like data',
      meaning: 'The first line should hold the variable names, but seems to be a data row.',
      mend: 'Write the file again with variable names on the first line. If it is to have no header, the description has to say so (dialect.header: false).',
    },
    'structure/header-repeated': {
      title: 'The header stands once more',
      meaning:
        'The row is identical to the header. The file was probably joined from several that each have one. The row is counted, but its cells were not checked.',
      mend: 'Remove the row, or join the files again without the header of all but the first. Check the number of rows afterwards.',
    },
    'structure/delimiter': {
      title: 'Wrong delimiter',
      meaning:
        'The file seems to use another delimiter than described. The rest of the check was made with the one it seems to have.',
      mend: 'Write the file again with the delimiter described (in R write.csv2 gives semicolons, in pandas sep=";", in SAS PROC EXPORT delimiter=";", in Stata export delimited, delimiter(";")). Excel takes the list separator of Windows (Region > Additional settings).',
    },
    'structure/quote': {
      title: 'Broken quotes',
      meaning:
        'A quote opens a cell and does not close it properly. The line cannot be read; the check goes on at the next line that has all its cells.',
      mend: `${quoteHow} A few lines can be corrected in a program for plain text (not in Excel).`,
    },
    'structure/quote-inside': {
      title: 'A quote inside a cell',
      meaning:
        'The cell contains a quote without standing in quotes itself. It was read as it stands, but other programs may read it otherwise.',
      mend: quoteHow,
    },
    'structure/too-long': {
      title: 'Line too long',
      meaning:
        'A line is longer than the limit and was not read. Often line ends are missing, or a quote is not closed.',
      mend: 'Make sure that every data row ends with a line end, and write the file again.',
    },
    'structure/too-many-columns': {
      title: 'Too many columns',
      meaning: 'The file has more columns than can be checked. Those beyond the limit were not read.',
      mend: 'Make sure that the delimiter is right and that rows and columns have not changed places. If the file really is that wide, split it into several files with the same key.',
    },
    'structure/line-ends': {
      title: 'Different line ends',
      meaning: 'The file mixes line ends of different systems. All were read as line ends.',
      mend: 'Nothing to do if the number of rows is right. Otherwise write the whole file again from one program.',
    },
    'structure/truncated': {
      title: 'The file ends in the middle of a row',
      meaning:
        'The last line is too short and has no line end. The file was probably cut while it was written or copied.',
      mend: 'Compare its size with the original, make the file again if need be, and send it again.',
    },
    'structure/record-length': {
      title: 'Wrong record length',
      meaning:
        'The file is in fixed positions, and the line has another number of characters than the description says. Fields of such lines were not checked, as they may have moved (unless only blanks follow).',
      mend: 'Fill every field up with blanks to its full width, the last one too: many editors cut blanks at the ends of lines. If all lines are wrong by as much, compare start and width of each field with the description. In UTF-8 characters are counted, not bytes.',
    },
    'structure/tab': {
      title: 'Tab in a file of fixed positions',
      meaning:
        'The line has a tab, which is one character but stands for several positions. Its fields were not checked.',
      mend: 'Replace tabs with blanks in the program that writes the file (in an editor: convert tabs to spaces, with the width that was used), or send the file as delimited text if the description allows it.',
    },
    'missing-label': {
      title: 'Column missing',
      meaning: 'A variable of the data description is not in the header.',
      mend: 'Include the variable. If it is there under another name, change the label to the one under "expected".',
    },
    'extra-label': {
      title: 'Column not described',
      meaning:
        'The file has a variable that is not in the data description. Variables not agreed on are not to be sent.',
      mend: 'Remove the column, or ask the case officer to add it if the permit covers it.',
    },
    'incorrect-label/name': {
      title: 'Wrong variable name',
      meaning: 'The column has another name than described. It was checked as the variable under "expected".',
      mend: labelHow,
    },
    'incorrect-label/order': {
      title: 'Columns in the wrong order',
      meaning: 'All variables are there, but not in the order of the data description.',
      mend: 'Write the columns in the order of the data description.',
    },
    'duplicate-label': {
      title: 'The same variable name twice',
      meaning: 'Two columns have the same name. Only the first was checked as that variable.',
      mend: 'Give each column a name of its own, or remove one of them.',
    },
    'blank-label': {
      title: 'Column without a name',
      meaning:
        'A cell of the header is empty. Often it is a column of row numbers from R or pandas, or one delimiter too many at the end.',
      mend: 'Name the column, or write the file without it (R: row.names = FALSE, pandas: index=False).',
    },
    'variable-name/characters': {
      title: 'Illegal character in a variable name',
      meaning: 'The variable name has other characters than A–Z, a–z, 0–9 and underscore.',
      mend: 'Rename the variable without æ, ø, å, blanks and other signs, for instance income_before_tax.',
    },
    'variable-name/starts-with-digit': {
      title: 'Variable name that begins with a digit',
      meaning: 'A variable name cannot begin with a digit.',
      mend: 'Put a letter first, for instance v2019 instead of 2019.',
    },
    'variable-name/length': {
      title: 'Variable name too long',
      meaning: 'The variable name is longer than 32 characters.',
      mend: 'Shorten it to 32 characters at most, and explain it in the variable list.',
    },
    'missing-cell': {
      title: 'Too few cells in the row',
      meaning:
        'The row has fewer cells than the header. Cells of such rows were not checked, as they may have moved.',
      mend: 'Look for line ends inside free text and for delimiters left out for empty cells. Free text with line ends has to stand in quotes.',
    },
    'extra-cell': {
      title: 'Too many cells in the row',
      meaning:
        'The row has more cells than the header. Often the delimiter stands inside a text, or is the decimal mark too.',
      mend: 'Put text that contains the delimiter in quotes. With comma as the delimiter, the decimal mark has to be a point.',
    },
    'blank-row': {
      title: 'Blank row',
      meaning: 'A line between the data rows is empty or has delimiters only.',
      mend: 'Remove blank lines. In Excel delete the rows (not just their content) before saving.',
    },
    'blank-row/at-end': {
      title: 'Blank lines at the end',
      meaning: 'The file ends with blank lines. They are not counted as data rows.',
      mend: 'Nothing to do.',
    },
    'record-count': {
      title: 'Wrong number of rows',
      meaning: 'The number of data rows differs from the one declared in the description.',
      mend: 'Make sure that all rows are in the export. If the file is right, correct the number in the description.',
    },
    duplicates: {
      title: 'Identical rows',
      meaning: 'The file is declared to have no duplicates, but the row is identical to an earlier one.',
      mend: 'Remove the duplicates (R: dplyr::distinct(), SAS: PROC SORT NODUPRECS, Stata: duplicates drop), or declare that the file has them.',
    },
    'duplicates/none': {
      title: 'No equal rows',
      meaning: 'The description says that the file has equal rows (no:duplicates), but every row is another.',
      mend: 'See that it is the right file, and that nobody removed repetitions on the way. If the file is right, no:duplicates is to be false in the description. The file is not rejected for this.',
    },
    'primary-key': {
      title: 'The key is not unique',
      meaning: 'Two rows have the same value in the primary key.',
      mend: 'Find out which row is right and remove the other, or widen the key if a unit may have several rows.',
    },
    'primary-key/missing': {
      title: 'Empty key',
      meaning: 'A variable of the primary key has no value.',
      mend: 'Fill in the value from the source, or take the row out.',
    },
    'unique-error': {
      title: 'The value occurs before',
      meaning:
        'The variable should have a different value in every row, but this value stands in an earlier row too.',
      mend: 'Correct or remove one of the rows.',
    },
    'foreign-key': {
      title: 'The value it refers to is missing',
      meaning:
        'The variable refers to a row of another file, or to another row of this one, by its key; and no row has that key. The file and its key stand after "must be in".',
      mend: 'Find out whether the key is wrong here (a leading zero or a letter case may be enough) or the row it refers to was left out of the selection. A row that refers to nothing has an empty cell.',
    },
    'foreign-key/file-missing': {
      title: 'The file it refers to is not here',
      meaning:
        'The variable refers to rows of another file, and that file was not at hand when this one was checked: it has not been sent yet, or it is not accepted. So the references have not been checked. Which file it is stands under "about".',
      mend: 'Send that file first. When it is accepted, send this one again; then the references are checked. On the command line: name both files in one datasluse check.',
    },
    'foreign-key/file-not-read': {
      title: 'The file it refers to cannot be used',
      meaning:
        'The variable refers to rows of another file, but the key could not be read there: the file is not a table in text, it was not read to the end, or it lacks a column that the key is made of. So the references have not been checked. Which file it is stands under "about".',
      mend: 'See the report of that file, mend it and send it again. Then send this file again. If that file is in order, the description names the wrong columns in "foreignKeys".',
    },
    'foreign-key/not-compared': {
      title: 'References were not checked to the end',
      meaning:
        'There are more keys than memory has room for, and nowhere to put the rest, or the temporary storage failed. References that are not counted may be wrong too.',
      mend: 'In the browser: nothing to do, the receiver checks all of it when you send. On the command line: make room on the disk and check again. At the receiver: ask for the file to be checked again.',
    },
    'row-constraint': {
      title: 'Values that do not go together',
      meaning:
        'Two variables of the row break the rule under "expected", for instance that a start cannot come after its end.',
      mend: 'Check both variables in the source; often they are swapped or have the wrong year.',
    },
    'microdata/start': {
      title: 'A start date in a data set without time',
      meaning: 'The data set has the temporality FIXED, and the column start has to be empty in every row.',
      mend: 'Empty the column start (keep the delimiters). If the value changes with time, the temporality is another: STATUS, ACCUMULATED or EVENT.',
    },
    'microdata/stop': {
      title: 'A stop date that is not used',
      meaning: 'The data set has the temporality FIXED. The stop date is accepted for now, but not used.',
      mend: 'Empty the column stop (keep the delimiters) the next time the file is made.',
    },
    'microdata/overlap': {
      title: 'Timespans that overlap',
      meaning:
        'The unit has two timespans that cover the same days, wholly or in part. The row with the other follows "∩". A timespan without a stop date lasts for ever, and both start and stop belong to it.',
      mend: 'End the first timespan on the day before the next begins at the latest, or remove one of the rows.',
    },
    'identifier/lost-leading-zero': {
      title: 'Leading zero lost',
      meaning:
        'The identity number has ten digits and is valid with a 0 in front. Somewhere the column was read as a number.',
      mend:
        `${asText} If there is no source any more, the zero can be put back: in R sprintf("%011.0f", fnr), in SAS put(fnr, z11.), in Stata string(fnr, "%011.0f"), in pandas .str.zfill(11). ` +
        'Do not add it by hand in a spreadsheet: it goes again when the file is saved.',
    },
    'identifier/numeric-storage': {
      title: 'The number was stored as a decimal number',
      meaning:
        'The number ends in ".0" or ",0": the column was read as a number and written out again. Leading zeros are then lost.',
      mend: asText,
    },
    'identifier/parts': {
      title: 'Wrong count of numbers in the cell',
      meaning:
        'The cell should hold several numbers with a separator between (the form is under "expected"), but has fewer or more.',
      mend: 'Put the cell together again from the numbers, each with all its digits, and with the separator of the description. If one of the numbers is not known, leave the whole cell empty.',
    },
    'identifier/length': {
      title: 'Wrong length',
      meaning:
        'The number has the wrong count of digits. Identity numbers and D-numbers have 11, DUF numbers 12, organisation numbers 9.',
      mend: 'Fetch the number from the source again. If it is not known, leave the cell empty instead of filling it up.',
    },
    'identifier/characters': {
      title: 'Other characters than digits',
      meaning: 'The number may have digits only: no blanks, points, hyphens or letters.',
      mend: 'Remove blanks and separators in the source and write the file again, with the column still as text.',
    },
    'identifier/date': {
      title: 'No such date of birth',
      meaning: 'The first six digits are not a valid date for this kind of number.',
      mend: 'Check the number against the source. If it is another kind (D-number, H-number or your own serial number), the description has to say so.',
    },
    'identifier/control-1': {
      title: 'Wrong control digit',
      meaning:
        'The control digit (the first of two in identity numbers) does not fit. A digit is wrong or swapped.',
      mend: 'Check the number against the source. Do not guess; if the right number is not known, leave the cell empty.',
    },
    'identifier/control-2': {
      title: 'Wrong second control digit',
      meaning: 'The last digit of the identity number does not fit. A digit is wrong or swapped.',
      mend: 'Check the number against the source. Do not guess; if the right number is not known, leave the cell empty.',
    },
    'identifier/synthetic': {
      title: 'Synthetic number',
      meaning: 'The number is a test number (month + 80) and belongs to nobody.',
      mend: 'Test data belong in the test environment. Send the file with the real data.',
    },
    'unexpected-identifier': {
      title: 'Identity number where none is expected',
      meaning:
        'The column is not declared to hold identity numbers, but the cell has a valid identity number, D-number or H-number.',
      mend: 'Remove the numbers from the column, from free text above all. If the column is to hold them, the description has to say so (no:identifier).',
    },
    'outgoing-identifier/person': {
      title: 'Identity number in what is to go out',
      meaning:
        'The cells hold valid identity numbers, D-numbers or H-numbers, and the column is not declared to go out with them.',
      mend: 'Replace the numbers with a serial number of the project, or remove them. If they are to go out, the description of what goes out has to say so (no:identifier).',
    },
    'outgoing-identifier/duf': {
      title: 'DUF number in what is to go out',
      meaning:
        'The cells hold twelve digits that are valid DUF numbers, and the column is not declared to go out with them. About one in a hundred random numbers of twelve digits that begin with a year is.',
      mend: 'Replace the numbers with a serial number of the project, or remove them. If they are something else, say what in the reason.',
    },
    'outgoing-identifier/orgnr': {
      title: 'Organisation number where none may be',
      meaning:
        'The cells hold valid organisation numbers, and the description of what goes out says that the column must not have them (no:mustNotHold).',
      mend: 'Replace the numbers with a serial number of the project, or remove them.',
    },
    'spreadsheet/scientific': {
      title: 'Number in scientific notation',
      meaning:
        'A long number has become something like 1.2E+10 in a spreadsheet, and its last digits are lost.',
      mend: `The digits cannot be computed back, so the file has to be made again from the source. ${asText}`,
    },
    'spreadsheet/formula-error': {
      title: 'Formula error from a spreadsheet',
      meaning:
        'The cell has an error code of a spreadsheet (such as #REF!, #N/A or #VALUE!) instead of a value.',
      mend: 'Correct the formula in the spreadsheet, or leave the cell empty, and export again.',
    },
    'spreadsheet/date-like': {
      title: 'A code became a date in a spreadsheet',
      meaning:
        'The cell is written as a date without a year (such as 01.feb, 2-mar or jan.05). A spreadsheet makes such dates of codes like 1.2, 2-3 and 1/5.',
      mend: `The code cannot be read back out of the date, so the file has to be made again from the source. ${asText} If the text is meant to be so, there is nothing to do.`,
    },
    'spreadsheet/date-serial': {
      title: 'The date became a number in a spreadsheet',
      meaning:
        'The cell has five digits where a date should be. Spreadsheets keep dates as days since 1900, and the number shows where the cell has no date format.',
      mend: 'Set a date format (YYYY-MM-DD, for instance) on the whole column in the spreadsheet and export again. In R: as.Date(x, origin = "1899-12-30"). Files of older Excel for Mac may count from 1904: compare some dates with the source.',
    },
    'spreadsheet/totals-line': {
      title: 'A line of totals at the end',
      meaning: 'The last row is a line of totals ("Sum", "Total") and not a data row.',
      mend: 'Delete the line and export again. Here it was read as an ordinary row: other errors in the same row, and a number of rows that is one too high, come from it and go with it.',
    },
    'type-error/integer': type(
      'an integer',
      'Remove decimals, units and text. Write a missing value as an empty cell, not ".", "NA" or "-", unless the description says so.',
    ),
    'type-error/number': type(
      'a number',
      'Use the decimal mark of the description, and remove units and text. Write a missing value as an empty cell, not ".", "NA" or "-", unless the description says so.',
    ),
    'type-error/decimal-mark': {
      title: 'Both comma and point as decimal mark',
      meaning:
        'The column uses another decimal mark here than in the rows before. It is then unclear whether 1.234 is a thousand or a fraction.',
      mend: 'Write the whole column with one decimal mark and without a thousands separator.',
    },
    'type-error/boolean': type('a yes or no', 'Use only the values under "expected".'),
    'type-error/date': {
      title: 'Not a valid date',
      meaning: 'The cell is either not written as a date, or there is no such day in the calendar.',
      mend: dateHow,
    },
    'type-error/time': type('a time of day', 'Write the time as shown under "expected".'),
    'type-error/datetime': {
      title: 'Not a valid date and time',
      meaning: 'The cell is either not written as a date and time, or there is no such moment.',
      mend: dateHow,
    },
    'type-error/year': type('a year', 'Write the year with four digits.'),
    'type-error/yearmonth': type('a year and month', 'Write year and month as YYYY-MM.'),
    'type-error/duration': type(
      'a duration',
      'Write the duration as ISO 8601 does: P, then years (Y), months (M), weeks (W) or days (D), then T and hours (H), minutes (M) and seconds (S), for instance P3Y, P18M or PT4H30M.',
    ),
    'type-error/email': type(
      'an e-mail address',
      'Write one address per cell, without a name, angle brackets or blanks, for instance name@example.no.',
    ),
    'type-error/uri': type(
      'a web address (URI)',
      'Write the whole address, with https:// in front. Blanks and letters such as æ, ø and å have to be percent-encoded (a blank is %20).',
    ),
    'type-error/binary': type(
      'base64',
      'Write the bytes in base64 (A–Z, a–z, 0–9, + and /), padded with = to a multiple of four, without line breaks (R: base64enc::base64encode, pandas: base64.b64encode).',
    ),
    'type-error/uuid': type(
      'a UUID',
      'Write it as 32 hexadecimal digits in groups of 8-4-4-4-12 with hyphens, without braces.',
    ),
    'type-error/object': type(
      'a JSON object',
      'Write the object as JSON: names and texts in double quotes, no comma after the last. In a delimited file the cell stands in quotes and each quote inside it is doubled (""). Let a program write both (R: jsonlite::toJSON, Python: json.dumps).',
    ),
    'type-error/array': type(
      'a JSON array',
      'Write the array as JSON: square brackets, texts in double quotes, no comma after the last. In a delimited file the cell stands in quotes and each quote inside it is doubled ("").',
    ),
    'type-error/list': type(
      'a list of the values described',
      'Put the delimiter shown under "expected" between the items, without blanks, and let every item be written as its type demands. A list without items is an empty cell.',
    ),
    'type-error/geopoint': type(
      'a point',
      'Write longitude (east) first and latitude (north) after it, in degrees with a decimal point, in the form under "expected". Longitude is between -180 and 180, latitude between -90 and 90.',
    ),
    'type-error/geojson': type(
      'GeoJSON',
      'Write the geometry as GeoJSON (RFC 7946): a known "type", and as many brackets around the coordinates as it demands. The ring of a polygon has four positions or more and ends where it begins.',
    ),
    'constraint-error/required': {
      title: 'Value missing',
      meaning: 'The variable has to have a value in every row, but the cell is empty.',
      mend: 'Fill in the value from the source, or take the row out. If it may be missing, the description has to change.',
    },
    'constraint-error/minLength': {
      title: 'Value too short',
      meaning:
        'The value has fewer characters than it should (lists: fewer items). In codes a leading zero is often lost (301 instead of 0301).',
      mend: 'Read the column as text all the way from the source, so that leading zeros stay, and write the file again.',
    },
    'constraint-error/maxLength': {
      title: 'Value too long',
      meaning: 'The value has more characters than it may (lists: more items).',
      mend: `Look for blanks at the end. ${describeHow}`,
    },
    'constraint-error/minimum': {
      title: 'Value too small',
      meaning: 'The value is below the bound under "expected".',
      mend: describeHow,
    },
    'constraint-error/maximum': {
      title: 'Value too large',
      meaning: 'The value is above the bound under "expected".',
      mend: `Look for codes such as 9999 for "unknown": leave the cell empty instead. ${describeHow}`,
    },
    'constraint-error/exclusiveMinimum': {
      title: 'Value too small',
      meaning: 'The value is not greater than the bound under "expected".',
      mend: describeHow,
    },
    'constraint-error/exclusiveMaximum': {
      title: 'Value too large',
      meaning: 'The value is not less than the bound under "expected".',
      mend: describeHow,
    },
    'constraint-error/enum': {
      title: 'Unknown code',
      meaning: 'The value is not in the code list of the variable.',
      mend: 'Use the codes of the list, spelt exactly so (leading zeros and capitals count). Columns of codes have to be read as text, or 01 becomes 1. If a valid code is missing from the list, the description has to change.',
    },
    'constraint-error/pattern': {
      title: 'Value not of the form described',
      meaning:
        'The whole value has to match the regular expression under "expected", and does not. Often there is a blank too many, a leading zero is lost, or lower case stands for upper case.',
      mend: describeHow,
    },
    'constraint-error/jsonSchema': {
      title: 'JSON that breaks its schema',
      meaning:
        'The cell is valid JSON, but breaks the JSON Schema of the field. The place in that schema stands under "expected" (jsonSchema in the data description).',
      mend: describeHow,
    },
    'code-list/unknown': {
      title: 'Not a code of the code list',
      meaning:
        'The value is not a code of the code list from Klass (ssb.no/klass) at the level that the description asks for, nor one that has ended.',
      mend:
        'Use the codes of the list, spelt exactly so. Columns of codes have to be read as text, or 0301 becomes 301; a code under "expected" is probably the one that was meant. ' +
        'If the code is so new that Klass has it and this list has not, the receiver has to update the list: tell the case officer.',
    },
    'code-list/not-valid-at': {
      title: 'The code was not valid at the date',
      meaning:
        'The code is in the code list but was not valid at the date it stands for: it had ended, or was not yet in use. Each cell says when the code was valid, and which code was valid at the date where the changes in Klass tell.',
      mend:
        'Change to the code that was valid at the date. If there are several, the unit was divided, and you must know which part the row belongs to. ' +
        'If the code is right, the date has to be corrected: in the row, or in the description (no:klass, validAt).',
    },
  },
};
