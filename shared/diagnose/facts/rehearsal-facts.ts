/**
 * What logins that were begun with the gateway tell of both ways: whether large IKE messages arrive, as IP
 * fragments and as IKE fragments (RFC 7383).
 */
import { egressMtu, type Observations, type ProbeObservation } from "../../evidence/observations.ts";
import { NAT_TRAVERSAL_PORT, NotifyType } from "../../ike/registry.ts";
import {
  ETHERNET_MTU,
  ipFragmentSizes,
  NON_ESP_MARKER_BYTES,
  UDP_HEADER_BYTES,
  udpIpBytes,
} from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import type { RehearsalAnswer, RehearsalRequest, RehearsedLogin } from "../../schema/rehearsal.ts";
import { once } from "./once.ts";
import { TRIES_AT_AN_EDGE, TRIES_FOR_LOST } from "./probe-tries.ts";

/** Why a way was not tested, or is not known, although a login was rehearsed. */
export type WhyNotTested =
  | "no-16430" // the gateway does not offer IKE fragmentation
  | "takes-no-eap" // it refuses a login without certificate or key at once, so that no large answer comes
  | "cuts-unasked" // it sends IKE fragments whatever the client announced, so that IP has nothing to cut
  | "fits-one-packet" // its answer is so small that nothing has to be cut
  | "doubtful" // lost, but not often enough to say so
  | "not-asked";

/** What is known of one way of one kind of fragments. */
export interface RehearsedWay {
  state: "passed" | "lost" | "not-tested";
  /** Bytes of the IKE message: the largest that passed, the smallest that was lost. */
  passedIkeBytes: number | null;
  lostIkeBytes: number | null;
  /** Bytes of the largest IP packet of what passed, and of what was lost; `null` where it is not known. */
  passedIpBytes: number | null;
  lostIpBytes: number | null;
  /** How often what was lost was sent. */
  tries: number;
  /** How many single losses that makes: each IKE fragment that is missing of a message in part is one. */
  losses: number;
  /** How likely it is that chance made all of them, by what became of other messages: 0 to 1. */
  chance: number;
  /** Whether it may have come after nobody listened any more: then it is not sure that it was lost. */
  mayBeLate: boolean;
  /** What of the same message did arrive: some of its IKE fragments, or its last and smallest one alone. */
  inPart: "some" | "only-last" | null;
  why: WhyNotTested | null;
  evidence: EvidenceRef[];
}

/** How often something was lost, how likely by chance, and whether it may have been late instead. */
export type Losses = Pick<RehearsedWay, "losses" | "chance" | "mayBeLate">;

/** Both ways, by who cuts large messages. */
export interface RehearsalFacts {
  ipFragments: { out: RehearsedWay; back: RehearsedWay };
  ikeFragments: { out: RehearsedWay; back: RehearsedWay };
  /** Whole packets are lost on the way back while smaller ones arrive: no fragment, so it is their size. */
  wholeBack: {
    lostIpBytes: number;
    passedIpBytes: number;
    tries: number;
    losses: number;
    chance: number;
    mayBeLate: boolean;
    evidence: EvidenceRef[];
  } | null;
  /** Bytes of the gateway's real answer as an IKE message, where it arrived. */
  answerIkeBytes: number | null;
  /** Requests whose own way is known, as probes: those of the plan ask the same question. */
  outProbes: ProbeObservation[];
}

/** One message that was sent one way, and whether it arrived. */
interface Sending {
  /** `null`: it was lost, and nothing tells its size. */
  ikeBytes: number | null;
  /** Bytes of the largest IP packet that it was sent in; `null` where that is not known. */
  ipBytes: number | null;
  /** How many IP packets it takes there, and back. */
  packetsOut: number;
  packetsBack: number;
  /** How many of its parts never came: 1 for a message of which nothing did. */
  missing: number;
  passed: boolean;
  /** Lost, or sent when nobody listened any more. */
  mayBeLate?: boolean;
  inPart: RehearsedWay["inPart"];
  tries: number;
  evidence: EvidenceRef[];
}

/** An answer whose integrity was checked. */
type Authentic = Exclude<RehearsalAnswer, { status: "none" | "not-sent" | "unreadable" }>;

/** How many IP packets an answer of unknown size takes: that of a gateway with two certificates. */
const USUAL_ANSWER_PACKETS = 4;
/** Above this the loss of all tries is not said to be more than a guess. */
const MOST_CHANCE = { high: 0.0002, medium: 0.0005 } as const;
const MOST_REFS = 32;
/** The gateway may cut its answer this small. */
const LEAST_USUAL_MTU = 1_280;
/** RFC 791 §3.1: Total Length. */
const MOST_IP_BYTES = 65_535;

const isAuthentic = (answer: RehearsalAnswer): answer is Authentic =>
  answer.status !== "none" && answer.status !== "not-sent" && answer.status !== "unreadable";

/**
 * The gateway took a request up, in the order of Message IDs. That it knows no such Message ID or login says
 * the opposite (RFC 7296 §2.3, §2.21.4).
 */
const isTakenUp = ({ answer }: RehearsalRequest): boolean =>
  isAuthentic(answer) &&
  !(
    answer.status === "refused" &&
    (answer.notify === NotifyType.INVALID_MESSAGE_ID || answer.notify === NotifyType.INVALID_IKE_SPI)
  );

const refsOf = ({ stepIds, ikeBytes }: RehearsalRequest): EvidenceRef[] =>
  stepIds.map((stepId) => ({ kind: "probe", stepId, bytes: ikeBytes, sizeKind: "ike-message" }));

/** What rehearsed logins tell of the four ways; `null` where none was rehearsed. */
export const rehearsalFacts = once((o: Observations): RehearsalFacts | null => {
  if (o.rehearsal === null) return null;
  const { logins } = o.rehearsal;
  const answerIkeBytes = largestOf(
    logins.flatMap((l) =>
      l.requests.flatMap(({ answer }) => (answer.status === "asks-eap" ? [answer.ikeBytes] : [])),
    ),
  );
  const answersAtOnce = logins.some(({ requests }) =>
    requests.some(({ answer, tries }) => answer.status === "asks-eap" && tries === 1),
  );
  const packetLoss = packetLossOf(o);
  const outIke: Sending[] = [];
  const backIp: Sending[] = [];
  const backIke: Sending[] = [];
  const backWhole: Sending[] = [];
  const outProbes: ProbeObservation[] = [];
  let cutsUnasked = false;
  for (const login of logins) {
    for (const { request, arrived } of outcomesOf(login)) {
      if (arrived === null || !fitsAnIpPacket(request)) continue;
      if (request.carriage === "ike-fragments") outIke.push(sentOut(request, login.family, arrived));
      else outProbes.push(asProbe(request, login, arrived, o));
    }
    for (const sending of answersOf(login, answerIkeBytes, answersAtOnce)) {
      if (sending.as === "ike-fragments" && !login.ikeFragmentation) cutsUnasked = true;
      if (sending.as === "ike-fragments") backIke.push(sending);
      else if (sending.as === "ip-fragments") backIp.push(sending);
      else backWhole.push(sending);
    }
  }
  const takesNoEap = logins.some(({ requests }) =>
    requests.some(
      ({ asks, messageId, answer }) => asks === "eap" && messageId === 1 && answer.status === "refused",
    ),
  );
  const noOffer =
    logins.some(({ announcedIkeFragmentation }) => announcedIkeFragmentation !== false) &&
    logins.every(({ ikeFragmentation }) => !ikeFragmentation);
  const fits = backWhole.some(({ passed, ikeBytes }) => passed && ikeBytes === answerIkeBytes);
  const whyBack: WhyNotTested =
    answerIkeBytes !== null && fits ? "fits-one-packet" : takesNoEap ? "takes-no-eap" : "not-asked";
  const native = outProbes.filter((p) => p.userMtu === null && p.ipFragmentBytes.length > 1);
  return {
    ipFragments: {
      out: wayOf(native.map(probeSent), packetLoss, "not-asked"),
      back: wayOf(backIp, packetLoss, cutsUnasked ? "cuts-unasked" : whyBack),
    },
    ikeFragments: {
      out: wayOf(outIke, packetLoss, noOffer ? "no-16430" : "not-asked"),
      back: wayOf(backIke, packetLoss, noOffer ? "no-16430" : whyBack),
    },
    // IKE fragments are whole packets too.
    wholeBack: wholeLost([...backWhole, ...backIke.filter((s) => s.passed)], packetLoss),
    answerIkeBytes,
    outProbes,
  };
});

/** Whether each request is known to have arrived (`true`), to be lost (`false`), or neither (`null`). */
function outcomesOf({ requests }: RehearsedLogin): { request: RehearsalRequest; arrived: boolean | null }[] {
  return requests.map((request, at) => {
    const { answer, messageId } = request;
    if (isAuthentic(answer)) return { request, arrived: true };
    if (answer.status !== "none") return { request, arrived: null };
    const later = requests.slice(at + 1).filter(isTakenUp);
    const again = later.find((r) => r.messageId === messageId);
    // A gateway goes on to the next Message ID only after it has processed this one (RFC 7296 §2.3). What it
    // has processed it answers with the same answer again (§2.1): to a request of another kind as well.
    const isBegun =
      later.some((r) => r.messageId > messageId) ||
      (again?.asks === "refusal" && again.answer.status === "asks-eap");
    // Only a request for EAP lets a login go on: the other kind ends it.
    if (isBegun)
      return { request, arrived: request.asks === "eap" && isAlone(requests, messageId) ? true : null };
    return { request, arrived: again === undefined ? null : false };
  });
}

/** No other request may be the one by which the login went on. */
const isAlone = (requests: readonly RehearsalRequest[], messageId: number): boolean =>
  requests.filter((r) => r.messageId === messageId && r.asks === "eap").length === 1;

function sentOut(request: RehearsalRequest, family: IpFamily, passed: boolean): Sending {
  const { ikeBytes, datagrams, tries } = request;
  return {
    ikeBytes,
    ipBytes: largestOf(datagrams.map((bytes) => ipBytesOf(bytes, family))),
    packetsOut: datagrams.length,
    packetsBack: 1,
    missing: 1,
    passed,
    inPart: null,
    tries,
    evidence: refsOf(request),
  };
}

/** In how many IP packets a request left: its IKE fragments, or the IP fragments of a small link. */
const packetsOfRequest = ({ datagrams }: RehearsalRequest): number =>
  datagrams.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / LEAST_USUAL_MTU)), 0);

const ipBytesOf = (udpPayloadBytes: number, family: IpFamily): number =>
  udpIpBytes(udpPayloadBytes + NON_ESP_MARKER_BYTES, family);

/** A stranger's numbers may be of no packet that there is. */
const fitsAnIpPacket = ({ datagrams }: RehearsalRequest): boolean =>
  datagrams.every((bytes) => ipBytesOf(bytes, 4) <= MOST_IP_BYTES && ipBytesOf(bytes, 6) <= MOST_IP_BYTES);

/** A request that was sent as one datagram, as the probe that it also is. */
function asProbe(
  request: RehearsalRequest,
  { family, address }: RehearsedLogin,
  arrived: boolean,
  o: Observations,
): ProbeObservation {
  const udpPayloadBytes = (request.datagrams[0] ?? 0) + NON_ESP_MARKER_BYTES;
  const ipBytes = udpIpBytes(udpPayloadBytes, family);
  const interfaceMtu = egressMtu(o, family) ?? ETHERNET_MTU;
  const effectiveMtu = Math.min(request.userMtu ?? interfaceMtu, interfaceMtu);
  return {
    stepId: request.stepIds[0] ?? "rehearsal",
    purpose: "rehearsal",
    target: address,
    family,
    port: NAT_TRAVERSAL_PORT,
    udpPayloadBytes,
    ipBytes,
    ipFragmentBytes:
      ipBytes > effectiveMtu ? ipFragmentSizes(udpPayloadBytes + UDP_HEADER_BYTES, effectiveMtu, family) : [],
    effectiveMtu,
    userMtu: request.userMtu,
    dontFragment: null,
    outcome: arrived ? "answered" : "silent",
    detail: null,
    answer: null,
    tries: request.tries,
    // A control on the same login was answered after all of them: that is how it is known to be lost.
    sentAtMs: Array.from({ length: request.tries }, () => 0),
    answeredAtMs: null,
    ref: { kind: "probe", stepId: request.stepIds[0] ?? "rehearsal", bytes: ipBytes, sizeKind: "ip-packet" },
  };
}

const probeSent = (p: ProbeObservation): Sending => ({
  ikeBytes: p.udpPayloadBytes - NON_ESP_MARKER_BYTES,
  ipBytes: largestOf(p.ipFragmentBytes),
  packetsOut: Math.max(1, p.ipFragmentBytes.length),
  packetsBack: 1,
  missing: 1,
  passed: p.outcome === "answered",
  inPart: null,
  tries: p.tries,
  evidence: [p.ref],
});

/** An answer, with how the gateway sent it. */
type AnswerSent = Sending & { as: RehearsalRequest["carriage"] };

/**
 * The answers of one login, as far as it is known that the gateway sent them.
 *
 * @param answersAtOnce whether it is known to make such an answer quickly
 */
function answersOf(
  { requests, family, ikeFragmentation }: RehearsedLogin,
  answerIkeBytes: number | null,
  answersAtOnce: boolean,
): AnswerSent[] {
  const processed = new Set<number>();
  return requests.flatMap((request): AnswerSent[] => {
    const { answer, messageId, asks } = request;
    const evidence = refsOf(request);
    if (answer.status === "in-part") {
      const ipBytes = ipBytesOf(answer.largestDatagramBytes, family);
      const packetsOut = packetsOfRequest(request);
      // The last IKE fragment holds what is left over, so it is smaller than the others.
      const inPart = answer.received.every((number) => number === answer.total) ? "only-last" : "some";
      // A gateway that has fallen silent since sends nothing that could be lost.
      const isHeardLater = requests.some((r) => r.messageId > messageId && isTakenUp(r));
      const tries = isHeardLater ? request.tries : 1;
      return [
        {
          ikeBytes: answerIkeBytes,
          ipBytes: null,
          packetsOut,
          packetsBack: answer.total,
          missing: Math.max(1, answer.total - answer.received.length),
          passed: false,
          inPart,
          tries,
          evidence,
          as: "ike-fragments",
        },
        {
          ikeBytes: null,
          ipBytes,
          packetsOut: 1,
          packetsBack: 1,
          missing: 1,
          passed: true,
          inPart: null,
          tries: 1,
          evidence,
          as: "whole-packet",
        },
      ];
    }
    if (isAuthentic(answer)) {
      const { ikeBytes, datagrams } = answer;
      const largest = largestOf(datagrams) ?? 0;
      const ipBytes = ipBytesOf(largest, family);
      // Several datagrams may also be the same answer, sent again.
      const isCut = datagrams.length > 1 && largest < ikeBytes;
      const as = isCut
        ? ("ike-fragments" as const)
        : ipBytes > ETHERNET_MTU
          ? ("ip-fragments" as const)
          : ("whole-packet" as const);
      return [
        {
          ikeBytes,
          ipBytes: as === "ip-fragments" ? null : ipBytes,
          packetsOut: 1,
          packetsBack: 1,
          missing: 1,
          passed: true,
          inPart: null,
          tries: request.tries,
          evidence,
          as,
        },
      ];
    }
    if (answer.status !== "none" || asks !== "eap" || processed.has(messageId)) return [];
    // Only a login that was begun goes on to the next Message ID: the gateway has answered, and it was lost.
    const next = requests.filter((r) => r.messageId > messageId && isTakenUp(r));
    const alike = requests.filter((r) => r.messageId === messageId && r.asks === "eap");
    if (next.length === 0 || alike.some((r) => isAuthentic(r.answer))) return [];
    processed.add(messageId);
    const silent = alike.filter((r) => r.answer.status === "none");
    // A gateway that is still at work on this request takes none of the next Message ID. Where the first try
    // of the next is answered, right after the last of this one, it was done with it before.
    const answeredAt = requests.findIndex((r) => next.includes(r));
    const nextTries = requests
      .slice(0, answeredAt + 1)
      .reduce((sum, r) => sum + (r.messageId > messageId ? r.tries : 0), 0);
    const ipBytes = answerIkeBytes === null ? null : ipBytesOf(answerIkeBytes, family);
    const isWhole = ipBytes !== null && ipBytes <= ETHERNET_MTU;
    return [
      {
        ikeBytes: answerIkeBytes,
        ipBytes: isWhole ? ipBytes : null,
        packetsOut: largestOf(silent.map(packetsOfRequest)) ?? 1,
        packetsBack: ipBytes === null ? USUAL_ANSWER_PACKETS : Math.ceil(ipBytes / LEAST_USUAL_MTU),
        missing: 1,
        passed: false,
        mayBeLate: nextTries > 1 && !answersAtOnce,
        inPart: null,
        tries: silent.reduce((sum, r) => sum + r.tries, 0),
        evidence: [...silent, ...next].flatMap(refsOf),
        as: isWhole ? "whole-packet" : ikeFragmentation ? "ike-fragments" : "ip-fragments",
      },
    ];
  });
}

/** All that was sent one way in one kind of fragments, taken together. */
function wayOf(sendings: readonly Sending[], packetLoss: PacketLoss, why: WhyNotTested): RehearsedWay {
  const passed = sendings.filter((s) => s.passed);
  // What arrived once, as large as that, was not lost for its size.
  const lost = sendings.filter((s) => !s.passed && !passed.some((p) => covers(p, s)));
  const tries = lost.reduce((sum, s) => sum + s.tries, 0);
  const losses = lost.reduce((sum, s) => sum + s.tries * s.missing, 0);
  const chance = chanceOfLoss(packetLoss, lost);
  const isLost = tries >= TRIES_FOR_LOST;
  const evidence = (isLost ? [...lost, ...passed] : [...passed, ...lost])
    .flatMap((s) => s.evidence)
    .slice(0, MOST_REFS);
  const sizes = {
    passedIkeBytes: largestOf(passed.flatMap((s) => s.ikeBytes ?? [])),
    lostIkeBytes: isLost ? smallestOf(lost.flatMap((s) => s.ikeBytes ?? [])) : null,
    passedIpBytes: largestOf(passed.flatMap((s) => s.ipBytes ?? [])),
    lostIpBytes: isLost ? smallestOf(lost.flatMap((s) => s.ipBytes ?? [])) : null,
  };
  const more = {
    ...sizes,
    tries: isLost ? tries : 0,
    losses,
    chance,
    mayBeLate: isLateAtMost(lost),
    inPart: isLost ? inPartOf(lost) : null,
    evidence,
  };
  // A size that passes is a remedy, whatever is lost above it.
  if (passed.length > 0) return { state: "passed", ...more, why: null };
  if (isLost) return { state: "lost", ...more, why: null };
  return { state: "not-tested", ...more, why: lost.length > 0 ? "doubtful" : why };
}

/** Nothing of it is known to be lost for sure. */
const isLateAtMost = (lost: readonly Sending[]): boolean =>
  lost.length > 0 && lost.every(({ mayBeLate = false }) => mayBeLate);

const inPartOf = (lost: readonly Sending[]): RehearsedWay["inPart"] => {
  const parts = lost.flatMap((s) => s.inPart ?? []);
  return parts.length === 0 ? null : parts.includes("some") ? "some" : "only-last";
};

/** What passed is as large as what was lost, as far as the sizes are known. */
const covers = (passed: Sending, lost: Sending): boolean =>
  passed.ipBytes !== null && lost.ipBytes !== null
    ? passed.ipBytes >= lost.ipBytes
    : lost.ikeBytes === null || (passed.ikeBytes ?? 0) >= lost.ikeBytes;

/** Answers of known size that left in one packet and were lost each time, while smaller ones arrived. */
function wholeLost(sendings: readonly Sending[], packetLoss: PacketLoss): RehearsalFacts["wholeBack"] {
  const passedIpBytes = largestOf(sendings.flatMap((s) => (s.passed ? (s.ipBytes ?? []) : [])));
  const lost = sendings.filter((s) => !s.passed && (s.ipBytes ?? 0) > (passedIpBytes ?? 0));
  const lostIpBytes = smallestOf(lost.flatMap((s) => s.ipBytes ?? []));
  const tries = lost.reduce((sum, s) => sum + s.tries, 0);
  if (passedIpBytes === null || lostIpBytes === null || tries < TRIES_FOR_LOST) return null;
  return {
    lostIpBytes,
    passedIpBytes,
    tries,
    losses: tries,
    chance: chanceOfLoss(packetLoss, lost),
    mayBeLate: isLateAtMost(lost),
    evidence: lost.flatMap((s) => s.evidence).slice(0, MOST_REFS),
  };
}

/** Which parts of all packets may be lost by chance each way, and how likely that is: weights sum to 1. */
type PacketLoss = readonly { out: number; back: number; weight: number }[];

/** Networks that lose more than this carry no login either. Without a message seen, each is as likely. */
const CHANCES: readonly number[] = Array.from({ length: 11 }, (_, step) => step / 100);

/**
 * What is lost by chance, by Bayes: from how often messages had to be sent until they were answered. Each is
 * answered where all its packets arrive, there and back.
 */
function packetLossOf(o: Observations): PacketLoss {
  const answered = [
    ...o.probes
      .filter((p) => p.outcome === "answered")
      .map((p) => ({ out: Math.max(1, p.ipFragmentBytes.length), back: 1, tries: p.tries })),
    ...(o.rehearsal?.logins ?? []).flatMap(({ requests }) =>
      requests.flatMap((request) => {
        const { answer, tries } = request;
        if (!isAuthentic(answer) || answer.status === "in-part") return [];
        const back = answer.datagrams.reduce((sum, bytes) => sum + Math.ceil(bytes / LEAST_USUAL_MTU), 0);
        return [{ out: packetsOfRequest(request), back: Math.max(1, back), tries }];
      }),
    ),
  ];
  const weighed = CHANCES.flatMap((out) =>
    CHANCES.map((back) => ({
      out,
      back,
      weight: answered.reduce((weight, message) => {
        const arrives = (1 - out) ** message.out * (1 - back) ** message.back;
        return weight * arrives * (1 - arrives) ** Math.max(0, message.tries - 1);
      }, 1),
    })),
  );
  const sum = weighed.reduce((all, { weight }) => all + weight, 0);
  // So many repetitions that no such network explains them: then it loses as much as can be.
  if (sum === 0) return [{ out: CHANCES.at(-1) ?? 1, back: CHANCES.at(-1) ?? 1, weight: 1 }];
  return weighed.map((one) => ({ ...one, weight: one.weight / sum }));
}

/**
 * How likely all of this is lost where each packet may get lost by chance. A try of a message in part fails
 * where the request does, or where all that is missing does.
 */
const chanceOfLoss = (packetLoss: PacketLoss, lost: readonly Sending[]): number =>
  packetLoss.reduce((sum, { out, back, weight }) => {
    const chance = lost.reduce((all, { packetsOut, packetsBack, missing, inPart, tries }) => {
      const asked = (1 - out) ** packetsOut;
      const told = inPart === null ? (1 - back) ** packetsBack : 1 - back ** missing;
      return all * (1 - asked * told) ** tries;
    }, 1);
    return sum + weight * chance;
  }, 0);

/**
 * How sure a loss is: by how often it was seen, how likely chance explains that, and whether a slow gateway
 * does.
 */
export function sureOfLoss({ losses, chance, mayBeLate }: Losses): "high" | "medium" | "low" {
  if (losses < TRIES_AT_AN_EDGE || chance > MOST_CHANCE.medium || mayBeLate) return "low";
  return chance <= MOST_CHANCE.high ? "high" : "medium";
}

function largestOf(sizes: readonly number[]): number | null {
  return sizes.length === 0 ? null : sizes.reduce((a, b) => Math.max(a, b));
}
function smallestOf(sizes: readonly number[]): number | null {
  return sizes.length === 0 ? null : sizes.reduce((a, b) => Math.min(a, b));
}

/**
 * How often a login that was begun on port 500 was asked on port 4500 to be ended, in vain, where those begun
 * on port 4500 were: the two ports lead to different gateways. A client moves there with its first IKE_AUTH
 * behind a NAT (RFC 7296 §2.23). 0: nothing of the kind.
 */
export function triesNotTakenOver(o: Observations): number {
  const logins = o.rehearsal?.logins ?? [];
  const isAnswered = ({ requests }: RehearsedLogin) => requests.some(isTakenUp);
  const refuses = logins.some(
    ({ begunOnPort, requests }) =>
      begunOnPort === NAT_TRAVERSAL_PORT && requests.some(({ answer }) => answer.status === "refused"),
  );
  if (!refuses) return 0;
  const left = logins.filter((login) => login.begunOnPort === 500 && !isAnswered(login));
  const tries = left.flatMap(({ requests }) => requests.map((r) => (r.asks === "refusal" ? r.tries : 0)));
  const sum = tries.reduce((all, one) => all + one, 0);
  return sum >= TRIES_AT_AN_EDGE ? sum : 0;
}

/**
 * How often the gateway was asked in vain to end the logins that were begun, where it had answered what went
 * before: it has fallen silent since, or answers no login that it refuses. 0: nothing of the kind.
 */
export function triesOfEndsUnanswered(o: Observations): number {
  const logins = o.rehearsal?.logins ?? [];
  const requests = logins.flatMap((login) => login.requests);
  const ends = requests.filter(({ asks }) => asks === "refusal");
  const isHeard = requests.some((r) => r.asks === "eap" && isTakenUp(r));
  if (!isHeard || requests.some(({ answer }) => answer.status === "refused")) return 0;
  const tries = ends.reduce((sum, { answer, tries }) => sum + (answer.status === "none" ? tries : 0), 0);
  return tries >= TRIES_AT_AN_EDGE && ends.every(({ answer }) => !isAuthentic(answer)) ? tries : 0;
}

/** On its way back the gateway's large answer is lost, in fragments of either kind or in whole packets. */
export const isLostOnTheWayBack = (o: Observations): boolean => {
  const facts = rehearsalFacts(o);
  if (facts === null) return false;
  const { ipFragments, ikeFragments, wholeBack } = facts;
  return ipFragments.back.state === "lost" || ikeFragments.back.state === "lost" || wholeBack !== null;
};

/**
 * A small request for the gateway's large answer stayed silent, and so did all else in its login's name: the
 * answer may be lost on its way, or the gateway has refused where nobody hears it. What is known of the way
 * out alone does not promise a login then.
 */
export function isWayBackInDoubt(o: Observations): boolean {
  if (realAnswerArrives(o)) return false;
  return (o.rehearsal?.logins ?? []).some(
    ({ requests }) =>
      !requests.some(({ answer }) => isAuthentic(answer)) &&
      requests.some(
        ({ asks, carriage, answer, tries }) =>
          asks === "eap" &&
          carriage === "whole-packet" &&
          answer.status === "none" &&
          tries >= TRIES_FOR_LOST,
      ),
  );
}

/** Whether it is lost there, and chance does not explain it. */
export function losesSurelyOnTheWayBack(o: Observations): boolean {
  const facts = rehearsalFacts(o);
  if (facts === null) return false;
  const { wholeBack, ipFragments } = facts;
  const isSure = (way: Losses): boolean => sureOfLoss(way) !== "low";
  return (
    (ipFragments.back.state === "lost" && isSure(ipFragments.back)) ||
    (wholeBack !== null && isSure(wholeBack))
  );
}

/**
 * The gateway's real answer to a login did arrive, as IP fragments or whole: then that of a user arrives. One
 * in IKE fragments alone says so only of those who use them.
 */
export const realAnswerArrives = (o: Observations): boolean => {
  const back = rehearsalFacts(o)?.ipFragments.back;
  return back?.state === "passed" || back?.why === "fits-one-packet";
};

/** The gateway's large answer did arrive as IP fragments. */
export const ipFragmentsComeBack = (o: Observations): boolean =>
  rehearsalFacts(o)?.ipFragments.back.state === "passed";
