/**
 * The page without a program on the laboratory's paths: `node test/lab/by-hand.ts [NAME...]`. Real pings, in
 * as many rounds as the page asks for, have to come to what is true of the path, or to leave it open; to say
 * that all is well they never have.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { LAST_HAND_ROUND } from "../../shared/plan/by-hand.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { makeCertificates } from "./certificates.ts";
import { tryInNamespace } from "./network.ts";
import { Cleanup } from "./programs.ts";
import { buildStage, type Laboratory, readReport } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Every verdict that an IPv4 path can cause. */
const PATHS = [
  "clear",
  "clear-nat",
  "clear-mtu-1280",
  "outbound-fragments-1472",
  "outbound-fragments-all",
  "inbound-fragments-all",
  "link-1400",
  "link-1400-silent",
  "everything-above-1400-and-fragments",
  "udp-500-blocked",
  "gateway-silent",
  "gateway-down",
];
/**
 * Of two faults, the one that pings show. And where Linux's table has two interfaces in use, of different
 * MTUs, it does not tell which of them refused: of low confidence the path is taken for narrower.
 */
const ALSO_TRUE: Record<string, [verdict: string, interfaceMtu: number]> = {
  "everything-above-1400-and-fragments": ["path-mtu-black-hole", 1400],
  "clear-mtu-1280": ["path-mtu-reduced", 1280],
};
const UNTESTED = "insufficient-evidence";
const PARALLEL = 2;
const CLIENT = join(import.meta.dirname, "by-hand-client.ts");

async function see(
  name: string,
  lab: Laboratory,
  cleanup: Cleanup,
): Promise<[said: string, isTrue: boolean]> {
  const scenario = SCENARIOS.find((known) => known.name === name);
  if (!scenario) throw new Error(`Cannot find scenario ${name}`);
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    const { network, service, openCase } = await buildStage(scenario, lab, own);
    const { code } = (await openCase()) as { code: string };
    const output = await tryInNamespace(network.client, process.execPath, [CLIENT, service.origin, code]);
    const report = await readReport(service, output);
    const rounds = Number(/^(\d+) rounds$/m.exec(output.stdout)?.[1]);
    const { verdict, confidence, candidates, recommendation } = report.diagnosis as Diagnosis;
    const { interfaceMtu } = recommendation;
    const { verdicts, interfaceMtu: truth } = scenario.expect;
    const said = `${verdict}, ${interfaceMtu ?? "no MTU"} (${confidence}; ${rounds} rounds)`;
    const named = [verdict, ...candidates.map((c) => c.verdict)];
    // Where it was named, the link's own MTU is advised too: that it is not needed pings do not show.
    const [alsoVerdict, alsoMtu = 0] = ALSO_TRUE[name] ?? [];
    const largest = Math.max(truth ?? 0, scenario.path?.linkMtu ?? 0, alsoMtu);
    const isHarmless = interfaceMtu === null || interfaceMtu <= largest;
    const isTrue =
      verdict !== "healthy" &&
      confidence !== "high" &&
      rounds <= LAST_HAND_ROUND &&
      isHarmless &&
      (verdict === UNTESTED || alsoVerdict === verdict || verdicts.some((v) => named.includes(v)));
    return [said, isTrue];
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
  const waiting = names.length > 0 ? names : [...PATHS];
  let [passed, failed] = [0, 0];
  try {
    const secrets = await mkdtemp(join(tmpdir(), "ikefrag-lab-pki-"));
    cleanup.add(() => rm(secrets, { recursive: true, force: true }));
    const certificates = await makeCertificates(secrets);
    const lab: Laboratory = { certificates, keepDirectory: process.env.LAB_KEEP ?? null, isWhole: false };
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const [said, isTrue] = await see(name, lab, cleanup).catch((error: Error): [string, boolean] => [
          error.message,
          false,
        ]);
        console.log(`${isTrue ? "ok  " : "FAIL"} ${name}: ${said}`);
        if (isTrue) passed += 1;
        else failed += 1;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  } finally {
    await cleanup.run();
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
