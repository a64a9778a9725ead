/** Configuration and secrets, parsed once; the only reader of the environment. */
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type ApprovalRule, approvalRules } from './deliveries/approval-rule.ts';
import { type Role, roles } from './identity/permissions.ts';
import { isSafeUrl } from './identity/sign-in-settings.ts';
import { parseBytes } from './platform/byte-words.ts';
import { AppError, type Language } from './platform/errors.ts';
import { isAddressOrNetwork } from './sftp/client-address.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** `host:port`; a host with colons stands in brackets. */
const Endpoint = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^:\s[\]]+):\d{1,5}$/, 'host:port')
  .transform((text) => {
    const at = text.lastIndexOf(':');
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
  })
  .refine(({ port }) => port <= 65_535, 'a port is at most 65535');

/** Words between commas; none is no word. */
function listOf<T>(item: z.ZodType<T>) {
  const words = (text: unknown): unknown =>
    typeof text === 'string'
      ? text
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== '')
      : [];
  return z.preprocess(words, z.array(item));
}

function whole(from: number, to: number) {
  return z.coerce.number().int().min(from).max(to);
}

const PublicUrl = z
  .string()
  .refine(isSafeUrl, 'an https:// address such as https://sluse.example.no')
  .transform((text) => new URL(text).origin);

export const Environment = z.object({
  NODE_ENV: z.string().optional(),
  DATASLUSE_DATA: z.string().min(1).default('./var'),
  DATASLUSE_ROOT_KEY: z.string().min(1).optional(),
  DATASLUSE_HTTP: Endpoint.prefault('127.0.0.1:8080'),
  DATASLUSE_SFTP: Endpoint.prefault('127.0.0.1:2222'),
  DATASLUSE_STAFF_HTTP: Endpoint.optional(),
  DATASLUSE_TLS_CERTIFICATE: z.string().min(1).optional(),
  DATASLUSE_TLS_KEY: z.string().min(1).optional(),
  DATASLUSE_HTTP_PER_MINUTE: whole(1, 1_000_000).default(600),
  DATASLUSE_HTTP_PER_MINUTE_ADDRESS: whole(1, 1_000_000).default(3000),
  DATASLUSE_HTTP_PROXIES: listOf(
    z.string().refine(isAddressOrNetwork, 'addresses or networks such as 10.1.0.0/16, with commas between'),
  ),
  DATASLUSE_PUBLIC_URL: PublicUrl.optional(),
  DATASLUSE_STAFF_PUBLIC_URL: PublicUrl.optional(),
  DATASLUSE_SIGN_IN: z.string().min(1).optional(),
  DATASLUSE_DEVELOPMENT_SIGN_IN: z.enum(['on', 'off']).optional(),
  DATASLUSE_SESSION_IDLE_MINUTES: whole(1, 1440).default(60),
  DATASLUSE_SESSION_HOURS: whole(1, 168).default(10),
  DATASLUSE_LOG: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DATASLUSE_SYNTHETIC_IDS: z.enum(['accept', 'refuse']).optional(),
  DATASLUSE_MAIL_FROM: z.string().min(3).default('Datasluse <datasluse@localhost>'),
  DATASLUSE_PROCESSES: whole(1, 16).default(1),
  DATASLUSE_CHECK_WORKERS: z.coerce.number().int().min(1).max(64).default(4),
  DATASLUSE_APPROVAL: z.enum(approvalRules).default('second-person'),
  DATASLUSE_OPEN_DAYS: z.coerce.number().int().min(1).max(365).default(14),
  DATASLUSE_WARN_DAYS: z.coerce.number().int().min(0).max(365).default(3),
  DATASLUSE_PROJECT_QUOTA: z
    .string()
    .default('1 TB')
    .transform((text) => parseBytes(text) ?? -1)
    .refine((bytes) => bytes >= 0, 'a size such as 500 GB'),
  DATASLUSE_KEEP_UNFINISHED_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  DATASLUSE_SFTP_CODE_ROLES: listOf(z.enum(roles)),
  DATASLUSE_SFTP_GRACE_SECONDS: whole(1, 600).default(30),
  DATASLUSE_SFTP_ATTEMPTS: whole(1, 100).default(6),
  DATASLUSE_SFTP_ATTEMPTS_PER_ADDRESS: whole(1, 100_000).default(100),
  DATASLUSE_SFTP_ATTEMPT_MINUTES: whole(1, 1440).default(10),
  DATASLUSE_SFTP_BAN_MINUTES: whole(1, 1440).default(10),
  DATASLUSE_SFTP_LONGEST_BAN_HOURS: whole(1, 720).default(24),
  DATASLUSE_SFTP_CONNECTIONS: whole(1, 10_000).default(500),
  DATASLUSE_SFTP_CONNECTIONS_PER_ADDRESS: whole(1, 10_000).default(50),
  DATASLUSE_SFTP_CONNECTIONS_PER_PERSON: whole(1, 10_000).default(32),
  DATASLUSE_SFTP_IDLE_MINUTES: whole(1, 1440).default(15),
  DATASLUSE_SFTP_STALL_MINUTES: whole(1, 10_080).default(60),
  DATASLUSE_SFTP_PROXIES: listOf(
    z.string().refine(isAddressOrNetwork, 'addresses or networks such as 10.1.0.0/16, with commas between'),
  ),
  DATABASE_URL: z.string().min(1).optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'smtp:// or smtps://')
    .optional(),
});

export interface Config {
  /** Absolute. Everything but the root key lies below it. */
  dataFolder: string;
  /** Absolute, outside the data folder: whoever gets a copy of the data has no key with it. */
  rootKeyFile: string;
  http: { host: string; port: number };
  /** When set, only this listener knows the routes of staff. */
  staffHttp: { host: string; port: number } | undefined;
  /** Absolute paths of PEM files: both listeners of HTTP speak TLS with them. Without, a proxy before them does. */
  tls: { certificateFile: string; keyFile: string } | undefined;
  httpLimits: {
    /** Requests to the API a minute. */
    perMinute: { person: number; address: number };
    /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
    proxies: readonly string[];
  };
  sftp: { host: string; port: number };
  signIn: {
    /** Scheme, host and port that people reach the web door at; without it, the listener's own. */
    publicUrl: string | undefined;
    /** The same of the listener of staff; without it, `publicUrl`. */
    staffPublicUrl: string | undefined;
    /** Absolute path of the file with the providers. */
    settingsFile: string | undefined;
    /** Anybody who reaches the web door may choose who to be. */
    development: boolean;
    /** Nothing is let pass that is for trying things out. */
    production: boolean;
    limits: { idleMinutes: number; absoluteMinutes: number };
  };
  /** Whoever holds one of these roles, anywhere, gives a one-time code after the key. */
  sftpCodeRoles: readonly Role[];
  sftpLimits: {
    graceMs: number;
    maxAuthAttempts: number;
    maxAttemptsPerAddress: number;
    attemptWindowMs: number;
    banMs: number;
    longestBanMs: number;
    maxConnections: number;
    maxConnectionsPerAddress: number;
    maxConnectionsPerPerson: number;
    idleTimeoutMs: number;
    stallTimeoutMs: number;
    /** Addresses and networks of proxies that send PROXY protocol v2. */
    proxies: readonly string[];
  };
  logLevel: z.infer<typeof Environment>['DATASLUSE_LOG'];
  /** Synthetic identity numbers are test data: refused in production unless said otherwise. */
  syntheticIds: 'accept' | 'refuse';
  mailFrom: string;
  checkWorkers: number;
  /** How many processes serve. With more than one, a further one starts them and runs the jobs. */
  processes: number;
  /** Whether a delivery needs the approval of a second person. */
  approval: ApprovalRule;
  /** How long a delivery lies open, and how long before its end those who have not fetched it are told. */
  openDays: number;
  warnDaysBefore: number;
  keepUnfinishedDays: number;
  /** What a project may store that has no quota of its own. */
  quotaBytes: number;
  deletionReminders: { daysBefore: readonly number[]; overdueEveryDays: number };
  /** The language of messages on the command line. */
  language: Language;
  /** Who runs the process, for the audit log. */
  operator: string;
}

/** Never logged, never shown. */
export interface Secrets {
  databaseUrl: string | undefined;
  smtpUrl: string | undefined;
}

/** One without the other is a mistake that must not end in plain HTTP. */
function tlsFiles(e: z.infer<typeof Environment>): Config['tls'] {
  const { DATASLUSE_TLS_CERTIFICATE: certificate, DATASLUSE_TLS_KEY: key } = e;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new AppError('invalid-input', {
      nb: 'DATASLUSE_TLS_CERTIFICATE og DATASLUSE_TLS_KEY hører sammen: oppgi begge eller ingen.',
      en: 'DATASLUSE_TLS_CERTIFICATE and DATASLUSE_TLS_KEY belong together: set both or neither.',
    });
  }
  return { certificateFile: resolve(certificate), keyFile: resolve(key) };
}

/** Reads the environment. Errors: `invalid-input` naming the variable, never its value. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): { config: Config; secrets: Secrets } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? '?');
    const wanted = issue?.message ?? '';
    throw new AppError('invalid-input', {
      nb: `Miljøvariabelen ${name} er ugyldig: ${wanted}.`,
      en: `The environment variable ${name} is not valid: ${wanted}.`,
    });
  }
  const e = parsed.data;
  const dataFolder = resolve(e.DATASLUSE_DATA);
  const production = e.NODE_ENV === 'production';
  return {
    config: {
      dataFolder,
      rootKeyFile: resolve(
        e.DATASLUSE_ROOT_KEY ?? join(dirname(dataFolder), `${basename(dataFolder)}.keys`, 'root.key'),
      ),
      http: e.DATASLUSE_HTTP,
      staffHttp: e.DATASLUSE_STAFF_HTTP,
      tls: tlsFiles(e),
      httpLimits: {
        perMinute: { person: e.DATASLUSE_HTTP_PER_MINUTE, address: e.DATASLUSE_HTTP_PER_MINUTE_ADDRESS },
        proxies: e.DATASLUSE_HTTP_PROXIES,
      },
      sftp: e.DATASLUSE_SFTP,
      signIn: {
        publicUrl: e.DATASLUSE_PUBLIC_URL,
        staffPublicUrl: e.DATASLUSE_STAFF_PUBLIC_URL,
        settingsFile: e.DATASLUSE_SIGN_IN && resolve(e.DATASLUSE_SIGN_IN),
        development: developmentSignIn(e, production),
        production,
        limits: {
          idleMinutes: e.DATASLUSE_SESSION_IDLE_MINUTES,
          absoluteMinutes: e.DATASLUSE_SESSION_HOURS * 60,
        },
      },
      sftpCodeRoles: e.DATASLUSE_SFTP_CODE_ROLES,
      sftpLimits: {
        graceMs: e.DATASLUSE_SFTP_GRACE_SECONDS * secondMs,
        maxAuthAttempts: e.DATASLUSE_SFTP_ATTEMPTS,
        maxAttemptsPerAddress: e.DATASLUSE_SFTP_ATTEMPTS_PER_ADDRESS,
        attemptWindowMs: e.DATASLUSE_SFTP_ATTEMPT_MINUTES * minuteMs,
        banMs: e.DATASLUSE_SFTP_BAN_MINUTES * minuteMs,
        longestBanMs: e.DATASLUSE_SFTP_LONGEST_BAN_HOURS * hourMs,
        maxConnections: e.DATASLUSE_SFTP_CONNECTIONS,
        maxConnectionsPerAddress: e.DATASLUSE_SFTP_CONNECTIONS_PER_ADDRESS,
        maxConnectionsPerPerson: e.DATASLUSE_SFTP_CONNECTIONS_PER_PERSON,
        idleTimeoutMs: e.DATASLUSE_SFTP_IDLE_MINUTES * minuteMs,
        stallTimeoutMs: e.DATASLUSE_SFTP_STALL_MINUTES * minuteMs,
        proxies: e.DATASLUSE_SFTP_PROXIES,
      },
      logLevel: e.DATASLUSE_LOG,
      syntheticIds: e.DATASLUSE_SYNTHETIC_IDS ?? (production ? 'refuse' : 'accept'),
      mailFrom: e.DATASLUSE_MAIL_FROM,
      checkWorkers: e.DATASLUSE_CHECK_WORKERS,
      processes: e.DATASLUSE_PROCESSES,
      approval: e.DATASLUSE_APPROVAL,
      openDays: e.DATASLUSE_OPEN_DAYS,
      warnDaysBefore: e.DATASLUSE_WARN_DAYS,
      keepUnfinishedDays: e.DATASLUSE_KEEP_UNFINISHED_DAYS,
      quotaBytes: e.DATASLUSE_PROJECT_QUOTA,
      deletionReminders: { daysBefore: [60, 30, 7, 0], overdueEveryDays: 7 },
      language: /^(nb|nn|no)/i.test(given.LC_ALL ?? given.LC_MESSAGES ?? given.LANG ?? '') ? 'nb' : 'en',
      operator: operatorName(),
    },
    secrets: { databaseUrl: e.DATABASE_URL, smtpUrl: e.SMTP_URL },
  };
}

/** By itself only where nobody but this machine reaches it and nothing else is set up; when asked for, anywhere but in production. */
function developmentSignIn(e: z.infer<typeof Environment>, production: boolean): boolean {
  const wanted = e.DATASLUSE_DEVELOPMENT_SIGN_IN;
  if (wanted === 'on' && production) {
    throw new AppError('invalid-input', {
      nb: 'DATASLUSE_DEVELOPMENT_SIGN_IN=on lar hvem som helst logge inn som hvem som helst, og godtas ikke når NODE_ENV=production. Sett opp innlogging i en fil, og oppgi den i DATASLUSE_SIGN_IN.',
      en: 'DATASLUSE_DEVELOPMENT_SIGN_IN=on lets anybody sign in as anybody, and is refused when NODE_ENV=production. Set sign-in up in a file, and name it in DATASLUSE_SIGN_IN.',
    });
  }
  if (wanted === 'on' && e.DATASLUSE_PROCESSES > 1) {
    throw new AppError('invalid-input', {
      nb: 'DATASLUSE_DEVELOPMENT_SIGN_IN=on husker hvem som er i ferd med å logge inn, i én prosess. Sett DATASLUSE_PROCESSES=1.',
      en: 'DATASLUSE_DEVELOPMENT_SIGN_IN=on remembers who is about to sign in within one process. Set DATASLUSE_PROCESSES=1.',
    });
  }
  if (wanted !== undefined) return wanted === 'on';
  if (e.DATASLUSE_PROCESSES > 1) return false;
  const loopback = ['127.0.0.1', '::1', 'localhost'];
  const ownMachine = [e.DATASLUSE_HTTP, e.DATASLUSE_STAFF_HTTP ?? e.DATASLUSE_HTTP].every(({ host }) =>
    loopback.includes(host),
  );
  const setUp = [
    e.DATASLUSE_SIGN_IN,
    e.DATASLUSE_PUBLIC_URL,
    e.DATASLUSE_STAFF_PUBLIC_URL,
    e.DATABASE_URL,
  ].some((one) => one !== undefined);
  return !production && ownMachine && !setUp;
}

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a uid without a name.
    return `uid${process.getuid?.() ?? ''}`;
  }
}
