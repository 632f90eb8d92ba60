/** What captures show of attempts to log in. */

import type { Transmission } from "../ike/exchange.ts";
import { ExchangeType, NAT_TRAVERSAL_PORT, NotifyType } from "../ike/registry.ts";
import { findVendorId } from "../ike/vendor-ids.ts";
import { familyOf } from "../packet/address.ts";
import { type IpPacket, IpProtocol } from "../packet/ip.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { IkeObserved, IncompleteDatagram, Transcript } from "../transcript/transcript.ts";
import { addIncomplete, type CapturedLogin, datagramsOf } from "./captured-datagrams.ts";
import { type DecodedCapture, decodeMessages } from "./decoded-messages.ts";
import type {
  EspObservation,
  ExchangeObservation,
  IncompleteMessage,
  Initiation,
  SentMessage,
} from "./observations.ts";
import { viewOf } from "./view.ts";

/**
 * IP fragments of one datagram come within milliseconds. When the capture ends sooner than this, others may
 * have followed.
 */
const LAST_FRAGMENT_MS = 1_000;

const packetRefs = (capture: string, packets: readonly IpPacket[]): EvidenceRef[] =>
  packets.map(({ frame }) => ({ kind: "packet", capture, frame }));

function toSentMessage(capture: string, sent: Transmission<IkeObserved>): SentMessage | null {
  const [first] = sent.messages;
  if (!first) return null;
  const packets = sent.messages.flatMap((m) => m.ipPackets);
  return {
    timeMs: first.timeMs,
    // Each IKE fragment is a message with a header of its own; the size of the message that they carry is
    // encrypted.
    ikeLength: sent.messages.reduce((sum, m) => sum + m.message.header.length, 0),
    ipBytes: packets.map((p) => p.ipBytes),
    ipFragmented: sent.messages.some((m) => m.ipPackets.length > 1),
    ikeFragmentTotal: sent.ikeFragmentTotal,
    missingIkeFragments: sent.missingIkeFragments,
    ...orderOf(packets),
    ...(packets.length === 1 && packets[0]?.dontFragment ? { dontFragment: true as const } : {}),
    refs: packetRefs(capture, packets),
  };
}

/** In which order the IP fragments of a message came, where that is not theirs. */
function orderOf(packets: readonly IpPacket[]): Pick<SentMessage, "outOfOrder"> {
  // Of IKE fragments, each begins anew at offset 0.
  const isMixed = packets.some(
    (p, at) => p.ipFragmentOffset > 0 && p.ipFragmentOffset < (packets[at - 1]?.ipFragmentOffset ?? 0),
  );
  const isLastFirst = packets[0]?.moreIpFragments === false && packets[0].ipFragmentOffset > 0;
  const firstComesLater = packets.length > 1 && (packets[0]?.ipFragmentOffset ?? 0) > 0;
  if (isLastFirst) return { outOfOrder: "last-first" };
  return isMixed || firstComesLater ? { outOfOrder: "mixed" } : {};
}

const toIncomplete = (capture: string, d: IncompleteDatagram): IncompleteMessage => ({
  timeMs: d.timeMs,
  ipBytes: d.ipPackets.map((p) => p.ipBytes),
  firstSeen: d.ipPackets.some((p) => p.ipFragmentOffset === 0),
  lastSeen: d.ipPackets.some((p) => !p.moreIpFragments),
  refs: packetRefs(capture, d.ipPackets),
});

/** What is kept of a capture when its messages are not needed any more: a large one has very many. */
export interface ObservedCapture
  extends Pick<Transcript, "capture" | "frames" | "quality" | "firstTimeMs" | "lastTimeMs" | "icmpErrors"> {
  /** How many of them it has. */
  ikeMessages: number;
  initiations: Initiation[];
  /** Its messages field by field, kept where the transcript is not. */
  decoded?: DecodedCapture;
}

/** A capture that was read, and perhaps observed already. */
export type CaptureRead = Transcript | ObservedCapture;

/** Observes a capture for itself: none of what it shows depends on other evidence. */
export function observeCapture(read: CaptureRead): ObservedCapture {
  return "initiations" in read ? read : toObserved(read, false);
}

/**
 * The same for a transcript that nobody needs afterwards: its messages go while it is observed, so that they
 * and what is kept of them never lie in memory together.
 */
export const useUpCapture = (transcript: Transcript): ObservedCapture => toObserved(transcript, true);

function toObserved(transcript: Transcript, usesUp: boolean): ObservedCapture {
  const { capture, frames, quality, firstTimeMs, lastTimeMs, icmpErrors } = transcript;
  const ikeMessages = transcript.ikeMessages.length;
  const decoded = usesUp ? { decoded: decodeMessages(transcript) } : {};
  if (usesUp) transcript.ikeMessages = [];
  const initiations = observeInitiations(transcript, usesUp);
  return {
    capture,
    frames,
    quality,
    firstTimeMs,
    lastTimeMs,
    icmpErrors,
    ikeMessages,
    initiations,
    ...decoded,
  };
}

/**
 * The messages of captures field by field: those of the attempts that the diagnosis is about, as far as the
 * transcript is there.
 *
 * @param initiations these attempts
 */
export function decodedCaptures(
  reads: readonly CaptureRead[],
  initiations: readonly Initiation[],
): DecodedCapture[] {
  const spis = new Set(initiations.map(({ initiatorSpi }) => initiatorSpi));
  return reads.flatMap((read) =>
    "initiations" in read ? (read.decoded ?? []) : decodeMessages(read, spis.size === 0 ? null : spis),
  );
}

/**
 * The IKE SAs of one capture as attempts of a client. The client is the end that sent the first IKE_SA_INIT.
 *
 * @param usesUp whether what is observed of the transcript is let go
 */
export function observeInitiations(transcript: Transcript, usesUp = false): Initiation[] {
  const { capture } = transcript;
  const initiations: Initiation[] = [];
  const logins: CapturedLogin[] = [];
  const settled = transcript.incompleteDatagrams.filter(
    (d) => (transcript.lastTimeMs ?? 0) - d.timeMs >= LAST_FRAGMENT_MS,
  );
  const clients = clientsIncomplete(transcript, settled);
  const bySpi = Map.groupBy(settled, (d) => d.ikeHeader?.initiatorSpi ?? "");
  for (const session of transcript.sessions) {
    const messages = session.exchanges.flatMap((e) =>
      [...e.requests, ...e.responses].flatMap((t) => t.messages),
    );
    const [opening] = session.exchanges;
    const request = opening?.requests[0]?.messages[0];
    const response = opening?.responses[0]?.messages[0];
    const first = request ?? response;
    if (!opening || !first) continue;
    // The first response tells the two ends apart as well as the request does; later on, the gateway may ask
    // too.
    const towardsGateway = (request !== undefined) === opening.requestFromInitiator;
    const client = towardsGateway ? first.flow.source : first.flow.destination;
    const gateway = towardsGateway ? first.flow.destination : first.flow.source;

    const exchanges = session.exchanges.map((exchange): ExchangeObservation => {
      const requests = exchange.requests.map((t) => toSentMessage(capture, t)).filter((m) => m !== null);
      const lastRequestMs = requests.at(-1)?.timeMs ?? 0;
      return {
        exchangeType: exchange.exchangeType,
        messageId: exchange.messageId,
        fromClient: exchange.requestFromInitiator,
        requests,
        responses: exchange.responses.map((t) => toSentMessage(capture, t)).filter((m) => m !== null),
        responseNotifies: exchange.responses.flatMap((t) =>
          t.messages.flatMap((m) =>
            m.message.notifies.map(({ type, name }) => ({
              type,
              name,
              ref: { kind: "packet" as const, capture, frame: m.frame },
            })),
          ),
        ),
        observedAfterMs: (transcript.lastTimeMs ?? lastRequestMs) - lastRequestMs,
      };
    });

    const saInit = messages.filter((m) => m.message.header.exchangeType === ExchangeType.IKE_SA_INIT);
    const offers = (from: string): boolean | null => {
      const sent = saInit.filter(
        (m) => m.flow.source === from && m.message.payloads.some((p) => p.name === "SA"),
      );
      if (sent.length === 0) return null;
      return sent.some((m) =>
        m.message.notifies.some((n) => n.type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED),
      );
    };
    const login = exchanges.find(
      (e) => e.exchangeType === ExchangeType.IKE_AUTH || e.exchangeType === ExchangeType.IKE_INTERMEDIATE,
    );
    const since = login?.requests[0]?.timeMs ?? Number.POSITIVE_INFINITY;
    const esp = (source: string, destination: string): EspObservation => {
      const flows = transcript.esp.filter(
        (f) => f.source === source && f.destination === destination && f.lastTimeMs >= since,
      );
      const small = transcript.esp
        .filter((f) => f.source === source && f.destination === destination)
        .filter((f) => f.udpEncapsulated && f.lastTimeMs >= first.timeMs)
        .reduce((sum, f) => sum + f.packets + f.keepalives, 0);
      return {
        packets: flows.reduce((sum, f) => sum + f.packets, 0),
        largestIpBytes: Math.max(0, ...flows.map((f) => f.largestIpBytes)),
        ...(small > 0 && { onNatTraversalPort: small }),
      };
    };
    // Most sessions of a busy or hostile capture have no login, so only what names the session is looked at:
    // a filter by port hides the later IP fragments of the login as well as those of its answer.
    const incomplete = (
      login === undefined ? (bySpi.get(session.initiatorSpi) ?? []) : settled.filter((d) => d.timeMs >= since)
    ).filter((d) => d.source === gateway && d.destination === client);
    // Without its first IP fragment a datagram has no ports and no IKE header: after IKE_AUTH began, it
    // counts as an answer.
    const isAnswer = (d: IncompleteDatagram): boolean =>
      d.protocol === IpProtocol.udp &&
      (d.sourcePort === null || d.ikeHeader?.initiatorSpi === session.initiatorSpi);
    const isEsp = (d: IncompleteDatagram): boolean =>
      d.protocol === IpProtocol.esp || (d.sourcePort === NAT_TRAVERSAL_PORT && d.ikeHeader === null);
    const outboundIncomplete = clients.get(session.initiatorSpi) ?? [];
    const packetsFrom = (end: string) =>
      messages.filter((m) => m.flow.source === end).flatMap((m) => m.ipPackets);

    const startMs = messages[0]?.timeMs ?? 0;
    const datagrams = datagramsOf(messages, client);
    logins.push({ initiatorSpi: session.initiatorSpi, client, gateway, startMs, datagrams });
    initiations.push({
      capture,
      initiatorSpi: session.initiatorSpi,
      majorVersion: session.majorVersion,
      client,
      gateway,
      family: familyOf(gateway),
      answeringPorts: [
        ...new Set(messages.filter((m) => m.flow.source === gateway).map((m) => m.flow.sourcePort)),
      ],
      exchanges,
      clientOffersIkeFragmentation: offers(client),
      gatewayOffersIkeFragmentation: offers(gateway),
      gatewayVendorIds: [
        ...new Set(saInit.filter((m) => m.flow.source === gateway).flatMap((m) => m.message.vendorIds)),
      ],
      ...(saInit.some((m) => m.flow.source === client && m.message.vendorIds.some(isOwnProbe))
        ? { ownProbe: true as const }
        : {}),
      view: viewOf({
        client,
        gateway,
        fromClient: [...packetsFrom(client), ...outboundIncomplete.flatMap((d) => d.ipPackets)],
        fromGateway: packetsFrom(gateway),
      }),
      inboundIncomplete: incomplete
        .filter((d) => !isEsp(d) && isAnswer(d))
        .map((d) => toIncomplete(capture, d)),
      outboundIncomplete: outboundIncomplete.map((d) => toIncomplete(capture, d)),
      esp: { outbound: esp(client, gateway), inbound: esp(gateway, client) },
      espIncomplete: incomplete.filter(isEsp).flatMap((d) => packetRefs(capture, d.ipPackets)),
      datagrams,
    });
    if (usesUp) session.exchanges = [];
  }
  addIncomplete(logins, transcript.incompleteDatagrams);
  return initiations;
}

/** The Vendor ID that an agent's probes carry. */
const isOwnProbe = (vendorId: string): boolean => findVendorId(vendorId)?.product === "ikefrag";

/**
 * Datagrams of clients of which not all IP fragments came, by the initiator's SPI. Without its first IP
 * fragment a datagram shows none: it belongs to the attempt that is under way between the same two ends.
 */
function clientsIncomplete(
  { sessions }: Transcript,
  settled: readonly IncompleteDatagram[],
): Map<string, IncompleteDatagram[]> {
  const found = new Map<string, IncompleteDatagram[]>();
  const udp = settled.filter((d) => d.protocol === IpProtocol.udp);
  if (udp.length === 0) return found;
  const endsOf = new Map<string, string>();
  const starts = new Map<string, { spi: string; timeMs: number }[]>();
  for (const { initiatorSpi: spi, exchanges } of sessions) {
    const opening = exchanges[0]?.requests[0]?.messages[0];
    if (!opening) continue;
    const ends = `${opening.flow.source} ${opening.flow.destination}`;
    endsOf.set(spi, ends);
    const list = starts.get(ends);
    if (list) list.push({ spi, timeMs: opening.timeMs });
    else starts.set(ends, [{ spi, timeMs: opening.timeMs }]);
  }
  for (const list of starts.values()) list.sort((a, b) => a.timeMs - b.timeMs);
  for (const d of udp) {
    const ends = `${d.source} ${d.destination}`;
    const spi =
      d.ikeHeader?.initiatorSpi ??
      (d.sourcePort === null ? underWay(starts.get(ends) ?? [], d.timeMs) : undefined);
    if (spi === undefined || endsOf.get(spi) !== ends) continue;
    const list = found.get(spi) ?? [];
    list.push(d);
    found.set(spi, list);
  }
  return found;
}

/** Of attempts in the order of their beginnings, the last one that had begun by then. */
function underWay(attempts: readonly { spi: string; timeMs: number }[], timeMs: number): string | undefined {
  let [low, high] = [0, attempts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((attempts[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return attempts[low - 1]?.spi;
}
