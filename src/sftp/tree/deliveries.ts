/** The download area as files: what is open for this person now, with a manifest in each delivery. */

import { manifestOf, type OpenDelivery, openDeliveries, openDelivery } from '../../deliveries/deliveries.ts';
import { encryptedOf, listEncrypted } from '../../deliveries/end-to-end.ts';
import { type FetchDeps, fetchFile } from '../../deliveries/fetch.ts';
import { manifestName } from '../../deliveries/file-names.ts';
import type { Attributes, Entry, OpenFile } from '../file-tree.ts';
import { file, folder, nothingThere, readOnlyFile, textFile } from './attributes.ts';
import type { Person } from './person.ts';

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
  return readOnlyFile(file(fetching.bytes, delivery.openedAt, MODE_FILE), fetching);
}
