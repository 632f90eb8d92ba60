/**
 * `node test/bench/upload.ts`: what an upload of 50 MB costs the service. The service itself samples how much
 * heap is in use, beyond what was in use at rest, while the capture streams in and is analysed.
 */
import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { makeCapture } from "./make-capture.ts";

const UPLOAD_PACKETS = 56_000; // 50 MB of the benchmark's traffic
const MOST_HEAP_MB = 32;

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ikefrag-upload-"));
const service = spawn(
  process.execPath,
  [
    "--expose-gc",
    "--import",
    "./test/bench/watch-heap.ts",
    "cli/main.ts",
    "serve",
    "--port",
    "0",
    "--data",
    join(folder, "data"),
  ],
  {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, HEAP_FILE: join(folder, "heap.json") },
  },
);
let said = "";
service.stdout?.on("data", (text) => {
  said += text;
});
try {
  while (!/ikf_\w+/.test(said)) await new Promise((resolve) => service.stdout?.once("data", resolve));
  const url = /http:\/\/\S+/.exec(said)?.[0];
  const token = /ikf_\w+/.exec(said)?.[0];
  const file = join(folder, "upload.pcap");
  makeCapture(file, UPLOAD_PACKETS);
  const send = async () => {
    const response = await fetch(`${url}/v1/analyses`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/vnd.tcpdump.pcap" },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream,
      duplex: "half",
    } as RequestInit);
    const answer = (await response.json()) as { verdict?: string };
    if (!response.ok || !answer.verdict)
      throw new Error(`the service answered ${response.status}: ${JSON.stringify(answer)}`);
  };
  await send(); // code and tables are loaded once, and are no cost of an upload
  const marked = new Promise((resolve) => service.once("message", resolve));
  service.send("idle");
  await marked;
  const started = performance.now();
  await send();
  const seconds = (performance.now() - started) / 1000;
  const done = new Promise((resolve) => service.once("message", resolve));
  service.send("done");
  await done;
  const { idle, peak } = JSON.parse(readFileSync(join(folder, "heap.json"), "utf8")) as Record<
    "idle" | "peak",
    { liveMb: number; withGarbageMb: number }
  >;
  const above = peak.liveMb - idle.liveMb;
  console.log(
    `upload of ${(statSync(file).size / 1e6).toFixed(0)} MB, collected every 10 ms: ${seconds.toFixed(2)} s`,
  );
  console.log(
    `in use: ${idle.liveMb.toFixed(1)} MB idle, at most ${above.toFixed(1)} MB above it; with what waits for collection ${(peak.withGarbageMb - idle.liveMb).toFixed(1)} MB`,
  );
  console.log(`${above <= MOST_HEAP_MB ? "holds" : "FAILS"}: at most ${MOST_HEAP_MB} MB above idle`);
  if (above > MOST_HEAP_MB) process.exitCode = 1;
} finally {
  service.disconnect();
  service.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
