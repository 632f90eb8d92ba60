/** What one upload takes of the bytes that a case may be sent. */
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { byteQuotaHeaders } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";
import type { UploadSide } from "../store/port.ts";

/** An upload that does not say its size takes so much at once, so that not every chunk asks the database. */
const STEP_BYTES = 1024 * 1024;

/** So long a share is held without a word from its upload: longer than a request may take. */
const HOLD_MS = 30 * 60_000;
/** How often an upload that goes on says so. */
const RENEW_MS = 5 * 60_000;

/**
 * Holds a share of the allowance before bytes are read or written, and ends with what was used of it: so
 * several uploads at the same time cannot exceed it, and one that does not say its size keeps none of the
 * others out. What is received counts, and so does what is stored of it, whichever is more: a packed capture
 * may become a hundred times as large.
 *
 * A share is held for a time. It is held on while bytes come, and after a crash it comes back by itself.
 */
export class UploadAllowance {
  /** The refusal, when there was one: a reader in between may have made another error of it. */
  refused: Problem | null = null;
  readonly #deps: Deps;
  readonly #caseId: string;
  readonly #side: UploadSide;
  readonly #id: string;
  #held = 0;
  #heldAtMs = Number.NEGATIVE_INFINITY;
  #received = 0;
  #kept = 0;
  /** What is unpacked is read and written at the same time: one of both asks after the other. */
  #asked: Promise<void> = Promise.resolve();

  private constructor(deps: Deps, caseId: string, side: UploadSide) {
    this.#deps = deps;
    this.#caseId = caseId;
    this.#side = side;
    this.#id = newKey(deps.random);
  }

  /**
   * Begins an upload.
   *
   * @param announcedBytes what `Content-Length` says, which is held at once; `null` when it says nothing
   * @throws {Problem} `case-quota`
   */
  static async begin(
    deps: Deps,
    caseId: string,
    side: UploadSide,
    announcedBytes: number | null,
  ): Promise<UploadAllowance> {
    const allowance = new UploadAllowance(deps, caseId, side);
    if (!(await allowance.#hold(announcedBytes ?? 0))) throw allowance.#refuse();
    return allowance;
  }

  /** The same bytes, as far as the allowance goes. */
  async *counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#received += chunk.length;
      await this.#holdEnough();
      yield chunk;
    }
  }

  /** Counts bytes that are about to be stored. @throws {Problem} `case-quota` */
  readonly keep = async (bytes: number): Promise<void> => {
    this.#kept += bytes;
    await this.#holdEnough();
  };

  /** Ends an upload that came to its end. @param storedBytes of what it brought, all of it unless told */
  async settle(storedBytes = this.#kept): Promise<void> {
    await this.#end(Math.max(this.#received, storedBytes));
  }

  /**
   * Ends an upload that failed: it costs what is stored of it all the same. It never throws, because what is
   * held comes back by itself as well.
   */
  async giveBack(storedBytes = 0): Promise<void> {
    await this.#end(storedBytes).catch(() => {});
  }

  async #end(usedBytes: number): Promise<void> {
    // What was refused is not held.
    await this.#deps.cases.endUpload(this.#id, Math.min(usedBytes, this.#held));
  }

  #holdEnough(): Promise<void> {
    const asked = this.#asked.then(() => this.#holdMore());
    this.#asked = asked.catch(() => {});
    return asked;
  }

  async #holdMore(): Promise<void> {
    const needed = Math.max(this.#received, this.#kept);
    if (needed <= this.#held) {
      if (this.#deps.now().getTime() - this.#heldAtMs < RENEW_MS || (await this.#hold(this.#held))) return;
    } else if ((await this.#hold(Math.max(needed, this.#held + STEP_BYTES))) || (await this.#hold(needed))) {
      // Near the end of the allowance there is no room for a whole step.
      return;
    }
    throw this.#refuse();
  }

  async #hold(bytes: number): Promise<boolean> {
    const now = this.#deps.now();
    const hold = {
      id: this.#id,
      caseId: this.#caseId,
      side: this.#side,
      bytes,
      endsAt: new Date(now.getTime() + HOLD_MS).toISOString(),
    };
    const { uploadBytesPerCase: quota } = this.#deps.config;
    const fits = await this.#deps.cases.holdUploadBytes(hold, quota, now.toISOString());
    if (fits) {
      this.#held = bytes;
      this.#heldAtMs = now.getTime();
    }
    return fits;
  }

  #refuse(): Problem {
    const { uploadBytesPerCase: quota } = this.#deps.config;
    const name = this.#side === "gateway" ? "gateway-uploads" : "case-uploads";
    this.refused = new Problem("case-quota", {
      params: { max: quota },
      headers: byteQuotaHeaders(name, quota, 0),
    });
    return this.refused;
  }
}
