/**
 * Runs a scenario of begun logins: every agent has to find the truth of the path, and of the four ways; the
 * gateway's daemon must hold nothing of theirs afterwards; and real clients dial, with IKE fragments and
 * without, and come up where the table says so.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "../../agent/send-limits.ts";
import type { Diagnosis, FourWay, FourWays } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { findEngine } from "../support/windows-engine.ts";
import { forgetPathMtus, routerCounters } from "./network.ts";
import { Cleanup, type Output } from "./programs.ts";
import {
  buildStage,
  commandLine,
  FAILING_SECONDS,
  HALF_OPEN_MS,
  HEALTHY_SECONDS,
  hasRouteLeft,
  type Laboratory,
  payloadBytesSent,
  type Result,
  readReport,
  runAsUser,
  runScenario,
  type Stage,
} from "./run-scenario.ts";
import type { BegunLogins } from "./scenarios/begun-logins.ts";
import { type Authentication, SENDS_COOKIE, startInitiator } from "./strongswan.ts";
import { runOnWindows } from "./windows-client.ts";

/** Who runs the line of the case. */
const USERS = ["node", "deno", "windows"] as const;
type User = (typeof USERS)[number];

/** Of strongSwan's IKE fragments, as IP packets, where nobody sets another size. */
const USUAL_IKE_FRAGMENT_BYTES = 1_280;

/** Runs the scenario: in a laboratory that is whole each agent, else the first. */
export const runBegunLogins = (scenario: BegunLogins, lab: Laboratory, cleanup: Cleanup): Promise<Result> =>
  runScenario(scenario, lab, cleanup, (_, laboratory, result, own) =>
    examine(scenario, laboratory, result, own),
  );

async function examine(
  scenario: BegunLogins,
  lab: Laboratory,
  result: Result,
  cleanup: Cleanup,
): Promise<void> {
  const stage = await buildStage(scenario, lab, cleanup);
  const users = lab.isWhole ? USERS.filter((user) => user !== "windows" || findEngine().file !== null) : [];
  for (const user of users.length > 0 ? users : [USERS[0]]) {
    let { complaints, wasSpared } = await complaintsAbout(user, scenario, stage, result);
    if (wasSpared && complaints.length > 0) {
      // On a machine that is late strongSwan has three requests in hand at once, and asks for a COOKIE.
      result.triedAgain = true;
      await new Promise((resolve) => setTimeout(resolve, HALF_OPEN_MS));
      ({ complaints, wasSpared } = await complaintsAbout(user, scenario, stage, result));
    }
    result.complaints.push(...complaints.map((complaint) => `${user}: ${complaint}`));
  }
  await dialEach(scenario, stage, lab, result);
  const { taken } = await routerCounters(stage.network);
  if (taken.some((packets) => packets === 0)) result.complaints.push(`a rule took no packet: ${taken}`);
}

/**
 * From the case to the report, and what is wrong with it; `wasSpared`: the gateway asked for a COOKIE, and
 * the run went on as one without logins.
 */
async function complaintsAbout(
  user: User,
  scenario: BegunLogins,
  stage: Stage,
  result: Result,
): Promise<{ complaints: string[]; wasSpared: boolean }> {
  const { expect } = scenario;
  const { network, service, directory, responder } = stage;
  const complaints: string[] = [];
  const hold = (holds: boolean, complaint: string) => void (holds || complaints.push(complaint));
  const loggedBefore = (await responder?.log())?.detailed.length ?? 0;
  const beganAt = performance.now();
  const output = await runAs(user, stage);
  const wallSeconds = (performance.now() - beganAt) / 1_000;
  const report = await readReport(service, output);
  await writeFile(join(directory, `report-${user}.json`), JSON.stringify(report, null, 2));
  // What the service keeps has to stay readable.
  const { measurements } = Evidence.parse(report.evidence);
  const diagnosis = report.diagnosis as Diagnosis;
  const { verdict, confidence, direction, fourWays, recommendation } = diagnosis;
  // At the router the client's own ICMP errors would be counted as well.
  const datagrams = measurements.reduce((sum, { sentAtMs }) => sum + sentAtMs.length, 0);
  hold(expect.verdicts.includes(verdict), `verdict ${verdict}, expected ${expect.verdicts.join(" or ")}`);
  hold(
    expect.confidence === undefined || confidence === expect.confidence,
    `confidence ${confidence}, expected ${expect.confidence}`,
  );
  hold(direction === expect.direction, `direction ${direction}, expected ${expect.direction}`);
  const { interfaceMtu } = recommendation;
  hold(interfaceMtu === expect.interfaceMtu, `MTU ${interfaceMtu}, expected ${expect.interfaceMtu}`);
  const [said, wanted] = [shortWays(fourWays), shortWays(scenario.ways)];
  // Where packets are lost by chance some of it is given up, as not tested: but nothing else than the truth.
  const isUnsure = scenario.vpn?.patient === true || expect.cannotTell !== undefined;
  const agrees = [...said].every((sign, at) => sign === wanted[at] || (isUnsure && sign === "?"));
  hold(said !== "" && agrees, `the four ways are ${said}, expected ${wanted}`);
  const most = verdict === "healthy" && !scenario.vpn?.patient ? HEALTHY_SECONDS : FAILING_SECONDS;
  // The engine is no Windows, and slow: how long it measures is held in agents.ts, with less at once.
  hold(user === "windows" || wallSeconds <= most, `it took ${wallSeconds.toFixed(1)} s, allowed ${most}`);
  hold(datagrams <= MAX_DATAGRAMS, `${datagrams} datagrams sent, allowed ${MAX_DATAGRAMS}`);
  const sentBytes = payloadBytesSent(report);
  hold(sentBytes <= MAX_SENT_BYTES, `${sentBytes} bytes sent, allowed ${MAX_SENT_BYTES}`);
  hold(!(await hasRouteLeft(network)), "a route of the agent's is left");
  const held = (await responder?.listSas()) ?? [];
  hold(held.length === 0, `the gateway still holds ${held.join("; ")}`);
  const logged = (await responder?.log())?.detailed.slice(loggedBefore) ?? "";
  if (user === USERS[0]) {
    result.agentSeconds = wallSeconds;
    result.datagrams = datagrams;
    result.diagnosis = diagnosis;
  } else result.otherAgents.push(`${user} ${wallSeconds.toFixed(1)} s`);
  return { complaints, wasSpared: SENDS_COOKIE.test(logged) };
}

async function runAs(user: User, { network, openCase, directory, gatewayAddress }: Stage): Promise<Output> {
  const opened = await openCase();
  const home = join(directory, user);
  if (user !== "windows") return runAsUser(network, home, commandLine(opened, user));
  return runOnWindows(network, gatewayAddress, commandLine(opened, user), { home, typed: null });
}

const SIGNS: Record<FourWay["state"], string> = { passed: "+", lost: "-", "not-tested": "?" };

/** A table in short: `out/back` of IP fragments and of IKE fragments. */
export function shortWays(
  ways: Record<"ipFragments" | "ikeFragments", Record<"out" | "back", FourWay["state"] | FourWay>> | null,
): string {
  if (ways === null) return "";
  const sign = (way: FourWay["state"] | FourWay) => SIGNS[typeof way === "string" ? way : way.state];
  const { ipFragments, ikeFragments } = ways;
  return [ipFragments, ikeFragments].map(({ out, back }) => `${sign(out)}/${sign(back)}`).join(" ");
}

/** Real clients of each kind that the gateway takes, with IKE fragments of their own and without. */
async function dialEach(scenario: BegunLogins, stage: Stage, lab: Laboratory, result: Result): Promise<void> {
  const fourWays = result.diagnosis?.fourWays ?? null;
  await stage.responder?.beforeLogins();
  for (const authentication of scenario.takes) {
    for (const cuts of [false, true]) {
      const name = `${authentication}${cuts ? " in IKE fragments" : ""}`;
      const connects = await dialAs(authentication, cuts, scenario, stage, lab);
      result.dialled.push({ name, connects });
      const foretold = fourWays && foretell(fourWays, authentication, cuts, stage);
      if (foretold !== null && foretold !== connects)
        result.complaints.push(
          `a client (${name}) ${connects ? "comes up" : "does not come up"}, against the table`,
        );
    }
  }
}

/** Whether a client comes up, by the table alone; `null`: the table does not say. */
function foretell(
  { ipFragments, ikeFragments }: FourWays,
  authentication: Authentication,
  cuts: boolean,
  { vpn }: Stage,
): boolean | null {
  // A client without a certificate, and a gateway without one, have nothing large to say.
  if (authentication === "psk") return true;
  const isCut = cuts && vpn.ikeFragmentation.gateway !== false;
  const { out, back } = isCut ? ikeFragments : ipFragments;
  const largest = vpn.ikeFragmentBytes ?? USUAL_IKE_FRAGMENT_BYTES;
  const isOutLost = isCut && out.lostIpBytes !== null ? largest >= out.lostIpBytes : out.state === "lost";
  // With EAP the client's own messages are small.
  const needed = authentication === "eap" ? [] : [isOutLost ? "lost" : out.state];
  const states = [...needed, back.state];
  if (states.includes("lost")) return false;
  return states.includes("not-tested") ? null : true;
}

async function dialAs(
  authentication: Authentication,
  cuts: boolean,
  { name }: BegunLogins,
  stage: Stage,
  lab: Laboratory,
): Promise<boolean> {
  const own = new Cleanup();
  const vpn = {
    ...stage.vpn,
    authentication,
    ikeFragmentation: { ...stage.vpn.ikeFragmentation, client: cuts },
  };
  const directory = join(stage.directory, `client-${authentication}-${cuts ? "cuts" : "whole"}`);
  try {
    await forgetPathMtus(stage.network);
    const { client } = stage.network;
    const initiator = await startInitiator(client, directory, vpn, stage.dialled, lab.certificates, own);
    const seconds = vpn.patient ? "25" : "12";
    const { exitCode } = await initiator.swanctl("--initiate", "--ike", "vpn", "--timeout", seconds);
    await initiator.swanctl("--terminate", "--ike", "vpn", "--force", "--timeout", "2");
    return exitCode === 0;
  } catch (error) {
    throw new Error(`Cannot dial in ${name}: ${(error as Error).message}`);
  } finally {
    await own.run();
  }
}
