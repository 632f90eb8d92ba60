/**
 * Starts the service on Node, on Deno and in workerd, one after the other, and runs the smoke test against
 * each.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { finish, freePort, program, RUNTIMES, type Started, stop } from "../support/runtimes.ts";

const chosen = process.argv.slice(2);
for (const [name, open] of Object.entries(RUNTIMES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const directory = await mkdtemp(join(tmpdir(), `ikefrag-${name}-`));
  let started: Started | null = null;
  try {
    started = await open(await freePort(), directory);
    console.log(`== ${name}: ${started.origin}`);
    const code = await finish(program("vitest"), ["run", "--config", "test/runtime/vitest.config.ts"], {
      IKEFRAG_URL: started.origin,
      IKEFRAG_TOKEN: started.token,
    });
    if (code !== 0) process.exitCode = 1;
  } finally {
    if (started !== null) await stop(started.child);
    await rm(directory, { recursive: true, force: true });
  }
  if (process.exitCode) break;
}
