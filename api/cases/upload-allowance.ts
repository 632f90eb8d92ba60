/** What one upload takes of the bytes that a case may be sent. */
import type { Deps } from "../deps.ts";
import { byteQuotaHeaders } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";

/** An upload that does not say its size takes so much at once, so that not every chunk asks the database. */
const STEP_BYTES = 1024 * 1024;

/** Whose uploads they are: each side has an allowance of its own. */
export type UploadSide = "run" | "gateway";

/**
 * Takes from the allowance before bytes are read, and gives back what was not needed: so several uploads at
 * the same time cannot exceed it, and one that does not say its size keeps none of the others out.
 */
export class UploadAllowance {
  /** The refusal, when there was one: a reader in between may have made another error of it. */
  refused: Problem | null = null;
  readonly #deps: Deps;
  readonly #caseId: string;
  readonly #side: UploadSide;
  #taken = 0;
  #received = 0;

  private constructor(deps: Deps, caseId: string, side: UploadSide) {
    this.#deps = deps;
    this.#caseId = caseId;
    this.#side = side;
  }

  /**
   * Begins an upload.
   *
   * @param announcedBytes what `Content-Length` says, which is taken at once; `null` when it says nothing
   * @throws {Problem} `case-quota`
   */
  static async begin(
    deps: Deps,
    caseId: string,
    side: UploadSide,
    announcedBytes: number | null,
  ): Promise<UploadAllowance> {
    const allowance = new UploadAllowance(deps, caseId, side);
    if (!(await allowance.#take(announcedBytes ?? 0))) throw allowance.#refuse();
    return allowance;
  }

  /** The same bytes, as far as the allowance goes. */
  async *counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#received += chunk.length;
      const missing = this.#received - this.#taken;
      // Near the end of the allowance there is no room for a whole step.
      if (missing > 0 && !(await this.#take(Math.max(missing, STEP_BYTES))) && !(await this.#take(missing)))
        throw this.#refuse();
      yield chunk;
    }
  }

  /**
   * Gives back what was not needed.
   *
   * @param isKept whether anything came of the upload; if not, it costs nothing
   */
  async settle(isKept = true): Promise<void> {
    // What was refused has not been taken.
    const used = isKept ? Math.min(this.#received, this.#taken) : 0;
    if (this.#taken > used) await this.#take(used - this.#taken);
  }

  async #take(bytes: number): Promise<boolean> {
    const { uploadBytesPerCase: quota } = this.#deps.config;
    const isTaken = await this.#deps.cases.takeUploadBytes(this.#caseId, bytes, quota, this.#side);
    if (isTaken) this.#taken += bytes;
    return isTaken;
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
