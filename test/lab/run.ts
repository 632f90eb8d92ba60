/**
 * The laboratory: `npm run test:lab [-- --all] [-- NAME…]`. Real responders behind a router that does to
 * packets what the scenario says; the agent is fetched from the service as a user would, runs in the client's
 * namespace, and its report has to name the scenario; then a real client dials, before and after what was
 * recommended.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { runBegunLogins } from "./begun-logins.ts";
import { CAPTURE_INCIDENTS } from "./capture-incidents.ts";
import { makeCertificates } from "./certificates.ts";
import { INCIDENTS, runIncident } from "./incidents.ts";
import { removeLeftOvers } from "./left-overs.ts";
import { hasLibreswan } from "./libreswan.ts";
import { matrix, printTable } from "./matrix.ts";
import { Cleanup, run, scratchDirectory } from "./programs.ts";
import { type Laboratory, type Result, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { BEGUN_LOGINS } from "./scenarios/begun-logins.ts";
import { SCENARIOS } from "./scenarios.ts";

const PARALLEL_SCENARIOS = "3";
const PROGRAMS = [
  ...["ip", "nft", "ethtool", "ss", "sysctl", "ping", "curl", "charon-systemd", "swanctl", "pki"],
  ...["tcpdump", "setpriv", "/usr/bin/python3"],
];

const ALL_SCENARIOS = [...SCENARIOS, ...BEGUN_LOGINS];
const ALL_INCIDENTS = [...INCIDENTS, ...CAPTURE_INCIDENTS];

const USAGE = `Usage: npm run test:lab -- [options] [NAME...]
  --all          every scenario, not the fast ones alone
  --keep DIR     keep captures, logs and reports of each scenario
  --matrix FILE  write what was measured as a table
  --parallel N   run so many at once (${PARALLEL_SCENARIOS})
  --list         name the scenarios`;

/** What this machine lacks for the laboratory; empty: nothing. */
async function missingHere(): Promise<string[]> {
  const missing = process.getuid?.() === 0 ? [] : ["root"];
  for (const program of PROGRAMS) {
    if ((await run("sh", ["-c", `command -v ${program}`])).exitCode !== 0) missing.push(program);
  }
  return missing;
}

/** What a scenario needs beyond that, or `null`. */
async function lacks(scenario: Scenario): Promise<string | null> {
  if (scenario.gateway === "libreswan" && !(await hasLibreswan())) return "libreswan";
  if (scenario.translated && (await run("sh", ["-c", "command -v tayga"])).exitCode !== 0) return "tayga";
  return null;
}

async function main(words: string[]): Promise<number> {
  let values: { all?: boolean; keep?: string; matrix?: string; parallel?: string; list?: boolean };
  let names: string[];
  try {
    const options = {
      all: { type: "boolean" },
      keep: { type: "string" },
      matrix: { type: "string" },
      parallel: { type: "string", default: PARALLEL_SCENARIOS },
      list: { type: "boolean" },
    } as const;
    ({ values, positionals: names } = parseArgs({ args: words, options, allowPositionals: true }));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const known = [...ALL_SCENARIOS, ...ALL_INCIDENTS].map(({ name }) => name);
  if (values.list) {
    for (const { name, story } of [...ALL_SCENARIOS, ...ALL_INCIDENTS]) console.log(`${name}: ${story}`);
    return 0;
  }
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Cannot find scenario ${unknown.join(", ")}: there are ${known.join(", ")}`);
    return 2;
  }
  const missing = await missingHere();
  if (missing.length > 0) {
    console.error(`The laboratory needs ${missing.join(", ")}, which this machine lacks`);
    if (process.env.CI) return 1;
    console.log("0 passed, 0 failed (skipped)");
    return 0;
  }

  const isChosen = ({ name, fast }: { name: string; fast?: boolean }) =>
    names.length > 0 ? names.includes(name) : values.all === true || fast === true;
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Each time: a signal that nobody listens to ends the process, cleaned up or not.
    process.on(signal, () => void cleanup.run().then(() => process.exit(130)));
  }
  const results: Result[] = [];
  await removeLeftOvers();
  try {
    const secrets = await scratchDirectory();
    cleanup.add(() => rm(secrets, { recursive: true, force: true }));
    const keepDirectory = values.keep === undefined ? null : resolve(values.keep);
    if (keepDirectory !== null) await mkdir(keepDirectory, { recursive: true });
    const isWhole = values.all === true || names.length > 0;
    const lab: Laboratory = { certificates: await makeCertificates(secrets), keepDirectory, isWhole };
    results.push(...(await runAll(isChosen, lab, Number(values.parallel), cleanup)));
  } finally {
    await cleanup.run();
  }
  printTable(results);
  if (values.matrix !== undefined) await writeFile(values.matrix, matrix(results));
  return results.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
}

async function runAll(
  isChosen: (entry: { name: string; fast?: boolean }) => boolean,
  lab: Laboratory,
  atOnce: number,
  cleanup: Cleanup,
): Promise<Result[]> {
  const work: (() => Promise<Result>)[] = [];
  for (const scenario of SCENARIOS.filter(isChosen)) {
    const lacking = await lacks(scenario);
    if (lacking === null) work.push(() => runScenario(scenario, lab, cleanup));
    else console.error(`${scenario.name}: left out, for this machine lacks ${lacking}`);
  }
  for (const scenario of BEGUN_LOGINS.filter(isChosen)) {
    const lacking = await lacks(scenario);
    if (lacking === null) work.push(() => runBegunLogins(scenario, lab, cleanup));
    else console.error(`${scenario.name}: left out, for this machine lacks ${lacking}`);
  }
  for (const incident of ALL_INCIDENTS.filter(isChosen)) work.push(() => runIncident(incident, lab, cleanup));
  const results: (Result | undefined)[] = work.map(() => undefined);
  const waiting = [...work.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, begin] = next;
      const result = await begin();
      results[at] = result;
      console.error(
        `${result.scenario.name}: ${result.complaints.length === 0 ? "pass" : `FAIL ${result.complaints.join("; ")}`}`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results.filter((result) => result !== undefined);
}

process.exitCode = await main(process.argv.slice(2));
