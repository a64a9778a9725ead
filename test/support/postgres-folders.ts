/** Temporary folders for embedded servers; whatever still runs in them is ended before they go. */
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLayout } from '../../src/db/embedded/layout.ts';
import { endPostmaster } from '../../src/db/embedded/postmaster.ts';
import { silentLog } from '../../src/platform/log.ts';

export interface PostgresFolders {
  /** A new temporary folder, 0700 as mkdtemp makes it unless `mode` says otherwise. */
  make(mode?: number): Promise<string>;
  /** `postgres` in a new temporary folder, to be served by the caller. */
  forServer(): Promise<string>;
  /** A folder that a server may run in, made by the caller. */
  watch(serverFolder: string): string;
  /** Ends every server and removes everything. */
  clear(): Promise<void>;
}

export function postgresFolders(): PostgresFolders {
  const made: string[] = [];
  const served: string[] = [];
  const make = async (mode = 0o700): Promise<string> => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'datasluse-test-')));
    made.push(folder);
    await chmod(folder, mode);
    return folder;
  };
  const watch = (folder: string): string => {
    served.push(folder);
    return folder;
  };
  return {
    make,
    watch,
    forServer: async () => watch(join(await make(), 'postgres')),
    clear: async () => {
      for (const folder of served.splice(0)) {
        const layout = await findLayout(folder);
        if (layout !== undefined) await endPostmaster(layout, silentLog);
      }
      for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
