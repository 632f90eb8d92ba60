/** The service by itself, on Node and on Deno: `node api/runtime/server.ts`. `ikefrag serve` does the same. */
import process from "node:process";
import { parseArgs } from "node:util";
import { serveCommand } from "./serve-command.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string", default: ".ikefrag" },
    "public-url": { type: "string" },
    reflector: { type: "string" },
    "sign-in-link": { type: "boolean", default: false },
  },
});
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
process.exitCode = await serveCommand({
  port: Number(values.port),
  host: values.host,
  dataDir: values.data,
  publicUrl: values["public-url"] ?? null,
  reflector: values.reflector ?? null,
  signInLink: values["sign-in-link"],
  signal: stop.signal,
});
