/** The download area as files: what is open for this person now, with a manifest in each delivery. */

import { manifestOf, type OpenDelivery, openDeliveries, openDelivery } from '../../deliveries/deliveries.ts';
import { encryptedOf, listEncrypted } from '../../deliveries/end-to-end.ts';
import { type FetchDeps, type Fetching, fetchFile } from '../../deliveries/fetch.ts';
import { manifestName } from '../../deliveries/publish.ts';
import type { Actor } from '../../identity/permissions.ts';
import type { Attributes, Entry, OpenFile } from '../file-tree.ts';
import { file, folder, nothingThere, refuseWrite, textFile } from './attributes.ts';

type Person = Actor & { kind: 'person' };

const MODE_FILE = 0o440;

export async function listArea(deps: FetchDeps, actor: Person, projectId: string): Promise<Entry[]> {
  const open = await openDeliveries(deps, actor, projectId);
  return open.map((delivery) => ({ name: delivery.folder, attributes: folder(delivery.openedAt) }));
}

export async function listDelivery(
  deps: FetchDeps,
  actor: Person,
  projectId: string,
  folderName: string,
): Promise<Entry[]> {
  const delivery = await openDelivery(deps, actor, projectId, folderName);
  const names = [manifestName, ...delivery.files.map((one) => one.name)];
  const plain = names.map((name) => ({ name, attributes: attributesOf(delivery, name) }));
  const encrypted = await listEncrypted(deps, actor, delivery);
  return [
    ...plain,
    ...encrypted.map(({ name, bytes }) => ({ name, attributes: file(bytes, delivery.openedAt, MODE_FILE) })),
  ];
}

export async function statInDelivery(
  deps: FetchDeps,
  actor: Person,
  where: { projectId: string; folder: string; name?: string },
): Promise<Attributes> {
  const delivery = await openDelivery(deps, actor, where.projectId, where.folder);
  const { name } = where;
  if (name === undefined) return folder(delivery.openedAt);
  if (encryptedOf(delivery, name) === undefined) return attributesOf(delivery, name);
  const encrypted = (await listEncrypted(deps, actor, delivery)).find((one) => one.name === name);
  return encrypted === undefined ? nothingThere() : file(encrypted.bytes, delivery.openedAt, MODE_FILE);
}

function attributesOf(delivery: OpenDelivery, name: string): Attributes {
  if (name === manifestName)
    return file(Buffer.byteLength(manifestOf(delivery)), delivery.openedAt, MODE_FILE);
  const found = delivery.files.find((one) => one.name === name);
  return found === undefined ? nothingThere() : file(found.bytes, delivery.openedAt, MODE_FILE);
}

export async function openInDelivery(
  deps: FetchDeps,
  actor: Person,
  where: { projectId: string; folder: string; name: string },
): Promise<OpenFile> {
  const delivery = await openDelivery(deps, actor, where.projectId, where.folder);
  if (where.name === manifestName) return textFile(manifestOf(delivery), delivery.openedAt);
  const fetching = await fetchFile(deps, actor, delivery, where.name, 'sftp');
  return reading(fetching, file(fetching.bytes, delivery.openedAt, MODE_FILE));
}

function reading(fetching: Fetching, attributes: Attributes): OpenFile {
  return {
    stat: async () => attributes,
    read: (offset, length) => fetching.read(offset, length),
    write: async () => refuseWrite(),
    truncate: async () => refuseWrite(),
    sync: async () => undefined,
    close: () => fetching.close(),
    abandon: () => fetching.close(),
  };
}
