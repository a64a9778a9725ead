/** A snapshot of one Klass classification: its codes over time and how they changed, as a file holds it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';

/** Null, or left out, where Klass knows no bound. */
const day = z.iso.date().nullish();
const code = z.string().trim().min(1).max(64);

/**
 * One code in one period. Klass' own `codes` answer fits: its levels are text, and for most classifications it puts
 * the period in the two properties named for the range that was asked for.
 */
const Code = z
  .object({
    code,
    parentCode: z.string().nullish(),
    level: z.union([z.int(), z.string().regex(/^\d{1,3}$/)]).transform(Number),
    name: z.string(),
    validFrom: day,
    validTo: day,
    validFromInRequestedRange: day,
    validToInRequestedRange: day,
  })
  .transform((raw) => ({
    code: raw.code,
    parentCode: raw.parentCode ?? null,
    level: raw.level,
    name: raw.name,
    /** The first day. */
    validFrom: raw.validFrom ?? raw.validFromInRequestedRange ?? null,
    /** The day after the last. */
    validTo: raw.validTo ?? raw.validToInRequestedRange ?? null,
  }))
  .refine((one) => one.validFrom === null || one.validTo === null || one.validFrom < one.validTo, {
    path: ['validTo'],
  });

/** On `changeOccurred` the old code ended, or gave something away, and the new one took over. */
const Change = z.object({
  /** Null for a code that came from nowhere. */
  oldCode: code.nullish().transform((value) => value ?? null),
  /** Null for a code that nothing followed. */
  newCode: code.nullish().transform((value) => value ?? null),
  changeOccurred: z.iso.date(),
});

const Name = z.union([
  z.string().trim().min(1),
  z.object({ nb: z.string().trim().min(1), en: z.string().trim().min(1).nullish() }),
]);

/** What a file holds, and, once parsed, what the database does: the schema reads its own output. */
export const Snapshot = z.object({
  /** Klass' number of the classification: 131 is the municipalities. */
  classification: z.union([
    z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/),
    z.int().min(0).transform(String),
  ]),
  name: Name.transform((name) =>
    typeof name === 'string' ? { nb: name, en: null } : { nb: name.nb, en: name.en ?? null },
  ),
  /** The day the snapshot was taken. */
  snapshotAt: z.iso.date(),
  codes: z.array(Code).min(1),
  changes: z
    .array(Change)
    .nullish()
    .transform((changes) => changes ?? []),
});
export type Snapshot = z.infer<typeof Snapshot>;

export interface ParsedSnapshot {
  content: Snapshot;
  /** Of the text as it was handed in, in hex; reports name it. */
  sha256: string;
}

/** What a check needs of a snapshot: plain data, for a worker thread or a browser. */
export interface CodeListForCheck {
  classification: string;
  snapshotAt: string;
  sha256: string;
  codes: { code: string; level: number; validFrom: string | null; validTo: string | null }[];
  changes: { oldCode: string; newCode: string; changeOccurred: string }[];
}

/** A snapshot from the text of a file. Errors: `invalid-input` naming what is wrong. */
export function parseSnapshot(text: string): ParsedSnapshot {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      { nb: 'Kodelisten er ikke gyldig JSON.', en: 'The code list is not valid JSON.' },
      { cause },
    );
  }
  const parsed = Snapshot.safeParse(json);
  if (!parsed.success) throw wrong(parsed.error.issues[0]!.path);
  return { content: parsed.data, sha256: createHash('sha256').update(text).digest('hex') };
}

export function codeListForCheck({ content, sha256 }: ParsedSnapshot): CodeListForCheck {
  return {
    classification: content.classification,
    snapshotAt: content.snapshotAt,
    sha256,
    codes: content.codes.map((one) => ({
      code: one.code,
      level: one.level,
      validFrom: one.validFrom,
      validTo: one.validTo,
    })),
    changes: content.changes.flatMap(({ oldCode, newCode, changeOccurred }) =>
      oldCode === null || newCode === null ? [] : [{ oldCode, newCode, changeOccurred }],
    ),
  };
}

function wrong(path: readonly PropertyKey[]): AppError {
  const at = path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
  return new AppError('invalid-input', {
    nb: `Kodelisten kan ikke brukes: ${at || 'filen'} mangler eller har feil form.`,
    en: `The code list cannot be used: ${at || 'the file'} is missing or has the wrong form.`,
  });
}
