/** The order of a person's projects: what is due first, then what waits for them, then the rest. Pure. */
import type { ProjectHead } from '../../api/api-types.ts';

const waiting = ['mend-file', 'send-file'];

function rank({ next }: Pick<ProjectHead, 'next'>): string {
  if (next === null) return '4';
  if (next.kind === 'fetch-delivery' || next.kind === 'delete-data') {
    // A deadline a year away presses less than a file that is waited for.
    return next.kind === 'fetch-delivery' ? `0 ${next.due}` : `2 ${next.due}`;
  }
  return waiting.includes(next.kind) ? '1' : '3';
}

export function byUrgency(a: Pick<ProjectHead, 'id' | 'next'>, b: Pick<ProjectHead, 'id' | 'next'>): number {
  const [first, second] = [`${rank(a)} ${a.id}`, `${rank(b)} ${b.id}`];
  return first < second ? -1 : first > second ? 1 : 0;
}
