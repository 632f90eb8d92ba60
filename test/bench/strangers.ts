/**
 * What strangers can do to everybody else: `node test/bench/strangers.ts`, on Linux, after `npm run build`.
 * Bodies of 1 MB are posted, 8 at a time, by who has no code and no token, to every route that takes some;
 * meanwhile another process asks `/healthz` all the time.
 */
import { fork, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort } from "../support/runtimes.ts";

const POSTS = 60;
const AT_A_TIME = 8;
const BODY = "x".repeat(1_000_000);
/** What everybody else is promised, and the whole of the service. */
const MOST_MS = 100;
const MOST_MIB = 250;

if (process.send !== undefined) {
  const origin = process.argv[2] ?? "";
  const took: number[] = [];
  let isOver = false;
  process.on("message", () => {
    isOver = true;
  });
  process.send("ready");
  while (!isOver) {
    const begun = performance.now();
    await (await fetch(`${origin}/healthz`)).arrayBuffer();
    took.push(performance.now() - begun);
  }
  process.send(took);
  process.disconnect();
} else {
  await measure();
}

async function measure(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-strangers-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  // What an operator runs: the bundle. Run from its sources, Node itself takes 60 MiB more.
  const program = join(import.meta.dirname, "../../dist/ikefrag.mjs");
  const child = spawn(process.execPath, [program, "serve", "--port", String(port), "--data", directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  try {
    const json = { "content-type": "application/json" };
    const targets: [string, string, Record<string, string>][] = [
      ["POST", "/v1/runs", json],
      ["POST", "/v1/runs/none/rounds", { ...json, authorization: "Bearer ikr_none" }],
      ["PUT", "/v1/runs/none/capture", { authorization: "Bearer ikr_none" }],
      ["POST", "/v1/analyses", json],
      ["POST", "/v1/gateway-files/0000-0000-00000", { "content-type": "multipart/form-data; boundary=x" }],
      ["POST", "/v1/passkeys/sign-in", { ...json, origin }],
      ["POST", "/console/sign-in", { "content-type": "application/x-www-form-urlencoded", origin }],
    ];
    console.log(
      "| 60 posts of 1 MB, 8 at a time, to | statuses | /healthz: median ms | at its worst | MiB |",
    );
    console.log("| --- | --- | --- | --- | --- |");
    let holds = true;
    // Once before anything is timed, so that the code is warm, as a service's is that has run for a while.
    for (const isTimed of [false, true]) {
      for (const [method, path, headers] of targets) {
        const watched = watch(origin);
        await watched.ready;
        const statuses = new Map<string, number>();
        let left = POSTS;
        const post = async () => {
          while (left-- > 0) {
            // Who is refused before the body is read may find the connection closed while still sending.
            const status = await fetch(origin + path, { method, headers, body: BODY }).then(
              async (answer) => {
                await answer.arrayBuffer();
                return String(answer.status);
              },
              () => "closed",
            );
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        };
        await Promise.all(Array.from({ length: AT_A_TIME }, post));
        const took = (await watched.end()).sort((a, b) => a - b);
        const status = await readFile(`/proc/${child.pid}/status`, "utf8");
        const mib = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024;
        const [median = 0, worst = 0] = [took[Math.floor(took.length / 2)], took.at(-1)];
        if (!isTimed) continue;
        holds &&= worst < MOST_MS && mib < MOST_MIB;
        const counts = [...statuses].map(([code, count]) => `${count} × ${code}`).join(", ");
        console.log(
          `| ${method} ${path} | ${counts} | ${median.toFixed(1)} | ${worst.toFixed(1)} | ${mib.toFixed(0)} |`,
        );
      }
    }
    console.log(
      `${holds ? "holds" : "DOES NOT HOLD"}: under ${MOST_MS} ms at its worst, under ${MOST_MIB} MiB`,
    );
    process.exitCode = holds ? 0 : 1;
  } finally {
    child.kill();
    await new Promise((resolve) => child.once("exit", resolve));
    await rm(directory, { recursive: true, force: true });
  }
}

/** Asks `/healthz` from another process: its own clock tells, and not that of who posts. */
function watch(origin: string): { ready: Promise<void>; end(): Promise<number[]> } {
  const watcher = fork(import.meta.filename, [origin]);
  const ready = new Promise<void>((resolve) => watcher.once("message", () => resolve()));
  return {
    ready,
    end: () =>
      new Promise((resolve) => {
        watcher.once("message", (took) => resolve(took as number[]));
        watcher.send("end");
      }),
  };
}
