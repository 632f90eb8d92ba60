/** The judge: asks every rule in order, and makes a diagnosis of their answers. */
import type { Observations } from "../evidence/observations.ts";
import { observe } from "../evidence/observe.ts";
import type { CaptureRead } from "../evidence/observe-captures.ts";
import { NAT_TRAVERSAL_PORT } from "../ike/registry.ts";
import type { Confidence, Diagnosis, Finding } from "../schema/diagnosis.ts";
import type { Evidence } from "../schema/evidence.ts";
import type { JoinedLogin } from "../schema/joined.ts";
import { recommend } from "./advice/recommend.ts";
import { bothEndsOf } from "./both-ends.ts";
import { weighCandidates } from "./candidates/candidates.ts";
import { aboutThisClient } from "./facts/joined-ways.ts";
import { fourWaysOf } from "./four-ways.ts";
import { quotedBack, readingsOf } from "./readings.ts";
import { type Claim, phrase, type Rule } from "./rule.ts";
import {
  answerLost,
  bothEndsJoined,
  endsNotJoined,
  lostByChance,
  lostOnTheWayOut,
} from "./rules/both-ends.ts";
import {
  clientTooOld,
  profileKeepsIpFragments,
  profileSwitchContradicted,
  profileSwitchOff,
  profilesDiffer,
  vpnInterfaceMtu,
} from "./rules/client-profile.ts";
import { espMtu, espOneWay } from "./rules/esp.ts";
import { fragmentsLastFirst, inboundPathMtu } from "./rules/fragments-seen.ts";
import {
  certificateAlone,
  certificateError,
  certificateIssuer,
  certificateName,
  certificateOutOfDate,
  certificatePurpose,
  certificateRequests,
  certificateSignature,
  largeCertificates,
} from "./rules/gateway-certificates.ts";
import { icmpRefused } from "./rules/icmp.ts";
import { answersIgnored, cookieNotReturned } from "./rules/ignored-answers.ts";
import {
  ikeFragmentsLost,
  ikeFragmentsTiny,
  ikeFragmentsTooLarge,
  ikeFragmentsTooMany,
  ikeFragmentsUnanswered,
} from "./rules/ike-fragments.ts";
import { inboundFragments, largeEchoLost } from "./rules/inbound-fragments.ts";
import { answerBegan, unsizedLoginUnanswered } from "./rules/log-lines.ts";
import {
  gatewayGuarded,
  largeInitUnanswered,
  rasErrorCode,
  smallAuthUnanswered,
} from "./rules/look-alikes.ts";
import { gatewayLogClients } from "./rules/many-clients.ts";
import {
  gatewayRejects,
  ikeFragmentationMissing,
  notIkev2,
  probeProposalRefused,
} from "./rules/negotiation.ts";
import { pathToOtherHost } from "./rules/other-hosts.ts";
import { outboundFragments } from "./rules/outbound-fragments.ts";
import { answeredElsewhere, healthy, loginAnsweredSometimes, slowGateway } from "./rules/outcome.ts";
import { knownLinkMtu, translatedPath, unsteadyFragments } from "./rules/path-hints.ts";
import { largePingLost, pathMtuBlackHole, pathMtuReduced } from "./rules/path-mtu.ts";
import { pingOfAnotherHost, pingPayloadIsNoMtu } from "./rules/ping.ts";
import { loginCertificate, loginRoots, loginSize } from "./rules/predicted-login.ts";
import {
  gatewayUnreachable,
  gatewayUnresolved,
  udp500Blocked,
  udp4500Blocked,
} from "./rules/reachability.ts";
import { recentFailure } from "./rules/recent-failure.ts";
import { reflectedFragments } from "./rules/reflection.ts";
import { rehearsedIkeFragments, rehearsedWayBack } from "./rules/rehearsal.ts";
import { windowsServerEvents } from "./rules/server-events.ts";
import { ikeAuthUnanswered } from "./rules/unanswered-login.ts";
import { gatewaySilent, requestLost } from "./rules/witness.ts";

/**
 * Which analyzer made a diagnosis: stored with it, so that a later one can tell. A test holds it to
 * package.json.
 */
export const ANALYZER = "ikefrag 0.1.0";

/** A file that was given and could not be used, and why, in a sentence for people. */
export interface UnusableFile {
  name: string;
  why: string;
}

/** What a diagnosis is made from: the evidence, and its captures once read. */
export interface DiagnosisInput {
  evidence: Evidence;
  transcripts: readonly CaptureRead[];
  /** They become warnings; the rest is judged without them. */
  unusable?: readonly UnusableFile[];
}

/**
 * All rules. The first found one with a claim decides the verdict, so a cause stands before its consequences:
 * an unreachable gateway loses IP fragments too, and a gateway that refused was reached.
 */
export const RULES: readonly Rule[] = [
  notIkev2,
  profileKeepsIpFragments,
  profileSwitchOff,
  profileSwitchContradicted,
  gatewayUnresolved,
  icmpRefused,
  gatewaySilent,
  gatewayUnreachable,
  udp500Blocked,
  udp4500Blocked,
  lostOnTheWayOut,
  answerLost,
  lostByChance,
  cookieNotReturned,
  answersIgnored,
  gatewayRejects,
  outboundFragments,
  requestLost,
  ikeFragmentsTooLarge,
  ikeFragmentsTooMany,
  ikeFragmentsLost,
  inboundFragments,
  pathMtuBlackHole,
  rehearsedWayBack,
  rehearsedIkeFragments,
  reflectedFragments,
  largeEchoLost,
  ikeAuthUnanswered,
  ikeFragmentsUnanswered,
  smallAuthUnanswered,
  unsizedLoginUnanswered,
  largeInitUnanswered,
  espMtu,
  espOneWay,
  largePingLost,
  probeProposalRefused,
  rasErrorCode,
  pathMtuReduced,
  inboundPathMtu,
  pathToOtherHost,
  slowGateway,
  healthy,
  recentFailure,
  ikeFragmentationMissing,
  clientTooOld,
  profilesDiffer,
  vpnInterfaceMtu,
  answeredElsewhere,
  loginAnsweredSometimes,
  gatewayLogClients,
  windowsServerEvents,
  fragmentsLastFirst,
  ikeFragmentsTiny,
  answerBegan,
  certificateOutOfDate,
  certificateName,
  certificatePurpose,
  certificateIssuer,
  certificateAlone,
  certificateSignature,
  certificateError,
  largeCertificates,
  certificateRequests,
  loginSize,
  loginCertificate,
  loginRoots,
  gatewayGuarded,
  unsteadyFragments,
  translatedPath,
  knownLinkMtu,
  pingPayloadIsNoMtu,
  pingOfAnotherHost,
  bothEndsJoined,
  endsNotJoined,
];

const REFERENCES: ReadonlyMap<string, string> = new Map(RULES.map((rule) => [rule.code, rule.reference]));

/**
 * Where the cause behind a finding is described, for its readers: one section of an RFC or of docs/domain.md.
 *
 * @returns `null` for a code that today's rules do not have, as in the report of an older analyzer
 */
export const ruleReference = (code: string): string | null => REFERENCES.get(code) ?? null;

/** The verdict where no rule claims one. */
const NOTHING_PROVEN: Claim = { verdict: "insufficient-evidence", confidence: "low", direction: null };
/** What the schema of a diagnosis allows for one finding. */
const MOST_EVIDENCE_REFS = 256;

/**
 * Judges the evidence. The same input gives the same diagnosis on every runtime, and no input is too small.
 */
export function diagnose({ evidence, transcripts, unusable }: DiagnosisInput): Diagnosis {
  return diagnoseObservations(observe(evidence, transcripts), unusable);
}

/** Judges what was observed; see `diagnose`. */
export function diagnoseObservations(seen: Observations, unusable: readonly UnusableFile[] = []): Diagnosis {
  const observations = aboutThisClient(seen);
  const findings: Finding[] = [];
  let claim: Claim | null = null;
  for (const rule of RULES) {
    const judgement = rule.judge(observations);
    if (judgement.status === "found") claim ??= judgement.claim;
    findings.push({
      code: rule.code,
      status: judgement.status,
      severity:
        judgement.status === "found" || (judgement.status === "unknown" && rule.open)
          ? rule.severity
          : "info",
      nature: rule.nature,
      phrase: judgement.phrase,
      evidence: judgement.status === "unknown" ? [] : judgement.evidence.slice(0, MOST_EVIDENCE_REFS),
    });
  }
  const { verdict, confidence: claimed, direction } = claim ?? NOTHING_PROVEN;
  const confidence = capConfidence(claimed, observations);
  const differential = weighCandidates({ verdict, confidence, direction }, findings, observations);
  return {
    schema: "ikefrag/diagnosis/1",
    analyzer: ANALYZER,
    verdict,
    confidence,
    direction,
    findings,
    ...differential,
    fourWays: fourWaysOf(observations),
    readings: readingsOf(observations),
    bothEnds: bothEndsOf(observations),
    warnings: [...warnings(observations, unusable), ...onlyOwnProbes(seen)].slice(0, 64),
    recommendation: recommend(verdict, observations, confidence),
  };
}

/**
 * A capture that is damaged, or that dropped packets itself, shows less than was on the wire. Of many clients
 * one was taken that nobody named.
 */
function capConfidence(confidence: Confidence, o: Observations): Confidence {
  const doubtful = o.captures.some(({ quality: q }) => q.damage.length > 0 || (q.droppedByCapture ?? 0) > 0);
  if (confidence === "high" && o.crowds?.some((crowd) => crowd.chosenBy === "failure")) return "medium";
  return doubtful && o.probes.length === 0 && confidence === "high" ? "medium" : confidence;
}

/** By what was said of a file: what it was read as, or that its addresses only make it doubtful. */
const WRONG_WORDS = {
  client: {
    client: undefined,
    gateway: "warning.end.client.gateway",
    between: "warning.end.client.between",
    doubtful: "warning.end.client.doubtful",
  },
  gateway: {
    client: "warning.end.gateway.client",
    gateway: undefined,
    between: "warning.end.gateway.between",
    doubtful: "warning.end.gateway.doubtful",
  },
  between: {
    client: "warning.end.between.client",
    gateway: "warning.end.between.gateway",
    between: undefined,
    doubtful: undefined,
  },
} as const;

/** Files that hold no IKE but an agent's probes, where the run that sent them is not given. */
function onlyOwnProbes(o: Observations): Diagnosis["warnings"] {
  if (o.probes.length > 0) return [];
  const all = [...o.initiations, ...(o.crowds ?? []).flatMap(({ attempts }) => attempts)];
  const others = new Set(all.filter((i) => !i.ownProbe).map((i) => i.capture));
  const sources = new Set(all.map((i) => i.capture).filter((capture) => !others.has(capture)));
  return [...sources].map((source) => ({ source, phrase: phrase("warning.only-own-probes") }));
}

/** Whether nothing of what went to UDP port 4500 is in a capture, as one that a filter kept it out of. */
function showsPort500Alone({ joined }: Observations, source: string): boolean {
  const logins = joined.filter(({ places }) => places.some((p) => p.source === source));
  const isMissing = (login: JoinedLogin): boolean => {
    const at = login.places.findIndex((p) => p.source === source);
    const own = login.datagrams.filter((d) => (d.seen[at] ?? null) !== null);
    return (
      own.length > 0 &&
      login.places[at]?.esp === undefined &&
      !own.some((d) => d.gatewayPort === NAT_TRAVERSAL_PORT)
    );
  };
  const isUsed = logins.some(({ datagrams }) => datagrams.some((d) => d.gatewayPort === NAT_TRAVERSAL_PORT));
  return isUsed && logins.every(isMissing);
}

function warnings(o: Observations, unusable: readonly UnusableFile[]): Diagnosis["warnings"] {
  return [
    ...unusable.map(({ name, why }) => ({
      source: name.slice(0, 128),
      phrase: phrase("warning.unusable-file", { why: why.slice(0, 500) }),
    })),
    ...(o.misnamed ?? []).flatMap(({ source, said, shown }) => {
      const key = WRONG_WORDS[said][shown ?? "doubtful"];
      return key === undefined ? [] : [{ source: source.slice(0, 128), phrase: phrase(key) }];
    }),
    ...o.captures.flatMap(({ capture: source, frames, ikeMessages, quality: q }) => [
      ...q.damage.map((d) => ({
        source,
        phrase: phrase("warning.damage", { offset: d.byteOffset, what: d.message.slice(0, 400) }),
      })),
      ...(frames > 0 && ikeMessages === 0 ? [{ source, phrase: phrase("warning.no-ike", { frames }) }] : []),
      ...(q.snaplenCutFrames > 0
        ? [{ source, phrase: phrase("warning.snaplen", { frames: q.snaplenCutFrames }) }]
        : []),
      ...(q.duplicateFrames > 0
        ? [{ source, phrase: phrase("warning.duplicates", { frames: q.duplicateFrames }) }]
        : []),
      ...(q.droppedByCapture
        ? [{ source, phrase: phrase("warning.drops", { packets: q.droppedByCapture }) }]
        : []),
      ...(q.nonFirstFragmentsHidden ? [{ source, phrase: phrase("warning.port-filter") }] : []),
      ...(showsPort500Alone(o, source) ? [{ source, phrase: phrase("warning.port-500-alone") }] : []),
      ...(q.clockBackwardsFrames > 0
        ? [{ source, phrase: phrase("warning.clock", { frames: q.clockBackwardsFrames }) }]
        : []),
      ...q.unreadLinkTypes.map((l) => ({
        source,
        phrase: phrase("warning.link-type", { linkType: l.linkType, frames: l.frames }),
      })),
    ]),
    ...quotedBack(o),
  ].slice(0, 64);
}
