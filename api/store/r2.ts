/** Objects in a Cloudflare R2 bucket. */
import type { BlobStore } from "./port.ts";

/** The part of Cloudflare's `R2Bucket` that is used here. */
export interface R2Binding {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ body: ReadableStream<Uint8Array> } | null>;
  delete(keys: string[]): Promise<void>;
  list(options: { limit: number; cursor?: string }): Promise<R2List>;
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

/** The objects of a bucket. @param keysAPage how many keys are listed with one call */
export function r2BlobStore(bucket: R2Binding, keysAPage = KEYS_A_PAGE): BlobStore {
  return {
    async put(key, bytes) {
      await bucket.put(key, bytes);
    },
    writer(key) {
      let part = new Uint8Array(65_536);
      let filled = 0;
      let upload: R2Upload | null = null;
      const parts: { partNumber: number; etag: string }[] = [];
      const flush = async () => {
        upload ??= await bucket.createMultipartUpload(key);
        parts.push(await upload.uploadPart(parts.length + 1, part.slice(0, filled)));
        filled = 0;
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
            await bucket.put(key, part.slice(0, filled));
            return;
          }
          if (filled > 0) await flush();
          await upload.complete(parts);
        },
        async abort() {
          await upload?.abort();
        },
      };
    },
    async get(key) {
      return (await bucket.get(key))?.body ?? null;
    },
    async delete(keys) {
      for (let start = 0; start < keys.length; start += KEYS_A_DELETE) {
        await bucket.delete(keys.slice(start, start + KEYS_A_DELETE));
      }
    },
    async *list() {
      let cursor: string | undefined;
      do {
        const page: R2List = await bucket.list({
          limit: keysAPage,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const object of page.objects) {
          yield { key: object.key, bytes: object.size, modifiedAt: new Date(object.uploaded) };
        }
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
    },
  };
}
