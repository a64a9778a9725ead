/** Runs a check over bytes for the tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeListForCheck, parseSnapshot } from '../../../src/catalogue/snapshot.ts';
import { type CheckOptions, createChecker } from '../../../src/validators/checker.ts';
import type { CodeList } from '../../../src/validators/code-lists.ts';
import { parseDataPackage, type Resource } from '../../../src/validators/description.ts';
import type { KeyHost } from '../../../src/validators/key-room.ts';
import type { Report, Rule } from '../../../src/validators/report.ts';

export type Overrides = Partial<CheckOptions> & {
  chunks?: (data: Uint8Array) => Iterable<Uint8Array>;
  keyHost?: KeyHost;
  /** The bytes of each present file of `referenced`. */
  beside?: readonly (string | Uint8Array)[];
};

export function check(data: string | Uint8Array, overrides: Overrides = {}): Report {
  const { chunks, keyHost, beside = [], ...options } = overrides;
  const cut = (bytes: Uint8Array) => chunks?.(bytes) ?? [bytes];
  const checker = createChecker(
    {
      fileName: 'fil.csv',
      language: 'nb',
      syntheticIds: 'accept',
      today: '2026-11-23',
      descriptionSha256: null,
      ...options,
    },
    keyHost,
  );
  beside.forEach((content, index) => {
    for (const chunk of cut(bytesOf(content))) checker.pushReferenced(index, chunk);
    checker.endReferenced(index);
  });
  for (const chunk of cut(bytesOf(data))) checker.push(chunk);
  return checker.finish({ sha256: null });
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}

/** A resource with these fields. */
export function described(
  fields: unknown[],
  more: Record<string, unknown> = {},
  schema: Record<string, unknown> = {},
): Resource {
  return parseDataPackage({
    resources: [{ name: 'fil', path: 'fil.csv', ...more, schema: { fields, ...schema } }],
  }).resources[0]!;
}

/** A snapshot of test/vectors/klass. */
export function codeList(name: string): CodeList {
  const file = join(import.meta.dirname, `../../vectors/klass/${name}.json`);
  return codeListForCheck(parseSnapshot(readFileSync(file, 'utf8')));
}

/** `code/sub field: count` of each rule. */
export function findings(report: Report): string[] {
  return report.rules.map(
    (rule) => `${ruleId(rule)}${rule.field === null ? '' : ` ${rule.field}`}: ${rule.count}`,
  );
}

export function ruleId(rule: Rule): string {
  return rule.sub === null ? rule.code : `${rule.code}/${rule.sub}`;
}

/** The bytes cut at the places given. */
export function cutAt(...places: number[]): (data: Uint8Array) => Uint8Array[] {
  return (data) => {
    const edges = [
      0,
      ...places.map((place) => Math.min(place, data.length)).sort((a, b) => a - b),
      data.length,
    ];
    return edges.slice(1).map((edge, index) => data.slice(edges[index]!, edge));
  };
}

export function byteByByte(data: Uint8Array): Uint8Array[] {
  return Array.from(data, (byte) => Uint8Array.of(byte));
}
