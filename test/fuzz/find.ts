/** What a fuzz target is, and what it throws. */

/**
 * Something that is executed again and again, each time with another number. It throws when it finds
 * something.
 */
export interface Target {
  name: string;
  /** The part of the time that it gets when all are run; 1 where this is missing. */
  share?: number;
  run(seed: number): void;
}

/** A find, with the input that shows it. */
export class Find extends Error {
  override name = "Find";
  readonly input: Uint8Array;
  constructor(message: string, input: Uint8Array, cause: unknown) {
    super(message, { cause });
    this.input = input;
  }
}

/** An input of at most 1 MB may not take longer. */
export const MAX_MS = 250;
