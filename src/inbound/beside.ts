/** The files of a project that the foreign keys of another point at: the newest accepted version of each, read for a check. */
import type { DataPackage, Resource } from '../validators/description.ts';
import { type ReferencedFile, referencedFiles } from '../validators/referenced-files.ts';
import type { RunningCheck } from '../validators/worker/check-worker.ts';
import { openBody, type VaultDeps } from '../vault/bodies.ts';
import { type InboundRow, inboundHolder, listNewestAccepted } from './inbound-store.ts';

export interface FilesBeside {
  readonly files: readonly ReferencedFile[];
  /** All of them together. */
  readonly bytes: number;
  /** Gives them to the check, one after the other. */
  readInto(check: RunningCheck): Promise<void>;
}

export async function filesBeside(
  deps: VaultDeps,
  projectId: string,
  pkg: DataPackage | undefined,
  resource: Resource | undefined,
): Promise<FilesBeside> {
  if (referencedFiles(pkg, resource, []).length === 0) {
    return { files: [], bytes: 0, readInto: () => Promise.resolve() };
  }
  const rows = await listNewestAccepted(deps.db, projectId);
  const names = rows.map((row) => row.name);
  const files = referencedFiles(pkg, resource, names);
  const rowOf = (file: ReferencedFile) =>
    file.present ? rows.find((row) => row.name === file.fileName) : undefined;
  return {
    files,
    bytes: files.reduce((sum, file) => sum + (rowOf(file)?.bytes ?? 0), 0),
    async readInto(check) {
      for (const [index, file] of files.entries()) {
        const row = rowOf(file);
        if (row !== undefined) await readOne(deps, row, check, index);
      }
    },
  };
}

/** A body that cannot be read, or is erased meanwhile, is not ended: the report says that it could not be read. */
async function readOne(deps: VaultDeps, row: InboundRow, check: RunningCheck, index: number): Promise<void> {
  const { objectName: name, projectId } = row;
  try {
    const reader = await openBody(deps, { name, projectId, holder: inboundHolder });
    try {
      for await (const chunk of reader.stream()) {
        if (check.over) return;
        await check.pushReferenced(index, chunk);
      }
    } finally {
      await reader.close();
    }
  } catch {
    return;
  }
  check.endReferenced(index);
}
