/** Paths with known faults, and what a diagnosis may not say about them. */
import fc from "fast-check";
import { FIRST_SIZES } from "../../shared/plan/steps.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
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
  });

/** Logins with certificates: what the probes stand for. */
const LOGIN_IKE_BYTES = [1_800, 2_528, 2_900];

/** What the truth has against a diagnosis, or `null`. What is only of low confidence may be wrong; a number that is said to be proven may not. */
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
      return wholeFault(path) ? null : "whole packets pass";
    case "path-mtu-reduced":
      return narrowAndSaysSo(path) ? null : "nothing said so";
    case "healthy":
      if (requests.includes(false)) return "requests are lost";
      return confidence === "high" && answers.includes(false) ? "answers are lost" : null;
    case "gateway-rejects":
      return path.refusesAll ? null : "the gateway accepts";
    default:
      return null;
  }
}

/** Some whole packet that the interface carries is lost, and a small one is not. */
const wholeFault = (path: LossyPath): boolean => !wholeArrives(path, path.interfaceMtu);

const narrowAndSaysSo = ({ out, family, interfaceMtu }: LossyPath): boolean =>
  [interfaceMtu, ...FIRST_SIZES].some((ipBytes) => {
    const fate = sendDatagram(out, family, ipBytes, 9_000, true);
    return !fate.arrives && fate.tooBig !== null;
  });
