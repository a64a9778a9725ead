/** The process log: JSON lines on standard error. Callers log ids and codes; never names of persons, content or secrets. */
import { destination, type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log to standard error at `level`. Keys that could carry secrets are cut wherever they appear. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: ['password', '*.password', 'key', '*.key', 'token', '*.token', 'connectionString'],
        censor: '…',
      },
      serializers: { err: describeError },
    },
    destination({ fd: 2, sync: true }),
  );
}

export const silentLog: Log = pino({ level: 'silent' });

/**
 * An error for the log: type, code, message and stack of our own errors and of the system's. Messages of other
 * libraries may quote what they were parsing, so they are reduced to type and stack frames.
 */
export function describeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const code = (thrown as { code?: unknown }).code;
  const ours = thrown.name === 'AppError' || typeof (thrown as NodeJS.ErrnoException).errno === 'number';
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: thrown.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(ours ? { message: thrown.message } : {}),
    stack: frames.join('\n'),
    ...(thrown.cause === undefined ? {} : { cause: describeError(thrown.cause) }),
  };
}
