/** Golden pairs: a small file with its description, and the report it must give, for some as text too. `UPDATE_VECTORS=1` writes the reports. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckOptions } from '../../../src/validators/checker.ts';
import { parseDataPackage } from '../../../src/validators/description.ts';
import { renderText } from '../../../src/validators/render-text.ts';
import { Report } from '../../../src/validators/report.ts';
import { reportLanguages } from '../../../src/validators/report-language.ts';
import { ruleTable } from '../../../src/validators/rules.ts';
import { byteByByte, check, codeList, type Overrides, ruleId } from './check.ts';

const folder = join(import.meta.dirname, '../../vectors/validators');
const names = readdirSync(folder).sort();

/** `klass` are names of files in test/vectors/klass. */
type Case = Partial<Omit<CheckOptions, 'resource' | 'codeLists' | 'referenced'>> & {
  resource?: unknown;
  klass?: string[];
  /** Files that foreign keys point at; one without content is not there. */
  referenced?: { resource: unknown; fileName: string; content?: string }[];
};

function load(name: string): { data: Uint8Array; options: Overrides } {
  const {
    resource,
    klass = [],
    referenced = [],
    ...options
  } = JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as Case;
  const parsed = resource === undefined ? undefined : resourceOf(resource);
  return {
    data: new Uint8Array(readFileSync(join(folder, name, 'input'))),
    options: {
      ...options,
      resource: parsed,
      codeLists: klass.map(codeList),
      referenced: referenced.map((file) => ({
        resource: resourceOf(file.resource),
        fileName: file.fileName,
        present: file.content !== undefined,
      })),
      beside: referenced.map(({ content }) => content ?? ''),
    },
  };
}

function resourceOf(resource: unknown) {
  return parseDataPackage({ resources: [resource] }).resources[0]!;
}

describe('golden reports', () => {
  test.each(names)('%s', (name) => {
    const { data, options } = load(name);
    const report = check(data, options);
    const file = join(folder, name, 'report.json');
    if (process.env.UPDATE_VECTORS === '1' || !existsSync(file)) {
      writeFileSync(file, JSON.stringify(report, null, 2) + '\n');
    }
    expect(report).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    expect(Report.parse(report)).toEqual(report);
    expect(check(data, { ...options, chunks: byteByByte })).toEqual(report);
    const textFile = join(folder, name, 'report.txt');
    if (!existsSync(textFile)) return;
    const text = renderText(report, options.language ?? 'nb');
    if (process.env.UPDATE_VECTORS === '1') writeFileSync(textFile, text);
    expect(text).toBe(readFileSync(textFile, 'utf8'));
  });

  test('there is one for every rule that a file can break', () => {
    const seen = new Set(
      names.flatMap((name) => check(load(name).data, load(name).options).rules.map(ruleId)),
    );
    // Found in files too large to keep here (hostile-bytes.test.ts), or by the host (check-worker.test.ts).
    const elsewhere = [
      ...[
        'engine/died',
        'engine/limit',
        'uniqueness/memory',
        'uniqueness/storage',
        'foreign-key/not-compared',
      ],
      ...['structure/too-long', 'structure/too-many-columns'],
    ];
    expect(Object.keys(ruleTable).filter((id) => !seen.has(id) && !elsewhere.includes(id))).toEqual([]);
  });

  test.each(reportLanguages)('every report can be read as text (%s)', (language) => {
    for (const name of names) {
      const report = check(load(name).data, { ...load(name).options, language });
      const text = renderText(report, language);
      expect(text).not.toMatch(/undefined(?!-byte)|NaN/);
      for (const rule of report.rules) expect(text).toContain(ruleId(rule));
      expect(text.split('\n').every((line) => line === line.trimEnd())).toBe(true);
    }
  });
});

test('no digit run of an identity number in any vector survives into its report', () => {
  for (const name of names) {
    const { data, options } = load(name);
    const source = new TextDecoder('latin1').decode(data);
    const runs = [...source.matchAll(/\d{6}(?=[ .]?\d{4,5})/g)].map(([run]) => run);
    const report = check(data, options);
    const output = JSON.stringify(report) + renderText(report, 'nb');
    for (const run of runs) expect(output.includes(run), `${name}: ${run}`).toBe(false);
  }
});
