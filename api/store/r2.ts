/** Objects in a Cloudflare R2 bucket. */
import type { BlobStore } from "./port.ts";
import { StoreUnavailableError } from "./unavailable.ts";

/** The part of Cloudflare's `R2Bucket` that is used here. */
export interface R2Binding {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ body: ReadableStream<Uint8Array> } | null>;
  delete(keys: string[]): Promise<void>;
  list(options: { limit: number; prefix: string; startAfter?: string; cursor?: string }): Promise<R2List>;
  createMultipartUpload(key: string): Promise<R2Upload>;
}
interface R2List {
  objects: { key: string; size: number; uploaded: Date }[];
  truncated: boolean;
  cursor?: string;
}
interface R2Upload {
  uploadPart(number: number, value: Uint8Array): Promise<{ partNumber: number; etag: string }>;
  complete(parts: { partNumber: number; etag: string }[]): Promise<unknown>;
  abort(): Promise<void>;
}

/** R2 demands that all parts but the last have the same size, of at least 5 MiB. */
const PART_BYTES = 5 * 1024 * 1024;
/** As many keys as R2 deletes with one call. */
const KEYS_A_DELETE = 1000;
/** As many keys as R2 lists with one call. */
const KEYS_A_PAGE = 1000;

/** What is thrown where a call was wrong. Whatever else comes of one is of the bucket or the way there. */
const isOurFault = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError;

async function attempt<T>(act: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isOurFault(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(`Cannot ${act}: R2 says ${why}`, { retryHelps: true, cause: error });
  }
}

/** The same bytes; where they break off, the reader gets an error of the store. */
function withOurErrors(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await attempt("read an object", () => reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The objects of a bucket. @param keysAPage how many keys are listed with one call */
export function r2BlobStore(bucket: R2Binding, keysAPage = KEYS_A_PAGE): BlobStore {
  return {
    keysARequest: { list: keysAPage, delete: KEYS_A_DELETE },
    async put(key, bytes) {
      await attempt("write an object", () => bucket.put(key, bytes));
    },
    writer(key) {
      let part = new Uint8Array(65_536);
      let filled = 0;
      let upload: R2Upload | null = null;
      const parts: { partNumber: number; etag: string }[] = [];
      const flush = () =>
        attempt("write an object", async () => {
          upload ??= await bucket.createMultipartUpload(key);
          parts.push(await upload.uploadPart(parts.length + 1, part.slice(0, filled)));
          filled = 0;
        });
      const abort = async () => {
        const begun = upload;
        upload = null;
        // What cannot be given up now is no object, and R2 drops it after some days.
        await begun?.abort().catch(() => {});
      };
      return {
        async write(chunk) {
          for (let rest = chunk; rest.length > 0; ) {
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
          if (upload === null) {
            await attempt("write an object", () => bucket.put(key, part.slice(0, filled)));
            return;
          }
          try {
            if (filled > 0) await flush();
            await attempt("write an object", async () => upload?.complete(parts));
          } catch (error) {
            await abort();
            throw error;
          }
          upload = null;
        },
        abort,
      };
    },
    async get(key) {
      const body = (await attempt("read an object", () => bucket.get(key)))?.body;
      return body === undefined ? null : withOurErrors(body);
    },
    async delete(keys) {
      for (let start = 0; start < keys.length; start += KEYS_A_DELETE) {
        const some = keys.slice(start, start + KEYS_A_DELETE);
        await attempt("delete an object", () => bucket.delete(some));
      }
    },
    async *list({ prefix = "", after = "" } = {}) {
      let cursor: string | undefined;
      do {
        const from = cursor === undefined ? (after === "" ? {} : { startAfter: after }) : { cursor };
        const page = await attempt("list objects", () => bucket.list({ limit: keysAPage, prefix, ...from }));
        for (const object of page.objects) {
          yield { key: object.key, bytes: object.size, modifiedAt: new Date(object.uploaded) };
        }
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
    },
  };
}
