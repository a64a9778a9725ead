/** The worker in which a file is checked before it is sent: the service's own engine, away from the page that it would hold up. */
import type { CheckKit } from '../../api/api-types.ts';
import { checkWithKit, type ServiceKit } from '../../validators/browser.ts';
import type { Report } from '../../validators/report.ts';
import type { ReportLanguage } from '../../validators/report-language.ts';

export interface CheckOrder {
  readonly file: File;
  readonly kit: CheckKit;
  readonly language: ReportLanguage;
}

export type CheckWord =
  | { readonly kind: 'progress'; readonly bytes: number; readonly rows: number }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failed' };

const tellEveryMs = 100;

addEventListener('message', (event: MessageEvent<CheckOrder>) => {
  const { file, kit, language } = event.data;
  let toldMs = 0;
  const say = (word: CheckWord) => postMessage(word);
  checkWithKit(file, kit as unknown as ServiceKit, { language }, ({ bytes, rows }) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < tellEveryMs) return;
    toldMs = nowMs;
    say({ kind: 'progress', bytes, rows });
  }).then(
    (report) => say({ kind: 'report', report }),
    () => say({ kind: 'failed' }),
  );
});
