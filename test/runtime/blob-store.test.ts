/** The contract of object stores against S3, with the store in the runtime that is tested. */
import process from "node:process";
import { beforeAll } from "vitest";
import * as z from "zod";
import type { BlobStore } from "../../api/store/port.ts";
import { blobStoreContract } from "../contract/blob-store.ts";
import { blobStoreOverHttp } from "../support/blob-store-over-http.ts";

const { IKEFRAG_BLOBS_URL: origin } = z.object({ IKEFRAG_BLOBS_URL: z.url() }).parse(process.env);

let store: BlobStore;
beforeAll(async () => {
  store = await blobStoreOverHttp(origin);
});
blobStoreContract("S3", () => store);
