/** The encoding of a file, declared or found while reading; judges every cell that has bytes beyond ASCII. */
import { type Encoding, hasNordicUtf8, hasUndefined1252, isUtf8 } from './encoding.ts';
import type { Evidence } from './report.ts';
import type { RuleId } from './rules.ts';

/**
 * Until the first cell with a byte beyond ASCII the encoding does not matter; that cell decides it when nothing is
 * declared. So what was read before never has to be read again.
 */
export class TextState {
  encoding: Encoding = 'utf-8';
  readonly #source: 'declared' | 'bom' | 'detected';
  #decided: boolean;
  #agreeing = 0;
  #seen = 0;

  constructor(declared: Encoding | undefined, bom: boolean) {
    this.#source = bom ? 'bom' : declared === undefined ? 'detected' : 'declared';
    this.#decided = this.#source !== 'detected';
    if (!bom && declared !== undefined) this.encoding = declared;
  }

  /** True when the encoding will not change any more. */
  get decided(): boolean {
    return this.#decided;
  }

  /** Counts cells with bytes beyond ASCII that the fast path found right in the encoding decided. */
  agree(cells: number): void {
    this.#seen += cells;
    this.#agreeing += cells;
  }

  /** Judges a cell with bytes beyond ASCII; null when it is right. */
  judge(buf: Uint8Array, start: number, end: number): RuleId | null {
    this.#seen += 1;
    const utf8 = isUtf8(buf, start, end);
    if (!this.#decided) {
      this.#decided = true;
      this.encoding = utf8 ? 'utf-8' : 'windows-1252';
    }
    if (this.encoding === 'utf-8') {
      if (!utf8) return this.#source === 'detected' ? 'encoding/mixed' : 'encoding/invalid-utf8';
    } else if (hasUndefined1252(buf, start, end)) {
      return 'encoding/undefined-byte';
    } else if (utf8 && hasNordicUtf8(buf, start, end)) {
      return this.#source === 'detected' ? 'encoding/mixed' : 'encoding/not-as-declared';
    }
    this.#agreeing += 1;
    return null;
  }

  evidence(): Evidence {
    return {
      subject: 'encoding',
      source:
        this.#source === 'declared'
          ? 'declared'
          : this.#seen === 0 && this.#source !== 'bom'
            ? 'default'
            : 'detected',
      value: this.#source === 'bom' ? 'utf-8 (byte order mark)' : this.encoding,
      agreeing: this.#agreeing,
      seen: this.#seen,
    };
  }
}
