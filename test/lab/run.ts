/**
 * The laboratory: `npm run test:lab [-- NAME…]`. A real responder behind a router that loses what the scenario says; the
 * agent is fetched from the service as a user would, runs in the client's namespace, and its report has to name the
 * scenario.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { MAX_DATAGRAMS } from "../../agent/limits.ts";
import {
  buildNetwork,
  CLIENT_SIDE,
  GATEWAY_ADDRESS,
  type Network,
  routerCounters,
  setRouterRules,
  tryInNamespace,
} from "./network.ts";
import { Cleanup, type Output, run } from "./programs.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { startService } from "./service.ts";
import { startStrongswan } from "./strongswan.ts";

const PARALLEL_SCENARIOS = 3;
const PROGRAMS = ["ip", "nft", "ethtool", "ss", "sysctl", "ping", "curl", "charon-systemd", "swanctl"];

/** First of the router's rules: a datagram is counted once, however many IP fragments it leaves in. */
const COUNT_DATAGRAMS = `iifname ${CLIENT_SIDE} ip daddr ${GATEWAY_ADDRESS} ip frag-off & 0x1fff == 0 counter`;

interface Result {
  scenario: Scenario;
  seconds: number;
  datagrams: number | null;
  verdict: string;
  /** What was not as expected; empty: passed. */
  complaints: string[];
}

async function runScenario(scenario: Scenario, cleanup: Cleanup): Promise<Result> {
  const beganAt = performance.now();
  const result: Result = { scenario, seconds: 0, datagrams: null, verdict: "", complaints: [] };
  const own = new Cleanup();
  cleanup.add(() => own.run());
  try {
    await examine(scenario, result, own);
  } catch (error) {
    result.complaints.push((error as Error).message);
  } finally {
    await own.run();
    result.seconds = (performance.now() - beganAt) / 1_000;
  }
  return result;
}

async function examine(scenario: Scenario, result: Result, cleanup: Cleanup): Promise<void> {
  const { expect } = scenario;
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-lab-"));
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
  const network = await buildNetwork(cleanup);
  await setRouterRules(network, [COUNT_DATAGRAMS, ...scenario.rules]);
  if (scenario.gateway === "answers") await startStrongswan(network, join(directory, "strongswan"), cleanup);
  const service = await startService(network, join(directory, "data"), cleanup);
  const opened = await service.request("POST", "/v1/cases", {
    gateway: GATEWAY_ADDRESS,
    label: scenario.name,
  });

  const agent = await runAsUser(network, join(directory, "user"), commandLine(opened, scenario));
  const reportId = agent.stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!/^IKF-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/.test(reportId)) {
    throw new Error(
      `Cannot find a report ID: the agent ended with ${agent.exitCode} and said:\n${agent.stderr}`,
    );
  }
  const report = await service.request("GET", `/v1/reports/${reportId}`);
  result.verdict = String(report.verdict);
  const direction = report.direction as string | null;
  const isExpected = (expect.verdicts as string[]).includes(result.verdict);
  if (!isExpected)
    result.complaints.push(`verdict ${result.verdict}, expected ${expect.verdicts.join(" or ")}`);
  if (direction !== expect.direction)
    result.complaints.push(`direction ${direction}, expected ${expect.direction}`);
  const exitCode = expect.verdicts.includes("healthy") ? 0 : 1;
  if (agent.exitCode !== exitCode)
    result.complaints.push(`exit code ${agent.exitCode}, expected ${exitCode}`);

  const [datagrams = 0, ...taken] = await routerCounters(network);
  result.datagrams = datagrams;
  if (datagrams > MAX_DATAGRAMS)
    result.complaints.push(`${datagrams} datagrams sent, allowed ${MAX_DATAGRAMS}`);
  for (const [i, packets] of taken.entries()) {
    if (packets === 0) result.complaints.push(`the rule took no packet: ${scenario.rules[i]}`);
  }
  if (process.env.LAB_VERBOSE)
    console.error(`--- ${scenario.name}\n${agent.stderr}${JSON.stringify(report, null, 1)}`);
}

function commandLine({ commands }: Record<string, unknown>, { line }: Scenario): string {
  const text = (commands as Record<string, unknown>)[line];
  if (typeof text !== "string") throw new Error(`Cannot find the line for ${line} in the case`);
  return text;
}

/** Runs the line that a helpdesk hands out, in an empty directory, by somebody who has said yes beforehand. */
async function runAsUser(network: Network, home: string, line: string): Promise<Output> {
  await mkdir(home);
  const programs = [
    dirname(process.execPath),
    join(import.meta.dirname, "../../node_modules/.bin"),
    process.env.PATH,
  ];
  const env = [
    `HOME=${home}`,
    `DENO_DIR=${join(home, ".deno")}`,
    "DENO_NO_UPDATE_CHECK=1",
    `PATH=${programs.join(":")}`,
  ];
  const shell = ["sh", "-c", `cd "$HOME" && ${line} --yes --lang en`];
  return tryInNamespace(network.client, "env", [...env, ...shell]);
}

/** What this machine lacks for the laboratory; empty: nothing. */
async function missingHere(): Promise<string[]> {
  const missing = process.getuid?.() === 0 ? [] : ["root"];
  for (const program of PROGRAMS) {
    if ((await run("sh", ["-c", `command -v ${program}`])).exitCode !== 0) missing.push(program);
  }
  return missing;
}

function printTable(results: Result[]): void {
  const widths = { name: Math.max(...results.map(({ scenario }) => scenario.name.length)), verdict: 28 };
  for (const { scenario, seconds, datagrams, verdict, complaints } of results) {
    const mark = complaints.length === 0 ? "pass" : "FAIL";
    const figures = `${seconds.toFixed(1).padStart(5)} s  ${String(datagrams ?? "-").padStart(3)} datagrams`;
    console.log(
      `${mark}  ${scenario.name.padEnd(widths.name)}  ${verdict.padEnd(widths.verdict)}  ${figures}`,
    );
    for (const complaint of complaints) console.log(`      ${complaint}`);
  }
  const failed = results.filter(({ complaints }) => complaints.length > 0).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
}

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    console.error(
      `Cannot find scenario ${unknown.join(", ")}: there are ${SCENARIOS.map(({ name }) => name).join(", ")}`,
    );
    return 2;
  }
  const missing = await missingHere();
  if (missing.length > 0) {
    console.error(`The laboratory needs ${missing.join(", ")}, which this machine lacks`);
    if (process.env.CI) return 1;
    console.log("0 passed, 0 failed (skipped)");
    return 0;
  }
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  const waiting = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
  const order = [...waiting];
  const results = new Map<Scenario, Result>();
  const worker = async () => {
    for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
      results.set(scenario, await runScenario(scenario, cleanup));
      console.error(`${scenario.name}: done`);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL_SCENARIOS }, worker));
  } finally {
    await cleanup.run();
  }
  const finished = order.flatMap((scenario) => results.get(scenario) ?? []);
  printTable(finished);
  return finished.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
