/** How a stream of unknown length becomes an object of a bucket: small ones at once, large ones in parts. */
import type { BlobWriter } from "./port.ts";

/**
 * Buckets take parts of 5 MiB or more, and R2 demands that all but the last have the same size. So this is
 * also what an object that is being written holds in memory.
 */
const PART_BYTES = 5 * 1024 * 1024;

/** What the writer needs of a bucket, for one key. */
export interface MultipartTarget<Part> {
  /** Writes the whole object with one request. */
  put(bytes: Uint8Array): Promise<void>;
  /** Begins an upload in parts. */
  begin(): Promise<MultipartUpload<Part>>;
}
/** An upload in parts that was begun. */
export interface MultipartUpload<Part> {
  /** Sends one part. @param number counts from 1 */
  send(number: number, bytes: Uint8Array): Promise<Part>;
  /** Puts the object under its key. */
  complete(parts: Part[], bytes: number): Promise<void>;
  /** Gives the upload up, and with it the part that is being sent. It does not throw. */
  abort(): Promise<void>;
}

/** Writes an object of a bucket. What fails gives the upload up: nothing of it stays. */
export function multipartWriter<Part>(target: MultipartTarget<Part>): BlobWriter {
  let part = new Uint8Array(65_536);
  let filled = 0;
  let sentBytes = 0;
  let upload: MultipartUpload<Part> | null = null;
  let ended = false;
  const parts: Part[] = [];

  const flush = async () => {
    upload ??= await target.begin();
    if (ended) return await upload.abort(); // given up while it was begun
    parts.push(await upload.send(parts.length + 1, part.slice(0, filled)));
    sentBytes += filled;
    filled = 0;
  };
  const abort = async () => {
    if (ended) return;
    ended = true;
    part = new Uint8Array();
    await upload?.abort();
  };
  return {
    async write(chunk) {
      for (let rest = chunk; rest.length > 0; ) {
        if (ended) throw new Error("Cannot write an object: it was given up or closed before");
        const wanted = Math.min(PART_BYTES, filled + rest.length);
        if (wanted > part.length) {
          const larger = new Uint8Array(Math.min(PART_BYTES, Math.max(wanted, part.length * 2)));
          larger.set(part.subarray(0, filled));
          part = larger;
        }
        const taken = wanted - filled;
        part.set(rest.subarray(0, taken), filled);
        filled = wanted;
        rest = rest.subarray(taken);
        if (filled === PART_BYTES) await flush();
      }
    },
    async close() {
      if (ended) throw new Error("Cannot close an object: it was given up or closed before");
      try {
        if (upload === null) await target.put(part.slice(0, filled));
        else {
          if (filled > 0) await flush();
          await upload.complete(parts, sentBytes);
        }
      } catch (error) {
        await abort();
        throw error;
      }
      ended = true;
    },
    abort,
  };
}
