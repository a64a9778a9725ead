/** Open files as bodies of answers: read a stretch at a time as the client takes them, and closed whatever happens. */

/** What the doors read from: a delivered file, or one that came in. */
export interface ByteSource {
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const STRETCH_BYTES = 512 * 1024;

/** The bytes [from, to) of a source. The next stretch is read while the last one is sent. Closes the source at its end. */
export function bodyOf(source: ByteSource, from: number, to: number): AsyncIterableIterator<Uint8Array> {
  let at = from;
  let ahead: Promise<Uint8Array> | undefined;

  function readNext(): Promise<Uint8Array> | undefined {
    if (at >= to) return undefined;
    const length = Math.min(STRETCH_BYTES, to - at);
    at += length;
    const stretch = source.read(at - length, length).then((bytes) => {
      if (bytes.length !== length) throw new Error('A file is shorter than its seal says.');
      return bytes;
    });
    // A failure is met when the stretch is asked for; nobody may ever do that.
    stretch.catch(() => undefined);
    return stretch;
  }

  return closing(
    async () => {
      const stretch = await (ahead ?? readNext());
      ahead = readNext();
      return stretch;
    },
    () => source.close(),
  );
}

/**
 * An iterator that closes once: at its end, at a failure, or when it is given up, even before its first step. A
 * generator would not do: one that was never started runs none of its own code when it is given up.
 */
export function closing(
  next: () => Promise<Uint8Array | undefined>,
  close: () => Promise<void>,
): AsyncIterableIterator<Uint8Array> {
  let closed: Promise<void> | undefined;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    closed ??= close();
    await closed;
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (closed !== undefined) return end();
      try {
        const value = await next();
        return value === undefined ? await end() : { done: false, value };
      } catch (thrown) {
        await end().catch(() => undefined);
        throw thrown;
      }
    },
    return: end,
  };
}
