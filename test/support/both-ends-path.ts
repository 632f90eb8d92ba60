/**
 * A login over a simulated path, as captures at two or three places have it; and the truth, packet by packet.
 */
import { concatBytes } from "../../shared/bytes/concat.ts";
import { toHex } from "../../shared/bytes/hex.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { encodeIkeMessage, saBody, withNonEspMarker } from "../../shared/ike/encode.ts";
import { ExchangeType, PayloadType } from "../../shared/ike/registry.ts";
import { MIN_IP_HEADER_BYTES } from "../../shared/packet/sizes.ts";
import { chance } from "./lossy-path.ts";
import { ethernet, frameAt, ip, ipPackets, skfBody, udp } from "./packet-builder.ts";

/** What a way does to packets beside carrying them. */
export interface Way {
  /** IP fragments that are dropped: none, all, those of offset 0, or those behind it. */
  fragments: "pass" | "all" | "first" | "later";
  /** Larger IP packets are dropped. */
  atMostIpBytes: number;
  /** Larger IP packets are cut again. */
  cutAtIpBytes: number;
  lossPercent: number;
}

/** A path, and what is recorded of it. */
export interface PathOfBothEnds {
  /** The version of IP at the client and at the gateway: a translator stands between where they differ. */
  families: readonly [4 | 6, 4 | 6];
  /** A NAT changes the client's address, ports and Identifications behind the first place. */
  nat: boolean;
  /** Routers between the client and the place in the middle, and from there to the gateway. */
  hops: readonly [number, number];
  roundTripMs: number;
  jitterMs: number;
  /** How many packets of a hundred are overtaken, and how many arrive twice. */
  reorderPercent: number;
  duplicatePercent: number;
  out: Way;
  back: Way;
  /** The place that loses packets: before the middle or behind it. */
  losesBefore: "middle" | "end";
  /** How far the clock of each place is ahead. */
  clocksMs: readonly [number, number, number];
}

/** The login itself. */
export interface LoginOfBothEnds {
  spi: string;
  /** Which of many clients: the last number of its address outside. */
  client: number;
  requestBytes: number;
  answerBytes: number;
  /** IKE fragments of this length, RFC 7383; `null`: none. */
  ikeFragmentBytes: number | null;
  cookie: boolean;
  furtherRounds: number;
  keepsSilent: boolean;
  startMs: number;
  repeatAfterMs: readonly number[];
}

/** An IP packet as it left, and whether it arrived. */
export interface TruePacket {
  ipFragmentOffset: number;
  ipBytes: number;
  payloadBytes: number;
  /** When its first byte is at the far end, by the true clock; `null`: it was lost. */
  arrivesMs: number | null;
}

/** A datagram as it left, on the true clock. */
export interface TrueDatagram {
  fromClient: boolean;
  exchangeType: number;
  messageId: number;
  isResponse: boolean;
  ikeFragment: number | null;
  ikeLength: number;
  sentMs: number;
  packets: TruePacket[];
  cameTwice: boolean;
}

/** A frame of one place. */
interface Recorded {
  timeMs: number;
  frame: Uint8Array<ArrayBuffer>;
}

/** What was recorded at each place, and what happened. */
export interface PlayedLogin {
  /** At the client, in the middle, and at the gateway. */
  places: Recorded[][];
  truth: TrueDatagram[];
}

const outer = (client: number) => ({ 4: `192.0.2.${client}`, 6: `2001:db8:2::1:${client}` });
const ADDRESSES = {
  inner: { 4: "192.168.1.5", 6: "2001:db8:2::5" },
  gateway: { 4: "203.0.113.5", 6: "2001:db8:51::5" },
};
const MTU = 1_500;

/** Plays one login. */
export function playLogin(path: PathOfBothEnds, login: LoginOfBothEnds, seed: number): PlayedLogin {
  const roll = chance(seed);
  const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => Math.floor(roll() * 256));
  const places: Recorded[][] = [[], [], []];
  const truth: TrueDatagram[] = [];
  let identification = Math.floor(roll() * 0xf000);
  const responderSpi = toHex(random(8));

  /** Sends one datagram; gives when all of it is there, or `null`. */
  const send = (
    sentMs: number,
    fromClient: boolean,
    message: Uint8Array,
    head: Partial<TrueDatagram>,
  ): number | null => {
    const way = fromClient ? path.out : path.back;
    const port = head.exchangeType === ExchangeType.IKE_SA_INIT ? 500 : 4500;
    const payload = port === 4500 ? withNonEspMarker(message) : message;
    const along = fromClient ? [0, 1, 2] : [2, 1, 0];
    const family = path.families[fromClient ? 0 : 1];
    identification = (identification + 1) & 0xffff;
    const datagram: TrueDatagram = {
      fromClient,
      exchangeType: 0,
      messageId: 0,
      isResponse: false,
      ikeFragment: null,
      ikeLength: message.length,
      sentMs,
      packets: [],
      cameTwice: false,
      ...head,
    };
    truth.push(datagram);
    const body = udp(port, port, payload);
    const isTwice = roll() * 100 < path.duplicatePercent;
    const lasting = roll() * path.jitterMs;
    for (const [turn, cut] of ipPackets(
      {
        source: ADDRESSES.inner[family],
        destination: ADDRESSES.gateway[family],
        protocol: 17,
        payload: body,
        identification,
      },
      MTU,
    ).entries()) {
      const { offset, bytes: payloadBytes, more } = partOf(cut, family);
      const piece = {
        client: login.client,
        identification,
        offset,
        part: body.subarray(offset, offset + payloadBytes),
        more,
      };
      const isFragment = more || offset > 0;
      const lost =
        roll() * 100 < way.lossPercent ||
        cut.length > way.atMostIpBytes ||
        (isFragment &&
          (way.fragments === "all" ||
            (way.fragments === "first" && offset === 0) ||
            (way.fragments === "later" && offset > 0)));
      const late = roll() * 100 < path.reorderPercent ? 4 + roll() * 20 : 0;
      const leaves = sentMs + turn * 0.02;
      const copies = isTwice && !lost ? [0, 70] : [0];
      let arrivesMs: number | null = null;
      for (const again of copies) {
        for (const [step, at] of along.entries()) {
          if (again > 0 && step === 0) continue;
          if (lost && step >= (path.losesBefore === "middle" ? 1 : 2)) break;
          const share = step === 0 ? 0 : step === 1 ? 0.4 : 1;
          const timeMs = leaves + share * (path.roundTripMs / 2 + lasting + late + again);
          const hop = step === 0 ? 0 : fromClient ? hopsTo(path, step) : hopsTo(path, step, true);
          const cuts = step === 2 && way.cutAtIpBytes < MTU ? way.cutAtIpBytes : MTU;
          for (const [n, packet] of atPlace(path, at, fromClient, piece, hop, cuts).entries())
            places[at]?.push({ timeMs: timeMs + n * 0.005, frame: ethernet(packet) });
          if (step === 2 && again === 0) arrivesMs = timeMs;
        }
      }
      datagram.packets.push({ ipFragmentOffset: offset, ipBytes: cut.length, payloadBytes, arrivesMs });
    }
    datagram.cameTwice = isTwice && datagram.packets.every((p) => p.arrivesMs !== null);
    const arrivals = datagram.packets.map((p) => p.arrivesMs);
    return arrivals.includes(null) ? null : Math.max(...arrivals.map(Number));
  };

  const message = (
    head: Pick<TrueDatagram, "exchangeType" | "messageId" | "isResponse">,
    fromClient: boolean,
    payloads: Parameters<typeof encodeIkeMessage>[0]["payloads"],
    spi = responderSpi,
  ): Uint8Array =>
    encodeIkeMessage({
      ...head,
      initiatorSpi: login.spi,
      responderSpi: spi,
      initiator: fromClient,
      response: head.isResponse,
      payloads,
    });

  /** The datagrams of a message: itself, or its IKE fragments. */
  const encrypted = (messageId: number, isResponse: boolean, ikeLength: number) => {
    const head = { exchangeType: ExchangeType.IKE_AUTH as number, messageId, isResponse };
    const size = login.ikeFragmentBytes;
    if (size === null || ikeLength <= size) {
      const body = random(Math.max(ikeLength - 32, 40));
      return [
        {
          head: { ...head, ikeFragment: null as number | null },
          bytes: message(head, !isResponse, [{ type: PayloadType.SK, nextPayload: PayloadType.IDi, body }]),
        },
      ];
    }
    const total = Math.ceil(ikeLength / size);
    return Array.from({ length: total }, (_, at) => {
      const bytes = at < total - 1 ? size : Math.max(ikeLength - size * (total - 1), 80);
      const body = skfBody(at + 1, total, random(bytes - 36));
      const payloads = [{ type: PayloadType.SKF, nextPayload: at === 0 ? PayloadType.IDi : 0, body }];
      return { head: { ...head, ikeFragment: at + 1 }, bytes: message(head, !isResponse, payloads) };
    });
  };

  type Datagrams = { head: Partial<TrueDatagram>; bytes: Uint8Array }[];
  const sendAll = (atMs: number, fromClient: boolean, datagrams: Datagrams): number | null => {
    const arrivals = datagrams.map(({ head, bytes }, n) => send(atMs + n * 0.1, fromClient, bytes, head));
    return arrivals.includes(null) ? null : Math.max(...arrivals.map(Number));
  };
  /** One exchange with its repetitions; gives when the client has the whole answer, or `null`. */
  const exchange = (atMs: number, request: Datagrams, answer: Datagrams | null): number | null => {
    let answeredMs = Number.POSITIVE_INFINITY;
    for (const after of [0, ...login.repeatAfterMs]) {
      if (atMs + after >= answeredMs) break;
      const arrived = sendAll(atMs + after, true, request);
      if (arrived === null || answer === null) continue;
      answeredMs = Math.min(answeredMs, sendAll(arrived + 3, false, answer) ?? Number.POSITIVE_INFINITY);
    }
    return Number.isFinite(answeredMs) ? answeredMs : null;
  };

  const init = { exchangeType: ExchangeType.IKE_SA_INIT as number, messageId: 0 };
  const [nonce, key] = [random(32), random(64)];
  const opening = (isResponse: boolean, payloads: Parameters<typeof message>[2], spi?: string): Datagrams => [
    { head: { ...init, isResponse }, bytes: message({ ...init, isResponse }, !isResponse, payloads, spi) },
  ];
  const offer = [
    {
      type: PayloadType.SA,
      body: saBody([{ protocolId: 1, transforms: [{ type: 1, id: 20, keyBits: 256 }] }]),
    },
    { type: PayloadType.KE, body: concatBytes([Uint8Array.of(0, 19, 0, 0), key]) },
    { type: PayloadType.Nonce, body: nonce },
  ];
  const cookie = { type: PayloadType.N, body: concatBytes([Uint8Array.of(0, 0, 0x40, 0x06), random(16)]) };
  const none = "0".repeat(16);
  let nowMs: number | null = login.startMs;
  if (login.cookie) nowMs = exchange(nowMs, opening(false, offer, none), opening(true, [cookie], none));
  if (nowMs !== null) {
    const request = opening(false, login.cookie ? [cookie, ...offer] : offer, none);
    const chosen = [...offer.slice(0, 2), { type: PayloadType.Nonce, body: random(32) }];
    nowMs = exchange(nowMs + 5, request, opening(true, chosen));
  }
  for (let round = 0; nowMs !== null && round <= login.furtherRounds; round++) {
    const [asks, answers] = round === 0 ? [login.requestBytes, login.answerBytes] : [120, 140];
    const answer = login.keepsSilent ? null : encrypted(round + 1, true, answers);
    nowMs = exchange(nowMs + 20, encrypted(round + 1, false, asks), answer);
  }
  return { places, truth };
}

const hopsTo = ({ hops }: PathOfBothEnds, step: number, back = false): number =>
  step === 2 ? hops[0] + hops[1] : back ? hops[1] : hops[0];

function partOf(packet: Uint8Array, family: 4 | 6): { offset: number; bytes: number; more: boolean } {
  const view = new DataView(packet.buffer, packet.byteOffset);
  if (family === 4) {
    const field = view.getUint16(6);
    return { offset: (field & 0x1fff) * 8, bytes: packet.length - 20, more: (field & 0x2000) !== 0 };
  }
  if (packet[6] !== 44) return { offset: 0, bytes: packet.length - 40, more: false };
  const field = view.getUint16(42);
  return { offset: field & 0xfff8, bytes: packet.length - 48, more: (field & 1) !== 0 };
}

/** A part of a datagram: one IP packet of its sender's. */
interface Piece {
  client: number;
  identification: number;
  offset: number;
  part: Uint8Array;
  more: boolean;
}

/** One part of a datagram as a place has it: in its version of IP, and cut to what the link there takes. */
function atPlace(
  path: PathOfBothEnds,
  at: number,
  fromClient: boolean,
  { client, offset, part, more, identification }: Piece,
  hops: number,
  mtu: number,
): Uint8Array<ArrayBuffer>[] {
  const isOuter = at > 0;
  const family = path.families[isOuter ? 1 : 0];
  const from = (path.nat && !isOuter ? ADDRESSES.inner : outer(client))[family];
  const gateway = ADDRESSES.gateway[family];
  const [source, destination] = fromClient ? [from, gateway] : [gateway, from];
  const isWhole = offset === 0 && !more;
  const headerBytes = MIN_IP_HEADER_BYTES[family] + (family === 6 && !isWhole ? 8 : 0);
  const room = Math.floor((mtu - MIN_IP_HEADER_BYTES[family] - (family === 6 ? 8 : 0)) / 8) * 8;
  const ports = part.slice();
  if (path.nat && isOuter && offset === 0) new DataView(ports.buffer).setUint16(fromClient ? 0 : 2, 61_000);
  const parts: Uint8Array[] = [];
  if (headerBytes + part.length <= mtu) parts.push(ports);
  else for (let from = 0; from < part.length; from += room) parts.push(ports.subarray(from, from + room));
  let done = 0;
  return parts.map((payload, n) => {
    const fragmentOffset = offset + done;
    done += payload.length;
    return ip({
      source,
      destination,
      protocol: 17,
      payload,
      identification: path.nat && isOuter ? identification ^ 0x5a5a : identification,
      fragmentOffset,
      moreFragments: more || n < parts.length - 1,
      hopLimit: (fromClient ? 128 : 64) - hops,
    });
  });
}

/** The frames of a place in the order of its clock, within a window of the true time. */
export function recordedAt(
  logins: readonly PlayedLogin[],
  place: number,
  clockMs: number,
  [fromMs, toMs]: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): FrameToWrite[] {
  return logins
    .flatMap(({ places }) => places[place] ?? [])
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs)
    .toSorted((a, b) => a.timeMs - b.timeMs)
    .map(({ timeMs, frame }) => frameAt(timeMs + clockMs, frame));
}
