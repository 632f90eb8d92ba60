/**
 * The Worker with its objects in any S3 bucket: what infra/wrangler.s3.jsonc deploys. It stands apart, for
 * the client makes the script a quarter larger.
 */
import { s3BlobStore } from "../store/s3.ts";
import { createWorker, type Environment } from "./create-worker.ts";
import { readS3Settings } from "./s3-settings.ts";

export default createWorker<Environment>((environment) => {
  const settings = readS3Settings(environment);
  if (settings === null)
    throw new Error("Cannot start: IKEFRAG_S3_BUCKET and what belongs to it are missing");
  return s3BlobStore(settings, { requestsAtOnce: Number.POSITIVE_INFINITY });
});
