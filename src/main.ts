/** The process: arguments, signals, exit code. */
import { runCommand } from './cli/cli.ts';
import { readConfig } from './config.ts';
import { openForCommand } from './core.ts';
import { runJobs } from './jobs.ts';
import { systemClock } from './platform/clock.ts';
import { AppError, toAppError } from './platform/errors.ts';
import { createLog, describeError } from './platform/log.ts';
import { hasParent, serveForParent, startProcesses } from './processes.ts';
import { startService } from './server.ts';

const STOP_WITHIN_MS = 4500;

async function serve(): Promise<number> {
  const { config, secrets } = readConfig();
  const log = createLog(config.logLevel);
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise failed unheard'));
  process.on('uncaughtException', (err) => {
    // What is durable stays so; the rest is not to be trusted any more.
    log.error({ err }, 'the process is in an unknown state and ends');
    process.exit(70);
  });
  // The channel to the parent would keep it alive.
  if (hasParent()) process.exit(await serveForParent(config, secrets, log.child({ pid: process.pid })));
  const stop = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
  });
  const start = config.processes > 1 ? startProcesses : startService;
  const service = await start(config, secrets, log);
  print(welcome(service, config.dataFolder));
  log.info({ signal: await stop }, 'stopping');
  const late = setTimeout(() => {
    log.error({}, 'the service did not stop in time and is ended');
    process.exit(75);
  }, STOP_WITHIN_MS);
  await service[Symbol.asyncDispose]();
  clearTimeout(late);
  return 0;
}

function welcome(service: Awaited<ReturnType<typeof startService>>, dataFolder: string): string {
  const { http, staffHttp, sftp } = service;
  const lines = [
    '',
    'Datasluse is running.',
    '',
    `  Web     ${urlOf(http)}`,
    ...(staffHttp === undefined ? [] : [`  Staff   ${urlOf(staffHttp)}`]),
    `  SFTP    sftp -P ${sftp.port} NAME@${sftp.host}`,
    `  Key     ${sftp.hostKeyFingerprint} (ED25519)`,
    `  Data    ${dataFolder}`,
    '',
    ...(service.empty
      ? ['No project yet. Make one to try it with:', '', '  npx datasluse demo', '']
      : ['Administer it on this host with: npx datasluse --help', '']),
  ];
  return lines.join('\n');
}

function urlOf({ host, port, secure }: { host: string; port: number; secure: boolean }): string {
  return `${secure ? 'https' : 'http'}://${bracketed(host)}:${port}/`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const serveHelp = `Runs the service until it is told to stop (SIGTERM, SIGINT).

Usage: datasluse serve

The environment sets it up:

  DATASLUSE_DATA   the folder for everything but the root key (./var)
  DATASLUSE_HTTP   host:port of the web door (127.0.0.1:8080)
  DATASLUSE_SFTP   host:port of the SFTP door (127.0.0.1:2222)
  DATASLUSE_PROCESSES  how many processes serve (1)
  DATABASE_URL     a PostgreSQL of one's own instead of the embedded one
  SMTP_URL         where mail goes; without it, to mail/*.eml in the data folder`;

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'serve') {
    if (args.includes('--help') || args.includes('-h')) {
      print(serveHelp);
      return 0;
    }
    if (args.length > 1)
      throw new AppError('invalid-input', {
        nb: 'serve tar ingen argumenter.',
        en: 'serve takes no arguments.',
      });
    return serve();
  }
  const { config, secrets } = readConfig();
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  return runCommand(args, {
    config,
    log,
    clock: systemClock,
    open: async (clock) => {
      const core = await openForCommand(config, secrets, log, clock);
      return { ...core, runJobs: () => runJobs(core) };
    },
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
  });
}

const args = process.argv.slice(2);
try {
  process.exitCode = await main(args);
} catch (thrown) {
  const error = toAppError(thrown);
  if (error.code === 'internal') process.stderr.write(`${JSON.stringify(describeError(thrown))}\n`);
  process.stderr.write(`datasluse: ${error.detail.en}\n`);
  process.exitCode = 1;
}
