/** Runs one scenario from the case to the report, and compares the report with what is true of the path. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "../../agent/send-limits.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { type Judged, judgeBothEnds } from "./both-ends.ts";
import type { Certificates } from "./certificates.ts";
import { LogCutter } from "./gateway-log.ts";
import { type Gateway, startGateway } from "./gateways.ts";
import { delayMarked } from "./late-packets.ts";
import {
  buildNetwork,
  GATEWAY_ADDRESSES,
  type Network,
  routerCounters,
  setRouterRules,
  tryInNamespace,
} from "./network.ts";
import { Cleanup, type Output, run, scratchDirectory } from "./programs.ts";
import { dialBeforeAndAfter } from "./proof.ts";
import { record } from "./record.ts";
import { REFLECTOR_SETTINGS, startReflector } from "./reflector.ts";
import type { Scenario } from "./scenario.ts";
import { type LabService, startService } from "./service.ts";
import type { VpnOptions } from "./strongswan.ts";
import { translate } from "./translators.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A person waits: for a path on which all is well, and for any other. */
export const HEALTHY_SECONDS = 12;
export const FAILING_SECONDS = 25;
/** After this strongSwan forgets attempts that nobody went on with. */
export const HALF_OPEN_MS = 31_000;

export interface Result {
  scenario: Scenario;
  /** How long the agent took, from its start to the report ID. */
  agentSeconds: number | null;
  datagrams: number | null;
  /** The first run ended early for the gateway's sake, and said to try again: that was done. */
  triedAgain: boolean;
  diagnosis: Pick<Diagnosis, "verdict" | "confidence" | "direction" | "recommendation" | "fourWays"> | null;
  connectsBefore: boolean | null;
  /** By the client's MTU. */
  connectsAfter: { mtu: number; connects: boolean }[];
  /**
   * Large packets through the tunnel, by the tunnel's MTU: before anything is changed, and as recommended.
   */
  tunnel: { tunnelMtu: number; passes: boolean }[];
  /** What the client's capture of the first dial says alone. */
  captureVerdict: string | null;
  /**
   * Where the truth stands in what a capture of the first dial says alone, by the end that it is from: 0 is
   * the verdict, 1 the first candidate, -1 is nowhere.
   */
  truthRank: { client?: number; gateway?: number };
  /** What evidence of several places says together. */
  bothEnds: Judged[];
  /** Further agents on the same path, with how long each took. */
  otherAgents: string[];
  /** Real clients, with IKE fragments and without: what the table of the four ways foretells. */
  dialled: { name: string; connects: boolean }[];
  /** What was not as expected; empty: passed. */
  complaints: string[];
}

export interface Laboratory {
  certificates: Certificates;
  /** Every scenario is run, each by every agent: there is time for it. */
  isWhole: boolean;
  /** Where captures, logs and reports stay; `null`: nowhere. */
  keepDirectory: string | null;
}

/** Runs the scenario, and whatever comes of it there is a result, and nothing is left. */
export async function runScenario(
  scenario: Scenario,
  lab: Laboratory,
  cleanup: Cleanup,
  look: typeof examine = examine,
): Promise<Result> {
  const result: Result = {
    scenario,
    agentSeconds: null,
    datagrams: null,
    triedAgain: false,
    diagnosis: null,
    connectsBefore: null,
    connectsAfter: [],
    tunnel: [],
    captureVerdict: null,
    truthRank: {},
    bothEnds: [],
    otherAgents: [],
    dialled: [],
    complaints: [],
  };
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    await look(scenario, lab, result, own);
  } catch (error) {
    result.complaints.push((error as Error).message);
  } finally {
    await own.run();
  }
  return result;
}

/** A path with a gateway behind it and the service at hand, as a scenario describes it. */
export interface Stage {
  network: Network;
  directory: string;
  service: LabService;
  vpn: VpnOptions;
  gatewayAddress: string;
  /** What the client's VPN is told to dial. */
  dialled: string;
  /** The case, as the service made it. */
  openCase(): Promise<Record<string, unknown>>;
  /** `null`: nothing answers. */
  responder: Gateway | null;
  gatewayLog: LogCutter;
}

export async function buildStage(scenario: Scenario, lab: Laboratory, cleanup: Cleanup): Promise<Stage> {
  const directory = await directoryFor(scenario, lab, cleanup);
  const network = await buildNetwork(scenario.path ?? {}, cleanup);
  if (scenario.translated) await translate(network, scenario.translated, join(directory, "tayga"), cleanup);
  if (scenario.delaysMarked) await delayMarked(network, cleanup);
  await setRouterRules(network, scenario.rules ?? []);
  const vpn: VpnOptions = {
    authentication: "certificate",
    ikeFragmentation: { client: false, gateway: false },
    ...scenario.vpn,
  };
  // Before the gateway's daemon: a new interface has it look at all of its IKE SAs again.
  if (scenario.reflector) await startReflector(network, cleanup);
  const kind = scenario.gateway ?? "strongswan";
  const responder = await startGateway(
    kind,
    network,
    join(directory, "gateway"),
    vpn,
    lab.certificates,
    cleanup,
  );
  const settings = scenario.reflector ? REFLECTOR_SETTINGS : {};
  const service = await startService(network, join(directory, "data"), cleanup, settings);
  const gatewayAddress = GATEWAY_ADDRESSES[scenario.family ?? 4];
  const gateway = scenario.gatewayName ?? gatewayAddress;
  const resolves = scenario.gatewayName === undefined || scenario.path?.hosts?.[gateway] !== undefined;
  return {
    network,
    directory,
    service,
    vpn,
    gatewayAddress,
    dialled: resolves ? gatewayAddress : gateway,
    responder,
    gatewayLog: new LogCutter(responder?.log ?? null),
    openCase: () => service.request("POST", "/v1/cases", { gateway, label: scenario.name }),
  };
}

async function directoryFor(scenario: Scenario, lab: Laboratory, cleanup: Cleanup): Promise<string> {
  if (lab.keepDirectory !== null) {
    const directory = join(lab.keepDirectory, scenario.name);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return directory;
  }
  const directory = await scratchDirectory();
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function examine(scenario: Scenario, lab: Laboratory, result: Result, cleanup: Cleanup): Promise<void> {
  const { expect } = scenario;
  const stage = await buildStage(scenario, lab, cleanup);
  const { network, directory } = stage;
  const complain = (complaint: string) => void result.complaints.push(complaint);

  let ran = await wholeRun(scenario, stage, result);
  if (!expect.verdicts.includes(ran.diagnosis.verdict) && wasSpared(ran.diagnosis)) {
    result.triedAgain = true;
    await new Promise((resolve) => setTimeout(resolve, HALF_OPEN_MS));
    ran = await wholeRun(scenario, stage, result);
  }
  const { agent, report, diagnosis } = ran;
  result.agentSeconds = ran.seconds;
  result.datagrams = ran.datagrams;
  const { verdict, direction } = diagnosis;
  const { interfaceMtu } = diagnosis.recommendation;
  if (!expect.verdicts.includes(verdict))
    complain(`verdict ${verdict}, expected ${expect.verdicts.join(" or ")}`);
  if (expect.confidence !== undefined && diagnosis.confidence !== expect.confidence)
    complain(`confidence ${diagnosis.confidence}, expected ${expect.confidence}`);
  if (direction !== expect.direction) complain(`direction ${direction}, expected ${expect.direction}`);
  if (interfaceMtu !== expect.interfaceMtu) complain(`MTU ${interfaceMtu}, expected ${expect.interfaceMtu}`);
  const isHealthy = verdict === "healthy";
  if (agent.exitCode !== (isHealthy ? 0 : 1)) complain(`exit code ${agent.exitCode} for ${verdict}`);
  // Where packets are lost now and then some are sent again, and the more of them the longer it takes.
  const most = isHealthy && !scenario.vpn?.patient ? HEALTHY_SECONDS : FAILING_SECONDS;
  if (result.agentSeconds > most)
    complain(`the agent took ${result.agentSeconds.toFixed(1)} s, allowed ${most}`);
  if (result.datagrams > MAX_DATAGRAMS)
    complain(`${result.datagrams} datagrams sent, allowed ${MAX_DATAGRAMS}`);
  const sentBytes = payloadBytesSent(report);
  if (sentBytes > MAX_SENT_BYTES) complain(`${sentBytes} bytes sent, allowed ${MAX_SENT_BYTES}`);
  if (await hasRouteLeft(network)) complain("a route of the agent's is left");

  if (expect.connects !== undefined) {
    await dialBeforeAndAfter(scenario, stage, lab, result, cleanup);
  }
  result.bothEnds = await judgeBothEnds(scenario, directory, result.connectsBefore);
  for (const { of, complaints } of result.bothEnds)
    if (complaints.length > 0) complain(`${of}: ${complaints.join(", ")}`);
  const { taken } = await routerCounters(network);
  for (const [i, packets] of taken.entries()) {
    if (packets === 0)
      complain(
        `the rule took no packet: ${scenario.rules?.filter((r) => r.match.includes("counter"))[i]?.match}`,
      );
  }
  await writeFile(
    join(directory, "result.json"),
    JSON.stringify({ ...result, diagnosis: undefined }, null, 2),
  );
}

/** From the case to the report, as the user in front of the computer does it. */
async function wholeRun(
  scenario: Scenario,
  { network, directory, service, openCase, gatewayLog }: Stage,
  result: Result,
) {
  const line = commandLine(await openCase(), scenario.line ?? "node");
  const sentBefore = (await routerCounters(network)).datagrams;
  await gatewayLog.skip();
  const recording = new Cleanup();
  await record(network, directory, "run", recording);
  const beganAt = performance.now();
  const agent = await runAsUser(network, join(directory, "user"), line).finally(() => recording.run());
  const seconds = (performance.now() - beganAt) / 1_000;
  await gatewayLog.cut(directory, "run");
  const datagrams = (await routerCounters(network)).datagrams - sentBefore;
  const report = await readReport(service, agent);
  await writeFile(join(directory, "report.json"), JSON.stringify(report, null, 2));
  const diagnosis = report.diagnosis as Diagnosis;
  result.diagnosis = diagnosis;
  return { agent, seconds, datagrams, report, diagnosis };
}

/**
 * On a machine that is late strongSwan has three requests in hand at once, and asks for a COOKIE: the plan
 * stops and says to try again.
 */
const wasSpared = ({ verdict, findings }: Diagnosis): boolean =>
  verdict === "insufficient-evidence" &&
  findings.some(({ code, status }) => code === "gateway-guarded" && status === "found");

export async function hasRouteLeft({ client }: Network): Promise<boolean> {
  const show = (family: string) => run("ip", ["-n", client, family, "route", "show", "proto", "199"]);
  return (await show("-4")).stdout + (await show("-6")).stdout !== "";
}

export async function readReport(service: LabService, agent: Output): Promise<Record<string, unknown>> {
  const [reportId] = /^IKF-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/m.exec(agent.stdout) ?? [];
  if (reportId === undefined) {
    throw new Error(
      `Cannot find a report ID: the agent ended with ${agent.exitCode} and said:\n${agent.stderr}`,
    );
  }
  return service.request("GET", `/v1/reports/${reportId}`);
}

/** Bytes of all that the agent sent, as UDP and ICMP payloads. */
export function payloadBytesSent(report: Record<string, unknown>): number {
  const { measurements } = report.evidence as {
    measurements: { sentAtMs: number[]; step: { datagram?: string; pingPayloadBytes?: number } }[];
  };
  const sizeOf = (step: { datagram?: string; pingPayloadBytes?: number }) =>
    step.pingPayloadBytes ?? Buffer.from(step.datagram ?? "", "base64").length;
  return measurements.reduce((sum, m) => sum + m.sentAtMs.length * sizeOf(m.step), 0);
}

export function commandLine(
  { commands }: Record<string, unknown>,
  kind: "node" | "deno" | "windows",
): string {
  const text = (commands as Record<string, unknown>)[kind];
  if (typeof text !== "string") throw new Error(`Cannot find the line for ${kind} in the case`);
  return text;
}

/**
 * Runs the line that a helpdesk hands out, in an empty directory, by somebody who has said yes beforehand.
 */
export async function runAsUser(network: Network, home: string, line: string): Promise<Output> {
  return tryInNamespace(network.client, "env", await wordsOfUser(home, line));
}

/** For `env`: the line as a user's shell runs it. */
export async function wordsOfUser(home: string, line: string): Promise<string[]> {
  await mkdir(home, { recursive: true });
  const programs = [dirname(process.execPath), join(ROOT, "node_modules/.bin"), process.env.PATH];
  const env = [
    `HOME=${home}`,
    `DENO_DIR=${join(home, ".deno")}`,
    "DENO_NO_UPDATE_CHECK=1",
    `PATH=${programs.join(":")}`,
  ];
  return [...env, "sh", "-c", `cd "$HOME" && ${line} --yes --lang en`];
}
