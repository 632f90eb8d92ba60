/**
 * Observations for tests, part by part: each maker gives something ordinary, and a test says what differs.
 */
import type {
  EchoObservation,
  ExchangeObservation,
  Initiation,
  Observations,
  ProbeObservation,
  ReflectionObservation,
  SentMessage,
} from "../../shared/evidence/observations.ts";
import { ipFragmentSizes } from "../../shared/packet/sizes.ts";

/** Observations with nothing in them, and what a test adds. */
export const observations = (given: Partial<Observations> = {}): Observations => ({
  agent: null,
  startedAtMs: null,
  gateway: "vpn.example.com",
  gatewayAddresses: ["192.0.2.1"],
  clientAddresses: ["198.51.100.4"],
  gatewayUnresolved: null,
  interfaces: [],
  egress: null,
  echoes: [],
  probes: [],
  reflections: [],
  rehearsal: null,
  rehearsed: [],
  vpn: null,
  initiations: [],
  joined: [],
  notJoined: [],
  icmpErrors: [],
  captures: [],
  pathReports: [],
  texts: [],
  notUnderstood: [],
  ...given,
});

/** A probe that was answered, unless told otherwise. */
export function probe(
  given: Partial<ProbeObservation> & Pick<ProbeObservation, "purpose">,
): ProbeObservation {
  const ipBytes = given.ipBytes ?? 300;
  const effectiveMtu = given.userMtu ?? 1500;
  const answered = (given.outcome ?? "answered") === "answered";
  const tries = given.tries ?? (answered ? 1 : 3);
  return {
    stepId: `r1-${given.purpose}`,
    target: "192.0.2.1",
    family: 4,
    port: 500,
    udpPayloadBytes: ipBytes - 28,
    ipBytes,
    ipFragmentBytes: ipBytes > effectiveMtu ? ipFragmentSizes(ipBytes - 20, effectiveMtu, 4) : [],
    effectiveMtu,
    userMtu: null,
    dontFragment: null,
    outcome: "answered",
    detail: null,
    answer: answered
      ? {
          kind: "accepted",
          ikeLength: 432,
          notifies: [],
          vendorIds: [],
          offersIkeFragmentation: true,
          majorVersion: 2,
        }
      : null,
    tries,
    sentAtMs: Array.from({ length: tries }, (_, at) => at * 1_200),
    answeredAtMs: answered ? 5_000 : null,
    ref: { kind: "probe", stepId: `r1-${given.purpose}`, bytes: ipBytes, sizeKind: "ip-packet" },
    ...given,
  };
}

/** A ping to the gateway that was answered as one packet, unless told otherwise. */
export const echo = (given: Partial<EchoObservation>): EchoObservation => {
  const pingPayloadBytes = given.pingPayloadBytes ?? 1472;
  return {
    target: "192.0.2.1",
    toGateway: true,
    family: 4,
    pingPayloadBytes,
    ipBytes: pingPayloadBytes + 28,
    dontFragment: true,
    count: 1,
    outcome: "answered",
    replyCut: false,
    nextHopMtu: null,
    router: null,
    ref: {
      kind: "probe",
      stepId: `r2-echo-${pingPayloadBytes}`,
      bytes: pingPayloadBytes,
      sizeKind: "ping-payload",
    },
    ...given,
  };
};

/** A datagram of the reflector's that came, unless told otherwise: asked for between two small ones. */
export function reflection(
  ipBytes: number | null,
  given: Partial<ReflectionObservation> = {},
): ReflectionObservation {
  const answered = (given.outcome ?? "answered") === "answered";
  const tries = given.tries ?? (answered ? 1 : 3);
  return {
    stepId: `r4-reflect-${ipBytes ?? "open"}`,
    host: "reflector.example.net",
    family: 4,
    ipBytes,
    outcome: "answered",
    cookie: ipBytes === null ? "00".repeat(20) : null,
    detail: null,
    tries,
    sentAtMs: Array.from({ length: tries }, (_, at) => 20_100 + at * 1_050),
    answeredAtMs: answered ? 22_000 : null,
    ref: { kind: "probe", stepId: `r4-reflect-${ipBytes ?? "open"}`, bytes: ipBytes, sizeKind: "ip-packet" },
    ...given,
  };
}

let frame = 0;
/** A message of one capture, in one packet unless `ipBytes` has several. */
export const sent = (
  timeMs: number,
  ikeLength: number,
  ipBytes: number[] = [ikeLength + 32],
): SentMessage => ({
  timeMs,
  ikeLength,
  ipBytes,
  ipFragmented: ipBytes.length > 1,
  ikeFragmentTotal: null,
  missingIkeFragments: [],
  refs: ipBytes.map(() => ({ kind: "packet", capture: "a.pcapng", frame: ++frame })),
});

/** An exchange that the client began, as a capture shows it. */
export const exchange = (
  given: Partial<ExchangeObservation> & Pick<ExchangeObservation, "exchangeType">,
): ExchangeObservation => ({
  messageId: given.exchangeType === 34 ? 0 : 1,
  fromClient: true,
  requests: [],
  responses: [],
  responseNotifies: [],
  observedAfterMs: 30_000,
  ...given,
});

/** One attempt to connect, with these exchanges. */
export const initiation = (
  exchanges: ExchangeObservation[],
  given: Partial<Initiation> = {},
): Initiation => ({
  capture: "a.pcapng",
  initiatorSpi: "00000000000000aa",
  majorVersion: 2,
  client: "198.51.100.4",
  gateway: "192.0.2.1",
  family: 4,
  answeringPorts: [500],
  exchanges,
  clientOffersIkeFragmentation: true,
  gatewayOffersIkeFragmentation: true,
  gatewayVendorIds: [],
  view: null,
  inboundIncomplete: [],
  outboundIncomplete: [],
  esp: { outbound: { packets: 0, largestIpBytes: 0 }, inbound: { packets: 0, largestIpBytes: 0 } },
  espIncomplete: [],
  ...given,
});
