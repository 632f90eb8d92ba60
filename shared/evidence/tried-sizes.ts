/**
 * Which sizes of messages were tried, and how often each was answered: counted, and not judged. It is what a
 * text that is forwarded to others can be held to.
 */
import { exchangeName } from "../ike/registry.ts";
import {
  fragmentHeaderBytes,
  type IpFamily,
  MIN_IP_HEADER_BYTES,
  pingPayloadBytes,
} from "../packet/sizes.ts";
import type {
  EchoObservation,
  ExchangeObservation,
  Initiation,
  Observations,
  ProbeObservation,
  View,
} from "./observations.ts";

/**
 * How a size was tried. `split`: in IP fragments by the interface's own MTU; `trial`: by a smaller one that
 * was set for this datagram alone; `reflected`: from a test host to the client.
 */
export type TriedWay = "control" | "whole" | "split" | "trial" | "ping" | "reflected";

/** One size that was tried in one way. */
export interface TriedSize {
  way: TriedWay;
  family: IpFamily;
  /** Bytes of the datagram as one whole IP packet, whether or not it left as one. */
  ipBytes: number;
  /** Bytes of each IP fragment that it left as, as whole IP packets; empty where it left as one packet. */
  pieces: readonly number[];
  /** The trial's MTU. */
  mtu: number | null;
  /** The gateway's UDP port; `null` for pings, and from a test host. */
  port: number | null;
  /** It is known to have left with DF. */
  dontFragment: boolean;
  sent: number;
  answered: number;
  refusal: "too-big" | "unreachable" | null;
  /** When it was sent and answered first and last, in milliseconds since the run began; `null`: not told. */
  firstMs: number | null;
  lastMs: number | null;
}

/** An exchange that the client began, as a capture or a log has it. */
export interface TriedMessage {
  /** Its name in IANA's registry. */
  name: string;
  /** `null` where a text does not say. */
  ikeLength: number | null;
  /** Bytes of each whole IP packet that it left as; empty where a text does not say. */
  pieces: readonly number[];
  cutAs: "whole" | "ip-fragments" | "ike-fragments" | "unknown";
  family: IpFamily;
  sent: number;
  answered: boolean;
  /** Milliseconds since the epoch; `null` where the text has no times. */
  firstMs: number | null;
  lastMs: number | null;
  /** The times are those of a log, in the time zone of its machine. */
  byLog: boolean;
  /** Answers of which not all IKE fragments came: how often, and which are missing. */
  inPart: { count: number; missing: readonly number[]; total: number } | null;
  /** For how long after the last sending no answer came; 0 where one came. */
  silentMs: number;
  notifies: readonly string[];
}

/** The latest login of a user's that tells most, and what of it was seen. */
export interface TriedLogin {
  view: View | null;
  messages: TriedMessage[];
  /** Datagrams of which only some IP fragments were seen, by the way they went. */
  incomplete: { way: "inbound" | "outbound"; pieces: readonly number[]; count: number }[];
  clientOffersIkeFragmentation: boolean | null;
  gatewayOffersIkeFragmentation: boolean | null;
  esp: Initiation["esp"];
  /** How many IP fragments of the gateway's ESP packets came that never became whole. */
  espIncomplete: number;
  gatewayPorts: number[];
}

const isOutcome = (outcome: ProbeObservation["outcome"]): boolean =>
  outcome === "answered" ||
  outcome === "silent" ||
  outcome === "too-big-remotely" ||
  outcome === "unreachable";

function wayOf({ purpose, userMtu, ipFragmentBytes }: ProbeObservation): TriedWay {
  if (purpose === "baseline" || purpose === "size-control") return "control";
  if (userMtu !== null) return "trial";
  return ipFragmentBytes.length > 1 ? "split" : "whole";
}

const refusalOf = (outcome: string): TriedSize["refusal"] =>
  outcome === "too-big-remotely" ? "too-big" : outcome === "unreachable" ? "unreachable" : null;

const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
const most = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** What was tried of one size in one way is one line, however often. */
function merged(sizes: readonly TriedSize[]): TriedSize[] {
  const found = new Map<string, TriedSize>();
  for (const size of sizes) {
    const { way, family, ipBytes, pieces, mtu, port, dontFragment } = size;
    const key = [way, family, ipBytes, pieces.join("+"), mtu, port, dontFragment].join(" ");
    const known = found.get(key);
    found.set(
      key,
      known === undefined
        ? size
        : {
            ...known,
            sent: known.sent + size.sent,
            answered: known.answered + size.answered,
            refusal: known.refusal ?? size.refusal,
            firstMs: least(known.firstMs, size.firstMs),
            lastMs: most(known.lastMs, size.lastMs),
          },
    );
  }
  return [...found.values()];
}

function ofProbe(p: ProbeObservation): TriedSize {
  const { family, ipBytes, ipFragmentBytes, userMtu, port, tries, outcome, sentAtMs, answeredAtMs } = p;
  const times = [...sentAtMs, ...(answeredAtMs === null ? [] : [answeredAtMs])];
  return {
    way: wayOf(p),
    family,
    ipBytes,
    pieces: ipFragmentBytes.length > 1 ? ipFragmentBytes : [],
    mtu: userMtu,
    port,
    dontFragment: p.dontFragment === true,
    sent: tries,
    answered: outcome === "answered" ? 1 : 0,
    refusal: refusalOf(outcome),
    firstMs: times.length > 0 ? Math.min(...times) : null,
    lastMs: times.length > 0 ? Math.max(...times) : null,
  };
}

function ofEcho({ family, ipBytes, dontFragment, count, outcome }: EchoObservation): TriedSize {
  const isAnswered = outcome === "answered";
  return {
    way: "ping",
    family,
    ipBytes,
    pieces: [],
    mtu: null,
    port: null,
    dontFragment: dontFragment === true,
    sent: count,
    answered: isAnswered ? count : 0,
    refusal: refusalOf(outcome),
    firstMs: null,
    lastMs: null,
  };
}

/** The sizes that were tried to the gateway and from a test host, the smallest of each way first. */
export function triedSizes({ probes, echoes, reflections }: Observations): TriedSize[] {
  const ofProbes = probes
    .filter(({ purpose, outcome, tries }) => purpose !== "rehearsal" && isOutcome(outcome) && tries > 0)
    .map(ofProbe);
  const ofEchoes = echoes
    .filter(
      ({ toGateway, outcome, count }) =>
        toGateway === true && outcome !== "not-run" && outcome !== "too-big-locally" && count > 0,
    )
    .map(ofEcho);
  const reflected = reflections.flatMap((r): TriedSize[] =>
    r.ipBytes === null || (r.outcome !== "answered" && r.outcome !== "silent") || r.tries === 0
      ? []
      : [
          {
            way: "reflected",
            family: r.family,
            ipBytes: r.ipBytes,
            pieces: [],
            mtu: null,
            port: null,
            dontFragment: false,
            sent: r.tries,
            answered: r.outcome === "answered" ? 1 : 0,
            refusal: null,
            firstMs: null,
            lastMs: null,
          },
        ],
  );
  return merged([...ofProbes, ...ofEchoes, ...reflected]).sort(
    (a, b) => a.ipBytes - b.ipBytes || (a.mtu ?? 0) - (b.mtu ?? 0) || (a.port ?? 0) - (b.port ?? 0),
  );
}

/** What `ping` has to be given for a packet of a size; below the smallest one that there is: `null`. */
export function pingPayloadFor(ipBytes: number, family: IpFamily): number | null {
  const payload = pingPayloadBytes(ipBytes, family);
  return payload < 0 ? null : payload;
}

/** Bytes of the one IP packet that these IP fragments are of. */
export function wholeIpBytes(pieces: readonly number[], family: IpFamily): number {
  const sum = pieces.reduce((all, bytes) => all + bytes, 0);
  if (pieces.length < 2) return sum;
  // Each IP fragment has a header of its own, and with IPv6 a Fragment header, which no whole packet has.
  return sum - pieces.length * fragmentHeaderBytes(family) + MIN_IP_HEADER_BYTES[family];
}

function ofExchange(e: ExchangeObservation, { family, majorVersion }: Initiation): TriedMessage[] {
  const [first] = e.requests;
  const last = e.requests.at(-1);
  if (!e.fromClient || first === undefined || last === undefined) return [];
  const byLog = first.refs.some((ref) => ref.kind === "text");
  const isTimed = e.untimed !== true;
  const cut = first.maybePart
    ? "unknown"
    : first.ikeFragmentTotal !== null && first.ikeFragmentTotal > 1
      ? "ike-fragments"
      : first.ipFragmented
        ? "ip-fragments"
        : first.ipBytes.length === 1
          ? "whole"
          : "unknown";
  return [
    {
      name: exchangeName(majorVersion, e.exchangeType),
      ikeLength: first.ikeLength,
      pieces: first.ipBytes,
      cutAs: cut,
      family,
      sent: e.requests.length,
      answered: e.responses.some((m) => m.missingIkeFragments.length === 0),
      inPart: inPartOf(e),
      firstMs: isTimed ? first.timeMs : null,
      lastMs: isTimed ? last.timeMs : null,
      byLog,
      silentMs: e.responses.length > 0 || !isTimed || e.gaveUp ? 0 : e.observedAfterMs,
      notifies: [...new Set(e.responseNotifies.filter((n) => n.type < 16_384).map((n) => n.name))],
    },
  ];
}

/** What is missing of the answers that came in part, by the latest of them. */
function inPartOf({ responses }: ExchangeObservation): TriedMessage["inPart"] {
  const parts = responses.filter((m) => m.missingIkeFragments.length > 0);
  const last = parts.at(-1);
  if (last === undefined) return null;
  const missing = last.missingIkeFragments.slice(0, 8);
  return { count: parts.length, missing, total: last.ikeFragmentTotal ?? 0 };
}

/** Exchanges of a login that are named: its opening, and what came last. */
const MOST_LAST_MESSAGES = 3;

/**
 * The login that tells most: the latest one whose last request was not answered, else the latest. Of one
 * that several places show, the client's own record. `null` where no capture and no log shows one.
 */
export function triedLogin(o: Observations): TriedLogin | null {
  const logins = o.initiations.filter((i) => !i.ownProbe && i.exchanges.some((e) => e.requests.length > 0));
  const isUnanswered = ({ exchanges }: Initiation): boolean =>
    exchanges.findLast((e) => e.fromClient && e.requests.length > 0)?.responses.length === 0;
  const chosen = logins.findLast(isUnanswered) ?? logins.at(-1);
  if (chosen === undefined) return null;
  const login =
    logins.find(
      (i) => i.view === "client" && i.initiatorSpi === chosen.initiatorSpi && i.initiatorSpi !== "",
    ) ?? chosen;
  const all = login.exchanges.flatMap((e) => ofExchange(e, login));
  const messages =
    all.length <= MOST_LAST_MESSAGES + 1 ? all : [...all.slice(0, 1), ...all.slice(-MOST_LAST_MESSAGES)];
  return {
    view: login.view,
    messages,
    incomplete: [
      ...partsOf("inbound", login.inboundIncomplete),
      ...partsOf("outbound", login.outboundIncomplete),
    ],
    clientOffersIkeFragmentation: login.clientOffersIkeFragmentation,
    gatewayOffersIkeFragmentation: login.gatewayOffersIkeFragmentation,
    esp: login.esp,
    espIncomplete: login.espIncomplete.length,
    gatewayPorts: login.answeringPorts,
  };
}

/** So many kinds of datagrams that came in part are told of. */
const MOST_INCOMPLETE = 3;

function partsOf(way: "inbound" | "outbound", messages: Initiation["inboundIncomplete"]) {
  const counts = new Map<string, { way: typeof way; pieces: readonly number[]; count: number }>();
  for (const { ipBytes } of messages) {
    const key = ipBytes.join("+");
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { way, pieces: ipBytes, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_INCOMPLETE);
}
