/**
 * Starts the service on Node, on Deno and in workerd, one after the other, and runs the smoke test against
 * each; then again with its objects in S3, and on Deno and in workerd the contract of object stores on S3.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  BLOB_STORES,
  finish,
  freePort,
  program,
  RECEIVER_PORT,
  RUNTIMES,
  type Runtime,
  type Started,
  stop,
} from "../support/runtimes.ts";
import { startS3Server, whyNoS3Server } from "../support/s3-server.ts";

async function run(name: string, open: Runtime, test: string, s3: Record<string, string>): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-runtime-"));
  let started: Started | null = null;
  try {
    started = await open(await freePort(), directory, s3);
    console.log(`== ${name}: ${started.origin}`);
    const words = ["run", "--config", "test/runtime/vitest.config.ts", `test/runtime/${test}`];
    const code = await finish(program("vitest"), words, {
      IKEFRAG_URL: started.origin,
      IKEFRAG_BLOBS_URL: started.origin,
      IKEFRAG_TOKEN: started.token,
      IKEFRAG_RECEIVER_PORT: String(RECEIVER_PORT),
    });
    return code === 0;
  } finally {
    if (started !== null) await stop(started.child);
    await rm(directory, { recursive: true, force: true });
  }
}

// Names choose runtimes (node, deno, workerd), and "s3" only what has its objects there.
const words = process.argv.slice(2);
const onlyS3 = words.includes("s3");
const names = words.filter((word) => word !== "s3");
const isChosen = (name: string): boolean => names.length === 0 || names.includes(name);

async function runAll(): Promise<boolean> {
  for (const [name, open] of Object.entries(RUNTIMES)) {
    if (isChosen(name) && !onlyS3 && !(await run(name, open, "smoke.test.ts", {}))) return false;
  }
  if (whyNoS3Server() !== null) return true;
  const server = await startS3Server();
  try {
    for (const [name, open] of Object.entries(RUNTIMES)) {
      if (!isChosen(name)) continue;
      await server.makeBucket(`smoke-${name}`);
      const s3 = server.environment(`smoke-${name}`);
      if (!(await run(`${name}, objects in S3`, open, "smoke.test.ts", s3))) return false;
    }
    for (const [name, open] of Object.entries(BLOB_STORES)) {
      if (!isChosen(name)) continue;
      await server.makeBucket(`contract-${name}`);
      const s3 = { ...server.environment(`contract-${name}`), IKEFRAG_S3_PREFIX: "in/here" };
      if (!(await run(`${name}, the contract on S3`, open, "blob-store.test.ts", s3))) return false;
    }
    return true;
  } finally {
    await server.stop();
  }
}
process.exitCode = (await runAll()) ? 0 : 1;
