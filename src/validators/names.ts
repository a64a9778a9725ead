/** Rules for file and variable names: SSB's, and that no name gives away a person's number. */
import { isPersonNumber } from './identity-numbers.ts';
import type { RuleId } from './rules.ts';
import { formatOfName } from './sniff.ts';

/** What is wrong with a file name: letters A–Z a–z, digits and _, not a digit first, and an extension that SSB reads. */
export function fileNameFaults(fileName: string): RuleId[] {
  const dot = fileName.lastIndexOf('.');
  const stem = dot > 0 ? fileName.slice(0, dot) : fileName;
  const faults: RuleId[] = [];
  if (!/^[A-Za-z0-9_]+$/.test(stem)) faults.push('file-name/characters');
  if (/^[0-9]/.test(stem)) faults.push('file-name/starts-with-digit');
  const format = formatOfName(fileName);
  if (format === undefined || format === null) faults.push('file-name/extension');
  return faults;
}

/** What is wrong with a variable name: as file names, and at most 32 characters. */
export function variableNameFaults(label: string): RuleId[] {
  const faults: RuleId[] = [];
  if (!/^[A-Za-z0-9_]*$/.test(label)) faults.push('variable-name/characters');
  if (/^[0-9]/.test(label)) faults.push('variable-name/starts-with-digit');
  if ([...label].length > 32) faults.push('variable-name/length');
  return faults;
}

/** True for eleven digits, also parted after the sixth, and for ten that a 0 in front makes a person's number. */
export function mayHoldPersonNumber(name: string): boolean {
  if (/(?<!\d)\d{6}[ ._-]?\d{5}(?!\d)/.test(name)) return true;
  const ten = name.match(/(?<!\d)\d{10}(?!\d)/g) ?? [];
  return ten.some((digits) =>
    isPersonNumber(
      Uint8Array.from(`0${digits}`, (digit) => digit.charCodeAt(0)),
      0,
    ),
  );
}
