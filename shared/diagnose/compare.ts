/**
 * Compares two diagnoses of one user: what differs, and whether a recommended change took effect and helped.
 */
import { egressMtu, type Initiation, type Observations, type SentMessage } from "../evidence/observations.ts";
import type { Diagnosis, Phrase } from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import { ipFragmentFacts } from "./facts/ip-fragment-facts.ts";
import { firstAuth } from "./facts/login-facts.ts";
import { measuredPathMtu } from "./facts/path-mtu-facts.ts";
import { phrase } from "./rule.ts";

/** One of two sets of evidence of one user: over Wi-Fi and over the cable, or before and after a change. */
export interface ComparedSide {
  observations: Observations;
  diagnosis: Diagnosis;
}

/** What differs between the two, and whether a recommended change took effect and helped. */
export interface Comparison {
  differences: Phrase[];
  same: Phrase[];
  /** `null`: the first recommends no change, or the second does not show what was sent. */
  changeTookEffect: boolean | null;
  /**
   * The first one's problem is gone: the second shows none, or its login was answered and it has another
   * problem. `null`: the first had no problem, or one of the two proves nothing.
   */
  cured: boolean | null;
}

/** The first login message of the latest attempt that has one. */
function authRequest(o: Observations): SentMessage | null {
  return (
    o.initiations.map(firstAuth).findLast((e) => e !== undefined && e.requests.length > 0)?.requests[0] ??
    null
  );
}

/** Whether the latest login was answered; `null` if there is none. */
const authAnswered = (o: Observations): boolean | null => {
  const auth = o.initiations.map(firstAuth).findLast((e) => e !== undefined);
  return auth === undefined ? null : auth.responses.length > 0;
};

/** The IP family of the latest login, or of the first probe. */
const familyOf = (o: Observations): Initiation["family"] | null =>
  o.initiations.at(-1)?.family ?? o.probes[0]?.family ?? null;

const mtuOf = (o: Observations): number | null => egressMtu(o, familyOf(o) ?? 4);

/** The facts that are compared, each with the words for "the same" and "not the same". */
const FACTS: readonly {
  key:
    | "verdict"
    | "gateway"
    | "family"
    | "interface"
    | "mtu"
    | "fragments"
    | "answered"
    | "path-mtu"
    | "outbound";
  of(side: ComparedSide): string | number | null;
}[] = [
  { key: "verdict", of: ({ diagnosis }) => diagnosis.verdict },
  {
    key: "gateway",
    of: ({ observations: o }) => o.initiations.at(-1)?.gateway ?? o.gatewayAddresses[0] ?? null,
  },
  { key: "family", of: ({ observations: o }) => familyOf(o) },
  { key: "interface", of: ({ observations: o }) => o.egress?.name.slice(0, 64) ?? null },
  { key: "mtu", of: ({ observations: o }) => mtuOf(o) },
  { key: "fragments", of: ({ observations: o }) => authRequest(o)?.ipBytes.slice(0, 8).join(" + ") ?? null },
  { key: "answered", of: ({ observations: o }) => yesNo(authAnswered(o)) },
  { key: "path-mtu", of: ({ observations: o }) => measuredPathMtu(o).largestPassed },
  { key: "outbound", of: ({ observations: o }) => yesNo(fragmentsArrive(o)) },
];

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? "✓" : "✗");

function fragmentsArrive(o: Observations): boolean | null {
  const { passed, lost } = ipFragmentFacts(o);
  return passed.length + lost.length === 0 ? null : lost.length === 0;
}

/** Compares two sets of evidence; what only one of them shows is left out. */
export function compare(before: ComparedSide, after: ComparedSide): Comparison {
  const differences: Phrase[] = [];
  const same: Phrase[] = [];
  for (const { key, of } of FACTS) {
    const [from, to] = [of(before), of(after)];
    if (from === null || to === null) continue;
    if (from === to) same.push(phrase(`compare.${key}.same`, { value: from }));
    else differences.push(phrase(`compare.${key}`, { from, to }));
  }
  return {
    differences,
    same,
    changeTookEffect: changeTookEffect(before, after),
    cured: isCured(before, after),
  };
}

/**
 * Whether the problem of the first is gone in the second. An answered login proves it, even if the second has
 * another problem, such as a gateway that answers late.
 */
function isCured(before: ComparedSide, after: ComparedSide): boolean | null {
  const [first, second] = [before.diagnosis.verdict, after.diagnosis.verdict];
  if (!VERDICTS[first].isProblem) return null;
  if (first === "insufficient-evidence" || second === "insufficient-evidence") return null;
  return !VERDICTS[second].isProblem || (second !== first && authAnswered(after.observations) === true);
}

/** By the IP fragments on the wire if a capture shows them, else by the interface's MTU. */
function changeTookEffect(
  { diagnosis }: ComparedSide,
  { observations: after }: ComparedSide,
): boolean | null {
  const { interfaceMtu, expectedFragments } = diagnosis.recommendation;
  if (interfaceMtu === null) return null;
  const request = authRequest(after);
  if (request?.ipFragmented && expectedFragments.length > 1) {
    // The message may have another length, so the largest IP fragment is compared, not all of them.
    return Math.max(...request.ipBytes) === Math.max(...expectedFragments);
  }
  const mtu = mtuOf(after);
  return mtu === null ? null : mtu === interfaceMtu;
}
