/** What the service has read and found of the files that are arriving, as it tells by server-sent events. */
import { useEffect, useState } from 'react';

export interface LiveCount {
  readonly name: string;
  readonly rows: number;
  readonly errors: number;
}

interface UploadsEvent {
  readonly uploads: readonly {
    readonly name: string;
    readonly counts: { readonly rows: number; readonly errors: number } | null;
  }[];
}

/** By the names of the files. Listens only while `listening`; a stream that breaks is opened again by the browser. */
export function useLiveCounts(project: string, listening: boolean): ReadonlyMap<string, LiveCount> {
  const [counts, setCounts] = useState<ReadonlyMap<string, LiveCount>>(new Map());
  useEffect(() => {
    if (!listening) return;
    const events = new EventSource(`/api/v1/projects/${encodeURIComponent(project)}/inbox/progress`);
    events.addEventListener('uploads', ({ data }: MessageEvent<string>) => {
      const { uploads } = JSON.parse(data) as UploadsEvent;
      const told = uploads.flatMap(({ name, counts: found }) =>
        found === null ? [] : [[name, { name, rows: found.rows, errors: found.errors }] as const],
      );
      setCounts(new Map(told));
    });
    // Access has ended: the browser would ask for ever.
    events.addEventListener('end', () => events.close());
    return () => {
      events.close();
      setCounts(new Map());
    };
  }, [project, listening]);
  return counts;
}
