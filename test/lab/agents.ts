/**
 * Both agents on the same paths: `npm run test:lab:windows [-- NAME...]`. The TypeScript agent under Node and
 * the PowerShell agent in the engine, each started by its line of a case on a path of its own, have to come
 * to the same verdict.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { findEngine } from "../support/windows-engine.ts";
import { makeCertificates } from "./certificates.ts";
import { CLIENT_INTERFACE, inNamespace, routerCounters } from "./network.ts";
import { PHONE_BOOK_RUN, switchOn } from "./phone-book.ts";
import { Cleanup } from "./programs.ts";
import { buildStage, commandLine, type Laboratory, readReport, runAsUser } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { startInitiator } from "./strongswan.ts";
import { realPrograms, runOnWindows } from "./windows-client.ts";

/**
 * Every verdict that a path can cause, both families, and the paths on which the two differ most in what they
 * can do: Linux makes a last fragment that is larger than the others where the MTU has room for it, the
 * engine's IP_USER_MTU never does.
 */
const COMPARED = [
  "clear",
  "clear-ipv6",
  "clear-nat",
  "clear-mtu-1280",
  "outbound-fragments-1472",
  "outbound-fragments-1472-ipv6",
  "outbound-fragments-1472-mtu-1476",
  "outbound-fragments-1452",
  "outbound-fragments-all",
  "outbound-fragments-all-nat",
  "inbound-fragments-all",
  "inbound-fragments-all-ipv6",
  "reflector-inbound-fragments-all",
  "reflector-inbound-fragments-all-ipv6",
  "link-1400",
  "link-1400-ipv6",
  "link-1400-silent",
  "link-1400-silent-ipv6",
  "everything-above-1400-and-fragments",
  "udp-500-blocked",
  "udp-4500-blocked",
  "gateway-silent",
  "gateway-down",
  "ignoring-gateway-outbound-fragments-1472",
  "name-without-address",
];
const PARALLEL_PAIRS = 2;
/** A healthy path with the PowerShell agent, by the run's own clock: the engine's start is no Windows's. */
const HEALTHY_SECONDS = 15;
const AGENTS = ["node", "windows"] as const;
type Agent = (typeof AGENTS)[number];

interface Seen {
  verdict: string;
  direction: string | null;
  interfaceMtu: number | null;
  seconds: number;
  /** When the last of it was sent. */
  measuredSeconds: number;
  datagrams: number;
}

async function see(name: string, agent: Agent, lab: Laboratory, cleanup: Cleanup): Promise<Seen> {
  const scenario = SCENARIOS.find((known) => known.name === name);
  if (!scenario) throw new Error(`Cannot find scenario ${name}`);
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    const keepDirectory = lab.keepDirectory === null ? null : join(lab.keepDirectory, agent);
    const stage = await buildStage(scenario, { ...lab, keepDirectory }, own);
    const line = (await stage.openCase()) as { commands: { windows: string } };
    const home = join(stage.directory, "user");
    const beganAt = performance.now();
    const output =
      agent === "node"
        ? await runAsUser(stage.network, home, commandLine(line, "node"))
        : await runOnWindows(stage.network, stage.gatewayAddress, line.commands.windows, {
            home,
            typed: null,
          });
    const seconds = (performance.now() - beganAt) / 1_000;
    const { datagrams } = await routerCounters(stage.network);
    const report = await readReport(stage.service, output);
    await writeFile(join(stage.directory, "report.json"), JSON.stringify(report, null, 2));
    // The service has checked it; what it keeps has to stay readable.
    const { measurements } = Evidence.parse(report.evidence);
    const measuredSeconds =
      Math.max(0, ...measurements.flatMap((m) => [m.startedAtMs, ...m.sentAtMs])) / 1_000;
    const { verdict, direction, recommendation } = report.diagnosis as Diagnosis;
    return {
      verdict,
      direction,
      interfaceMtu: recommendation.interfaceMtu,
      seconds,
      measuredSeconds,
      datagrams,
    };
  } finally {
    await own.run();
  }
}

const summary = ({ verdict, direction, interfaceMtu }: Seen): string =>
  `${verdict}, ${direction ?? "no direction"}, ${interfaceMtu ?? "no MTU"}`;

/** What is wrong with the pair; `null`: nothing. */
async function compare(name: string, lab: Laboratory, cleanup: Cleanup): Promise<string | null> {
  const seen: Record<Agent, Seen> = {
    node: await see(name, "node", lab, cleanup),
    windows: await see(name, "windows", lab, cleanup),
  };
  const figures = AGENTS.map(
    (agent) => `${agent} ${seen[agent].seconds.toFixed(1)} s, ${seen[agent].datagrams} datagrams`,
  );
  console.error(`${name}: ${summary(seen.windows)} (${figures.join("; ")})`);
  if (summary(seen.node) !== summary(seen.windows)) return `the other agent says ${summary(seen.node)}`;
  if (seen.windows.verdict === "healthy" && seen.windows.measuredSeconds > HEALTHY_SECONDS)
    return `it measured for ${seen.windows.measuredSeconds.toFixed(1)} s, allowed ${HEALTHY_SECONDS}`;
  return null;
}

/**
 * What an administrator does on a path that loses fragments above 1472 bytes: captures a dial, tries 1472,
 * and keeps it or not.
 */
const APPLIED = [
  { name: "apply-kept", keeps: true, mtuAfterwards: 1472 },
  { name: "apply-undone", keeps: false, mtuAfterwards: 1500 },
];

/** What is wrong: with what was told, or with what the client's interface is afterwards; `null`: nothing. */
async function apply(name: string, lab: Laboratory, cleanup: Cleanup): Promise<string | null> {
  const wanted = APPLIED.find((known) => known.name === name);
  const scenario = SCENARIOS.find((known) => known.name === "outbound-fragments-1472");
  if (!wanted || !scenario) throw new Error(`Cannot find scenario ${name}`);
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    const { network, directory, vpn, service, gatewayAddress } = await buildStage(scenario, lab, own);
    const vpnDirectory = join(directory, "client");
    await startInitiator(network.client, vpnDirectory, vpn, gatewayAddress, lab.certificates, own);
    const opened = await service.request("POST", "/v1/cases", {
      gateway: gatewayAddress,
      ask: ["capture", "apply"],
    });
    const line = (opened as { commands: { windows: string } }).commands.windows;
    const profile = {
      name: "Laboratory VPN",
      serverAddress: gatewayAddress,
      tunnelType: "Ikev2",
      authenticationMethods: ["MachineCertificate"],
      allUsers: false,
      connected: false,
    };
    const output = await runOnWindows(network, gatewayAddress, line, {
      home: join(directory, "user"),
      // To begin, to capture, to try another MTU, to keep it.
      typed: ["y", "y", "y", wanted.keeps ? "y" : "n"],
      more: realPrograms(vpnDirectory),
      machine: { elevated: true, vpnProfiles: [profile] },
    });
    await writeFile(join(directory, "said.txt"), `${output.stdout}\n${output.stderr}`);
    const report = await readReport(service, output);
    await writeFile(join(directory, "report.json"), JSON.stringify(report, null, 2));
    const outcomes = Evidence.parse(report.evidence).measurements.flatMap(({ step, outcome }) =>
      step.kind === "capture" || step.kind === "apply" ? [outcome] : [],
    );
    const { verdict, findings } = report.diagnosis as Diagnosis;
    const frames = findings.flatMap((f) => f.evidence.filter(({ kind }) => kind === "packet")).length;
    const mtu = Number(await inNamespace(network.client, "cat", `/sys/class/net/${CLIENT_INTERFACE}/mtu`));
    const seen = JSON.stringify({ verdict, mtu, outcomes: outcomes.map(({ status, ...rest }) => rest) });
    console.error(`${name}: ${seen}, ${frames} packets as evidence`);
    const [captured, tried] = outcomes;
    if (captured?.status !== "measured" || !("bytes" in captured) || captured.rasCode !== 809)
      return `the dial as it was is not captured as failing: ${seen}`;
    if (tried?.status !== "measured" || !("kept" in tried)) return `the MTU was not tried: ${seen}`;
    if (tried.previousMtu !== 1500 || !tried.connected || tried.kept !== wanted.keeps)
      return `the trial went otherwise: ${seen}`;
    if (mtu !== wanted.mtuAfterwards) return `the interface's MTU is ${mtu} afterwards`;
    if (verdict !== "outbound-fragments-too-large" || frames === 0)
      return `the verdict is not of both, run and capture: ${seen}`;
    return null;
  } finally {
    await own.run();
  }
}

/** An administrator reads that the profile switches IKE fragmentation off, and switches it on. */
async function followProfile(_name: string, lab: Laboratory, cleanup: Cleanup): Promise<string | null> {
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    return await switchOn(lab, own);
  } finally {
    await own.run();
  }
}

async function main(names: string[]): Promise<number> {
  const { missing } = findEngine();
  if (missing !== null || process.getuid?.() !== 0) {
    console.log(`0 passed, 0 failed (skipped: ${missing ?? "root is needed"})`);
    return 0;
  }
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  const applied = APPLIED.map(({ name }) => name);
  const waiting = names.length > 0 ? [...names] : [...COMPARED, ...applied, PHONE_BOOK_RUN];
  const complaints: string[] = [];
  let passed = 0;
  try {
    const secrets = await mkdtemp(join(tmpdir(), "ikefrag-lab-pki-"));
    cleanup.add(() => rm(secrets, { recursive: true, force: true }));
    const keepDirectory = process.env.LAB_KEEP ?? null;
    const lab: Laboratory = { certificates: await makeCertificates(secrets), keepDirectory, isWhole: false };
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const look = applied.includes(name) ? apply : name === PHONE_BOOK_RUN ? followProfile : compare;
        const complaint = await look(name, lab, cleanup).catch((error: Error) => error.message);
        if (complaint === null) passed += 1;
        else complaints.push(`${name}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_PAIRS }, worker));
  } finally {
    await cleanup.run();
  }
  for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
  console.log(`${passed} passed, ${complaints.length} failed`);
  return complaints.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
