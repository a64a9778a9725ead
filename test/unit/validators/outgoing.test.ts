import { expect, test } from 'vitest';
import { checkIdentifier } from '../../../src/validators/identity-numbers.ts';
import { renderCsv } from '../../../src/validators/render-csv.ts';
import { renderHtml } from '../../../src/validators/render-html.ts';
import { renderText } from '../../../src/validators/render-text.ts';
import type { Report } from '../../../src/validators/report.ts';
import { check, described, type Overrides } from './check.ts';

/** The official numbers of 2032, and a synthetic one. */
const persons = ['02013299997', '30108299920', '30108299939'];
const synthetic = '01815012345';
const duf = dufOf('2011123456');
const orgnr = '123456785';

function dufOf(ten: string): string {
  for (let control = 0; control < 100; control++) {
    const number = ten + String(control).padStart(2, '0');
    if (checkIdentifier(Buffer.from(number), 0, 12, 'duf', '2032', 0) === null) return number;
  }
  throw new Error('no such number');
}

const leaving = (text: string, more: Overrides = {}) => check(text, { outgoing: true, ...more });
const counted = (report: Report) =>
  report.rules
    .filter((rule) => rule.code === 'outgoing-identifier')
    .map(({ sub, field, fieldNumber, count }) => `${sub} ${field ?? fieldNumber} ${count}`);
const faults = (report: Report) =>
  report.rules.filter((rule) => rule.severity === 'error').map((rule) => rule.code);

test('counts identity numbers in every column of a file that nobody has described, exactly', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i};${persons[i % 3]};navn ${persons[0]} her;${i}`);
  const report = leaving(['id;a;fritekst;b', ...rows].join('\n') + '\n');
  expect(report.verdict).toBe('rejected');
  expect(counted(report)).toEqual(['person a 3000', 'person fritekst 3000']);
});

test('says nothing of a file without such numbers, however it names its columns and itself', () => {
  const report = leaving('løpenr;kjønn;årstall\n00000000001;1;2020\n00000000002;2;2021\n', {
    fileName: 'Uttrekk 1 (endelig).csv',
  });
  expect(report).toMatchObject({ verdict: 'accepted', complete: true });
});

test('counts under the same numbers however the bytes are cut', () => {
  const text = `a;b\n"x ${persons[0]} ""y""";${duf}\n;010132 99997\n020132 99997;1\n`;
  const whole = leaving(text);
  const cut = leaving(text, { chunks: (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)) });
  expect(counted(whole)).toEqual(['person a 2', 'duf b 1']);
  expect(cut).toEqual(whole);
});

test('no digit of a number stands in the report, in whatever form', () => {
  const report = leaving(`a;b\n${persons[0]};x ${duf}\n${persons[1]};y\n`);
  const shown = [
    JSON.stringify(report),
    ...(['nb', 'nn', 'en'] as const).map((one) => renderText(report, one)),
  ];
  for (const text of shown) {
    for (const number of [...persons, duf]) expect(text).not.toContain(number.slice(0, 6));
  }
  expect(report.rules[0]?.samples[0]).toMatchObject({ row: 1, shape: '###########', value: null });
});

test('leaves a column alone that the description declares to go out with identity numbers, and that one only', () => {
  const resource = described([
    { name: 'fnr', type: 'string', 'no:identifier': 'person' },
    { name: 'merknad', type: 'string' },
  ]);
  expect(leaving(`fnr;merknad\n${persons[0]};fri\n`, { resource })).toMatchObject({ verdict: 'accepted' });
  const report = leaving(`fnr;merknad\n${persons[0]};${persons[1]}\n`, { resource });
  expect(counted(report)).toEqual(['person merknad 1']);
});

test('finds them in columns of numbers, dates, codes and lists, and where a value counts as missing', () => {
  const fields = [
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'number' },
    { name: 'c', type: 'date' },
    { name: 'd', type: 'string', constraints: { enum: [persons[0], 'x'] } },
    { name: 'e', type: 'list', delimiter: ',' },
    { name: 'f', type: 'string', missingValues: [persons[0]] },
  ];
  const row = Array.from({ length: 6 }, () => persons[0]).join(';');
  const report = leaving(`a;b;c;d;e;f\n${row}\n`, { resource: described(fields) });
  expect(counted(report)).toEqual([
    'person a 1',
    'person b 1',
    'person c 1',
    'person d 1',
    'person e 1',
    'person f 1',
  ]);
});

test('looks for organisation numbers only where the description says that none may be', () => {
  const fields = (more: object) => [{ name: 'a', type: 'string', ...more }];
  const text = `a\n${orgnr}\n123 456 785 AS\n987654321\n`;
  expect(leaving(text).verdict).toBe('accepted');
  expect(leaving(text, { resource: described(fields({})) }).verdict).toBe('accepted');
  const report = leaving(text, { resource: described(fields({ 'no:mustNotHold': ['orgnr'] })) });
  expect(counted(report)).toEqual(['orgnr a 2']);
});

test('a DUF number has a year that has been, and twelve digits exactly', () => {
  expect(counted(leaving(`a;b\n${duf};x\n`))).toEqual(['duf a 1']);
  for (const other of [dufOf('2199123456'), dufOf('1911123456'), `${duf}0`, `9${duf}`, `2011123456${'99'}`])
    expect(counted(leaving(`a;b\n${other};x\n`))).toEqual([]);
});

test('synthetic numbers count too: nobody sees on the number whose test it was', () => {
  const number = [...Array(100).keys()]
    .map((n) => synthetic.slice(0, 9) + String(n).padStart(2, '0'))
    .find((one) => checkIdentifier(Buffer.from(one), 0, 11, 'person', '2032', 0) === 'synthetic');
  if (number !== undefined) expect(counted(leaving(`a;b\n${number};x\n`))).toEqual(['person a 1']);
  expect(number).toBeDefined();
});

test('columns that nobody described, and those that are not there, are faults', () => {
  const resource = described([
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'string' },
  ]);
  expect(faults(leaving('a;c;d\n1;x;y\n', { resource }))).toContain('extra-label');
  expect(faults(leaving('a\n1\n', { resource }))).toContain('missing-label');
  expect(faults(leaving('a;b\nx;y\n', { resource }))).toEqual(['type-error']);
  expect(faults(leaving('a;b\n1;y\n', { resource: undefined, expected: ['annen.csv'] }))).toEqual([
    'file-name',
  ]);
});

test('what cannot be read is not checked, and what is passed over makes it incomplete', () => {
  const sav = Buffer.concat([Buffer.from('$FL2@(#) SPSS DATA FILE'), Buffer.alloc(500)]);
  expect(check(sav, { outgoing: true, fileName: 'a.sav' })).toMatchObject({
    verdict: 'not-checked',
    complete: false,
  });
  for (const dialect of [{ commentChar: '#' }, { commentRows: [3] }, { headerRows: [2] }]) {
    const resource = described([{ name: 'a', type: 'string' }], { dialect });
    expect(leaving('a\na\nx\n', { resource }).complete).toBe(false);
  }
});

test('searches fixed positions between the fields and after the last as well', () => {
  const resource = described(
    [
      { name: 'a', type: 'string', 'no:start': 1, 'no:width': 2 },
      { name: 'b', type: 'string', 'no:start': 14, 'no:width': 2 },
    ],
    {},
    { fieldsMatch: 'subset' },
  );
  expect(leaving('01           xx\n02           yy\n', { resource })).toMatchObject({ verdict: 'accepted' });
  expect(counted(leaving(`01${persons[0]}xx\n02           yy\n`, { resource }))).toEqual(['person null 1']);
  expect(counted(leaving(`01           xx ${persons[0]}\nøå           yy\n`, { resource }))).toEqual([
    'person null 1',
  ]);
  expect(counted(leaving(`øå${persons[0]}xx\n`, { resource }))).toEqual(['person null 1']);
});

test('nobody is told to send again what is about to leave', () => {
  const report = leaving(`a\n${persons[0]}\n`);
  expect(renderText(report, 'nb').split('\n')[0]).toBe(
    'FUNN: se på dem før filen leveres ut. Rett filen, eller begrunn at den kan gå ut som den er.',
  );
  expect(renderHtml(report, 'nn')).toContain('<title>Funn: fil.csv – Kontrollrapport</title>');
  expect(renderCsv([report], 'en')).toContain(';Findings;');
  expect(renderText(leaving('a\nb\n'), 'en')).toMatch(/^NO FINDINGS/);
});

test('a file that comes in is judged as before', () => {
  const text = `a;b\n${duf};${persons[0]}\n`;
  expect(check(text).rules.map((rule) => rule.code)).toEqual(['unexpected-identifier']);
  expect(check(text, { resource: described([{ name: 'a' }, { name: 'b' }]) }).verdict).toBe('rejected');
});
