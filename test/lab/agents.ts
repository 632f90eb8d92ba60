/**
 * Both agents on the same paths: `npm run test:lab:windows [-- NAME...]`. The TypeScript agent under Node and the PowerShell
 * agent in the engine, each started by its line of a case on a path of its own, have to come to the same verdict.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { findEngine } from "../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns, type WindowsInterface } from "../support/windows-stand-ins.ts";
import { makeCertificates } from "./certificates.ts";
import { inNamespace, type Network, routerCounters, tryInNamespace } from "./network.ts";
import { Cleanup } from "./programs.ts";
import { buildStage, commandLine, type Laboratory, readReport, runAsUser } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/**
 * Every verdict that a path can cause, both families, and the paths on which the two differ most in what they can do. Not
 * among them: limits that are no multiple of 8 above the IP header. There Linux makes a last fragment that is larger than
 * the others, the engine's IP_USER_MTU never does, and what Windows does has not been seen.
 */
const COMPARED = [
  "clear",
  "clear-ipv6",
  "clear-nat",
  "clear-mtu-1280",
  "outbound-fragments-1472",
  "outbound-fragments-1472-ipv6",
  "outbound-fragments-1472-mtu-1476",
  "outbound-fragments-all",
  "outbound-fragments-all-nat",
  "inbound-fragments-all",
  "inbound-fragments-all-ipv6",
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
        : await tryInNamespace(
            stage.network.client,
            "env",
            await wordsOnWindows(stage.network, stage.gatewayAddress, home, line.commands.windows),
          );
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

/** For `env`: the line as a Windows user runs it, who has said yes beforehand. */
async function wordsOnWindows(
  { client }: Network,
  gatewayAddress: string,
  home: string,
  line: string,
): Promise<string[]> {
  const { file, missing } = findEngine();
  if (file === null) throw new Error(missing);
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(home, "stand-ins.ps1"), await clientAsWindows(client, gatewayAddress));
  await writeFile(
    join(bin, "powershell"),
    `#!/bin/sh\nexec "${file}" -StandIns "$HOME/stand-ins.ps1" "$@"\n`,
  );
  await chmod(join(bin, "powershell"), 0o755);
  const settings = [`HOME=${home}`, `TEMP=${home}`, "IKEFRAG_YES=1", "IKEFRAG_LANG=en"];
  return [...settings, `PATH=${bin}:${process.env.PATH}`, "sh", "-c", `cd "$HOME" && ${line}`];
}

interface IpAddress {
  ifindex: number;
  ifname: string;
  mtu: number;
  operstate: string;
  addr_info: { local: string }[];
}
interface IpRoute {
  dev: string;
  prefsrc?: string;
}

/** The client's own interfaces and route, in Windows's words. */
async function clientAsWindows(client: string, gatewayAddress: string): Promise<string> {
  const links = JSON.parse(await inNamespace(client, "ip", "-j", "addr", "show")) as IpAddress[];
  const interfaces = links.map(
    ({ ifindex, ifname, mtu, operstate, addr_info }): WindowsInterface => ({
      index: ifindex,
      name: ifname,
      description: null,
      mtuV4: mtu,
      mtuV6: mtu,
      connected: operstate === "UP",
      addresses: addr_info.map(({ local }) => local),
    }),
  );
  const { stdout } = await tryInNamespace(client, "ip", ["-j", "route", "get", gatewayAddress]);
  const [route] = stdout.trim() === "" ? [] : (JSON.parse(stdout) as IpRoute[]);
  const egress = interfaces.find(({ name }) => name === route?.dev);
  return standIns({
    ...ORDINARY_MACHINE,
    interfaces,
    route: egress && route?.prefsrc ? { interfaceIndex: egress.index, sourceAddress: route.prefsrc } : null,
  });
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

async function main(names: string[]): Promise<number> {
  const { missing } = findEngine();
  if (missing !== null || process.getuid?.() !== 0) {
    console.log(`0 passed, 0 failed (skipped: ${missing ?? "root is needed"})`);
    return 0;
  }
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  const waiting = names.length > 0 ? [...names] : [...COMPARED];
  const complaints: string[] = [];
  let passed = 0;
  try {
    const secrets = await mkdtemp(join(tmpdir(), "ikefrag-lab-pki-"));
    cleanup.add(() => rm(secrets, { recursive: true, force: true }));
    const keepDirectory = process.env.LAB_KEEP ?? null;
    const lab: Laboratory = { certificates: await makeCertificates(secrets), keepDirectory };
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const complaint = await compare(name, lab, cleanup).catch((error: Error) => error.message);
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
