/** What has been accepted, for the agency's staff: of each name the version that stands. Reading it is recorded. */
import { createGate } from '../../identity/access-watch.ts';
import { openInbound } from '../../inbound/content.ts';
import { type InboundFile, listInbound } from '../../inbound/listing.ts';
import type { UploadDeps } from '../../inbound/upload.ts';
import type { Attributes, Entry, OpenFile } from '../file-tree.ts';
import { file, nothingThere, readOnlyFile } from './attributes.ts';
import { gated } from './gated.ts';
import type { Person, WatchDeps } from './person.ts';

const MODE_FILE = 0o440;

async function standing(
  deps: UploadDeps,
  actor: Person,
  projectId: string,
): Promise<ReadonlyMap<string, InboundFile>> {
  // Versions come in order, so the newest accepted one of a name is the last.
  const accepted = (await listInbound(deps, actor, projectId)).filter((one) => one.state === 'accepted');
  return new Map(accepted.map((one) => [one.name, one]));
}

function attributesOf(one: InboundFile): Attributes {
  return file(one.bytes ?? 0, one.receivedAt ?? one.startedAt, MODE_FILE);
}

export async function listAccepted(deps: UploadDeps, actor: Person, projectId: string): Promise<Entry[]> {
  const files = await standing(deps, actor, projectId);
  return [...files].map(([name, one]) => ({ name, attributes: attributesOf(one) }));
}

async function acceptedFile(
  deps: UploadDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<InboundFile> {
  return (await standing(deps, actor, projectId)).get(name) ?? nothingThere();
}

export async function statAccepted(
  deps: UploadDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<Attributes> {
  return attributesOf(await acceptedFile(deps, actor, projectId, name));
}

export async function openAccepted(
  deps: UploadDeps & WatchDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<OpenFile> {
  const one = await acceptedFile(deps, actor, projectId, name);
  const content = await openInbound(deps, actor, one.id);
  return gated(readOnlyFile(attributesOf(one), content.reader), createGate(deps.access, content.standing));
}
