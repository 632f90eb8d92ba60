/**
 * Logins that are begun with the gateway and not finished: which requests come next, and the datagrams they
 * are sent in. Everything about a login follows from its datagrams and the run's secret, so that nothing has
 * to be remembered between rounds.
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { TRIES_AT_AN_EDGE, TRIES_FOR_LOST } from "../diagnose/facts/probe-tries.ts";
import type { ReadLogin, RehearsalReading } from "../evidence/rehearsal/read-rehearsal.ts";
import { authRequest } from "../ike/keys/auth-request.ts";
import { SPOKEN_GROUPS } from "../ike/keys/groups.ts";
import { initRequest } from "../ike/keys/login.ts";
import { readIkeMessage } from "../ike/message.ts";
import { ExchangeType, KeyExchangeMethod, NAT_TRAVERSAL_PORT, NotifyType } from "../ike/registry.ts";
import { ikeIpBytes, NON_ESP_MARKER_BYTES } from "../packet/sizes.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { UdpStep } from "../schema/plan.ts";
import type { RehearsalRequest, RehearsedLogin } from "../schema/rehearsal.ts";
import { nameOf, stepId } from "../schema/step-id.ts";
import type { ByteSource } from "./probe-datagram.ts";
import { GAP_MS, type Target, udpStep, WAIT_MS } from "./steps.ts";

/**
 * IKE message bytes of a login with a certificate, as Windows sends it: with most links it has to be cut.
 */
const LARGE_IKE_BYTES = 2_700;
/**
 * Whole IP packets that IKE fragments fill: what every IPv6 path carries, and the least that every host has
 * to take with IPv4 (RFC 7383 §2.5.1).
 */
const USUAL_FRAGMENT_IP_BYTES = 1_280;
const SMALL_FRAGMENT_IP_BYTES = 576;
/** A gateway may count logins that were refused: no more than so many are begun in a run. */
const MOST_LOGINS = 6;
/** So often an end is asked for; a gateway that answers none of these will not answer another one. */
const MOST_TRIES_OF_AN_END = 2 * TRIES_FOR_LOST;
/** From the first of two tries of a refusal to its control: an answer to them still comes before that. */
const CONTROL_AFTER_MS = WAIT_MS + 400;
/**
 * What stayed silent three times is asked five times more. Where each tenth packet gets lost, a message of
 * four packets is lost eight times in a row once in some 5,000 runs. An answer to one try may come while the
 * next ones are sent.
 */
const TRIES_AGAIN = { tries: 5, waitMs: 650 } as const;
const LAST_TRY_AGAIN_MS = (TRIES_AGAIN.tries - 1) * TRIES_AGAIN.waitMs;
/** The answers of tries that are so far apart do not mix, and all come before the end. */
const SOON_AGAIN_MS = 5 * GAP_MS;
/** Where the IKE header has its Exchange Type, RFC 7296 §3.1. */
const EXCHANGE_TYPE_AT = 18;

/**
 * What a login is for: how the gateway's large answer travels depends on what was announced at its start.
 */
export type Role =
  | "ip-fragments" // no IKE fragmentation was announced: what is large is cut by IP
  | "ike-fragments" // announced by both sides (RFC 7383 §2.3)
  | "refusal" // announced too, for a gateway that answers no request of EAP: it is asked to refuse
  | "spare"; // of no further use: it is only ended

/** What may ask for more than its end: one login of each kind. */
export const MOST_ASKING = 2;
const ORDER: Readonly<Record<Role, number>> = {
  "ip-fragments": 0,
  "ike-fragments": 1,
  refusal: 1, // instead of the one before
  spare: 2,
};

/** A request of a begun login. */
export interface RequestToSend {
  asks: "refusal" | "eap";
  messageId: 1 | 2;
  /** As large as a login with a certificate, or as small as possible. */
  isLarge: boolean;
  /** Whole IP packets that its IKE fragments fill; `null`: sent in one. */
  fragmentIpBytes: number | null;
  /** The MTU that the agent holds it to; `null`: the interface's own. */
  userMtu: number | null;
  /** The same bytes as this one: the gateway then sends its answer again (RFC 7296 §2.1). */
  again: RehearsalRequest | null;
  tries: number;
  /** Milliseconds from one try to the next; as with other probes, if it is not given. */
  waitMs?: number;
  /** When it is sent: what it proves, it proves of what went before. */
  afterMs: number;
}

/** What else is known of the path. */
export interface KnownOfPath {
  /**
   * What became of the login of the other kind, where nothing in its name was answered: not known yet, or
   * vanished.
   */
  other?: "mute" | "vanished" | null;
  /**
   * No request of EAP was answered, in either kind of fragments, though large messages arrive: so every end
   * is asked for at once, as the gateway may have refused where nobody hears it.
   */
  isAllSilent?: boolean;
  /** The gateway's refusal of EAP comes to nobody: it is asked to refuse something else. */
  refusesEapElsewhere?: boolean;
  /** Large messages to the gateway are lost as IP fragments, as far as other probes tell. */
  isOutLost: boolean;
  /** Whole packets of this size do not reach the gateway; `null`: all that were tried do. */
  lostIpBytes: number | null;
  /** The MTU to recommend, to be tried with the true message; `open`: not known yet, `null`: none. */
  trialMtu: number | "open" | null;
}

const usual = { isLarge: false, fragmentIpBytes: null, userMtu: null, again: null, afterMs: 0 };

/** An IKE_AUTH that cannot be right, small: its refusal ends the login, and proves both ways to be open. */
const end = (messageId: 1 | 2, given: Partial<RequestToSend> = {}): RequestToSend => ({
  ...usual,
  asks: "refusal",
  messageId,
  tries: TRIES_FOR_LOST,
  ...given,
});

/**
 * What follows silence is asked sooner again: mostly the gateway has fallen silent altogether, and a person
 * waits.
 */
const AFTER_SILENCE = { waitMs: TRIES_AGAIN.waitMs };
/** Of two ends one is answered, and it is not known which. */
const EITHER = { tries: TRIES_FOR_LOST - 1, ...AFTER_SILENCE };

/** An IKE_AUTH without AUTH: a gateway that takes EAP answers it at length (RFC 7296 §2.16). */
const ask = (given: Partial<RequestToSend> = {}): RequestToSend => ({
  ...usual,
  asks: "eap",
  messageId: 1,
  tries: TRIES_FOR_LOST,
  ...given,
});

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
const sumOfTries = (requests: readonly RehearsalRequest[]): number =>
  sumOf(requests.map(({ tries }) => tries));

const isLargeRequest = ({ ikeBytes }: RehearsalRequest): boolean => ikeBytes > LARGE_IKE_BYTES / 2;

/** Refused: the gateway keeps nothing of this login. */
export const isEnded = ({ requests }: RehearsedLogin): boolean =>
  requests.some(({ answer }) => answer.status === "refused");

/** The gateway has processed the first request, and all is known that its answer can tell. */
const hasBegun = ({ answer, tries }: RehearsalRequest): boolean =>
  answer.status === "asks-eap" ||
  answer.status === "other" ||
  (answer.status === "unreadable" && answer.why === "too-large") ||
  (answer.status === "in-part" && tries >= TRIES_AT_AN_EDGE);

/** Whether nothing can be done for this login any more. */
export const isGivenUp = (login: RehearsedLogin, all: readonly RehearsedLogin[] = []): boolean =>
  sumOfTries(login.requests.filter(({ asks }) => asks === "refusal")) >= MOST_TRIES_OF_AN_END ||
  // So many that nothing is answered in the name of: these are gone.
  (hasVanished(login) && all.filter(hasVanished).length > 1);

const triesOfEnd = ({ requests }: RehearsedLogin, messageId: number): number =>
  sumOfTries(requests.filter((r) => r.asks === "refusal" && r.messageId === messageId));

/** Neither its request of EAP nor the end of Message ID 2 was answered. */
const isMute = (login: RehearsedLogin): boolean =>
  login.requests.every(({ answer }) => answer.status === "none") &&
  sumOfTries(login.requests.filter(({ asks }) => asks === "eap")) >= TRIES_FOR_LOST &&
  triesOfEnd(login, 2) >= TRIES_FOR_LOST;

/**
 * Nothing in its name is answered any more, not even what ends it, while IKE_SA_INIT was: the gateway has
 * refused it, and told somebody else. Libreswan sends its refusal of EAP to the port of IKE_SA_INIT, which
 * is closed by then.
 */
export const hasVanished = (login: RehearsedLogin): boolean =>
  isMute(login) && triesOfEnd(login, 1) >= TRIES_FOR_LOST;

/**
 * What a login asks for next. A large request without AUTH tests both ways at once. Where it stays silent,
 * the same bytes again and the end of the next Message ID tell which way: only a login whose first request
 * arrived goes on to Message ID 2, and only one whose first did not refuses Message ID 1.
 *
 * @param mayAsk whether anything but its end may be asked for
 */
export function nextRequests(
  login: RehearsedLogin,
  role: Role,
  known: KnownOfPath,
  mayAsk: boolean,
): RequestToSend[] {
  if (isEnded(login) || isGivenUp(login)) return [];
  const { requests } = login;
  const isRefusalAsked = role === "refusal" || (known.refusesEapElsewhere && role !== "spare");
  if (isRefusalAsked && mayAsk) return nextRefusals(requests, role);
  const asked = requests.filter((r) => r.messageId === 1 && r.asks === "eap");
  const ends = requests.filter(({ asks }) => asks === "refusal");
  const endAgain = (messageId: 1 | 2, given: Partial<RequestToSend> = {}): RequestToSend =>
    end(messageId, {
      again: smallEnd(ends, messageId),
      ...(ends.length > 0 ? AFTER_SILENCE : {}),
      ...given,
    });
  if (requests.some(hasBegun)) {
    const { trialMtu } = known;
    const isTrial = mayAsk && role === "ip-fragments" && ends.length === 0;
    if (!isTrial || trialMtu === null) return [endAgain(2)];
    return trialMtu === "open" ? [] : [end(2, { isLarge: true, userMtu: trialMtu })];
  }
  if (asked.length === 0 && (!mayAsk || role === "spare" || role === "refusal")) return [endAgain(1)];
  const isUnsent = requests.some(({ answer }) => answer.status === "not-sent");
  if (!mayAsk || isUnsent || ends.some(({ messageId }) => messageId === 1))
    return [endAgain(2, EITHER), endAgain(1, EITHER)];
  return role === "ike-fragments"
    ? nextInIkeFragments(asked, ends, known)
    : nextInIpFragments(asked, ends, known);
}

/** Large, and then small: a gateway that refuses only the second never saw the first. */
function nextRefusals(requests: readonly RehearsalRequest[], role: Role): RequestToSend[] {
  const [large] = requests;
  if (large === undefined)
    return role === "ip-fragments"
      ? [end(1, { isLarge: true })]
      : [end(1, { isLarge: true, fragmentIpBytes: USUAL_FRAGMENT_IP_BYTES, tries: 1 })];
  if (large.tries >= TRIES_FOR_LOST) return [end(1, { again: smallEnd(requests, 1) })];
  return [end(1, { again: large, tries: 2 }), end(1, { afterMs: CONTROL_AFTER_MS })];
}

function nextInIpFragments(
  asked: readonly RehearsalRequest[],
  ends: readonly RehearsalRequest[],
  { isOutLost, isAllSilent = false }: KnownOfPath,
): RequestToSend[] {
  const large = asked.find(isLargeRequest);
  const small = asked.find((r) => r !== large);
  // What is large does not arrive: so the way back is tested with something small, and with nothing else
  // where that is known from the start.
  if (isOutLost && small === undefined && ends.length === 0) return [ask()];
  const latest = small ?? large;
  if (latest === undefined) return [ask({ isLarge: true })];
  if (ends.length === 0 && latest.tries < TRIES_AT_AN_EDGE)
    return [
      ask({ isLarge: latest === large, again: latest, ...TRIES_AGAIN }),
      ...endsAfter(LAST_TRY_AGAIN_MS, isAllSilent),
    ];
  return [end(1, AFTER_SILENCE), end(2, { again: smallEnd(ends, 2), ...AFTER_SILENCE })];
}

function nextInIkeFragments(
  asked: readonly RehearsalRequest[],
  ends: readonly RehearsalRequest[],
  { lostIpBytes, other, isAllSilent = false }: KnownOfPath,
): RequestToSend[] {
  const [usualSize, smallSize] = asked;
  const isTooLarge = lostIpBytes !== null && lostIpBytes <= USUAL_FRAGMENT_IP_BYTES;
  const large = { fragmentIpBytes: USUAL_FRAGMENT_IP_BYTES };
  // An answer comes to the socket of any of the fragments: the others would send again for nothing.
  const once = (given: Partial<RequestToSend>) => ask({ isLarge: true, tries: 1, ...given });
  if (usualSize === undefined) return [once(large)];
  const times = timesAgain(usualSize);
  if (ends.length === 0 && !isTooLarge)
    return [
      ...times.map((afterMs) => once({ ...large, again: usualSize, afterMs })),
      ...endsAfter(Math.max(...times), isAllSilent),
    ];
  // Whether their size has to do with it shows in the other login first.
  if (other === "mute" && ends.length > 0) return [];
  if (other === "vanished") return [end(1, AFTER_SILENCE)];
  if (smallSize === undefined) return [once({ fragmentIpBytes: SMALL_FRAGMENT_IP_BYTES })];
  return [end(1, AFTER_SILENCE), end(2, { again: smallEnd(ends, 2), ...AFTER_SILENCE })];
}

/**
 * Ends that leave right after the last try of what stayed silent. A gateway that has not made its answer by
 * then refuses no end yet either: that tells a slow one from an answer that is lost, unless it is done in
 * just this moment.
 *
 * @param lastTryMs when the last try leaves
 * @param isAllSilent whether the end of Message ID 1 is asked for too: else only once that shows nothing
 */
const endsAfter = (lastTryMs: number, isAllSilent: boolean): RequestToSend[] =>
  (isAllSilent ? ([2, 1] as const) : ([2] as const)).map((id) => end(id, { afterMs: lastTryMs + GAP_MS }));

/**
 * When IKE fragments are sent again: twice, as others; or, where a part of the answer has come, so often that
 * it is no chance if the rest never does.
 */
function timesAgain({ answer }: RehearsalRequest): number[] {
  if (answer.status !== "in-part") return [0, WAIT_MS];
  return Array.from({ length: TRIES_AT_AN_EDGE - 1 }, (_, at) => at * SOON_AGAIN_MS);
}

const smallEnd = (ends: readonly RehearsalRequest[], messageId: number): RehearsalRequest | null =>
  ends.find((r) => r.messageId === messageId && r.carriage === "whole-packet" && r.userMtu === null) ?? null;

/** What a round's rehearsal is planned from. */
export interface RehearsalInput {
  secret: Uint8Array;
  reading: RehearsalReading;
  measurements: readonly Measurement[];
  round: number;
  /** Where further logins are begun; `null`: nowhere. */
  target: Pick<Target, "address" | "family"> | null;
  /** 4500, or 500 where nothing else answers. */
  port: 500 | 4500;
  known: KnownOfPath;
  /**
   * In the name of how many logins more than their end may be asked for: of those first that decide most.
   */
  mostAsking: number;
  /**
   * The port whose first answers are asked for again as controls: a gateway forgets them when their login
   * goes on, so that nothing is asked yet in the name of those that began there. `null`: none is.
   */
  heldPort: number | null;
  /** A login that is not asked is not ended yet either. */
  isWaiting: boolean;
  interfaceMtu: number;
  random: ByteSource;
}

/** What is sent in the name of logins, by how much depends on it. */
export interface RehearsalSteps {
  /** Nothing stays half open at the gateway: these take precedence over all else. */
  ends: UdpStep[];
  /** Each request with all its datagrams; first the one that decides most. */
  asks: UdpStep[][];
  /** Those of them that begin another login. */
  begins: UdpStep[];
  /** How many datagrams the ends of the other logins take. */
  owed: number;
}

/** The next steps of all begun logins, and of those that are still to be begun. */
export function rehearsalSteps(input: RehearsalInput): RehearsalSteps {
  const { reading, known, mostAsking, heldPort, isWaiting } = input;
  const steps: RehearsalSteps = { ends: [], asks: [], begins: [], owed: 0 };
  const roles = rolesOf(reading);
  const order = reading.logins.map((open, at) => ({ open, at, role: roles[at] ?? "spare" }));
  // Not every answer shows it, and all are of one gateway.
  const refusesEapElsewhere = reading.logins.some((open) => open.refusesEapElsewhere);
  const plain = reading.rehearsal.logins[roles.indexOf("ip-fragments")];
  const other: KnownOfPath["other"] =
    plain === undefined ? null : hasVanished(plain) ? "vanished" : isMute(plain) ? "mute" : null;
  const asked = reading.rehearsal.logins.filter(({ requests }) => requests.some((r) => r.asks === "eap"));
  const isSilent = ({ requests }: RehearsedLogin) => requests.every(({ answer }) => answer.status === "none");
  const isAllSilent = !known.isOutLost && asked.length > 1 && asked.every(isSilent);
  let sentBefore = 0;
  const ending = new Set<number>();
  for (const { open, at, role } of order.toSorted((a, b) => ORDER[a.role] - ORDER[b.role])) {
    const login = reading.rehearsal.logins[at];
    if (login === undefined || (open.port === heldPort && login.requests.length === 0)) continue;
    if (isGivenUp(login, reading.rehearsal.logins)) continue;
    const mayAsk = ORDER[role] < mostAsking;
    const isDone = role === "spare" || (login.requests.some(hasBegun) && known.trialMtu !== "open");
    if (isWaiting && !mayAsk && !isDone) continue;
    const knownOfAll: KnownOfPath = { ...known, other, isAllSilent, refusesEapElsewhere };
    for (const request of nextRequests(login, role, knownOfAll, mayAsk)) {
      const made = requestSteps(input, { login, open, at, sentBefore }, request);
      if (request.asks === "refusal") ending.add(at);
      sentBefore += made.length;
      if (request.asks === "refusal") steps.ends.push(...made);
      else steps.asks.push(made);
    }
  }
  const { logins } = reading.rehearsal;
  steps.owed = sumOf(logins.map((login, at) => (ending.has(at) ? 0 : owedTo(login, at, logins))));
  if (mostAsking >= MOST_ASKING) steps.begins.push(...initSteps(input));
  steps.asks.push(...steps.begins.map((step) => [step]));
  return steps;
}

/** How many datagrams it takes to end this login, if the gateway still holds it. */
function owedTo(login: RehearsedLogin, _: number, all: readonly RehearsedLogin[]): number {
  if (isEnded(login) || isGivenUp(login, all)) return 0;
  return login.requests.length === 0 || login.requests.some(hasBegun) ? TRIES_FOR_LOST : 2 * EITHER.tries;
}

/** How many datagrams it takes to end all logins that the gateway may still hold. */
export const owedToLogins = ({ rehearsal }: RehearsalReading): number => sumOf(rehearsal.logins.map(owedTo));

/**
 * One login of each kind is asked, whatever else was begun is only ended: the one that was asked before, then
 * one on port 4500, whose first answer no control asks for again, then the first.
 */
function rolesOf({ logins: open, rehearsal: { logins } }: RehearsalReading): Role[] {
  const isAsked = (at: number) => logins[at]?.requests.some((r) => r.asks === "eap" || isLargeRequest(r));
  const one = (ikeFragmentation: boolean): number | undefined => {
    const ofKind = [...logins.keys()].filter((at) => logins[at]?.ikeFragmentation === ikeFragmentation);
    return ofKind.find(isAsked) ?? ofKind.find((at) => open[at]?.port === NAT_TRAVERSAL_PORT) ?? ofKind[0];
  };
  const [plain, fragmenting] = [one(false), one(true)];
  const last = logins.findLastIndex((l) => l.ikeFragmentation);
  return logins.map((_, at) => {
    if (at === plain) return "ip-fragments";
    if (at === fragmenting) return "ike-fragments";
    return at === last && logins.some(hasVanished) ? "refusal" : "spare";
  });
}

const announcesIkeFragmentation = (datagram: string, port: number): boolean => {
  const bytes = fromBase64(datagram);
  const sent = readIkeMessage(port === NAT_TRAVERSAL_PORT ? bytes.subarray(NON_ESP_MARKER_BYTES) : bytes);
  return (
    !(sent instanceof Error) &&
    sent.notifies.some(({ type }) => type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED)
  );
};

/** IKE_SA_INIT of the logins that there are not yet: once more, with the group that the gateway wants. */
function initSteps({ reading, measurements, round, target, secret, random }: RehearsalInput): UdpStep[] {
  const { rehearsal, logins, wantedGroup } = reading;
  const { stopped } = rehearsal;
  if (target === null || (stopped !== null && stopped !== "no-answer")) return [];
  if (wantedGroup !== null && !SPOKEN_GROUPS.includes(wantedGroup)) return [];
  const group = wantedGroup ?? logins[0]?.suite.group ?? KeyExchangeMethod.MODP2048;
  const inits = measurements.flatMap(({ step }) =>
    step.kind === "udp" && (step.purpose === "baseline" || step.purpose === "rehearsal") && isInit(step)
      ? [{ id: step.id, announces: announcesIkeFragmentation(step.datagram, step.port) }]
      : [],
  );
  if (inits.length >= MOST_LOGINS) return [];
  // Where requests of EAP lead nowhere, one more login is refused: large, and in IKE fragments.
  const isRefusalOpen = rehearsal.logins.some(hasVanished) && logins.some((l) => l.ikeFragmentation);
  return [false, true, ...(isRefusalOpen ? [true] : [])].flatMap((ikeFragmentation, at) => {
    const ofKind = inits.filter(({ announces }) => announces === ikeFragmentation);
    const isOpen = at < 2 && ofKind.some(({ id }) => logins.some((login) => login.stepId === id));
    const isNamed = ({ id }: { id: string }) =>
      at < 2 ? nameOf(id).startsWith("login-init") : nameOf(id) === `login-init-${at + 1}`;
    if (isOpen || ofKind.some(isNamed)) return [];
    const { address, family } = target;
    const port = NAT_TRAVERSAL_PORT;
    // Some choose 3DES where it is on offer, and something better where it is not.
    const datagram = initRequest({ secret, random, port, group, ikeFragmentation, withOld3des: false });
    return [
      udpStep({
        id: stepId(round, `login-init-${at + 1}`),
        atMs: at * GAP_MS,
        target: address,
        family,
        port: NAT_TRAVERSAL_PORT,
        purpose: "rehearsal",
        datagram: toBase64(datagram),
      }),
    ];
  });
}

function isInit({ datagram, port }: UdpStep): boolean {
  const bytes = fromBase64(datagram);
  return (
    bytes[(port === NAT_TRAVERSAL_PORT ? NON_ESP_MARKER_BYTES : 0) + EXCHANGE_TYPE_AT] ===
    ExchangeType.IKE_SA_INIT
  );
}

/** The datagrams of one request: one, or one for each IKE fragment, a step each. */
function requestSteps(
  { measurements, round, port, interfaceMtu, random }: RehearsalInput,
  { login, open, at, sentBefore }: { login: RehearsedLogin; open: ReadLogin; at: number; sentBefore: number },
  request: RequestToSend,
): UdpStep[] {
  const {
    asks,
    messageId,
    isLarge,
    fragmentIpBytes,
    userMtu,
    again,
    tries,
    waitMs = WAIT_MS,
    afterMs,
  } = request;
  const { family, address } = login;
  const overhead = ikeIpBytes(0, NAT_TRAVERSAL_PORT, family);
  const datagrams =
    again === null
      ? authRequest(open, {
          asks,
          messageId,
          ikeBytes: isLarge ? LARGE_IKE_BYTES : null,
          fragmentIkeBytes:
            fragmentIpBytes === null ? null : Math.min(fragmentIpBytes, interfaceMtu) - overhead,
          random,
        }).map((datagram) => toBase64(datagram))
      : datagramsOf(again, measurements);
  const when = asks === "eap" && afterMs > 0 ? `-after-${afterMs}` : "";
  const name = `login-${at + 1}-${asks === "eap" ? "ask" : "end"}-${messageId}${when}`;
  return datagrams.map((datagram, part) => ({
    ...udpStep({
      id: stepId(round, datagrams.length === 1 ? name : `${name}-${part + 1}`),
      atMs: afterMs + (sentBefore + part) * GAP_MS,
      target: address,
      family,
      port,
      purpose: "rehearsal",
      datagram: port === NAT_TRAVERSAL_PORT ? datagram : withoutMarker(datagram),
      userMtu,
    }),
    tries,
    waitMs,
  }));
}

/** IKE on port 500 has no marker in front (RFC 7296 §2.23). */
const withoutMarker = (datagram: string): string =>
  toBase64(fromBase64(datagram).subarray(NON_ESP_MARKER_BYTES));

/** The datagrams of a request that was sent before, with the non-ESP marker, in the order of its parts. */
function datagramsOf({ stepIds }: RehearsalRequest, measurements: readonly Measurement[]): string[] {
  const sent = stepIds.flatMap((id) => {
    const step = measurements.find((m) => m.step.id === id)?.step;
    if (step?.kind !== "udp") return [];
    return step.port === NAT_TRAVERSAL_PORT
      ? step.datagram
      : toBase64(concatBytes([new Uint8Array(NON_ESP_MARKER_BYTES), fromBase64(step.datagram)]));
  });
  return [...new Set(sent)];
}
