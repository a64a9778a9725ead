/** Every setting that src/config.ts reads, with its default and bounds as the schema has them, and a sentence on what it does. */
import { z } from 'zod';
import { Environment } from '../src/config.ts';

type Name = keyof typeof Environment.shape;

/** What it does, and the default where it is worked out. A setting that is not here does not compile. */
const words: Readonly<Record<Name, { what: string; default?: string }>> = {
  DATASLUSE_DATA: { what: 'The data folder: `store/`, and where they are used `postgres/` and `mail/`.' },
  DATASLUSE_ROOT_KEY: {
    what: 'The root key file, outside the data folder.',
    default: '`<data>.keys/root.key`',
  },
  DATABASE_URL: {
    what: 'Connection string of PostgreSQL, with its password.',
    default: 'the embedded database',
  },
  DATASLUSE_HTTP: { what: 'Where the web door listens: `host:port`, an IPv6 host in brackets.' },
  DATASLUSE_STAFF_HTTP: {
    what: 'A listener of their own for the routes of staff; the public one then knows none of them.',
    default: 'none: `DATASLUSE_HTTP` has all',
  },
  DATASLUSE_TLS_CERTIFICATE: {
    what: 'PEM file with the certificate, and those between it and the root. With it the web door speaks HTTPS only; a renewed file is read within a minute.',
    default: 'plain HTTP, for a proxy that has TLS',
  },
  DATASLUSE_TLS_KEY: { what: 'PEM file with its key.', default: 'as above' },
  DATASLUSE_HTTP_PER_MINUTE: { what: 'Requests to the API a minute, of one person.' },
  DATASLUSE_HTTP_PER_MINUTE_ADDRESS: {
    what: 'Requests to the API a minute, from one address (IPv6: one /64). Instances on one database count together.',
  },
  DATASLUSE_HTTP_PROXIES: {
    what: 'Addresses and networks of proxies whose `X-Forwarded-For` is believed, with commas between.',
  },
  DATASLUSE_PUBLIC_URL: {
    what: 'Scheme, host and port that people reach the web door at. Needed once providers are set up.',
    default: 'the listener’s own address',
  },
  DATASLUSE_STAFF_PUBLIC_URL: {
    what: 'The same of the listener of staff, when that has a name of its own. Register its addresses with the provider too.',
    default: '`DATASLUSE_PUBLIC_URL`',
  },
  DATASLUSE_SIGN_IN: { what: 'The JSON file with the providers of sign-in, and Maskinporten.' },
  DATASLUSE_DEVELOPMENT_SIGN_IN: {
    what: 'Whether anybody may sign in as anybody. `on` is refused with `NODE_ENV=production` and with several processes.',
    default: '`on` on the machine itself when nothing else is set up, else `off`',
  },
  DATASLUSE_SESSION_IDLE_MINUTES: { what: 'A session on the web that nobody uses for so long is over.' },
  DATASLUSE_SESSION_HOURS: { what: 'A session on the web is over after so long, however much it is used.' },
  DATASLUSE_SFTP: { what: 'Where the SFTP door listens.' },
  DATASLUSE_SFTP_CODE_ROLES: {
    what: 'Who holds one of these roles, in any project, gives a one-time code after the key.',
  },
  DATASLUSE_SFTP_GRACE_SECONDS: { what: 'From accept to signed in: the proxy’s header, keys and code.' },
  DATASLUSE_SFTP_ATTEMPTS: { what: 'Refused sign-ins in one connection.' },
  DATASLUSE_SFTP_ATTEMPTS_PER_ADDRESS: {
    what: 'Refused sign-ins from one address within `ATTEMPT_MINUTES`; then it is banned.',
  },
  DATASLUSE_SFTP_ATTEMPT_MINUTES: { what: 'See the line above.' },
  DATASLUSE_SFTP_BAN_MINUTES: { what: 'The first ban; each further one within a week is twice as long.' },
  DATASLUSE_SFTP_LONGEST_BAN_HOURS: { what: 'No ban is longer.' },
  DATASLUSE_SFTP_CONNECTIONS: { what: 'Connections at once; divided among several processes.' },
  DATASLUSE_SFTP_CONNECTIONS_PER_ADDRESS: { what: 'Connections at once from one address, in each process.' },
  DATASLUSE_SFTP_CONNECTIONS_PER_PERSON: { what: 'Connections at once of one person, in each process.' },
  DATASLUSE_SFTP_IDLE_MINUTES: { what: 'Without a byte of SFTP. One byte now and then counts.' },
  DATASLUSE_SFTP_STALL_MINUTES: { what: 'The same while a file is open.' },
  DATASLUSE_SFTP_PROXIES: { what: 'Addresses and networks of proxies that send PROXY protocol v2.' },
  SMTP_URL: {
    what: 'Where mail goes: `smtp://` or `smtps://`, with its password.',
    default: 'mail is written to `<data>/mail`',
  },
  DATASLUSE_MAIL_FROM: { what: 'Sender of mail.' },
  DATASLUSE_APPROVAL: {
    what: 'Whether a delivery is published only when somebody who neither submitted it nor put a file into it has approved it.',
  },
  DATASLUSE_OPEN_DAYS: {
    what: 'Calendar days a delivery is open. It keeps what held when it was published.',
  },
  DATASLUSE_WARN_DAYS: { what: 'Days before the end on which those who have not fetched are told.' },
  DATASLUSE_KEEP_UNFINISHED_DAYS: { what: 'Days an unfinished upload can be resumed.' },
  DATASLUSE_PROJECT_QUOTA: { what: 'What a project may store that has no quota of its own.' },
  DATASLUSE_PROCESSES: { what: 'Processes that serve, to use several cores.' },
  DATASLUSE_CHECK_WORKERS: {
    what: 'Checks at once, one worker thread each; divided among several processes.',
  },
  DATASLUSE_SYNTHETIC_IDS: {
    what: 'Whether synthetic identity numbers (month + 80) pass.',
    default: '`accept`; `refuse` in production',
  },
  NODE_ENV: { what: '`production` refuses what is for trying things out.' },
  DATASLUSE_LOG: { what: 'How much is logged, as JSON lines on standard error.' },
};

/** Rows of a table: the setting, its default, its bounds, what it does. */
export function settingRows(): string[][] {
  const { properties = {} } = z.toJSONSchema(Environment, { io: 'input', unrepresentable: 'any' });
  return Object.entries(words).map(([name, { what, default: said }]) => {
    const found = properties[name];
    const { default: preset, minimum, maximum, enum: choices } = typeof found === 'object' ? found : {};
    const shown = preset === undefined ? 'none' : `\`${String(preset)}\``;
    const bounds = minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`;
    return [
      `\`${name}\``,
      said ?? shown,
      choices === undefined ? bounds : choices.map((one) => `\`${String(one)}\``).join(', '),
      what,
    ];
  });
}
