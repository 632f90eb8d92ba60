/**
 * `node test/bench/join.ts`, after a build: two captures of 215 MB are joined in less than three times what
 * reading one takes, and in less than 200 MB. One pair has as much IKE as a link has on a bad morning, the
 * other one 14 %, which is more than any gateway that carries traffic.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AT_THE_CLIENT, AT_THE_GATEWAY, BENCH_PACKETS, makeCapture } from "./make-capture.ts";
import { REPORT_PEAK } from "./report-peak.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ROUNDS = 3;
const MOST_TIMES = 3;
const MOST_MB = 200;

interface Run {
  cpuSeconds: number;
  peakMb: number;
  joined: number;
}

/** Runs the program on files, in a process of its own. */
function run(...files: string[]): Run {
  const args = ["--import", REPORT_PEAK, "dist/ikefrag.mjs", "analyze", ...files, "--json"];
  const script = 'TIMEFORMAT="cpu-seconds %U %S"; time "$0" "$@"';
  const { stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, ...args], {
    encoding: "utf8",
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [, user, system] = /^cpu-seconds ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  const peakKb = Number(/^peak-rss-kb (\d+)$/m.exec(stderr)?.[1]);
  const { bothEnds } = JSON.parse(stdout) as { bothEnds: { joinedLogins: number } | null };
  return {
    cpuSeconds: Number(user) + Number(system),
    peakMb: peakKb / 1024,
    joined: bothEnds?.joinedLogins ?? 0,
  };
}

/** The time of the fastest run, which is disturbed least; and the memory of the largest one. */
const ofRuns = (runs: readonly Run[]): Run =>
  runs.reduce((a, b) => ({
    cpuSeconds: Math.min(a.cpuSeconds, b.cpuSeconds),
    peakMb: Math.max(a.peakMb, b.peakMb),
    joined: Math.min(a.joined, b.joined),
  }));

const folder = mkdtempSync(join(tmpdir(), "ikefrag-bench-"));
let failed = false;
const check = (name: string, holds: boolean): void => {
  console.log(`${holds ? "holds" : "FAILS"}: ${name}`);
  failed ||= !holds;
};
try {
  for (const ikeBlocks of [10, Number.POSITIVE_INFINITY]) {
    const [near, far] = [join(folder, "near.pcap"), join(folder, "far.pcap")];
    makeCapture(near, BENCH_PACKETS, { ...AT_THE_CLIENT, ikeBlocks });
    makeCapture(far, BENCH_PACKETS, { ...AT_THE_GATEWAY, ikeBlocks });
    const rounds = Array.from({ length: ROUNDS }, () => ({ one: run(near), both: run(near, far) }));
    const [one, both] = [ofRuns(rounds.map((r) => r.one)), ofRuns(rounds.map((r) => r.both))];
    const times = both.cpuSeconds / one.cpuSeconds;
    const megabytes = (statSync(near).size / 1e6).toFixed(0);
    console.log(
      `one capture of ${megabytes} MB: ${one.cpuSeconds.toFixed(2)} s, ${one.peakMb.toFixed(0)} MB`,
    );
    console.log(
      `two joined: ${both.cpuSeconds.toFixed(2)} s, ${both.peakMb.toFixed(0)} MB, ${both.joined} logins`,
    );
    check(`joined in under ${MOST_TIMES} times the time of one: ${times.toFixed(2)}`, times < MOST_TIMES);
    check(`in under ${MOST_MB} MB: ${both.peakMb.toFixed(0)}`, both.peakMb < MOST_MB);
    check(`logins are joined: ${both.joined}`, both.joined > 0);
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
