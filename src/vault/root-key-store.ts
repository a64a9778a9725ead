/** Rows of root keys, and of everything that is wrapped under one. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

/** The number in migration 0005. */
const ROOT_KEY_LOCK = 332_894;

/** Alone until the transaction ends: no wrap is written meanwhile. */
export async function lockRootKeys(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ROOT_KEY_LOCK})`.execute(tx);
}

export interface RootKeyRow {
  version: number;
  keyId: string;
  state: 'in-use' | 'retired';
  registeredAt: Date;
  retiredAt: Date | null;
}

export async function listRootKeys(db: Database | Tx): Promise<readonly RootKeyRow[]> {
  return db
    .selectFrom('root_key')
    .select([
      'version',
      'key_id as keyId',
      'state',
      'registered_at as registeredAt',
      'retired_at as retiredAt',
    ])
    .orderBy('version')
    .execute();
}

/** The version under which new wraps are to be made; undefined before any is known. */
export async function versionInUse(db: Database | Tx): Promise<number | undefined> {
  const row = await db
    .selectFrom('root_key')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('state', '=', 'in-use')
    .executeTakeFirst();
  return row?.version ?? undefined;
}

/** False when the version is known already. */
export async function insertRootKey(
  tx: Tx,
  version: number,
  keyId: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const row = await tx
    .insertInto('root_key')
    .values({ version, key_id: keyId, state: 'in-use', registered_at: at.toString(), retired_at: null })
    .onConflict((oc) => oc.column('version').doNothing())
    .returning('version')
    .executeTakeFirst();
  return row !== undefined;
}

export async function markRetired(tx: Tx, version: number, at: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('root_key')
    .set({ state: 'retired', retired_at: at.toString() })
    .where('version', '=', version)
    .execute();
}

export interface WrapCount {
  version: number;
  dataKeys: number;
  secrets: number;
}

/** How many wraps are under each version that has any. */
export async function countWraps(db: Database | Tx): Promise<readonly WrapCount[]> {
  const { rows } = await sql<WrapCount>`
    select root_version as version, count(*) filter (where kind = 'd') as "dataKeys",
           count(*) filter (where kind = 's') as secrets
    from (select root_version, 'd' as kind from object_key
          union all select root_version, 's' from server_secret) wraps
    group by root_version order by root_version`.execute(db);
  return rows;
}

/** Where in the order of wraps a run stands. */
export interface WrapPlace {
  objectName: string;
  holder: string;
  firstSegment: number;
}

export interface WrapRow extends WrapPlace {
  projectId: string;
  wrapped: Uint8Array;
}

/** Wraps under a version below `version` that come after `after`; held until the transaction ends. */
export async function claimWraps(
  tx: Tx,
  version: number,
  after: WrapPlace | undefined,
  limit: number,
): Promise<readonly WrapRow[]> {
  let query = tx
    .selectFrom('object_key as k')
    .innerJoin('sealed_object as o', 'o.name', 'k.object_name')
    .select([
      'k.object_name as objectName',
      'k.holder',
      'k.first_segment as firstSegment',
      'o.project_id as projectId',
      'k.wrapped',
    ])
    .where('k.root_version', '<', version)
    .orderBy('k.object_name')
    .orderBy('k.holder')
    .orderBy('k.first_segment')
    .limit(limit)
    .forUpdate('k');
  if (after !== undefined) {
    const { objectName, holder, firstSegment } = after;
    query = query.where(
      sql<boolean>`(k.object_name, k.holder, k.first_segment) > (${objectName}, ${holder}, ${firstSegment})`,
    );
  }
  return query.execute();
}

export async function updateWraps(
  tx: Tx,
  rows: readonly (WrapPlace & { wrapped: Uint8Array })[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update object_key k set wrapped = n.wrapped
    from unnest(${rows.map((row) => row.objectName)}::text[], ${rows.map((row) => row.holder)}::text[],
                ${rows.map((row) => row.firstSegment)}::bigint[],
                ${rows.map((row) => Buffer.from(row.wrapped))}::bytea[]) as n (name, holder, first_segment, wrapped)
    where k.object_name = n.name and k.holder = n.holder and k.first_segment = n.first_segment`.execute(tx);
}

export async function claimSecrets(
  tx: Tx,
  version: number,
): Promise<readonly { purpose: string; wrapped: Uint8Array }[]> {
  return tx
    .selectFrom('server_secret')
    .select(['purpose', 'wrapped'])
    .where('root_version', '<', version)
    .orderBy('purpose')
    .forUpdate()
    .execute();
}

export async function updateSecret(tx: Tx, purpose: string, wrapped: Uint8Array): Promise<void> {
  await tx
    .updateTable('server_secret')
    .set({ wrapped: Buffer.from(wrapped) })
    .where('purpose', '=', purpose)
    .execute();
}
