/**
 * `npm run bench`: a capture of 200 MB through ikefrag, tcpdump and tshark, and inputs that are built to be
 * expensive.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CaptureReader } from "../../shared/transcript/read-capture.ts";
import { hostiles } from "./hostile.ts";
import { BENCH_PACKETS, makeCapture } from "./make-capture.ts";
import { REPORT_PEAK } from "./report-peak.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PIECE_BYTES = 1 << 20;
const ROUNDS = 9;

interface Measured {
  seconds: number;
  /**
   * Processor time in user and system mode: it changes less than the clock when others use the machine too.
   */
  cpuSeconds: number;
  /** Peak resident size in MB; `null` where it is not measured. */
  peakMb: number | null;
}

/** Runs a whole process and throws its output away; `null` when it does not run. */
function timeProcess([command, ...args]: readonly [string, ...string[]]): Omit<Measured, "peakMb"> | null {
  const script = 'TIMEFORMAT="cpu-seconds %U %S"; time "$0" "$@" >/dev/null';
  const before = performance.now();
  const { status, error, stderr } = spawnSync("bash", ["-c", script, command, ...args], {
    encoding: "utf8",
    cwd: root,
  });
  const seconds = (performance.now() - before) / 1000;
  if (error || status !== 0) return null;
  const [, user, system] = /^cpu-seconds ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { seconds, cpuSeconds: Number(user) + Number(system) };
}

/**
 * The fastest run of each program. They take turns, so that other work on the machine slows all of them
 * alike.
 */
function timeInTurns(commands: readonly (readonly [string, ...string[]])[]): (Measured | null)[] {
  const runs = Array.from({ length: ROUNDS }, () => commands.map(timeProcess));
  return commands.map((_, at) => {
    const done = runs.map((round) => round[at] ?? null).filter((run) => run !== null);
    const fastest = done.sort((a, b) => a.seconds - b.seconds)[0];
    return fastest ? { ...fastest, peakMb: null } : null;
  });
}

/** The peak of a run of its own, in which nothing is timed. */
function peakOf(args: readonly string[]): number | null {
  const script = '"$0" "$@" >/dev/null';
  const node = [process.execPath, "--import", REPORT_PEAK, ...args];
  const { stderr } = spawnSync("bash", ["-c", script, ...node], { encoding: "utf8", cwd: root });
  const peakKb = /^peak-rss-kb (\d+)$/m.exec(stderr)?.[1];
  return peakKb ? Number(peakKb) / 1024 : null;
}

function scan(file: Uint8Array): number {
  const before = performance.now();
  const reader = new CaptureReader("bench", { maxIkeMessages: 0 });
  for (let at = 0; at < file.length; at += PIECE_BYTES) reader.push(file.subarray(at, at + PIECE_BYTES));
  reader.end();
  return (performance.now() - before) / 1000;
}

const folder = mkdtempSync(join(tmpdir(), "ikefrag-bench-"));
let failed = false;
const check = (name: string, holds: boolean): void => {
  console.log(`${holds ? "holds" : "FAILS"}: ${name}`);
  failed ||= !holds;
};
try {
  const file = join(folder, "bench.pcap");
  makeCapture(file);
  const megabytes = statSync(file).size / 1e6;
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; ${megabytes.toFixed(0)} MB, ${BENCH_PACKETS} packets\n`,
  );

  const cli = existsSync(join(root, "dist/ikefrag.mjs")) ? "dist/ikefrag.mjs" : "cli/main.ts";
  const [timed = null, tcpdump = null, tshark = null] = timeInTurns([
    [process.execPath, cli, "decode", file],
    ["tcpdump", "-nvr", file],
    ["tshark", "-n", "-r", file, "-Y", "isakmp"],
  ]);
  const ours = timed && { ...timed, peakMb: peakOf([cli, "decode", file]) };
  const rows: [name: string, measured: Measured | null][] = [
    [`ikefrag decode (${cli})`, ours],
    ["tcpdump -nvr", tcpdump],
    ["tshark -Y isakmp", tshark],
  ];
  console.log(
    "| whole process | seconds | of the processor | MB/s | peak MB |\n| --- | --- | --- | --- | --- |",
  );
  for (const [name, measured] of rows) {
    const cells = measured
      ? [
          measured.seconds.toFixed(2),
          measured.cpuSeconds.toFixed(2),
          (megabytes / measured.seconds).toFixed(0),
          measured.peakMb?.toFixed(0) ?? "",
        ]
      : ["not installed", "", "", ""];
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }

  const bytes = new Uint8Array(readFileSync(file));
  const scans = Array.from({ length: 20 }, () => scan(bytes));
  const best = Math.min(...scans);
  console.log(
    `\nin memory: ${(BENCH_PACKETS / best / 1e6).toFixed(2)} million packets/s (first pass ${(BENCH_PACKETS / (scans[0] ?? 1) / 1e6).toFixed(2)})\n`,
  );

  console.log("| hostile input of 1 MB | ms | heap MB |\n| --- | --- | --- |");
  let slowest = 0;
  let largest = 0;
  for (const { name, file: input } of hostiles) {
    globalThis.gc?.();
    const heapBefore = process.memoryUsage().heapUsed + process.memoryUsage().external;
    const before = process.cpuUsage();
    const reader = new CaptureReader("hostile");
    reader.push(input);
    const transcript = reader.end();
    const ms = process.cpuUsage(before).user / 1000;
    const { heapUsed, external } = process.memoryUsage();
    const heapMb = (heapUsed + external - heapBefore) / 1e6;
    slowest = Math.max(slowest, ms);
    largest = Math.max(largest, heapMb);
    console.log(`| ${name} (${transcript.frames} frames) | ${ms.toFixed(0)} | ${heapMb.toFixed(1)} |`);
  }
  console.log();
  if (ours && tshark)
    check(
      `ten times faster than tshark: ${(tshark.seconds / ours.seconds).toFixed(1)}`,
      tshark.seconds / ours.seconds >= 10,
    );
  if (ours && tcpdump)
    check(
      `no slower than tcpdump's text: ${(tcpdump.seconds / ours.seconds).toFixed(2)}`,
      tcpdump.seconds >= ours.seconds,
    );
  if (ours?.peakMb) check(`peak resident size under 150 MB: ${ours.peakMb.toFixed(0)}`, ours.peakMb < 150);
  check(
    `2 million packets a second in memory: ${(BENCH_PACKETS / best / 1e6).toFixed(2)}`,
    BENCH_PACKETS / best >= 2e6,
  );
  check(
    `no hostile megabyte above 250 ms or 64 MB: ${slowest.toFixed(0)} ms, ${largest.toFixed(0)} MB`,
    slowest <= 250 && largest <= 64,
  );
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
