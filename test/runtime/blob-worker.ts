/** The store over S3 in workerd, for blob-store.test.ts. */
import { readS3Settings } from "../../api/runtime/s3-settings.ts";
import type { BlobStore } from "../../api/store/port.ts";
import { s3BlobStore } from "../../api/store/s3.ts";
import { answerWith } from "../support/blob-store-over-http.ts";

/** One for all requests, as the service has it. */
let store: BlobStore | null = null;

export default {
  async fetch(request: Request, environment: Record<string, unknown>): Promise<Response> {
    const settings = readS3Settings(environment);
    if (settings === null) return new Response("There are no settings", { status: 500 });
    store ??= s3BlobStore(settings, { keysAPage: 50, requestsAtOnce: Number.POSITIVE_INFINITY });
    return answerWith(store, request).catch((error) => new Response(String(error), { status: 500 }));
  },
};
