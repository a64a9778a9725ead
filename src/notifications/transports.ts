/** The two ways mail leaves: over SMTP, or as .eml files in a folder when no mail server is configured. */
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Transport } from './mail.ts';

const SMTP_TIMEOUT_MS = 15_000;

/** `from` is the sender's address; `url` is smtp:// or smtps://. */
export function smtpTransport(options: { url: string; from: string }): Transport {
  const mailer = createTransport(options.url, {
    from: options.from,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
  } as Parameters<typeof createTransport>[1]);
  return async (mail) => {
    await mailer.sendMail(envelope(mail));
  };
}

/** Writes each mail to `<folder>/<id>.eml`, whole or not at all; the same mail twice is the same file. */
export function folderTransport(options: { folder: string; from: string }): Transport {
  const mailer = createTransport(
    { streamTransport: true, buffer: true, newline: 'unix' },
    { from: options.from },
  );
  return async (mail) => {
    const { message } = await mailer.sendMail(envelope(mail));
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const partial = join(options.folder, `.${mail.id}.partial`);
    const file = await open(partial, 'w', 0o600);
    try {
      await file.writeFile(message as Buffer);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, join(options.folder, `${mail.id}.eml`));
  };
}

function envelope(mail: Parameters<Transport>[0]) {
  return {
    to: mail.to,
    subject: mail.subject,
    text: mail.body,
    date: new Date(mail.at.epochMilliseconds),
    messageId: `<${mail.id}@datasluse>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
