/** Incidents: what can happen to an agent at work, and what must come of it. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { GATEWAY_ADDRESSES, inNamespace, tryInNamespace } from "./network.ts";
import { type Cleanup, type Daemon, run, startDaemon } from "./programs.ts";
import { dialBeforeAndAfter } from "./proof.ts";
import {
  buildStage,
  commandLine,
  hasRouteLeft,
  type Laboratory,
  type Result,
  readReport,
  runAsUser,
  runScenario,
  type Stage,
  wordsOfUser,
} from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import * as expectations from "./scenarios/expectations.ts";
import { SENDS_COOKIE } from "./strongswan.ts";

/** Something that happens to an agent at work, and what has to come of it. */
export interface Incident extends Scenario {
  happens(stage: Stage, result: Result, cleanup: Cleanup, lab: Laboratory): Promise<void>;
}

const RUNS_IN_A_ROW = 20;
const LIMIT_1472 = [expectations.LIMIT_1472];
const HEALTHY: Scenario["expect"] = { ...expectations.HEALTHY, ...expectations.CONNECTS };
const TOO_LARGE: Scenario["expect"] = expectations.tooLarge(1472);

export const INCIDENTS: Incident[] = [
  {
    name: "service-goes-away",
    story:
      "the service ends between two rounds: the agent keeps its measurements, and says how to send them later",
    fast: true,
    expect: HEALTHY,
    async happens(stage, result, cleanup) {
      const { daemon, home } = await startAgent(stage, cleanup);
      await daemon.says(/Round 2/);
      stage.service.stop();
      const exitCode = await ended(daemon, 60_000);
      check(result, exitCode === 5, `exit code ${exitCode}, expected 5`);
      const [kept] = (await readdir(home)).filter((file) => /^ikefrag-.*\.json$/.test(file));
      if (kept === undefined)
        throw new Error(`Cannot find the measurements: the agent said\n${daemon.said()}`);
      check(result, daemon.said().includes(kept), "the agent does not say where the measurements are");
      const words = [join(import.meta.dirname, "../../cli/main.ts"), "analyze", join(home, kept), "--json"];
      const { stdout } = await run(process.execPath, words);
      judge(result, JSON.parse(stdout) as Diagnosis);
    },
  },
  {
    name: "user-stops",
    story: "the user presses Ctrl-C while a smaller MTU is tested: the route is gone at once",
    fast: true,
    rules: LIMIT_1472,
    expect: {
      verdicts: [],
      ...expectations.NO_MTU,
      nobodyDials: "the run was stopped: there is no verdict to prove",
    },
    async happens(stage, result, cleanup) {
      const { daemon } = await startAgent(stage, cleanup);
      await daemon.says(/Round 3/);
      // To the whole group, as a terminal does: to the agent and to whatever it runs.
      if (daemon.child.pid !== undefined) process.kill(-daemon.child.pid, "SIGINT");
      // The shell around the agent dies of the same signal; what the agent made of it is what it says.
      await ended(daemon, 5_000);
      check(result, /Stopped\./.test(daemon.said()), `the agent said\n${daemon.said()}`);
    },
  },
  {
    name: "left-over-route",
    story: "an agent was killed while its route was there: the next run takes it away first",
    expect: HEALTHY,
    async happens(stage, result) {
      const dead = (await run("sh", ["-c", "echo $$"])).stdout.trim();
      const route = `route add ${GATEWAY_ADDRESSES[4]}/32 via 192.0.2.1 proto 199 metric 199 mtu 1280 ssthresh ${dead}`;
      await inNamespace(stage.network.client, "ip", ...route.split(" "));
      judge(result, await wholeRun(stage));
    },
  },
  {
    name: "route-of-the-user",
    story: "the user has a route for the gateway alone: it is left as it is, and no smaller MTU is tested",
    rules: LIMIT_1472,
    expect: TOO_LARGE,
    async happens(stage, result) {
      const route = `route add ${GATEWAY_ADDRESSES[4]}/32 via 192.0.2.1 metric 7`;
      await inNamespace(stage.network.client, "ip", ...route.split(" "));
      const diagnosis = await wholeRun(stage);
      judge(result, diagnosis);
      const { basis } = diagnosis.recommendation;
      check(result, basis === "trial", `basis ${basis}, expected trial`);
      const shown = await inNamespace(
        stage.network.client,
        "ip",
        "route",
        "show",
        `${GATEWAY_ADDRESSES[4]}/32`,
      );
      check(result, /metric 7/.test(shown), "the user's route is gone");
    },
  },
  {
    name: "two-agents",
    story: "two agents test the same gateway from one computer at once: neither disturbs the other",
    fast: true,
    rules: LIMIT_1472,
    vpn: { unguarded: true },
    expect: TOO_LARGE,
    async happens(stage, result) {
      const diagnoses = await Promise.all([wholeRun(stage, "user-1"), wholeRun(stage, "user-2")]);
      for (const diagnosis of diagnoses) {
        judge(result, diagnosis);
        const { basis } = diagnosis.recommendation;
        check(result, basis === "verified", `basis ${basis}, expected verified`);
      }
    },
  },
  {
    name: "two-agents-one-guard",
    story:
      "the same, and the gateway asks for a COOKIE after three attempts from one address: who is asked in the middle of it stops, and says so",
    rules: LIMIT_1472,
    expect: {
      ...TOO_LARGE,
      cannotTell:
        "a gateway that begins to ask for a COOKIE while sizes are tested is spared: one of the two may know nothing of them until somebody tries again a minute later",
    },
    async happens(stage, result) {
      const diagnoses = await Promise.all([wholeRun(stage, "user-1"), wholeRun(stage, "user-2")]);
      for (const diagnosis of diagnoses) {
        result.diagnosis = diagnosis;
        const guard = diagnosis.findings.find(({ code }) => code === "gateway-guarded");
        if (diagnosis.verdict !== "insufficient-evidence") judge(result, diagnosis);
        else check(result, guard?.status === "found", "the guard is not among the findings");
      }
    },
  },
  {
    name: "not-root",
    story: "the user is not root: no smaller MTU is tested, and the diagnosis says so",
    rules: LIMIT_1472,
    expect: TOO_LARGE,
    async happens(stage, result) {
      const diagnosis = await wholeRun(stage, "user", "65534");
      judge(result, diagnosis);
      const { basis } = diagnosis.recommendation;
      check(result, basis === "trial", `basis ${basis}, expected trial`);
    },
  },
  {
    name: "twenty-runs",
    story: "twenty runs in a row begin logins: none stays at the gateway, and it never guards itself",
    vpn: { authentication: "eap", ikeFragmentation: { client: false, gateway: true } },
    expect: { ...expectations.HEALTHY, nobodyDials: "every run begins logins of its own" },
    async happens(stage, result) {
      for (let run = 1; run <= RUNS_IN_A_ROW; run++) {
        judge(result, await wholeRun(stage, `user-${run}`));
        const held = (await stage.responder?.listSas()) ?? [];
        check(result, held.length === 0, `after run ${run} the gateway holds ${held.join("; ")}`);
        const back = result.diagnosis?.fourWays?.ipFragments.back.state;
        check(result, back === "passed", `in run ${run} the gateway's real answer is ${back}`);
      }
      const { detailed = "" } = (await stage.responder?.log()) ?? {};
      const cookies = [...detailed.matchAll(new RegExp(SENDS_COOKIE, "g"))].length;
      check(result, cookies === 0, `the gateway asked for ${cookies} COOKIEs`);
    },
  },
  {
    name: "name-changes",
    story:
      "the gateway's name gets another address in the middle of a run: the run stays with the one it began with",
    gatewayName: "vpn.example.com",
    path: { hosts: { "vpn.example.com": ["198.51.100.2"] } },
    expect: HEALTHY,
    async happens(stage, result, cleanup) {
      const { daemon } = await startAgent(stage, cleanup);
      await daemon.says(/Round 1/);
      const file = `/etc/netns/${stage.network.client}/hosts`;
      const before = await readFile(file, "utf8");
      await daemon.says(/Round 2/);
      await writeFile(file, before.replace("198.51.100.2", "198.51.100.77"));
      const exitCode = await ended(daemon, 30_000);
      check(result, exitCode === 0, `exit code ${exitCode}, expected 0; the agent said\n${daemon.said()}`);
      const output = { exitCode: exitCode ?? 1, stdout: daemon.said(), stderr: "" };
      judge(result, (await readReport(stage.service, output)).diagnosis as Diagnosis);
    },
  },
];

export function runIncident(incident: Incident, lab: Laboratory, cleanup: Cleanup): Promise<Result> {
  return runScenario(incident, lab, cleanup, async (scenario, laboratory, result, own) => {
    const stage = await buildStage(scenario, laboratory, own);
    const beganAt = performance.now();
    await incident.happens(stage, result, own, laboratory);
    result.agentSeconds = (performance.now() - beganAt) / 1_000;
    if (scenario.expect.connects !== undefined)
      await dialBeforeAndAfter(scenario, stage, laboratory, result, own);
    check(result, !(await hasRouteLeft(stage.network)), "a route of the agent's is left");
  });
}

export const check = (result: Result, holds: boolean, complaint: string): void => {
  if (!holds) result.complaints.push(complaint);
};

export function judge(result: Result, diagnosis: Diagnosis): void {
  const { expect } = result.scenario;
  const { verdict, direction, recommendation } = diagnosis;
  result.diagnosis = diagnosis;
  check(
    result,
    expect.verdicts.includes(verdict),
    `verdict ${verdict}, expected ${expect.verdicts.join(" or ")}`,
  );
  check(result, direction === expect.direction, `direction ${direction}, expected ${expect.direction}`);
  const { interfaceMtu } = recommendation;
  check(result, interfaceMtu === expect.interfaceMtu, `MTU ${interfaceMtu}, expected ${expect.interfaceMtu}`);
}

/** From the case to the diagnosis. @param uid whose rights the agent has */
async function wholeRun(stage: Stage, user = "user", uid: string | null = null): Promise<Diagnosis> {
  const line = commandLine(await stage.openCase(), "node");
  const home = join(stage.directory, user);
  if (uid === null) {
    const agent = await runAsUser(stage.network, home, line);
    return (await readReport(stage.service, agent)).diagnosis as Diagnosis;
  }
  const words = await wordsOfUser(home, line);
  for (const directory of [stage.directory, home]) await run("chmod", ["0777", directory]);
  const asUser = ["--reuid", uid, "--clear-groups", "env", ...words];
  const agent = await tryInNamespace(stage.network.client, "setpriv", asUser);
  return (await readReport(stage.service, agent)).diagnosis as Diagnosis;
}

async function startAgent(stage: Stage, cleanup: Cleanup): Promise<{ daemon: Daemon; home: string }> {
  const home = join(stage.directory, "user");
  const words = await wordsOfUser(home, commandLine(await stage.openCase(), "node"));
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", stage.network.client, "env", ...words]);
  return { daemon, home };
}

/** @returns the exit code; `null` when it ended by a signal */
async function ended({ child }: Daemon, timeoutMs: number): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(
      () => reject(new Error("Cannot wait for the agent: it does not end")),
      timeoutMs,
    );
    child.once("exit", (code) => {
      clearTimeout(timeout);
      resolve(code);
    });
  });
}
