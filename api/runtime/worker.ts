/** The Worker with its objects in R2: what infra/wrangler.jsonc deploys. */
import { type R2Binding, r2BlobStore } from "../store/r2.ts";
import { createWorker, type Environment } from "./create-worker.ts";
import { readS3Settings } from "./s3-settings.ts";

export default createWorker<Environment & { OBJECTS: R2Binding }>((environment) => {
  if (readS3Settings(environment) !== null) {
    throw new Error("Cannot start: this Worker knows R2 alone. For IKEFRAG_S3_* deploy wrangler.s3.jsonc");
  }
  return r2BlobStore(environment.OBJECTS);
});
