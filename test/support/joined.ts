/**
 * Logins at both ends for tests, made by hand: each maker gives something ordinary, and a test says what
 * differs. The client's clock is the first one.
 */
import { ExchangeType } from "../../shared/ike/registry.ts";
import type {
  BothEnds,
  DatagramSeen,
  JoinedDatagram,
  JoinedLogin,
  JoinedPacket,
  Place,
} from "../../shared/schema/joined.ts";

/** A Monday in 2026 that all logins begin on, in milliseconds since the epoch. */
export const LOGIN_MS = Date.UTC(2026, 0, 12, 13, 5, 2, 117);

/** How long a packet takes from one end to the other. */
const TRANSIT_MS = 20;

/** A capture at the client, unless told otherwise. */
export const place = (given: Partial<Place> = {}): Place => ({
  source: `${given.end ?? "client"}.pcapng`,
  kind: "capture",
  end: "client",
  endFrom: "packets",
  client: given.end === "gateway" ? "203.0.113.7" : "192.168.1.5",
  gateway: "192.0.2.1",
  clock:
    given.end === "gateway" ? { aheadMs: 10_800_250, uncertaintyMs: 12 } : { aheadMs: 0, uncertaintyMs: 0 },
  ...given,
});

/** The usual two places: captures at both ends, the gateway's clock three hours ahead. */
export const twoPlaces = (): Place[] => [place(), place({ end: "gateway" })];

/** The IP packets of a datagram: one, or its IP fragments in order, each with what became of it. */
export function packets(
  ...each: (readonly [ipBytes: number, fate: JoinedPacket["fate"], arrivedIpBytes?: number[]])[]
): JoinedPacket[] {
  let offset = 0;
  return each.map(([ipBytes, fate, into], at) => {
    const packet: JoinedPacket = {
      ipBytes,
      ipFragmentOffset: offset,
      moreIpFragments: at < each.length - 1,
      fate,
      arrivedIpBytes: into ?? (fate === "arrived" ? [ipBytes] : []),
      lostBetween: fate === "lost" ? [0, 1] : null,
    };
    offset += ipBytes - 20;
    return packet;
  });
}

/** What a test says of a datagram: its packets, and whatever is not ordinary. */
interface Given extends Partial<Omit<JoinedDatagram, "packets">> {
  packets: JoinedPacket[];
  /** When it left, in milliseconds after the beginning of the login, and how long it took. */
  atMs?: number;
  transitMs?: number;
  /** The first frame of it at the client, and at the gateway. */
  frames?: [client: number, gateway: number];
}

/**
 * A request of the client, IKE_AUTH unless told otherwise, as two places show it. Its fate and what each
 * place has of it follow from its packets.
 */
export function datagram({
  atMs = 0,
  transitMs = TRANSIT_MS,
  frames = [1, 1],
  ...given
}: Given): JoinedDatagram {
  const fromClient = given.fromClient ?? true;
  const fates = new Set(given.packets.map((p) => p.fate));
  const left = given.packets.map((p) => p.ipBytes);
  const came = given.packets.flatMap((p) => p.arrivedIpBytes);
  const [client, gateway] = twoPlaces();
  const near = fromClient ? 0 : 1;
  const has = (at: 0 | 1): DatagramSeen | null => {
    const ipBytes = at === near ? left : came;
    if (ipBytes.length === 0) return null;
    const source = (at === 0 ? client : gateway)?.source ?? "";
    const ahead = (at === 0 ? 0 : gateway?.clock?.aheadMs) ?? 0;
    return {
      timeMs: LOGIN_MS + atMs + (at === near ? 0 : transitMs) + ahead,
      ipBytes,
      ipIdentification: 4_660 + at,
      complete: at === near || !fates.has("lost"),
      refs: ipBytes.map((_, n) => ({ kind: "packet", capture: source, frame: frames[at] + n })),
    };
  };
  return {
    exchangeType: ExchangeType.IKE_AUTH,
    messageId: 1,
    isResponse: !fromClient,
    fromClient,
    ikeFragment: null,
    ikeLength: left.reduce((sum, bytes) => sum + bytes - 20, 0) - 12,
    sending: 1,
    seen: [has(0), has(1)],
    fate: fates.has("lost")
      ? fates.size > 1
        ? "partly-lost"
        : "lost"
      : fates.has("not-covered")
        ? "not-covered"
        : fates.has("recut")
          ? "recut"
          : "arrived",
    cameTwice: false,
    outOfOrder: false,
    ...given,
    packets: fromClient
      ? given.packets
      : given.packets.map((p) => ({ ...p, lostBetween: p.fate === "lost" ? [1, 0] : null })),
  };
}

/** IKE_SA_INIT and its answer, which arrive. */
export const opening = (): JoinedDatagram[] => [
  datagram({ exchangeType: ExchangeType.IKE_SA_INIT, messageId: 0, packets: packets([652, "arrived"]) }),
  datagram({
    exchangeType: ExchangeType.IKE_SA_INIT,
    messageId: 0,
    fromClient: false,
    packets: packets([332, "arrived"]),
    atMs: 40,
    frames: [2, 2],
  }),
];

/** A login that both ends captured. */
export const joinedLogin = (
  datagrams: JoinedDatagram[],
  given: Partial<Omit<JoinedLogin, "datagrams">> = {},
): JoinedLogin => ({
  initiatorSpi: "0123456789abcdef",
  provenBy: "spi",
  family: 4,
  places: twoPlaces(),
  datagrams,
  ...given,
});

/** What a diagnosis holds of joined logins. */
export const bothEnds = (logins: JoinedLogin[], given: Partial<BothEnds> = {}): BothEnds => ({
  logins,
  notJoined: [],
  joinedLogins: logins.length,
  omittedDatagrams: 0,
  ...given,
});
