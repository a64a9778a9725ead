/** The routes that carry files: into an inbox, out of it, into a draft, out of a delivery, and how far they have come. */
import type { Route } from '../http/route.ts';
import { type DownloadDeps, downloadRoutes } from './downloads.ts';
import { type DraftDeps, draftRoutes } from './drafts.ts';
import { inboundFileRoutes } from './inbound-files.ts';
import { progressRoute } from './progress.ts';
import { putFileRoute } from './put-file.ts';
import type { TransferDeps as TusDeps } from './tus-transfer.ts';
import { uploadRoutes } from './uploads.ts';

export interface TransferDeps extends TusDeps, DownloadDeps, DraftDeps {}

export function transferRoutes(deps: TransferDeps): readonly Route[] {
  return [
    putFileRoute(deps),
    progressRoute(deps),
    ...uploadRoutes(deps),
    ...inboundFileRoutes(deps),
    ...downloadRoutes(deps),
    ...draftRoutes(deps),
  ];
}
