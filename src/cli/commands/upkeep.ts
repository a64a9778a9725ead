/** What keeps the service honest: jobs, audit log, outbox, receipts. */
import { readFile } from 'node:fs/promises';
import { Temporal } from 'temporal-polyfill';
import { verifyAudit } from '../../audit/audit.ts';
import { demand } from '../../identity/permissions.ts';
import { receiptKeys, verifyReceipt } from '../../inbound/receipts.ts';
import { listOutbox } from '../../notifications/outbox.ts';
import { fixedClock } from '../../platform/clock.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, exit, operator, UsageError, unreadable } from '../command.ts';
import { json, table, write } from '../output.ts';

function instant(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new UsageError('--at takes an instant with its offset, such as 2026-12-08T06:00:00+01:00');
  }
}

export const upkeepCommands: readonly Command[] = [
  {
    name: 'jobs run',
    summary: 'Do everything that is due now, or at another instant, and say what was done',
    arguments: [],
    options: { at: { value: 'INSTANT', help: 'as if it were then' }, json: { help: 'for programs' } },
    async run(line, input) {
      const at = input.option('at');
      await using services = await line.open(at === undefined ? undefined : fixedClock(instant(at)));
      const results = await services.runJobs();
      if (input.has('json')) await write(line.stdout, json(results));
      else {
        const lines = results.flatMap((one) =>
          one.failed
            ? [`${one.job}: failed; the log says why`]
            : one.did.map((what) => `${one.job}: ${what}`),
        );
        await write(line.stdout, lines.length === 0 ? 'Nothing was due.\n' : `${lines.join('\n')}\n`);
      }
      return results.some((one) => one.failed) ? exit.refused : exit.done;
    },
  },
  {
    name: 'receipt verify',
    summary: 'Verify the signature of a receipt and print what it says',
    arguments: ['FILE'],
    options: {
      keys: {
        value: 'FILE',
        help: "the service's public keys (/api/v1/receipt-keys), to verify without the service",
      },
    },
    async run(line, input) {
      const [path = ''] = input.positionals;
      const read = (file: string) =>
        readFile(file, 'utf8').catch((cause) => Promise.reject(unreadable(file, cause)));
      const jws = await read(path);
      const keysFile = input.option('keys');
      const keys = keysFile === undefined ? await serverKeys(line) : parseKeys(await read(keysFile));
      try {
        await write(line.stdout, json(await verifyReceipt(jws, keys)));
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.code !== 'integrity-failed') throw thrown;
        await write(line.stderr, `datasluse: ${thrown.detail[line.config.language]}\n`);
        return exit.refused;
      }
      await write(line.stderr, 'The signature holds.\n');
      return exit.done;
    },
  },
  {
    name: 'audit verify',
    summary: 'Recompute the chain of the audit log',
    arguments: [],
    options: {
      expect: { value: 'SEQ:HASH', help: 'an end of the chain noted earlier; it must still stand in it' },
      json: { help: 'for programs' },
    },
    async run(line, input) {
      const noted = input.option('expect');
      const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(noted ?? '') ?? [];
      if (noted !== undefined && (seq === undefined || hash === undefined)) {
        throw new UsageError('--expect takes what an earlier run printed: SEQ:HASH');
      }
      await using services = await line.open();
      demand(operator(line), 'audit.read');
      const verdict = await verifyAudit(
        services,
        seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash },
      );
      const text = verdict.intact
        ? `The audit log is intact: ${verdict.events} events, end ${verdict.events}:${verdict.head}\n`
        : `THE AUDIT LOG IS BROKEN at event ${verdict.brokenAt}; the ${verdict.events} before it are intact.\n`;
      await write(line.stdout, input.has('json') ? json(verdict) : text);
      return verdict.intact ? exit.done : exit.refused;
    },
  },
  {
    name: 'outbox list',
    summary: 'List the mail that was queued and what became of it',
    arguments: [],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      demand(operator(line), 'outbox.read');
      const mails = (await listOutbox(services)).map((one) => ({
        id: one.id,
        to: one.recipient,
        subject: one.subject,
        queuedAt: one.createdAt.toISOString(),
        sentAt: one.sentAt?.toISOString() ?? null,
        attempts: one.attempts,
        lastError: one.lastError,
      }));
      const text = table(
        ['QUEUED', 'TO', 'SUBJECT', 'SENT', 'TRIES', 'LAST ERROR'],
        mails.map((one) => [one.queuedAt, one.to, one.subject, one.sentAt, one.attempts, one.lastError]),
      );
      await write(line.stdout, input.has('json') ? json(mails) : text);
      return exit.done;
    },
  },
];

type Keys = Parameters<typeof verifyReceipt>[1];

async function serverKeys(line: Parameters<Command['run']>[0]): Promise<Keys> {
  await using services = await line.open();
  return await receiptKeys(services);
}

function parseKeys(text: string): Keys {
  try {
    const parsed = JSON.parse(text) as Keys;
    if (Array.isArray(parsed.keys)) return parsed;
  } catch {
    // Said below.
  }
  throw new UsageError('--keys takes a JWK Set as the service gives it');
}
