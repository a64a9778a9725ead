/** Requests with a body whose sending can be watched: only XMLHttpRequest tells of that. */
import type { Http } from './tus-client.ts';

export const browserHttp: Http = ({ method, path, headers, body, signal, onSent }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    const over = () => signal.removeEventListener('abort', stop);
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (onSent !== undefined) request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      over();
      resolve({
        status: request.status,
        header: (name) => request.getResponseHeader(name),
        text: request.responseText,
      });
    };
    request.onerror = () => {
      over();
      reject(new Error('no contact'));
    };
    request.onabort = () => {
      over();
      reject(signal.reason ?? new Error('aborted'));
    };
    request.send(body ?? null);
  });

/** Waits, or until the browser says that the line is back. */
export function waitForLine(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    addEventListener('online', done, { once: true });
    signal.addEventListener('abort', stopped, { once: true });
    function clear(): void {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', stopped);
    }
    function done(): void {
      clear();
      resolve();
    }
    function stopped(): void {
      clear();
      reject(signal.reason);
    }
  });
}
