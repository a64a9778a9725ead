/** The options of every command that prints a report: its form and its language. */
import {
  type ReportFormat,
  type ReportLanguage,
  reportFormats,
  reportLanguages,
} from '../inbound/report-text.ts';
import { type Input, type Option, UsageError } from './command.ts';

export const reportOptions: Readonly<Record<string, Option>> = {
  format: {
    value: reportFormats.join('|'),
    help: 'text for people (the default), a page, a table, or the report itself',
  },
  language: { value: reportLanguages.join('|'), help: 'the language of the report' },
  json: { help: 'the same as --format json' },
};

/** `fallback` is the language of the command line. Errors: UsageError. */
export function reportChoice(
  input: Input,
  fallback: ReportLanguage,
): { format: ReportFormat; language: ReportLanguage } {
  const format = chosen(input, 'format', reportFormats);
  if (input.has('json') && format !== undefined && format !== 'json')
    throw new UsageError(`--json and --format ${format} exclude each other`);
  return {
    format: format ?? (input.has('json') ? 'json' : 'text'),
    language: chosen(input, 'language', reportLanguages) ?? fallback,
  };
}

function chosen<T extends string>(input: Input, name: string, known: readonly T[]): T | undefined {
  const given = input.option(name);
  if (given === undefined) return undefined;
  const found = known.find((one) => one === given);
  if (found === undefined) throw new UsageError(`--${name} is one of ${known.join(', ')}`);
  return found;
}
