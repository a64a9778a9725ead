/** Which account of the machine the embedded PostgreSQL runs as: ours, or an unprivileged one when we are root. */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../platform/errors.ts';

/** The user and group of the PostgreSQL processes and of their files. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  /** True when we are root and children must give up root: postgres and initdb refuse uid 0. */
  readonly dropsRoot: boolean;
}

/**
 * Accounts tried in this order when root starts a server in a folder of root's own. `datasluse` is what an operator
 * would make for it; `postgres` exists to own databases; `nobody` exists everywhere, but other daemons may share it.
 */
const preferredNames = ['datasluse', 'postgres', 'nobody'] as const;

/** The linux convention for "nobody", for images without a user database worth the name. */
const overflowId = 65534;

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for a server in `folder`. Root's choice, in order: the owner of the folder (so that a later start makes
 * the same choice), the owner of the folder around it (an operator's own chown), then `preferredNames`.
 */
export async function chooseServerAccount(folder: string): Promise<ServerAccount> {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  if (uid === undefined || gid === undefined) {
    throw new AppError('unsupported', {
      nb: 'Den innebygde databasen finnes ikke for dette operativsystemet. Sett DATABASE_URL.',
      en: 'The embedded database does not exist for this operating system. Set DATABASE_URL.',
    });
  }
  if (uid !== 0) return { uid, gid, dropsRoot: false };

  const accounts = await readPasswd();
  for (const path of [folder, dirname(folder)]) {
    const owner = await stat(path).catch(() => undefined);
    if (owner === undefined || owner.uid === 0) continue;
    const entry = accounts.find((account) => account.uid === owner.uid);
    return { uid: owner.uid, gid: entry?.gid ?? (owner.gid || overflowId), dropsRoot: true };
  }
  for (const name of preferredNames) {
    const entry = accounts.find((account) => account.name === name && account.uid !== 0);
    if (entry !== undefined) return { uid: entry.uid, gid: entry.gid, dropsRoot: true };
  }
  return { uid: overflowId, gid: overflowId, dropsRoot: true };
}

/** Local accounts only: an owner from a directory service is used by number. */
async function readPasswd(): Promise<PasswdEntry[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    const entry = { name: name ?? '', uid: Number(uid), gid: Number(gid) };
    return entry.name !== '' && Number.isInteger(entry.uid) && Number.isInteger(entry.gid) ? [entry] : [];
  });
}
