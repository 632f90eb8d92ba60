/**
 * What was lately made of stored reports, so that they are read, checked and put into words once and not for
 * each reader. The index is asked each time: what is remembered is given only while the report is the one
 * that it was made of, and so a change by any instance shows at once.
 */

/** Texts that are made and kept together. */
type Texts = Readonly<Record<string, string>>;

/** Where something is remembered. */
export interface Place {
  reportId: string;
  /** What it is, for whom, and in which language: nothing is given to who is not to see it. */
  what: string;
  /** Changes with everything that it is made of. */
  stamp: string;
}

interface Made {
  stamp: string;
  texts: Texts;
  bytes: number;
}

/** What a character takes at most. */
const CHARACTER_BYTES = 2;
/** The room that one thing may have of all: a single large report must not drive out all others. */
const MOST_OF_ALL = 1 / 4;

const bytesOf = (texts: Texts): number =>
  CHARACTER_BYTES * Object.values(texts).reduce((sum, text) => sum + text.length, 0);

/** Texts by report, bounded in memory; those go first that were not asked for the longest time. */
export class Remembered {
  readonly #maxBytes: number;
  readonly #reports = new Map<string, Map<string, Made>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How much it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is remembered there, or else what is made now. What cannot be made is not remembered. */
  async of<T extends Texts>({ reportId, what, stamp }: Place, make: () => Promise<T>): Promise<T> {
    const known = this.#reports.get(reportId);
    const found = known?.get(what);
    if (known !== undefined && found?.stamp === stamp) {
      this.#reports.delete(reportId);
      this.#reports.set(reportId, known);
      return found.texts as T;
    }
    const texts = await make();
    this.#keep(reportId, what, { stamp, texts, bytes: bytesOf(texts) });
    return texts;
  }

  /** Forgets all that was made of a report: it is deleted. */
  forget(reportId: string): void {
    for (const { bytes } of this.#reports.get(reportId)?.values() ?? []) this.#bytes -= bytes;
    this.#reports.delete(reportId);
  }

  /** Forgets everything. */
  clear(): void {
    this.#reports.clear();
    this.#bytes = 0;
  }

  #keep(reportId: string, what: string, made: Made): void {
    const ofReport = this.#reports.get(reportId) ?? new Map<string, Made>();
    this.#bytes -= ofReport.get(what)?.bytes ?? 0;
    ofReport.delete(what);
    this.#reports.delete(reportId);
    if (made.bytes <= this.#maxBytes * MOST_OF_ALL) {
      ofReport.set(what, made);
      this.#bytes += made.bytes;
    }
    if (ofReport.size > 0) this.#reports.set(reportId, ofReport);
    for (const oldest of this.#reports.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
  }
}
