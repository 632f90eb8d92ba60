/**
 * Random paths whose faults are known, and what a diagnosis may not say about each: a verdict that
 * contradicts the truth is a failure, while one that claims less than the truth is not.
 */
import fc from "fast-check";
import { NotifyType } from "../../shared/ike/registry.ts";
import { ikeIpBytes } from "../../shared/packet/sizes.ts";
import type { Diagnosis, FourWay, FourWays } from "../../shared/schema/diagnosis.ts";
import type { End, Login } from "./login-capture.ts";
import type { ResponderOptions } from "./login-responder.ts";
import {
  answerArrives,
  type LossyPath,
  type OneWay,
  OPEN_PATH,
  OPEN_WAY,
  requestArrives,
  sendDatagram,
  wholeArrives,
} from "./lossy-path.ts";

/** Mostly open: a fault at a time and now and then several. */
const sometimes = <T>(usual: T, other: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: other, weight: 1 });
const size = fc.integer({ min: 1200, max: 1500 });
const mtu = fc.oneof(
  fc.integer({ min: 1280, max: 1500 }),
  fc.constantFrom(1280, 1400, 1454, 1472, 1480, 1492),
);

const oneWay = (mostLoss: number): fc.Arbitrary<OneWay> =>
  fc
    .record({
      anyLimit: sometimes(OPEN_WAY.anyLimit, size, 6),
      fragmentLimit: sometimes(OPEN_WAY.fragmentLimit, fc.oneof(size, fc.constantFrom(0, 0, 1472)), 2),
      linkMtu: sometimes(OPEN_WAY.linkMtu, mtu),
      saysTooBig: fc.boolean(),
      translatedLinkMtu: sometimes<number | null>(null, fc.constantFrom(1500, 1500, 1480, 1450, 1420), 8),
      lossPercent: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: mostLoss })),
    })
    // Which of a narrow link and a translator comes first would be another model.
    .map((way) => (way.translatedLinkMtu === null ? way : { ...way, linkMtu: OPEN_WAY.linkMtu }));

/** What else a gateway may refuse a login with, before anybody has authenticated. */
const otherRefusal = fc.constantFrom(
  NotifyType.INVALID_SYNTAX,
  NotifyType.NO_PROPOSAL_CHOSEN,
  NotifyType.INVALID_IKE_SPI,
  NotifyType.INTERNAL_ADDRESS_FAILURE,
  NotifyType.TS_UNACCEPTABLE,
  12_345, // an error of some vendor of its own, RFC 7296 §3.10.1
);

const oddLogin: fc.Arbitrary<ResponderOptions> = fc.record({
  fragmentIkeBytes: fc.constantFrom(168, 544, 1_248),
  refusesWith: sometimes<number>(NotifyType.AUTHENTICATION_FAILED, otherRefusal, 6),
  ignoresWrongAuth: sometimes(false, fc.constant(true), 8),
  leavesCuttingToIp: sometimes(false, fc.constant(true), 4),
  silentAtHalfOpen: sometimes(Number.POSITIVE_INFINITY, fc.integer({ min: 3, max: 6 }), 10),
  cookieAtHalfOpen: sometimes(Number.POSITIVE_INFINITY, fc.integer({ min: 0, max: 6 }), 10),
  asksForGroups: sometimes<number[]>([], fc.constantFrom([19], [18], [20, 19], [18, 19], [19, 19, 19]), 10),
});

/**
 * Mostly user names by EAP, as Windows has it; now and then certificates, or a key, which Windows cannot use.
 * The answer mostly has to be cut.
 */
const gatewayLogin: fc.Arbitrary<ResponderOptions> = fc.record({
  takes: sometimes<"eap" | "certificate" | "psk">(
    "eap",
    fc.constantFrom("certificate", "certificate", "psk"),
    8,
  ),
  answerIkeBytes: fc.constantFrom(1_100, 1_800, 2_528, 3_472, 5_000),
  ikeFragmentation: fc.boolean(),
  fragmentIkeBytes: fc.constantFrom(544, 1_248, 1_248, 1_400),
});

export const lossyPath = (mostLoss: number): fc.Arbitrary<LossyPath> =>
  fc.record({
    family: fc.constantFrom(4, 4, 4, 6),
    out: oneWay(mostLoss),
    back: oneWay(mostLoss),
    interfaceMtu: sometimes(OPEN_PATH.interfaceMtu, mtu),
    gatewayMtu: sometimes(OPEN_PATH.gatewayMtu, mtu),
    blockedPorts: sometimes<number[]>([], fc.constantFrom([500], [4500], [500, 4500]), 10),
    answersPing: fc.boolean(),
    dropsLargePing: sometimes(false, fc.constant(true)),
    ignoresUnacceptable: sometimes(false, fc.constant(true)),
    refusesAll: sometimes(false, fc.constant(true), 12),
    cookieAfter: sometimes(1_000, fc.integer({ min: 0, max: 4 })),
    silentAfter: sometimes(1_000, fc.integer({ min: 4, max: 60 }), 8),
    canTestMtu: fc.boolean(),
    dontFragment: fc.constantFrom("as-asked", "by-system", "never"),
    knowsInterface: sometimes(true, fc.constant(false), 10),
    clientAddress: sometimes("198.51.100.4", fc.constantFrom("172.20.10.4", "192.0.0.2"), 6),
    login: gatewayLogin,
    balancedBy: fc.constant("nothing"),
    pinsSource: fc.constant(false),
    answersTwice: fc.constant(false),
  });

/** The same with a gateway that behaves otherwise than usual, or two of them behind one address. */
export const oddPath = (mostLoss: number): fc.Arbitrary<LossyPath> =>
  fc
    .record({
      path: lossyPath(mostLoss),
      login: oddLogin,
      others: fc.record({
        balancedBy: sometimes<LossyPath["balancedBy"]>("nothing", fc.constantFrom("port", "source")),
        pinsSource: sometimes(false, fc.constant(true), 12),
        answersTwice: sometimes(false, fc.constant(true)),
        answersOnce: sometimes(false, fc.constant(true), 8),
      }),
    })
    .map(({ path, login, others }) => {
      // Where chance may lose the one answer that it gives, no number of requests makes up for it.
      const answersOnce = mostLoss === 0 && others.answersOnce;
      const { balancedBy, pinsSource, answersTwice } = others;
      return {
        ...path,
        balancedBy,
        pinsSource,
        answersTwice,
        login: { ...path.login, ...login, answersOnce },
      };
    });

/** Larger than a refusal, and than the answer to IKE_SA_INIT. */
const SMALL_IP_BYTES = 576;
/** Logins with certificates: what the probes stand for. */
const LOGIN_IKE_BYTES = [1_800, 2_528, 2_900];

/**
 * What the truth has against a diagnosis, or `null`. What is only of low confidence may be wrong; a number
 * that is said to be proven may not.
 */
export function contradiction(
  path: LossyPath,
  { verdict, confidence, direction, recommendation }: Diagnosis,
): string | null {
  const requests = LOGIN_IKE_BYTES.map((n) => requestArrives(path, n, path.interfaceMtu));
  const answers = LOGIN_IKE_BYTES.map((n) => answerArrives(path, n));
  const outboundFault = requests.includes(false) || wholeFault(path);
  const { interfaceMtu, basis } = recommendation;
  if (interfaceMtu !== null) {
    if (interfaceMtu >= path.interfaceMtu && path.knowsInterface)
      return `an MTU of ${interfaceMtu} is no smaller`;
    // Fragments may be lost on their own besides: a report that could not test that says so.
    const untested = recommendation.notes.some((n) => n.key === "note.fragments-untested");
    const helps = untested ? wholeArrives(path, interfaceMtu) : requestArrives(path, 2_528, interfaceMtu);
    if (basis !== "trial" && !helps) return `an MTU said to be ${basis} does not help`;
  }
  if (confidence === "low") return null;
  if (direction === "outbound" && !outboundFault && verdict !== "path-mtu-reduced") return "outbound is open";
  if (direction === "inbound" && !answers.includes(false)) return "inbound is open";
  const blocked = (port: number) => path.blockedPorts.includes(port);
  switch (verdict) {
    case "gateway-unreachable":
      return blocked(500) && blocked(4500) ? null : "the gateway answers";
    case "udp-500-blocked":
      return blocked(500) && !blocked(4500) ? null : "port 500 is open";
    case "udp-4500-blocked":
      return blocked(4500) && !blocked(500) ? null : "port 4500 is open";
    case "outbound-fragments-too-large":
      return requests.includes(false) && requestArrives(path, 2_528, 1280)
        ? null
        : "not a matter of fragments' size";
    case "outbound-fragments-dropped":
      // The last fragment of some message is as large as the MTU allows.
      return path.out.fragmentLimit < 1280 || !requestArrives(path, 2_528, 1280)
        ? null
        : "smaller fragments pass";
    case "path-mtu-black-hole":
      if (direction === "inbound") return wholeBackFault(path) ? null : "whole packets come back";
      if (direction === "both" && wholeBackFault(path)) return null;
      return wholeFault(path) ? null : "whole packets pass";
    case "path-mtu-reduced":
      return narrowAndSaysSo(path) ? null : "nothing said so";
    case "healthy":
      if (path.balancedBy === "port" && refusesLogins(path))
        return "no client goes on from port 500 to port 4500";
      if (requests.includes(false) && !LOGIN_IKE_BYTES.every((n) => arrivesOnceTold(path, n)))
        return "requests are lost";
      return confidence === "high" && answers.includes(false) ? "answers are lost" : null;
    case "gateway-rejects":
      return path.refusesAll ? null : "the gateway accepts";
    default:
      return null;
  }
}

/** A gateway fills its IKE fragments up to a whole number of these. */
const CIPHER_BLOCK_BYTES = 16;

/**
 * What the truth has against the table of the four ways, or `null`: where something is said to pass it has
 * to, and where it is said to be lost for sure it may not. One gateway behind the address, and one that cuts
 * its answers itself where both sides offer IKE fragmentation.
 */
export function tableContradiction(path: LossyPath, { ipFragments, ikeFragments }: FourWays): string | null {
  const { login, gatewayMtu, family } = path;
  const isCertain = ({ state, phrase }: FourWay) => state === "lost" && phrase === null;
  const passes = (way: OneWay, mtu: number): boolean => sendDatagram(way, family, mtu, 9_000, false).arrives;
  for (const cell of [ikeFragments.out, ikeFragments.back])
    if (cell.phrase?.key === "four-ways.no-16430" && login?.ikeFragmentation)
      return "IKE fragmentation is offered";
  const requests = (ikeBytes: number | null) =>
    requestArrives(path, ikeBytes ?? 2_700, path.interfaceMtu) || arrivesOnceTold(path, ikeBytes ?? 2_700);
  if (ipFragments.out.state === "passed" && !requests(ipFragments.out.passedIkeBytes) && !path.out.saysTooBig)
    return "IP fragments are lost on the way out";
  if (
    isCertain(ipFragments.out) &&
    requestArrives(path, ipFragments.out.lostIkeBytes ?? 0, path.interfaceMtu)
  )
    return "IP fragments pass on the way out";
  const answer = answerArrives(path, login?.answerIkeBytes ?? 0);
  if (ipFragments.back.state === "passed" && ipFragments.back.phrase === null && !answer)
    return "IP fragments are lost on the way back";
  if (isCertain(ipFragments.back) && answer) return "IP fragments pass on the way back";
  if (ikeFragments.out.state === "passed" && !passes(path.out, SMALL_IP_BYTES))
    return "IKE fragments are lost on the way out";
  if (isCertain(ikeFragments.out) && passes(path.out, 1_280)) return "IKE fragments pass on the way out";
  const fragment = Math.min(ikeIpBytes(login?.fragmentIkeBytes ?? 0, 4500, family), gatewayMtu);
  if (ikeFragments.back.state === "passed" && !passes(path.back, fragment - CIPHER_BLOCK_BYTES))
    return "IKE fragments are lost on the way back";
  return isCertain(ikeFragments.back) && passes(path.back, fragment)
    ? "IKE fragments pass on the way back"
    : null;
}

/**
 * Logins are begun on both ports, and ended by a refusal: where one of them hears none, the ports are of two
 * gateways. Without that nothing of the run shows it.
 */
const refusesLogins = ({ login, cookieAfter, silentAfter, pinsSource }: LossyPath): boolean =>
  login !== null &&
  !pinsSource &&
  login.ignoresWrongAuth !== true &&
  login.cookieAtHalfOpen === Number.POSITIVE_INFINITY &&
  login.silentAtHalfOpen === Number.POSITIVE_INFINITY &&
  login.asksForGroups?.length === 0 &&
  Math.min(cookieAfter, silentAfter) >= 1_000;

/** A system that a router has told what the link carries cuts the next sending to fit (RFC 8201 §4). */
const arrivesOnceTold = (path: LossyPath, ikeBytes: number): boolean =>
  path.family === 6 &&
  path.out.saysTooBig &&
  requestArrives(path, ikeBytes, Math.min(path.interfaceMtu, path.out.linkMtu));

/** Some whole packet that the interface carries is lost, and a small one is not. */
const wholeFault = (path: LossyPath): boolean => !wholeArrives(path, path.interfaceMtu);

/** The same of the gateway's packets, which leave as it is wont to send them. */
const wholeBackFault = ({ back, family, gatewayMtu }: LossyPath): boolean =>
  Array.from({ length: gatewayMtu - SMALL_IP_BYTES }, (_, at) => SMALL_IP_BYTES + 1 + at).some(
    (ipBytes) => !sendDatagram(back, family, ipBytes, gatewayMtu, false).arrives,
  );

const narrowAndSaysSo = ({ out, family, interfaceMtu }: LossyPath): boolean =>
  Array.from({ length: interfaceMtu - 1_279 }, (_, at) => 1_280 + at).some((ipBytes) => {
    const fate = sendDatagram(out, family, ipBytes, 9_000, true);
    return !fate.arrives && fate.tooBig !== null;
  });

export const login: fc.Arbitrary<Login> = fc
  .record({
    requestBytes: fc.constantFrom(300, 900, 1_800, 2_528, 4_000),
    answerBytes: fc.constantFrom(240, 900, 1_552, 2_200, 4_000),
    ikeFragmentBytes: sometimes<number | null>(null, fc.constantFrom(580, 1_240, 1_400), 2),
    furtherRounds: sometimes(0, fc.integer({ min: 1, max: 5 }), 3),
    gateway: sometimes<Login["gateway"]>(
      "accepts",
      fc.constantFrom("refuses", "refuses-init", "keeps-silent"),
      4,
    ),
    delayMs: sometimes(0, fc.integer({ min: 0, max: 9_000 }), 4),
    retransmitAfterMs: fc.constantFrom([1_000, 2_000], [1_000, 2_000, 4_000], [4_000, 11_200, 24_160], []),
    attempts: sometimes(1, fc.integer({ min: 2, max: 3 }), 3),
    espPackets: sometimes(0, fc.constant(8), 2),
    seenTwice: sometimes(false, fc.constant(true), 5),
    noise: sometimes(false, fc.constant(true), 3),
    from: sometimes(0, fc.integer({ min: 0, max: 900 }), 3),
    to: sometimes(1_000, fc.integer({ min: 100, max: 1_000 }), 2),
  })
  .filter(({ from, to }) => from < to);

/** The same of a diagnosis made from a capture alone. */
export function captureContradiction(
  path: LossyPath,
  login: Login,
  cameUp: readonly boolean[],
  { verdict, confidence, direction, recommendation }: Diagnosis,
  end: End = "client",
): string | null {
  const { basis, interfaceMtu } = recommendation;
  if (interfaceMtu !== null && basis !== "trial") return `a capture alone makes no MTU ${basis}`;
  if (confidence === "low") return null;
  const messages = (bytes: number) =>
    login.ikeFragmentBytes === null || bytes <= login.ikeFragmentBytes ? [bytes] : [login.ikeFragmentBytes];
  const request = messages(login.requestBytes).every((n) => requestArrives(path, n, path.interfaceMtu));
  const answer = messages(login.gateway === "refuses" ? 76 : login.answerBytes).every((n) =>
    answerArrives(path, n),
  );
  const byChance = path.out.lossPercent + path.back.lossPercent > 0;
  // What arrived cut tells how wide the way back is, and that nothing is lost any more.
  if (verdict === "path-mtu-reduced" && direction === "inbound")
    return Math.min(path.gatewayMtu, path.back.linkMtu) < 1_500 ? null : "the way back is as wide as usual";
  if (direction === "inbound" && answer) return "inbound is open";
  const blocked = path.blockedPorts.includes(4500);
  if (direction === "outbound" && request && !blocked) return "outbound is open";
  // At the gateway it is seen what arrives.
  if (end === "gateway" && verdict === "outbound-fragments-dropped") return request ? "they arrive" : null;
  switch (verdict) {
    case "gateway-rejects":
      return login.gateway.startsWith("refuses") ? null : "the gateway accepts";
    case "ike-auth-unanswered": {
      // Five seconds without an answer are what such a verdict takes.
      const waits = Math.min((login.retransmitAfterMs.at(-1) ?? 0) + 3_000, 5_000);
      const answers =
        login.gateway === "accepts" && !path.blockedPorts.includes(4500) && login.delayMs < waits;
      return request && answer && answers && !byChance ? "it is answered" : null;
    }
    case "healthy":
    case "slow-gateway":
      // What came after the capture's end, and whether lost fragments were made good by another answer's,
      // does not show.
      return cameUp.includes(true) || login.to < 1_000 || login.ikeFragmentBytes !== null
        ? null
        : "it never came up";
    case "esp-mtu":
      return "ESP passes";
    case "ike-fragments-lost":
    case "ike-fragments-too-large":
      return login.ikeFragmentBytes !== null && (byChance || !(request && answer))
        ? null
        : "IKE fragments pass";
    case "path-mtu-black-hole":
    case "path-mtu-reduced":
    case "outbound-fragments-dropped":
    case "outbound-fragments-too-large":
    case "udp-500-blocked":
    case "udp-4500-blocked":
    case "gateway-unreachable":
    case "not-ikev2":
      return "a capture alone cannot show that";
    default:
      return null;
  }
}
