/**
 * What real clients can do here: the one table that test/system/clients.test.ts proves row by row, and that
 * docs/clients.md is made from. `inbox` is where researchers send, a delivery where they fetch.
 */

export interface ClientRow {
  readonly does: string;
  /** The service's own sentence, or the end of it, when it refuses; else it works. */
  readonly refused?: string;
  /** What the client prints instead of that sentence. */
  readonly prints?: string;
  /** What the user sees or should know when it works. */
  readonly note?: string;
}

interface ClientEntry {
  /** The program's package and version with which the rows were last proven; `recorded` for a list of its requests. */
  readonly version: string;
  readonly rows: Readonly<Record<string, ClientRow>>;
}

const notBack = 'The file is accepted and cannot be read back.';
const notDeleted =
  'The file is accepted and cannot be deleted from here. Send a new version, or ask the case officer.';
const noFolders = 'There are no folders in inbox. Send the files themselves, without the folder they lie in.';
const badName = 'are not allowed';
const next = 'the next version; the accepted one stands until this one is accepted';

export const clientMatrix = {
  'OpenSSH sftp': {
    version: 'openssh-client 9.2p1',
    rows: {
      put: { does: '`put` into inbox' },
      putDurable: { does: '`put -f`', note: 'taken in at the fsync' },
      putTimes: { does: '`put -p`', note: 'times and mode are accepted and not kept' },
      get: { does: '`get` from a delivery' },
      reput: { does: '`reput` after a lost connection' },
      putAppend: { does: '`put -a` after a lost connection' },
      reget: { does: '`reget`' },
      putDraft: { does: '`put -R` of a folder into drafts', note: 'the folder becomes a draft' },
      reputDraft: { does: '`reput` into a draft after a lost connection' },
      getRecursive: { does: '`get -R` of a delivery' },
      df: { does: '`df`', note: 'the quota of the project' },
      rename: { does: '`rename` from `.filepart` to the final name' },
      renameOver: { does: '`rename` from `.filepart` over an accepted file', note: next },
      rekey: { does: '`put` and `get` with `RekeyLimit=2M`' },
      putRecursive: {
        does: '`put -R` of a folder into inbox',
        refused: noFolders,
        prints: 'No such file or directory',
      },
      getAccepted: {
        does: '`get` of an accepted file from inbox',
        refused: notBack,
        prints: 'Permission denied',
      },
      rmAccepted: { does: '`rm` of an accepted file', refused: notDeleted, prints: 'Failure' },
      badName: { does: '`put` under a name with a hyphen', refused: badName, prints: 'Failure' },
      link: {
        does: '`ln -s`',
        refused: 'The service does not offer this operation.',
        prints: 'Operation unsupported',
      },
    },
  },
  'OpenSSH scp': {
    version: 'openssh-client 9.2p1',
    rows: {
      put: { does: 'copy into inbox' },
      get: { does: 'copy from a delivery' },
      over: { does: 'a shorter file over a longer accepted one', note: next },
      getRecursive: { does: '`-r` from deliveries' },
      putRecursive: {
        does: '`-r` of a folder into inbox',
        refused: noFolders,
        prints: 'No such file or directory',
      },
      legacy: { does: '`-O` (the old protocol)', refused: 'Use sftp, or scp without -O.' },
    },
  },
  sshfs: {
    version: 'sshfs 3.7.3',
    rows: {
      mount: { does: 'mount, list, read STATUS.txt' },
      copyIn: { does: '`cp` into inbox', note: '`cp` ends before the file is answered: look for the report' },
      copyOut: { does: '`cp` from a delivery' },
      copyOver: { does: '`cp` over an accepted file', note: next },
    },
  },
  lftp: {
    version: 'lftp 4.9.2',
    rows: {
      put: { does: '`put`, `cls`' },
      get: { does: '`get`' },
      putContinue: { does: '`put -c` after a lost connection' },
      getContinue: { does: '`get -c`' },
      move: { does: '`mv` from `.filepart` to the final name' },
      mirrorIn: { does: '`mirror -R -P 4` of a folder into inbox', note: 'four files at a time' },
      mirrorTwice: {
        does: '`mirror -R` of the same folder again',
        note: 'nothing is sent: what lies here is newer and as large; a file that was changed later is sent',
      },
      mirrorOut: { does: '`mirror` of a delivery' },
      parallel: { does: '`pget -n 4`: one file in four connections' },
      badName: { does: '`put` under a name with a hyphen', refused: badName },
    },
  },
  psftp: {
    version: 'putty-tools 0.78',
    rows: {
      put: { does: '`put`, `ls`' },
      get: { does: '`get`' },
      reput: { does: '`reput` after a lost connection' },
      reget: { does: '`reget`' },
      rename: { does: '`ren` from `.filepart` to the final name' },
      rmAccepted: { does: '`rm` of an accepted file', refused: notDeleted, prints: 'failure' },
    },
  },
  pscp: {
    version: 'putty-tools 0.78',
    rows: {
      put: { does: 'copy into inbox, `-ls`' },
      get: { does: 'copy from a delivery' },
      getAccepted: {
        does: 'copy of an accepted file from inbox',
        refused: notBack,
        prints: 'permission denied',
      },
    },
  },
  curl: {
    version: 'curl 7.88.1, libssh2 1.10.0',
    rows: {
      put: { does: '`-T`, and a list of the folder' },
      get: { does: 'download' },
      putContinue: { does: '`-C - -T` after a lost connection' },
      getContinue: { does: '`-C -`' },
      rename: { does: '`-Q "-rename …"` from `.filepart` to the final name' },
      getAccepted: {
        does: 'download of an accepted file from inbox',
        refused: notBack,
        prints: 'Could not open remote file for reading: Permission denied',
      },
    },
  },
  rclone: {
    version: 'rclone 1.60.1',
    rows: {
      copyIn: {
        does: '`copy` of a folder into inbox',
        note: 'later versions of rclone send under a partial name and rename',
      },
      copyAgain: {
        does: '`copy` of the same folder again',
        note: 'times are not kept, so rclone sends it as the next version; with `--size-only` nothing is sent',
      },
      copySizeOnly: { does: '`copy --size-only` of the same folder again', note: 'nothing is sent' },
      copyChanged: { does: '`copy` of a changed file over an accepted one', note: next },
      copyOut: { does: '`copy` of a delivery' },
      check: { does: '`check --size-only`', note: 'no checksums over SFTP; those are in MANIFEST.json' },
      size: { does: '`size`' },
      move: { does: '`moveto` from `.filepart` to the final name' },
      badName: { does: '`copyto` under a name with a hyphen', refused: badName },
    },
  },
  paramiko: {
    version: 'python3-paramiko 2.12.0',
    rows: {
      put: { does: '`put` with confirmation' },
      get: { does: '`get` with prefetch, `readv`' },
      posixRename: { does: '`posix_rename` from `.filepart` over an accepted file', note: next },
      append: { does: "`open(…, 'ab')` after a lost connection" },
      truncate: { does: '`truncate` while it is sent', note: 'what comes after it is sent anew' },
      truncateAccepted: {
        does: '`truncate` of an accepted file',
        refused: 'The file did not arrive in full and is not received. Resume the transfer or send it again.',
      },
      getAccepted: { does: '`get` of an accepted file from inbox', refused: notBack },
    },
  },
  WinSCP: {
    version: 'recorded',
    rows: {
      put: { does: 'a new file, by way of `.filepart`' },
      over: { does: 'over an accepted file: `.filepart`, DELETE, RENAME', note: next },
      remove: { does: 'delete of an accepted file', refused: notDeleted },
    },
  },
  FileZilla: {
    version: 'recorded',
    rows: {
      list: { does: 'list: folders and files told apart by `longname`' },
      put: { does: 'upload, then times' },
      over: { does: 'overwrite an accepted file', note: next },
      resume: { does: 'resume after a lost connection' },
      makeFolder: { does: 'make a folder in inbox', refused: noFolders },
    },
  },
} as const satisfies Readonly<Record<string, ClientEntry>>;

type Matrix = typeof clientMatrix;
export type ClientName = keyof Matrix;

/** For each row something that is done with the client: a row without a proof does not compile. */
export type Proofs<R> = {
  readonly [C in ClientName]: { readonly [Row in keyof Matrix[C]['rows']]: () => Promise<R> };
};

/** Every row with its client. */
export function clientRows(): readonly { client: ClientName; version: string; id: string; row: ClientRow }[] {
  return (Object.keys(clientMatrix) as ClientName[]).flatMap((client) => {
    const entry: ClientEntry = clientMatrix[client];
    return Object.entries(entry.rows).map(([id, row]) => ({ client, version: entry.version, id, row }));
  });
}
