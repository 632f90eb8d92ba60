/**
 * What is thrown when the world, and not a fault of ours, keeps a store from doing what it was asked: a full
 * disk, a locked database, a bucket that does not answer, an object that somebody removed. The request is
 * answered with what there is to do, and the service lives on.
 */

/** How long a caller is to wait where it passes by itself, and where the operator has to do something. */
const SOON_SECONDS = 5;
const LATER_SECONDS = 60;

/** A store cannot do something now. Its message is for the operator's log: callers never see it. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
  /** Whether it may pass by itself; if not, the operator has to do something first. */
  readonly retryHelps: boolean;
  /** What the answer's `Retry-After` says. */
  readonly retryAfterSeconds: number;

  /** @param message what could not be done, and why: "Cannot write an object: the disk is full" */
  constructor(
    message: string,
    {
      retryHelps,
      retryAfterSeconds = retryHelps ? SOON_SECONDS : LATER_SECONDS,
      cause,
    }: { retryHelps: boolean; retryAfterSeconds?: number; cause?: unknown },
  ) {
    super(message, { cause });
    this.retryHelps = retryHelps;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What the system says of a file, in words, and whether it may pass by itself. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [why: string, retryHelps: boolean]>> = {
  ENOSPC: ["the disk is full", false],
  EDQUOT: ["the disk quota is used up", false],
  EFBIG: ["the file is larger than the system allows", false],
  EROFS: ["the file system is read-only", false],
  EACCES: ["the service may not", false],
  EPERM: ["the service may not", false],
  EIO: ["the disk reports an error", false],
  EMFILE: ["too many files and connections are open", true],
  ENFILE: ["too many files are open on this machine", true],
  ENOMEM: ["the system has no memory left", true],
  EBUSY: ["something else uses it", true],
  EAGAIN: ["the system asks to try again", true],
  ETIMEDOUT: ["the file system does not answer", true],
};

/** What the system calls its errors. What Node and Deno call theirs has underscores. */
const ERRNO = /^E[A-Z0-9]+$/;

/**
 * An error of the file system as one of the store. Any other error stays what it is: it is a fault of ours.
 *
 * @param act what could not be done, such as "write an object"
 * @returns what to throw
 */
export function unavailableFile(act: string, error: unknown): unknown {
  // Deno does not always name the system's call.
  if (!(error instanceof Error && "code" in error && ERRNO.test(String(error.code)))) return error;
  const code = String(error.code);
  const [why, retryHelps] = SYSTEM_ERRORS[code] ?? ["the system refuses", false];
  return new StoreUnavailableError(`Cannot ${act}: ${why} (${error.message})`, { retryHelps, cause: error });
}

/**
 * An object that the index names is no longer there, or is not what was written. No retry helps, and nothing
 * else is wrong with the store: what needs the object cannot be had, and the rest goes on.
 */
export class LostObjectError extends Error {
  override name = "LostObjectError";

  /** @param key of the object, for the operator's log */
  constructor(key: string, why: string, options?: ErrorOptions) {
    super(`Cannot read the object ${key}: ${why}`, options);
  }
}
