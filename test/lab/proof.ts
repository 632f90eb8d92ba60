/** Proves a report: the real VPN before and after the recommended MTU, with captures at both ends. */
import { join } from "node:path";
import process from "node:process";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { type Dialled, dial } from "./dial.ts";
import { forgetPathMtus, setClientMtu } from "./network.ts";
import { type Cleanup, run } from "./programs.ts";
import type { Laboratory, Result, Stage } from "./run-scenario.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { type Strongswan, startInitiator } from "./strongswan.ts";
import { openTunnel, type Tunnel } from "./tunnel.ts";

const PROGRAM = join(import.meta.dirname, "../../cli/main.ts");
/**
 * What a client's MTU can be set to where the verdict names none: that none helps has to be true of these.
 */
const MTUS_THAT_DO_NOT_HELP = [1472, 1400, 1280];

/**
 * The real VPN, before and after the client's MTU is what was recommended; and, where none was, with those
 * that people try.
 */
export async function dialBeforeAndAfter(
  scenario: Scenario,
  stage: Stage,
  lab: Laboratory,
  result: Result,
  cleanup: Cleanup,
): Promise<void> {
  const { expect } = scenario;
  const { network, directory } = stage;
  const initiator = await startInitiator(
    network.client,
    join(directory, "client"),
    stage.vpn,
    stage.dialled,
    lab.certificates,
    cleanup,
  );
  await stage.responder?.beforeLogins();
  const tunnel = expect.tunnel === undefined ? null : await openTunnel(network);
  const before = await dialAs(stage, initiator, "before", async () => tunnel?.tryBefore());
  result.connectsBefore = before.connects;
  if (before.connects !== expect.connects)
    result.complaints.push(`the VPN ${before.connects ? "connects" : "does not connect"} before`);
  const alone = await analyzeAlone(before, result, expect.capture);
  await judgeCandidates(before, result, expect);
  if (scenario.delaysMarked && before.connects && !(await hasReordered(before)))
    result.complaints.push("no first fragment arrived after another");

  const interfaceMtu = result.diagnosis?.recommendation.interfaceMtu ?? null;
  if (tunnel) {
    await proveTunnelMtu(scenario, stage, initiator, tunnel, result, alone);
  } else if (interfaceMtu !== null) {
    const connects = await dialWith(stage, initiator, interfaceMtu);
    result.connectsAfter.push({ mtu: interfaceMtu, connects });
    if (connects === (expect.mtuIsNotEnough !== undefined))
      result.complaints.push(
        `the VPN ${connects ? "connects" : "does not connect"} with the recommended MTU of ${interfaceMtu}`,
      );
  } else if (!before.connects && result.diagnosis?.verdict !== "insufficient-evidence") {
    for (const mtu of MTUS_THAT_DO_NOT_HELP) {
      const connects = await dialWith(stage, initiator, mtu);
      result.connectsAfter.push({ mtu, connects });
      if (connects) result.complaints.push(`the VPN connects with an MTU of ${mtu}, though none was to help`);
    }
  }
}

async function dialAs(
  stage: Stage,
  initiator: Strongswan,
  name: string,
  whileUp?: () => Promise<void>,
): Promise<Dialled> {
  await forgetPathMtus(stage.network);
  await stage.gatewayLog.skip();
  const dialled = await dial(stage.network, initiator, stage.vpn, stage.directory, name, whileUp);
  if (!dialled.connects) await stage.responder?.afterLogin();
  await stage.gatewayLog.cut(stage.directory, name);
  return dialled;
}

async function dialWith(stage: Stage, initiator: Strongswan, mtu: number): Promise<boolean> {
  await setClientMtu(stage.network, mtu);
  return (await dialAs(stage, initiator, `mtu-${mtu}`)).connects;
}

/** The capture's own advice before the run's: whoever has only a capture has only that. */
async function proveTunnelMtu(
  { expect }: Scenario,
  stage: Stage,
  initiator: Strongswan,
  tunnel: Tunnel,
  result: Result,
  alone: Diagnosis,
): Promise<void> {
  const advice = [alone, result.diagnosis].map((d) => tunnel.adviceIn(d?.recommendation.tunnelMtu ?? null));
  const advised = advice.find((mtu) => mtu !== null) ?? null;
  // One byte more has to be lost where anything is: or the advice is smaller than it need be. Where nothing
  // is, there is nothing to prove: strongSwan's own device takes no more than it takes as it comes.
  const sizes = advised === null || expect.tunnel === "carries" ? [] : [advised, advised + 1];
  for (const size of sizes) await dialAs(stage, initiator, `tunnel-${size}`, () => tunnel.tryWith(size));
  result.tunnel = tunnel.tried;
  const wanted = expect.tunnel === "carries" ? "true" : "false,true,false";
  if (result.tunnel.map(({ passes }) => passes).join() !== wanted)
    result.complaints.push(
      `large packets in the tunnel: ${JSON.stringify(result.tunnel)}, expected ${wanted}`,
    );
}

/** Of some message, at either end, a further fragment came before the first. */
async function hasReordered({ captures }: Dialled): Promise<boolean> {
  const files = [captures.client, captures.gateway];
  const { stdout } = await run(process.execPath, [PROGRAM, "decode", ...files, "--json"]);
  const messages = stdout.trimEnd().split("\n");
  return messages.some((line) => {
    const [first = 0, next = first] = (JSON.parse(line) as { fragments: number[] }).fragments;
    return first > next;
  });
}

/**
 * Each end's capture of the dial, alone: the truth is its verdict or among its candidates, or whoever has no
 * more than that is led astray.
 */
async function judgeCandidates({ connects, captures }: Dialled, result: Result, expect: Expectation) {
  const truth = connects
    ? ["healthy", "slow-gateway", ...(expect.tunnel === "loses-large" ? ["esp-mtu"] : [])]
    : [...expect.verdicts, ...(expect.capture?.includes("gateway-rejects") ? ["gateway-rejects"] : [])];
  // Where even the run cannot tell, nothing is known to be true.
  if (truth.every((verdict) => verdict === "insufficient-evidence")) return;
  for (const end of ["client", "gateway"] as const) {
    const { stdout } = await run(process.execPath, [PROGRAM, "analyze", captures[end], "--json"]);
    if (stdout === "") continue;
    const { verdict, candidates } = JSON.parse(stdout) as Diagnosis;
    const all = [verdict, ...candidates.map((c) => c.verdict)];
    result.truthRank[end] = all.findIndex((v) => truth.includes(v));
    if (!all.some((v) => truth.includes(v)))
      result.complaints.push(
        `the ${end}'s capture alone leaves ${all.join(", ")}, and not ${truth.join(", ")}`,
      );
  }
}

async function analyzeAlone(
  { captures }: Dialled,
  result: Result,
  expected: readonly string[] | undefined,
): Promise<Diagnosis> {
  const { stdout, stderr } = await run(process.execPath, [PROGRAM, "analyze", captures.client, "--json"]);
  if (stdout === "") throw new Error(`Cannot analyze ${captures.client}: ${stderr}`);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  result.captureVerdict = diagnosis.verdict;
  if (expected && !expected.includes(result.captureVerdict))
    result.complaints.push(
      `the capture alone says ${result.captureVerdict}, expected ${expected.join(" or ")}`,
    );
  return diagnosis;
}
