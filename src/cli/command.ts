/** What a command is: a name, a line of help, its arguments, and a function that answers with an exit code. */
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { RootKeyDeps } from '../custody/root-keys.ts';
import type { VerifyDeps } from '../custody/verify-store.ts';
import type { ApprovalRule } from '../deliveries/approval-rule.ts';
import type { FetchDeps } from '../deliveries/fetch.ts';
import type { Actor } from '../identity/permissions.ts';
import type { UploadDeps } from '../inbound/upload.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError, type Language } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** The service's inside, opened for one command. */
export interface Services
  extends UploadDeps,
    Omit<FetchDeps, 'access'>,
    RootKeyDeps,
    VerifyDeps,
    AsyncDisposable {
  openDays: number;
  approval: ApprovalRule;
  codeSecret: Uint8Array;
  identitySecret: Uint8Array;
  runJobs(): Promise<readonly { job: string; did: readonly string[]; failed: boolean }[]>;
}

/** What `main` hands to the command line. */
export interface CommandLine {
  config: {
    dataFolder: string;
    sftp: { host: string; port: number };
    http: { host: string; port: number };
    signIn: { publicUrl: string | undefined; settingsFile: string | undefined; development: boolean };
    syntheticIds: 'accept' | 'refuse';
    language: Language;
    operator: string;
  };
  log: Log;
  open(clock?: Clock): Promise<Services>;
  clock: Clock;
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean; columns?: number };
}

/** Exit codes; `datasluse --help` prints them. */
export const exit = {
  /** Done; for `check`: accepted. */
  done: 0,
  /** Refused, rejected, not valid. */
  refused: 1,
  /** The command was not understood, or a file could not be read. */
  usage: 2,
  /** The service is not running. */
  notRunning: 3,
} as const;

export interface Option {
  /** The placeholder for its value; a switch has none. */
  value?: string;
  /** The command asks for it with `input.required`. */
  required?: boolean;
  /** May be given several times. */
  many?: true;
  help: string;
}

export interface Command {
  /** One or two words: `check`, `inbound list`. */
  name: string;
  summary: string;
  /** Names of the positional arguments, in order; `FILE...` takes one or more, `[X]` may be left out. */
  arguments: readonly string[];
  options: Readonly<Record<string, Option>>;
  run(line: CommandLine, input: Input): Promise<number>;
}

export interface Input {
  positionals: readonly string[];
  /** The value of an option that was given. */
  option(name: string): string | undefined;
  /** Every value of an option that may be given several times. */
  all(name: string): readonly string[];
  /** The value of an option that must be given. */
  required(name: string): string;
  has(name: string): boolean;
}

/** The arguments of one command. Errors: UsageError with a sentence. */
export function parseInput(command: Command, args: readonly string[]): Input {
  const known = Object.entries({ ...command.options, help: { help: '' } });
  const options = Object.fromEntries(
    known.map(([name, option]) => [
      name,
      {
        type: 'value' in option ? ('string' as const) : ('boolean' as const),
        multiple: 'many' in option,
      },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new UsageError((thrown as Error).message);
  }
  checkCount(command, parsed.positionals);
  const option = (name: string): string | undefined => {
    const value = parsed.values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals: parsed.positionals,
    option,
    all(name) {
      const values = parsed.values[name];
      return Array.isArray(values) ? values.map(String) : [];
    },
    has: (name) => parsed.values[name] === true,
    required(name) {
      const value = option(name);
      if (value === undefined) throw new UsageError(`--${name} is missing`);
      return value;
    },
  };
}

function checkCount(command: Command, given: readonly string[]): void {
  const least = command.arguments.filter((name) => !name.startsWith('[')).length;
  const many = command.arguments.some((name) => name.includes('...'));
  if (given.length < least)
    throw new UsageError(`${command.arguments[given.length] ?? 'an argument'} is missing`);
  if (!many && given.length > command.arguments.length)
    throw new UsageError(`too many arguments: ${given.at(-1)}`);
}

/** The command line was not understood. */
export class UsageError extends Error {}

/** Whoever runs the command acts as the operator. */
export function operator(line: CommandLine): Actor {
  return { kind: 'operator', name: line.config.operator };
}

/** The first problem that zod found, as a usage error that names the option. */
export function parseOr<T>(
  schema: {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: T }
      | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };
  },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`);
}

/** A file that the person named could not be read; the exit code says so. */
export class UnreadableFile extends AppError {}

export function unreadable(path: string, cause: unknown): AppError {
  return new UnreadableFile(
    'not-found',
    { nb: `Kan ikke lese ${path}.`, en: `Cannot read ${path}.` },
    { cause },
  );
}
