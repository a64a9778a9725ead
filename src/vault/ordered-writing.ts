/** Writes one file in order, whoever wants it for what: calls take turns, what comes ahead waits, and one opening writes at a time. */
import type { NamedLock, NamedLocks } from '../db/named-locks.ts';
import { hasCode } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { removeBodies } from './bodies.ts';
import { ReorderWindow } from './reorder-window.ts';
import { takeLease } from './write-lease.ts';
import type { Growing, Kept, WritingKind, WritingMode } from './writing-kind.ts';
import { complete, notResumable, rewritten } from './writing-refusals.ts';

export interface OrderedWritingDeps {
  locks: NamedLocks;
  store: ObjectStore;
  random: Random;
  log: Log;
}

export class OrderedWriting<Row, G extends Growing> {
  readonly #deps: OrderedWritingDeps;
  readonly #kind: WritingKind<Row, G>;
  readonly #window = new ReorderWindow();
  /** Of this opening: in the row while it has the right to write. */
  readonly #opening: string;
  #lease: NamedLock | undefined;
  #id: string | undefined;
  #growing: G | undefined;
  /** Bytes taken in order so far. */
  #position = 0;
  /** What is kept of an earlier transfer, until the first write decides whether to go on with it. */
  #earlier: Kept<Row> | undefined;
  /** Size that the client announced beforehand. */
  #announced: number | undefined;
  #keepsEmpty = false;
  /** The size at the first append. */
  #appendsFrom: number | undefined;
  #over = false;
  /** The end of the queue: calls take turns, so an abandonment never meets a half-done write. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: OrderedWritingDeps, kind: WritingKind<Row, G>) {
    this.#deps = deps;
    this.#kind = kind;
    this.#opening = deps.random.uuid();
  }

  get id(): string | undefined {
    return this.#id;
  }

  get growing(): G | undefined {
    return this.#growing;
  }

  /** Bytes of plaintext so far. */
  get size(): number {
    return this.#earlier?.bytes ?? this.#position;
  }

  /** True when it takes nothing more: finished, abandoned, or taken over by a newer transfer. */
  get over(): boolean {
    return this.#over;
  }

  get announcedBytes(): number | undefined {
    return this.#announced;
  }

  start(mode: WritingMode): Promise<void> {
    return this.#queued(() => this.#start(mode));
  }

  async #start(mode: WritingMode): Promise<void> {
    const kind = this.#kind;
    this.#lease = await takeLease(this.#deps, kind.lockName, {
      onWanted: () => void this.abandon(),
      undisturbed: async () => this.#id === undefined || (await kind.isWriter(this.#id, this.#opening)),
    });
    if (mode === 'new') return this.#begin();
    const kept = await kind.kept();
    if (kept !== undefined && kept !== 'whole') {
      if (mode === 'resume') return this.#resume(kept.row, kept.bytes);
      this.#earlier = kept;
    } else if (kept === 'whole' || (await kind.isThere())) {
      if (mode === 'resume') throw complete();
    } else {
      // Nothing to decide about: a file that was just created is there for those who look (sshfs), before a byte is.
      await this.#begin();
    }
  }

  /** Takes `data` at `offset`; resolves when there is room for more. `data` is copied before that. */
  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => this.#write(offset, data));
  }

  async #write(offset: number, data: Uint8Array): Promise<void> {
    this.#demandOpen();
    if (this.#growing === undefined) await this.#decide(offset);
    if (offset > this.#position) return this.#window.hold(offset, data, this.#position);
    if (offset < this.#position) throw rewritten();
    await this.#take(data);
    for (let next = this.#window.take(this.#position); next; next = this.#window.take(this.#position)) {
      await this.#take(next);
    }
  }

  /**
   * Takes `data` at the end. The first `offset` must be that end, or 0 from clients that count from where they append:
   * who has seen another size, because the transfer before was still under way, would leave a hole or a repetition.
   */
  append(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => {
      this.#appendsFrom ??= this.size;
      const fits = this.size !== this.#appendsFrom || offset === this.size || offset === 0;
      if (!fits) throw notResumable();
      return this.#write(this.size, data);
    });
  }

  /** Cuts the file to `bytes`; a size beyond the end is taken as an announcement and held to at the end. */
  truncate(bytes: number): Promise<void> {
    return this.#queued(() => this.#truncate(bytes));
  }

  async #truncate(bytes: number): Promise<void> {
    this.#demandOpen();
    if (bytes > this.size) {
      this.#announced = bytes;
      return;
    }
    this.#announced = undefined;
    if (bytes === 0) {
      if (this.#growing !== undefined && this.#position === 0) return;
      await this.#suspend();
      return this.#begin();
    }
    if (bytes === this.size) return;
    this.#window.clear();
    if (this.#growing === undefined) return this.#decide(bytes);
    await this.#goBack(bytes);
  }

  /**
   * Takes `bytes` as the size to hold to at the end, unless `demand` refuses. `keepEmpty`: the upload is kept even when
   * it is abandoned before its first byte, for a client that knows it by its id.
   */
  announce(bytes: number, demand: () => Promise<void>, { keepEmpty = false } = {}): Promise<void> {
    return this.#queued(async () => {
      this.#demandOpen();
      await demand();
      this.#announced = bytes;
      this.#keepsEmpty = keepEmpty;
    });
  }

  /**
   * Goes back to the first `bytes`, under the same id. Errors: `not-resumable` when less than that is durable; the
   * upload is abandoned then.
   */
  rewind(bytes: number): Promise<void> {
    return this.#queued(async () => {
      this.#demandOpen();
      if (bytes === this.size) return;
      this.#window.clear();
      try {
        await this.#goBack(bytes);
      } catch (thrown) {
        await this.#abandon();
        throw thrown;
      }
    });
  }

  async #goBack(bytes: number): Promise<void> {
    await this.#suspend();
    const row = await this.#kind.find();
    if (row === undefined) throw this.#kind.gone();
    await this.#resume(row, bytes);
  }

  /**
   * Everything is there: `takeIn` seals and answers. Undefined when nothing was written and what is there stays.
   * After a failure what is stored is gone, unless there was no room for it, or another has it now.
   */
  finish<T>(takeIn: (growing: G, opening: string) => Promise<T>): Promise<T | undefined> {
    return this.#queued(() => this.#finish(takeIn));
  }

  async #finish<T>(takeIn: (growing: G, opening: string) => Promise<T>): Promise<T | undefined> {
    this.#demandOpen();
    const kind = this.#kind;
    if (this.#growing === undefined) {
      if (this.#earlier !== undefined || (await kind.isThere())) {
        // Opened and closed without a write: nothing has changed.
        this.#leave();
        if (this.#announced !== undefined) throw kind.incomplete();
        return undefined;
      }
      await this.#begin();
    }
    const growing = this.#current();
    if (this.#window.hasGap || (this.#announced !== undefined && this.#announced !== this.#position)) {
      await this.#abandon();
      throw kind.incomplete();
    }
    try {
      await this.#leaseStanding();
      return await takeIn(growing, this.#opening);
    } catch (thrown) {
      if (!(await this.#isWriter(growing.id))) await this.#letGo();
      // A full disk: what is stored stays, as when the sender is lost, and can be gone on with when there is room.
      else if (hasCode(thrown, 'storage-failed')) await this.#abandon();
      else await this.#discard(growing);
      throw thrown;
    } finally {
      this.#leave();
    }
  }

  /** The sender is gone: what is durable stays for a while, and can be resumed. Idempotent. */
  abandon(): Promise<void> {
    return this.#queued(() => this.#abandon());
  }

  /** Takes back what was written, when it may still be written; else as `abandon`. Idempotent. */
  discard(): Promise<void> {
    return this.#queued(async () => {
      const growing = this.#growing;
      if (this.#over || growing === undefined || !(await this.#isWriter(growing.id))) return this.#abandon();
      this.#over = true;
      this.#window.clear();
      this.#growing = undefined;
      try {
        await this.#discard(growing);
      } finally {
        this.#leave();
      }
    });
  }

  async #abandon(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#window.clear();
    try {
      if (this.#lease?.standing() !== undefined) return await this.#letGo();
      const kept = await this.#suspend();
      if (kept === 0 && !this.#keepsEmpty) await this.#kind.drop();
      else if (kept !== undefined && this.#id !== undefined)
        await this.#kind.unclaim(this.#id, this.#opening);
    } catch (err) {
      this.#deps.log.warn({ file: this.#id, err }, 'an unfinished upload could not be kept whole');
    } finally {
      // Only now: whoever goes on with it waits until what is kept lies still.
      this.#leave();
    }
  }

  /** Whoever is not sure to have the right to write adds nothing, not even what is gathered: another may be at it. */
  async #letGo(): Promise<void> {
    const left = this.#growing;
    this.#growing = undefined;
    await left?.quit?.();
    await left?.writer.letGo();
  }

  /** Lets go of the writer and who reads along, keeping what is durable: so many bytes, if there was a writer. */
  async #suspend(): Promise<number | undefined> {
    const left = this.#growing;
    this.#growing = undefined;
    await left?.quit?.();
    return (await left?.writer.suspend())?.durableBytes;
  }

  /** A body that was sealed but could not be answered is of no use to anybody. */
  async #discard({ id, writer, quit }: G): Promise<void> {
    try {
      await quit?.();
      await writer.abort();
      await removeBodies(this.#deps, [writer.name]);
      await this.#kind.drop();
    } catch (err) {
      this.#deps.log.warn({ file: id, err }, 'the leftovers of a failed upload wait for the sweep');
    }
  }

  /** Waits while the connection that holds the lease is away. Throws when it is lost. */
  async #leaseStanding(): Promise<void> {
    await this.#lease?.standing()?.catch(() => {
      throw this.#kind.gone();
    });
  }

  async #isWriter(id: string): Promise<boolean> {
    if (this.#lease?.standing() !== undefined) return false;
    return this.#kind.isWriter(id, this.#opening).catch(() => false);
  }

  async #take(data: Uint8Array): Promise<void> {
    const { writer, room } = this.#current();
    if (this.#lease?.standing() !== undefined) await this.#leaseStanding();
    const asked = room.demand(writer.name, this.#position + data.length);
    if (asked !== undefined) await asked;
    await writer.append(data);
    this.#position += data.length;
  }

  /** The first write, or a truncation, says where an undecided upload goes on. */
  async #decide(offset: number): Promise<void> {
    const earlier = this.#earlier;
    this.#earlier = undefined;
    if (offset === 0) return this.#begin();
    if (earlier === undefined) {
      // Requests overtake one another at the start of a file, but nobody goes on with one that is there in full.
      if (await this.#kind.isThere()) throw complete();
      return this.#begin();
    }
    if (offset > earlier.bytes) throw notResumable();
    await this.#resume(earlier.row, offset);
  }

  async #begin(): Promise<void> {
    this.#window.clear();
    this.#earlier = undefined;
    this.#growTo(await this.#kind.begin(this.#opening), 0);
  }

  async #resume(row: Row, offset: number): Promise<void> {
    const growing = await this.#kind.resume(row, offset, this.#opening);
    this.#growTo(growing, offset);
    await this.#kind.resumed(growing, offset);
  }

  #growTo(growing: G, position: number): void {
    this.#id = growing.id;
    this.#growing = growing;
    this.#position = position;
  }

  #current(): G {
    if (this.#growing === undefined) throw this.#kind.gone();
    return this.#growing;
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  #leave(): void {
    this.#over = true;
    this.#lease?.release();
    this.#kind.left();
  }

  #demandOpen(): void {
    if (this.#over) throw this.#kind.gone();
  }
}
