/** Objects in a Cloudflare R2 bucket. */
import { multipartWriter } from "./multipart-writer.ts";
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

/** As many keys as R2 deletes with one call. */
const KEYS_A_DELETE = 1000;
/** As many keys as R2 lists with one call. */
const KEYS_A_PAGE = 1000;
/** No object has this key: that none is there is an answer too. */
const NO_KEY = "none";

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
    // What cannot be given up is no object, and R2 drops it after some days.
    writer: (key) =>
      multipartWriter({
        put: async (bytes) => void (await attempt("write an object", () => bucket.put(key, bytes))),
        begin: async () => {
          const upload = await attempt("write an object", () => bucket.createMultipartUpload(key));
          return {
            send: (number, bytes) => attempt("write an object", () => upload.uploadPart(number, bytes)),
            complete: async (parts) => void (await attempt("write an object", () => upload.complete(parts))),
            abort: () => upload.abort().catch(() => {}),
          };
        },
      }),
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
    async ping() {
      await attempt("reach the objects", () => bucket.get(NO_KEY));
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
