/** The store over S3 on Deno (or Node), for blob-store.test.ts: `deno run -A serve-blobs.ts PORT`. */
import process from "node:process";
import { serve } from "@hono/node-server";
import worker from "./blob-worker.ts";

const port = Number(process.argv[2]);
serve({ fetch: (request) => worker.fetch(request, process.env), hostname: "127.0.0.1", port }, () =>
  console.log("Ready on http"),
);
