/**
 * The agent in POSIX sh on the laboratory's paths: `npm run test:lab:shell [-- NAME...]`. Started by a case's
 * line on a computer without Node.js and Deno, in `dash` with perl and in `bash` without, it has to come to
 * what is true of the path, or to say that it was not tested.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "../../agent/send-limits.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { makeCertificates } from "./certificates.ts";
import { routerCounters } from "./network.ts";
import { Cleanup } from "./programs.ts";
import { buildStage, type Laboratory, payloadBytesSent, readReport } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { runInShell, type Shell } from "./shell-client.ts";

/** Every verdict that a path can cause, and both families. */
const PATHS = [
  "clear",
  "clear-ipv6",
  "clear-nat",
  "clear-mtu-1280",
  "outbound-fragments-1472",
  "outbound-fragments-1472-ipv6",
  "outbound-fragments-1452",
  "outbound-fragments-all",
  "outbound-fragments-all-nat",
  "inbound-fragments-all",
  "inbound-fragments-all-ipv6",
  "reflector-inbound-fragments-all",
  "link-1400",
  "link-1400-ipv6",
  "link-1400-silent",
  "everything-above-1400-and-fragments",
  "udp-500-blocked",
  "udp-4500-blocked",
  "gateway-silent",
  "gateway-down",
  "ignoring-gateway-outbound-fragments-1472",
  "name-without-address",
];
/**
 * One of two faults: whether smaller fragments pass takes an MTU for one datagram, which a shell cannot set.
 */
const ALSO_TRUE: Record<string, string> = {
  "everything-above-1400-and-fragments": "path-mtu-black-hole, outbound, 1400",
};
/** What a run that could not test says: weaker than the truth, and never against it. */
const UNTESTED = "insufficient-evidence";
/** A person waits: longer than for the other agents, because a shell starts a program for each thing. */
const MOST_SECONDS = 60;
const SHELLS: Shell[] = ["dash", "bash"];
const PARALLEL = 2;

interface Seen {
  text: string;
  complaint: string | null;
}

async function see(name: string, shell: Shell, lab: Laboratory, cleanup: Cleanup): Promise<Seen> {
  const scenario = SCENARIOS.find((known) => known.name === name);
  if (!scenario) throw new Error(`Cannot find scenario ${name}`);
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    const keepDirectory = lab.keepDirectory === null ? null : join(lab.keepDirectory, shell);
    const stage = await buildStage(scenario, { ...lab, keepDirectory }, own);
    const { commands } = (await stage.openCase()) as { commands: { macLinux: string } };
    const home = join(stage.directory, "user");
    const beganAt = performance.now();
    const output = await runInShell(stage.network, shell, { home, line: commands.macLinux });
    const seconds = (performance.now() - beganAt) / 1_000;
    await writeFile(join(stage.directory, "said.txt"), `${output.stdout}\n${output.stderr}`);
    const { datagrams } = await routerCounters(stage.network);
    const report = await readReport(stage.service, output);
    await writeFile(join(stage.directory, "report.json"), JSON.stringify(report, null, 2));
    Evidence.parse(report.evidence);
    const { verdict, confidence, candidates, direction, recommendation } = report.diagnosis as Diagnosis;
    const said = `${verdict}, ${direction ?? "no direction"}, ${recommendation.interfaceMtu ?? "no MTU"}`;
    const text = `${said} (${confidence}; ${seconds.toFixed(1)} s, ${datagrams} datagrams)`;
    const left = (await readdir(home)).filter((file) => !["bin", "ikefrag.sh"].includes(file));
    const { expect } = scenario;
    const isTrue =
      expect.verdicts.includes(verdict) &&
      direction === expect.direction &&
      recommendation.interfaceMtu === expect.interfaceMtu;
    // Without the trial that would decide it, the service names what is likely and what else it may be.
    const isGuess =
      confidence === "low" &&
      [verdict, ...candidates.map((c) => c.verdict)].some((v) => expect.verdicts.includes(v));
    const complaint = !(isTrue || isGuess || verdict === UNTESTED || ALSO_TRUE[name] === said)
      ? `${said}, which is not true of it: ${expect.verdicts.join(" or ")}, ${expect.direction}, ${expect.interfaceMtu}`
      : left.length > 0
        ? `it left ${left.join(", ")}`
        : seconds > MOST_SECONDS
          ? `it took ${seconds.toFixed(1)} s, allowed ${MOST_SECONDS}`
          : datagrams > MAX_DATAGRAMS || payloadBytesSent(report) > MAX_SENT_BYTES
            ? `it sent ${datagrams} datagrams, ${payloadBytesSent(report)} bytes`
            : null;
    return { text, complaint };
  } finally {
    await own.run();
  }
}

async function main(names: string[]): Promise<number> {
  if (process.getuid?.() !== 0) {
    console.log("0 passed, 0 failed (skipped: root is needed)");
    return 0;
  }
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  const waiting = (names.length > 0 ? names : PATHS).flatMap((name) =>
    SHELLS.map((shell) => ({ name, shell })),
  );
  const complaints: string[] = [];
  let passed = 0;
  try {
    const secrets = await mkdtemp(join(tmpdir(), "ikefrag-lab-pki-"));
    cleanup.add(() => rm(secrets, { recursive: true, force: true }));
    const keepDirectory = process.env.LAB_KEEP ?? null;
    const lab: Laboratory = { certificates: await makeCertificates(secrets), keepDirectory, isWhole: false };
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { name, shell } = next;
        const { text, complaint } = await see(name, shell, lab, cleanup).catch((error: Error) => ({
          text: "no verdict",
          complaint: error.message,
        }));
        console.error(`${name} in ${shell}: ${text}`);
        if (complaint === null) passed += 1;
        else complaints.push(`${name} in ${shell}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  } finally {
    await cleanup.run();
  }
  for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
  console.log(`${passed} passed, ${complaints.length} failed`);
  return complaints.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
