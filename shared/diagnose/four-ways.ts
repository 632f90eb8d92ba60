/** The table of the four ways: how large messages of a login travel, by who cuts them and by the way. */
import type { Observations, ProbeObservation } from "../evidence/observations.ts";
import { NAT_TRAVERSAL_PORT } from "../ike/registry.ts";
import { NON_ESP_MARKER_BYTES } from "../packet/sizes.ts";
import type { FourWay, FourWays, Phrase } from "../schema/diagnosis.ts";
import { echoFacts } from "./facts/echo-facts.ts";
import { fragmentedPings } from "./facts/inbound-facts.ts";
import { ipFragmentFacts } from "./facts/ip-fragment-facts.ts";
import { probeRefs, triesOf } from "./facts/probe-tries.ts";
import {
  type RehearsalFacts,
  type RehearsedWay,
  rehearsalFacts,
  sureOfLoss,
} from "./facts/rehearsal-facts.ts";
import { whyNoRehearsal, whyNotTested } from "./facts/rehearsal-sentences.ts";
import { phrase } from "./rule.ts";

const MOST_REFS = 64;

/** What was tested of the four ways; `null` where no login was rehearsed. */
export function fourWaysOf(o: Observations): FourWays | null {
  const facts = rehearsalFacts(o);
  if (facts === null) return null;
  const { ipFragments, ikeFragments } = facts;
  const cell = (way: RehearsedWay): FourWay => asCell(way, whyNoRehearsal(o));
  return {
    ipFragments: { out: ipFragmentsOut(o), back: byPing(o) ?? cell(ipFragments.back) },
    ikeFragments: { out: cell(ikeFragments.out), back: orUncut(cell(ikeFragments.back), facts) },
    stopped: o.rehearsal?.stopped ?? null,
  };
}

/** A gateway may offer IKE fragmentation and cut nothing itself: then IP did, and IP fragments are lost. */
function orUncut(cell: FourWay, { ipFragments, ikeFragments }: RehearsalFacts): FourWay {
  const { state, inPart } = ikeFragments.back;
  const isOpen = state === "lost" && inPart === null && ipFragments.back.state !== "passed";
  return isOpen ? { ...cell, phrase: phrase("four-ways.or-uncut") } : cell;
}

function asCell(way: RehearsedWay, stopped: Phrase | null): FourWay {
  const { state, passedIkeBytes, lostIkeBytes, passedIpBytes, lostIpBytes, tries } = way;
  const evidence = way.evidence.slice(0, MOST_REFS);
  const said = { state, passedIkeBytes, lostIkeBytes, passedIpBytes, lostIpBytes, tries, evidence };
  return {
    ...said,
    phrase: state === "not-tested" ? (stopped ?? whyNotTested(way.why ?? "not-asked")) : about(way),
  };
}

/** What a state alone does not say; `null`: nothing. */
function about(way: RehearsedWay): Phrase | null {
  const { state, passedIpBytes, lostIpBytes, inPart, tries } = way;
  if (state === "passed") {
    return passedIpBytes !== null && lostIpBytes !== null
      ? phrase("four-ways.smaller-pass", { passed: passedIpBytes, lost: lostIpBytes })
      : null;
  }
  if (inPart !== null) return phrase(`four-ways.${inPart}`);
  return sureOfLoss(way) === "low" ? phrase("four-ways.may-be-chance", { tries }) : null;
}

const ikeBytesOf = (p: ProbeObservation): number =>
  p.udpPayloadBytes - (p.port === NAT_TRAVERSAL_PORT ? NON_ESP_MARKER_BYTES : 0);
const most = (sizes: readonly number[]): number | null => (sizes.length === 0 ? null : Math.max(...sizes));
const least = (sizes: readonly number[]): number | null => (sizes.length === 0 ? null : Math.min(...sizes));

/** The probes of the plan ask the same of the way out as a rehearsed login: both count. */
function ipFragmentsOut(o: Observations): FourWay {
  const { native, passed, lost } = ipFragmentFacts(o);
  const isMixed = passed.length > 0 && lost.length > 0;
  const state = lost.length > 0 ? "lost" : passed.length > 0 ? "passed" : "not-tested";
  return {
    state,
    passedIkeBytes: most(passed.map(ikeBytesOf)),
    lostIkeBytes: least(lost.map(ikeBytesOf)),
    passedIpBytes: most(passed.flatMap((p) => p.ipFragmentBytes)),
    lostIpBytes: least(lost.map((p) => Math.max(...p.ipFragmentBytes))),
    tries: triesOf(native.filter((p) => lost.some((l) => l.ipBytes === p.ipBytes))),
    phrase: isMixed
      ? phrase("four-ways.some-sizes")
      : state === "not-tested"
        ? whyNotTested(native.length > 0 ? "doubtful" : "not-asked")
        : null,
    evidence: probeRefs([...lost, ...passed]).slice(0, MOST_REFS),
  };
}

/** The gateway's reply to a ping that came as IP fragments proves as much, where no login tells. */
function byPing(o: Observations): FourWay | null {
  if (rehearsalFacts(o)?.ipFragments.back.state !== "not-tested" || fragmentedPings(o) !== "answered")
    return null;
  const { answered } = echoFacts(o);
  return {
    state: "passed",
    passedIkeBytes: null,
    lostIkeBytes: null,
    passedIpBytes: null,
    lostIpBytes: null,
    tries: 0,
    phrase: phrase("four-ways.by-ping"),
    evidence: answered.map((e) => e.ref).slice(0, MOST_REFS),
  };
}
