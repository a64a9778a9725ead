/** The agency's code lists: snapshots of Klass classifications, loaded by staff; a check uses the newest of each. */
import { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { findNewestCodeLists, insertCodeList, listCodeListRows, newestVersion } from './code-list-store.ts';
import { type CodeListForCheck, codeListForCheck, parseSnapshot, Snapshot } from './snapshot.ts';

export interface LoadedCodeList {
  classification: string;
  version: number;
  name: { nb: string; en: string | null };
  snapshotAt: Temporal.PlainDate;
  /** Different codes, whatever their periods. */
  codes: number;
  sha256: string;
  loadedAt: Temporal.Instant;
  /** The newest version is the one that checks use. */
  inUse: boolean;
}

/** Keeps the snapshot in `text` as the newest of its classification. Errors: `invalid-input`, `forbidden`. */
export async function loadCodeList(
  deps: { db: Database; clock: Clock; random: Random },
  actor: Actor,
  text: string,
): Promise<LoadedCodeList> {
  demand(actor, 'project.manage');
  const { content, sha256 } = parseSnapshot(text);
  const { classification } = content;
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    const version = (await newestVersion(tx, classification)) + 1;
    await insertCodeList(tx, { id: deps.random.uuid(), version, content, sha256 }, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'catalogue.loaded',
      subject: `klass:${classification}`,
      detail: { version, snapshotAt: content.snapshotAt, codes: content.codes.length, sha256 },
    });
    return {
      classification,
      version,
      name: content.name,
      snapshotAt: Temporal.PlainDate.from(content.snapshotAt),
      codes: new Set(content.codes.map((one) => one.code)).size,
      sha256,
      loadedAt: at,
      inUse: true,
    };
  });
}

/** Every version that was ever loaded, by classification, newest first. Errors: `forbidden`. */
export async function listCodeLists(deps: { db: Database }, actor: Actor): Promise<LoadedCodeList[]> {
  demand(actor, 'project.see');
  const rows = await listCodeListRows(deps.db);
  return rows.map((row, index) => ({
    classification: row.classification,
    version: row.version,
    name: { nb: row.name_nb, en: row.name_en },
    snapshotAt: Temporal.PlainDate.from(row.snapshot_at),
    codes: row.code_count,
    sha256: row.sha256,
    loadedAt: Temporal.Instant.fromEpochMilliseconds(row.loaded_at.getTime()),
    inUse: rows[index - 1]?.classification !== row.classification,
  }));
}

/** The newest snapshot of each classification that is loaded; the others are absent. */
export async function currentCodeLists(
  deps: { db: Database },
  classifications: readonly string[],
): Promise<CodeListForCheck[]> {
  if (classifications.length === 0) return [];
  const rows = await findNewestCodeLists(deps.db, classifications);
  return rows.map((row) => codeListForCheck({ content: Snapshot.parse(row.content), sha256: row.sha256 }));
}
