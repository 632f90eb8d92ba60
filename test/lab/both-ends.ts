/**
 * Judges what a scenario left at several places together: captures of both ends, the agent's run, and the
 * gateway's log. All of it is in files, so that a kept directory can be judged again.
 */
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diagnoseLoaded, loadEvidence } from "../../cli/load-evidence.ts";
import type { Diagnosis, Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import { amongOthers, logAmongOthers, withClockAhead } from "../support/disguise.ts";
import { CLIENT_ADDRESSES, GATEWAY_ADDRESSES, ROUTER_ADDRESS } from "./network.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { TRANSLATED_CLIENT } from "./translators.ts";

/** One way to give evidence of several places to `ikefrag analyze`, and what came of it. */
export interface Judged {
  /** What was given, as the table heads it. */
  of: Combination;
  verdict: Verdict;
  confidence: string;
  direction: Direction | null;
  interfaceMtu: number | null;
  /** What was not as expected; empty: all was. */
  complaints: string[];
}

/** Files that are made of those that a scenario left. */
const DERIVED = {
  laterCapture: "before-gateway-3-hours-ahead.pcapng",
  amongOthers: "before-gateway-among-others.pcapng",
  logAmongOthers: "before-gateway-among-others.log",
} as const;

/** What is given together, and the files of it in a scenario's directory. */
const COMBINATIONS = {
  "both captures": ["before-client.pcap", "before-gateway.pcap"],
  "clocks 3 h apart": ["before-client.pcap", DERIVED.laterCapture],
  "among 50 others": ["before-client.pcap", DERIVED.amongOthers],
  "and a router's in": ["before-client.pcap", "before-router-in.pcap", "before-gateway.pcap"],
  "and a router's out": ["before-client.pcap", "before-router-out.pcap", "before-gateway.pcap"],
  "client and router": ["before-client.pcap", "before-router-out.pcap"],
  "capture and log": ["before-client.pcap", "before-gateway.log"],
  "capture and ordinary log": ["before-client.pcap", "before-gateway-ordinary.log"],
  "capture and log of many": ["before-client.pcap", DERIVED.logAmongOthers],
  "run and log": ["report.json", "run-gateway.log"],
  "run and ordinary log": ["report.json", "run-gateway-ordinary.log"],
  "run and the dial's log": ["report.json", "before-gateway.log"],
  "run's captures": ["run-client.pcap", "run-gateway.pcap"],
} as const;
type Combination = keyof typeof COMBINATIONS;

/** What a log shows of a request that did not come is that it did not come, and nothing of IP fragments. */
const LOST_ON_THE_WAY_OUT: Verdict[] = [
  ...(["outbound-fragments-too-large", "outbound-fragments-dropped", "path-mtu-black-hole"] as const),
  ...(["ike-fragments-too-large", "ike-fragments-lost", "udp-4500-blocked", "ike-auth-unanswered"] as const),
];
const LOST_ON_THE_WAY_BACK: Verdict[] = [
  ...(["inbound-fragments-lost", "ike-fragments-lost", "ike-fragments-too-large"] as const),
  "ike-auth-unanswered",
];
/** All that a dial which connects can be said to be. */
const COMES_UP: Verdict[] = ["healthy", "slow-gateway", "path-mtu-reduced", "esp-mtu"];
/** IP fragments come in units of so many bytes. */
const FRAGMENT_UNIT = 8;

interface Truth {
  verdicts: readonly Verdict[];
  /** One, unless more than one can be said. */
  directions: readonly (Direction | null)[];
  /** The largest that works; `null`: none helps. */
  interfaceMtu: number | null;
  /** The evidence has a size that passes just below the one that does not. */
  hasSizes: boolean;
  /** A direction is to be said with high confidence. */
  isFirm: boolean;
}

/** What is true of a combination; `null`: the path itself cannot tell from it. */
function truthOf(scenario: Scenario, of: Combination, connects: boolean): Truth | null {
  const { expect, path, translated } = scenario;
  const { verdicts, direction, interfaceMtu, bothEnds } = expect;
  // Without SPIs, and with another address for everybody, others who begin seconds apart fit as well.
  if (of === "capture and log of many" && (path?.nat || translated)) return null;
  // What the run finds is true of the path, and the dial shows more where it fails.
  const isWithRun = of.startsWith("run");
  const isOfDial = !isWithRun || (of === "run and the dial's log" && !connects);
  if (!isOfDial) return expect.cannotTell === undefined ? truthOfRun(expect, of) : null;
  if (connects)
    return {
      verdicts: COMES_UP,
      directions: [null, "outbound", "undetermined"],
      interfaceMtu: null,
      hasSizes: false,
      isFirm: false,
    };
  if (bothEnds === null) return null;
  const directions = bothEnds?.directions ?? [direction];
  return {
    verdicts: [...(bothEnds?.verdicts ?? verdicts), ...(isWithRun ? verdicts : []), ...alike(expect, of)],
    // A port that is blocked is blocked, whichever way: a run alone does not say which.
    directions: isWithRun ? [...directions, direction] : directions,
    interfaceMtu: bothEnds?.interfaceMtu === undefined ? interfaceMtu : bothEnds.interfaceMtu,
    hasSizes: isWithRun,
    isFirm: true,
  };
}

/** Verdicts that look alike from where the evidence is. */
function alike({ verdicts, direction, bothEnds }: Expectation, of: Combination): readonly Verdict[] {
  const [lost = null] = bothEnds?.directions ?? [direction];
  if (of.includes("log")) {
    if (lost === "both") return [...LOST_ON_THE_WAY_OUT, ...LOST_ON_THE_WAY_BACK];
    return lost === "outbound" ? LOST_ON_THE_WAY_OUT : lost === "inbound" ? LOST_ON_THE_WAY_BACK : [];
  }
  // A login's large packets are fragments: it does not show whether whole packets of their size pass.
  const isLimit = verdicts.includes("path-mtu-black-hole");
  if (isLimit) return ["outbound-fragments-too-large", "ike-fragments-too-large", "ike-auth-unanswered"];
  // Of a message whose larger fragment is lost each time: for its size, or for being the first.
  return verdicts.includes("outbound-fragments-dropped") ? ["outbound-fragments-too-large"] : [];
}

function truthOfRun(expect: Expectation, of: Combination): Truth {
  const { verdicts, direction, interfaceMtu } = expect;
  const truth = { verdicts: [...verdicts, ...alike(expect, of)], interfaceMtu };
  // Nothing is to be changed, and a run alone is not sure of it either.
  const isNote = verdicts.includes("path-mtu-reduced");
  // Probes are no logins, and what a capture shows of them alone is for the run to say.
  if (of === "run's captures")
    return {
      ...truth,
      verdicts: [...truth.verdicts, "insufficient-evidence"],
      directions: [direction, "outbound", "inbound", "undetermined", null],
      interfaceMtu: isNote ? Number.POSITIVE_INFINITY : interfaceMtu,
      hasSizes: false,
      isFirm: false,
    };
  // No probe has a large answer, and so its log cannot show that large answers are lost.
  return { ...truth, directions: [direction], hasSizes: true, isFirm: direction !== "inbound" && !isNote };
}

/** Judges all that the directory has, in both orders of the files. @param connects the VPN came up */
export async function judgeBothEnds(
  scenario: Scenario,
  directory: string,
  connects: boolean | null,
): Promise<Judged[]> {
  const all: Judged[] = [];
  await derive(directory, scenario);
  for (const [of, names] of Object.entries(COMBINATIONS) as [Combination, readonly string[]][]) {
    const files = names.map((name) => join(directory, name));
    if (!files.every((file) => existsSync(file))) continue;
    if (connects === null && !of.startsWith("run")) continue;
    all.push(await judge(of, files, truthOf(scenario, of, connects === true)));
  }
  return all;
}

const CLOCK_AHEAD_MS = 3 * 60 * 60 * 1_000;

async function derive(directory: string, { family = 4, path, translated }: Scenario): Promise<void> {
  const file = (name: string) => join(directory, name);
  const capture = await readFile(file("before-gateway.pcap")).catch(() => null);
  if (capture === null) return;
  const names = await readdir(directory);
  // A dial that comes up, where there is one: what the others do is not what this client does.
  const up = names.find((name) => /^mtu-\d+-gateway\.pcap$/.test(name))?.replace("-gateway.pcap", "");
  const of = (dial: string, ending: string) => readFile(file(`${dial}-gateway.${ending}`));
  await writeFile(file(DERIVED.laterCapture), withClockAhead(capture, CLOCK_AHEAD_MS));
  await writeFile(
    file(DERIVED.amongOthers),
    amongOthers(capture, await of(up ?? "before", "pcap"), GATEWAY_ADDRESSES[family]),
  );
  const log = await of("before", "log").catch(() => null);
  if (log === null) return;
  const theirs = await of(up ?? "before", "log").catch(() => log);
  // As the gateway sees it.
  const client = path?.nat ? ROUTER_ADDRESS : translated ? TRANSLATED_CLIENT : CLIENT_ADDRESSES[family];
  await writeFile(file(DERIVED.logAmongOthers), logAmongOthers(`${log}`, `${theirs}`, client));
}

async function judge(of: Combination, files: readonly string[], truth: Truth | null): Promise<Judged> {
  const one = await diagnosisOf(files);
  const other = await diagnosisOf(files.toReversed());
  const complaints: string[] = [];
  for (const diagnosis of [one, other]) {
    const found = truth === null ? [] : complaintsOf(diagnosis, truth);
    for (const complaint of found) if (!complaints.includes(complaint)) complaints.push(complaint);
  }
  if (said(one) !== said(other))
    complaints.push(`${said(one)}, and in the other order of the files ${said(other)}`);
  const { verdict, confidence, direction } = one;
  return { of, verdict, confidence, direction, interfaceMtu: one.recommendation.interfaceMtu, complaints };
}

function complaintsOf(diagnosis: Diagnosis, truth: Truth): string[] {
  const { verdict, confidence, direction } = diagnosis;
  const { interfaceMtu } = diagnosis.recommendation;
  const complaints: string[] = [];
  if (!truth.verdicts.includes(verdict)) complaints.push(`verdict ${verdict}`);
  if (!truth.directions.includes(direction)) complaints.push(`direction ${direction}`);
  if (truth.isFirm && direction !== null && confidence !== "high")
    complaints.push(`confidence ${confidence}`);
  if (interfaceMtu !== null && (truth.interfaceMtu === null || interfaceMtu > truth.interfaceMtu))
    complaints.push(`MTU ${interfaceMtu}, which does not work`);
  if (truth.hasSizes && truth.interfaceMtu !== null) {
    if (interfaceMtu === null) complaints.push("no MTU");
    else if (interfaceMtu < truth.interfaceMtu - FRAGMENT_UNIT) complaints.push(`MTU ${interfaceMtu}`);
  }
  return complaints;
}

async function diagnosisOf(files: readonly string[]): Promise<Diagnosis> {
  return diagnoseLoaded(await loadEvidence(files)).diagnosis;
}

const said = ({ verdict, confidence, direction, recommendation }: Diagnosis): string =>
  [verdict, confidence, direction, recommendation.interfaceMtu].join(" ");
