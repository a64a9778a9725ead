/** What has become of a letter. Pure. */
import type { Mail } from '../../api/api-types.ts';

export type MailState = 'sent' | 'waiting' | 'failing';

export function mailState({ sentAt, lastError }: Pick<Mail, 'sentAt' | 'lastError'>): MailState {
  if (sentAt !== null) return 'sent';
  return lastError === null ? 'waiting' : 'failing';
}
