/**
 * Reads the logins that a run began with the gateway: with the run's secret, from its datagrams and
 * answers.
 */
import { fromBase64 } from "../../bytes/base64.ts";
import { isWireError } from "../../bytes/cursor.ts";
import { isFromInitiator, isResponse, NO_SPI } from "../../ike/header.ts";
import { workOf } from "../../ike/keys/groups.ts";
import { type OpenLogin, takeInitAnswer } from "../../ike/keys/login.ts";
import type { PayloadBody } from "../../ike/keys/payload-bodies.ts";
import {
  authAnswer,
  MAX_IKE_FRAGMENTS,
  type OpenedMessage,
  openMessage,
} from "../../ike/keys/read-answer.ts";
import { suiteNames } from "../../ike/keys/suite.ts";
import { type IkeMessage, readIkeMessage } from "../../ike/message.ts";
import { ExchangeType, NAT_TRAVERSAL_PORT, NotifyType, PayloadType } from "../../ike/registry.ts";
import { familyOf } from "../../packet/address.ts";
import { NON_ESP_MARKER_BYTES, udpIpBytes } from "../../packet/sizes.ts";
import type { Failure, Measurement, UdpMeasurement } from "../../schema/measurement.ts";
import type { IpFamily } from "../../schema/plan.ts";
import type {
  Rehearsal,
  RehearsalAnswer,
  RehearsalRequest,
  RehearsalStop,
  RehearsedLogin,
} from "../../schema/rehearsal.ts";
import { ASSUMED_INTERFACE_MTU } from "../observations.ts";
import { gatewayFacts } from "./gateway-facts.ts";

/** A login that a next request can be made for, with where it stands. */
export interface ReadLogin extends OpenLogin {
  family: IpFamily;
  /** Where IKE_SA_INIT was answered from, and so where IKE_AUTH goes. */
  address: string;
  /** The port of IKE_SA_INIT. */
  port: number;
  /** Whether that announced Notify 16430. */
  announcedIkeFragmentation: boolean;
  /** The step that sent IKE_SA_INIT. */
  stepId: string;
}

/** All that a run's logins come to. */
export interface RehearsalReading {
  /** For the report, and to be judged later without keys. */
  rehearsal: Rehearsal;
  /** In the order of `rehearsal.logins`: what requests are made from. */
  logins: ReadLogin[];
  /** The group that the gateway asked for by INVALID_KE_PAYLOAD the last time; spoken here or not. */
  wantedGroup: number | null;
}

/**
 * What the keys of a run's logins may take in all: whoever sends more only wants to see us compute. A run
 * begins two or three logins, and as many again of a group that the gateway asks for, such as a large one.
 */
const MOST_WORK = 16;
/** An agent sends no more datagrams. */
const MAX_OPENINGS = 64;
/** The bounds of the schema. */
const MAX_REQUESTS = 32;
const MAX_STEPS = 64;
/** An agent brings back no more answers to one datagram. */
const MOST_ANSWERS = 8;

/** What a run has that was not to begin logins. */
export const NO_REHEARSAL: Rehearsal = { logins: [], gateway: null, stopped: "left-out" };

/** @see readLogins */
export function readRehearsal(
  measurements: readonly Measurement[],
  secret: Uint8Array | null,
  readAt: string,
): Rehearsal {
  if (secret === null) return NO_REHEARSAL;
  return readLogins(measurements, secret, readAt).rehearsal;
}

/**
 * Computes the keys of a run's logins again, and opens with them what was sent and what came back.
 *
 * @param measurements all that was measured so far: a stranger's bytes
 * @param secret the one that the run's requests were made with
 * @param readAt ISO 8601, by the clock of who reads: certificates are judged against it
 */
export function readLogins(
  measurements: readonly Measurement[],
  secret: Uint8Array,
  readAt: string,
): RehearsalReading {
  const steps = measurements
    .filter(isOfLogin)
    .map(asSent)
    .filter((step) => step !== null);
  const inits = steps.filter(({ sent }) => sent.header.exchangeType === ExchangeType.IKE_SA_INIT);
  const outcomes = affordable(inits.filter(isOpening)).map((init) => ({
    init,
    outcome: initOutcome(secret, init),
  }));
  const logins: ReadLogin[] = [];
  for (const { init, outcome } of outcomes) {
    if (outcome?.status !== "open" || logins.some((l) => isSameSa(l, outcome.login))) continue;
    const { family, address, measurement, sent } = init;
    const { id, port } = measurement.step;
    const announced = sent.notifies.some(({ type }) => type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
    logins.push({
      ...outcome.login,
      family,
      address,
      port,
      announcedIkeFragmentation: announced,
      stepId: id,
    });
  }
  const interfaceMtu = interfaceMtus(measurements);
  const answers: PayloadBody[][] = [];
  const rehearsed = logins.map((login): RehearsedLogin => {
    const read = requestsOf(login, steps).map((request) => readRequest(login, request, interfaceMtu));
    answers.push(...read.flatMap(({ opened }) => (opened === null ? [] : [opened.payloads])));
    const { initiatorSpi, responderSpi, family, address, suite, initAnswerBytes } = login;
    const { ikeFragmentation, announcedIkeFragmentation, port } = login;
    return {
      initiatorSpi,
      responderSpi,
      family,
      address,
      suite: suiteNames(suite),
      ikeFragmentation,
      announcedIkeFragmentation,
      begunOnPort: port === 500 || port === NAT_TRAVERSAL_PORT ? port : null,
      initAnswerBytes,
      requests: read.flatMap(({ request }) => (request === null ? [] : [request])),
    };
  });
  const wanted = outcomes.map(({ outcome }) => (outcome?.status === "wants-group" ? outcome.group : null));
  const requestsInInit = Math.max(0, ...logins.map((login) => login.certificateRequests));
  return {
    logins,
    wantedGroup: wanted.findLast((group) => group !== null) ?? null,
    rehearsal: {
      logins: rehearsed,
      gateway: logins.length === 0 ? null : gatewayFacts(fullest(answers), requestsInInit, readAt),
      stopped: stopOf(outcomes.map(({ outcome }) => outcome?.status ?? null)),
    },
  };
}

/** The same request again gets the same answer again: one login. */
const isSameSa = (a: OpenLogin, b: OpenLogin): boolean =>
  a.initiatorSpi === b.initiatorSpi && a.responderSpi === b.responderSpi;

/** The answer with the most certificates, and of those the first. */
const fullest = (answers: readonly PayloadBody[][]): PayloadBody[] | null => {
  const certificates = (payloads: PayloadBody[]) =>
    payloads.filter((p) => p.type === PayloadType.CERT).length;
  return answers.reduce<PayloadBody[] | null>(
    (best, one) => (best === null || certificates(one) > certificates(best) ? one : best),
    null,
  );
};

/** One datagram of a login, read as what it is. */
interface SentStep {
  measurement: UdpMeasurement;
  sent: IkeMessage;
  /** The IKE message, without the non-ESP marker. */
  bytes: Uint8Array;
  address: string;
  family: IpFamily;
  /** IKE messages that came back, in the order of arrival. */
  answers: { atMs: number; bytes: Uint8Array }[];
}

const isOfLogin = (m: Measurement): m is UdpMeasurement =>
  m.step.kind === "udp" && m.step.purpose !== "reflection";

/** What is sent for its size is no login, unless the gateway took it for one. */
function isOpening({ measurement, answers }: SentStep): boolean {
  const { purpose } = measurement.step;
  if (purpose === "baseline" || purpose === "rehearsal") return true;
  return answers.some(({ bytes }) => {
    const read = readIkeMessage(bytes);
    return !isWireError(read) && read.header.responderSpi !== NO_SPI;
  });
}

/** Those whose keys may be computed: the first ones. */
function affordable(openings: readonly SentStep[]): SentStep[] {
  const known = new Set<string>();
  let work = 0;
  return openings.slice(0, MAX_OPENINGS).filter(({ measurement: { outcome }, sent }) => {
    if (outcome.status !== "answered") return true;
    // A gateway that answers nothing but full requests gets the first one again while sizes are tested, and
    // answers with the same bytes: their key is known. With another group, it is another key.
    const { initiatorSpi } = sent.header;
    const came = new Set(outcome.answers.map(({ datagram }) => datagram));
    const answer = [initiatorSpi, sent.keGroup, ...came].join(" ");
    if (known.has(answer)) return true;
    work += workOf(sent.keGroup ?? 0);
    if (work <= MOST_WORK) known.add(answer);
    return work <= MOST_WORK;
  });
}

function asSent(measurement: UdpMeasurement): SentStep | null {
  const { step, outcome } = measurement;
  const bytes = ikeOf(fromBase64(step.datagram), step.port);
  const sent = bytes === null ? null : readIkeMessage(bytes);
  if (bytes === null || sent === null || isWireError(sent)) return null;
  const { header } = sent;
  if (header.majorVersion !== 2 || !isFromInitiator(header) || isResponse(header)) return null;
  const address = (outcome.status === "not-run" ? null : outcome.address) ?? step.target;
  const answers =
    outcome.status !== "answered"
      ? []
      : outcome.answers.flatMap(({ atMs, datagram }) => {
          const ike = ikeOf(fromBase64(datagram), step.port);
          return ike === null ? [] : [{ atMs, bytes: ike }];
        });
  return { measurement, sent, bytes, address, family: step.family ?? familyOf(address), answers };
}

/** What stands behind the non-ESP marker; `null` where it is ESP or a keepalive (RFC 3948 §2.2 and §2.3). */
function ikeOf(udpPayload: Uint8Array, port: number): Uint8Array | null {
  if (port !== NAT_TRAVERSAL_PORT) return udpPayload;
  if (udpPayload.length < NON_ESP_MARKER_BYTES) return null;
  const marker = udpPayload.subarray(0, NON_ESP_MARKER_BYTES);
  return marker.every((byte) => byte === 0) ? udpPayload.subarray(NON_ESP_MARKER_BYTES) : null;
}

/**
 * The first answer that a login can go on with; else the first that can be read. Nothing protects an error:
 * whoever sees the request can send one, so that it ends nothing where the gateway itself answers as well
 * (RFC 7296 §2.21.1). A COOKIE counts at once: a gateway that guards itself is left alone. `null`: none came.
 */
function initOutcome(secret: Uint8Array, { bytes, answers }: SentStep) {
  let first: ReturnType<typeof takeInitAnswer> | null = null;
  // One after another: each that holds together costs an exponentiation.
  for (const answer of answers) {
    const outcome = takeInitAnswer(secret, bytes, answer.bytes);
    if (outcome.status === "open" || outcome.status === "cookie") return outcome;
    if (first === null || first.status === "unreadable") first = outcome;
  }
  return first;
}

function stopOf(
  outcomes: readonly (ReturnType<typeof takeInitAnswer>["status"] | null)[],
): RehearsalStop | null {
  if (outcomes.length === 0) return null;
  if (outcomes.includes("cookie")) return "cookie";
  if (outcomes.includes("open")) return null;
  if (outcomes.some((status) => status === "no-common-suite" || status === "refused"))
    return "no-common-suite";
  // Asked again, with that group or without 3DES.
  if (outcomes.includes("wants-group") || outcomes.includes("chose-3des")) return null;
  return outcomes.includes("unreadable") ? "unreadable" : "no-answer";
}

/** The steps that carry one IKE_AUTH request: one, or one for each of its IKE fragments, and those again. */
interface RequestSteps {
  messageId: number;
  steps: SentStep[];
  /** The datagram of each part, by its number; 0 for a message in one. */
  parts: Map<number, string>;
  total: number | null;
}

/** The IKE_AUTH requests of a login. The same bytes again are the same request (RFC 7296 §2.1). */
function requestsOf(login: ReadLogin, steps: readonly SentStep[]): RequestSteps[] {
  const requests: RequestSteps[] = [];
  for (const step of steps) {
    const { header, ikeFragment } = step.sent;
    if (header.exchangeType !== ExchangeType.IKE_AUTH) continue;
    if (header.initiatorSpi !== login.initiatorSpi || header.responderSpi !== login.responderSpi) continue;
    const { messageId } = header;
    const total = ikeFragment?.total ?? null;
    const number = ikeFragment?.number ?? 0;
    const { userMtu, datagram } = step.measurement.step;
    const same = requests.find(
      (r) =>
        r.messageId === messageId &&
        r.total === total &&
        r.steps.length < MAX_STEPS &&
        r.steps[0]?.measurement.step.userMtu === userMtu &&
        (total === null ? r.parts.get(0) : (r.parts.get(number) ?? datagram)) === datagram,
    );
    const request: RequestSteps = same ?? { messageId, steps: [], parts: new Map(), total };
    request.steps.push(step);
    request.parts.set(number, datagram);
    if (same === undefined && requests.push(request) === MAX_REQUESTS) break;
  }
  return requests;
}

function readRequest(
  login: ReadLogin,
  { messageId, steps, parts, total }: RequestSteps,
  interfaceMtu: Readonly<Record<IpFamily, number>>,
): { request: RehearsalRequest | null; opened: OpenedMessage | null } {
  const nothing = { request: null, opened: null };
  const sent = openMessage(
    login,
    { messageId, fromInitiator: true },
    steps.map(({ bytes }) => bytes),
  );
  const [first] = steps;
  if (sent.status !== "whole" || first === undefined || messageId < 1 || messageId > 64) return nothing;
  if (total !== null && (total > MAX_IKE_FRAGMENTS || parts.size !== total)) return nothing;
  const { payloads, ikeBytes, datagrams } = sent.message;
  const { userMtu, port } = first.measurement.step;
  const mtu = Math.min(userMtu ?? interfaceMtu[login.family], interfaceMtu[login.family]);
  const marker = port === NAT_TRAVERSAL_PORT ? NON_ESP_MARKER_BYTES : 0;
  const isWhole = datagrams.every((bytes) => udpIpBytes(bytes + marker, login.family) <= mtu);
  const tries = Math.min(
    ...[...parts.values()].map((part) =>
      steps
        .filter(({ measurement }) => measurement.step.datagram === part)
        .reduce((sum, { measurement }) => sum + timesSent(measurement), 0),
    ),
  );
  const { answer, opened } = answerTo(login, messageId, steps, tries);
  return {
    opened,
    request: {
      asks: payloads.some(({ type }) => type === PayloadType.AUTH) ? "refusal" : "eap",
      messageId,
      carriage: total !== null ? "ike-fragments" : isWhole ? "whole-packet" : "ip-fragments",
      ikeBytes,
      datagrams,
      userMtu,
      stepIds: steps.map(({ measurement }) => measurement.step.id),
      tries: Math.min(tries, 64),
      answer,
    },
  };
}

/** How often the datagram left this computer. */
function timesSent({ outcome, sentAtMs }: UdpMeasurement): number {
  const isKept = outcome.status === "not-run" || (outcome.status === "failed" && KEPT.has(outcome.failure));
  return isKept ? 0 : sentAtMs.length;
}

/** Failures of this computer: what they happen to never leaves it. */
const KEPT: ReadonlySet<Failure> = new Set<Failure>([
  "too-big-locally",
  "unresolved",
  "refused-by-system",
  "other",
]);

function answerTo(
  login: ReadLogin,
  messageId: number,
  steps: readonly SentStep[],
  tries: number,
): { answer: RehearsalAnswer; opened: OpenedMessage | null } {
  const answers = steps.flatMap((step) => step.answers).sort((a, b) => a.atMs - b.atMs);
  const opening = openMessage(
    login,
    { messageId, fromInitiator: false },
    answers.map(({ bytes }) => bytes),
  );
  if (opening.status === "whole") {
    const { payloads, ikeBytes, datagrams } = opening.message;
    const said = authAnswer(payloads);
    const arrived = { ikeBytes, datagrams };
    const answer: RehearsalAnswer =
      said.says === "refused"
        ? { status: "refused", notify: said.notify, ...arrived }
        : said.says === "asks-eap"
          ? { status: "asks-eap", eapType: said.eapType, ...arrived }
          : { status: "other", ...arrived };
    return { answer, opened: opening.message };
  }
  // What the agent brought back it cut short, and perhaps not the path.
  if (opening.status === "in-part" && steps.some((step) => step.answers.length >= MOST_ANSWERS))
    return { answer: { status: "unreadable", why: "too-large" }, opened: null };
  if (opening.status !== "none") return { answer: opening, opened: null };
  return { answer: tries === 0 ? notSent(steps) : { status: "none" }, opened: null };
}

function notSent(steps: readonly SentStep[]): RehearsalAnswer {
  const kept = steps.map(({ measurement }) => measurement).filter((m) => timesSent(m) === 0);
  const why = kept.map(({ outcome }) =>
    outcome.status === "not-run" ? outcome.why : outcome.status === "failed" ? outcome.failure : "",
  );
  return { status: "not-sent", why: why.find((text) => text !== "") ?? "" };
}

/** The MTU of the interface that the system would use for the gateway. */
function interfaceMtus(measurements: readonly Measurement[]): Record<IpFamily, number> {
  const mtus = { 4: ASSUMED_INTERFACE_MTU, 6: ASSUMED_INTERFACE_MTU };
  for (const { outcome } of measurements) {
    if (outcome.status !== "measured" || !("interfaces" in outcome)) continue;
    const egress = outcome.interfaces.find(({ index }) => index === outcome.route?.interfaceIndex);
    mtus[4] = egress?.mtuV4 ?? mtus[4];
    mtus[6] = egress?.mtuV6 ?? mtus[6];
  }
  return mtus;
}
