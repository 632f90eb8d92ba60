/**
 * Which datagrams the person agreed to: IKEv2 requests to the gateway on IKE's two ports, and where a
 * reflector was named, its own two requests to one port of it. Whoever controls the service can have this
 * computer send nothing else.
 */
import type { UdpStep } from "../shared/schema/plan.ts";

/** What the consent named, and which port the reflector turned out to have. */
export interface Agreed {
  gateway: string;
  reflector: string | null;
  /** The port of the first datagram to the reflector; `null`: there was none yet. */
  reflectorPort: number | null;
}

/** UDP ports of IKE: RFC 7296 section 2; and RFC 3948 section 2, where four zero bytes come first. */
const IKE_PORTS: readonly number[] = [500, 4500];
const MARKER_BYTES = 4;
const HEADER_BYTES = 28;
/** IKE_SA_INIT, IKE_AUTH, INFORMATIONAL, IKE_INTERMEDIATE. */
const EXCHANGES: readonly number[] = [34, 35, 37, 43];
/** Version 2.0, and of the flags the initiator's alone: a request, RFC 7296 section 3.1. */
const VERSION_2 = 0x20;
const INITIATOR = 0x08;

/** The requests of shared/reflect/protocol.ts: "IKFR", version 1, type; by their type, bytes of the whole. */
const REFLECTOR_HEAD = Buffer.from("IKFR\x01");
const REFLECTOR_BYTES: Readonly<Record<number, number>> = { 1: 69, 2: 91 };

const isSameHost = (a: string, b: string | null): boolean => a.toLowerCase() === b?.toLowerCase();

/**
 * Holds a datagram against what was agreed to. The first port of a reflector is remembered in `agreed`.
 *
 * @returns the first field that is not as agreed; `null`: it may be sent
 */
export function wrongDatagramField(
  { target, port, datagram }: Pick<UdpStep, "target" | "port" | "datagram">,
  agreed: Agreed,
): "port" | "datagram" | null {
  const isReflector = isSameHost(target, agreed.reflector);
  const bytes = Buffer.from(datagram, "base64");
  if (IKE_PORTS.includes(port) && (!isReflector || isSameHost(target, agreed.gateway)))
    return isIkeRequest(bytes, port) ? null : "datagram";
  if (!isReflector) return "port";
  agreed.reflectorPort ??= port;
  if (port !== agreed.reflectorPort) return "port";
  return isReflectorRequest(bytes) ? null : "datagram";
}

function isIkeRequest(datagram: Buffer, port: number): boolean {
  const isMarked = port !== IKE_PORTS[0];
  if (isMarked && (datagram.length < MARKER_BYTES || datagram.readUInt32BE(0) !== 0)) return false;
  const message = isMarked ? datagram.subarray(MARKER_BYTES) : datagram;
  return (
    message.length >= HEADER_BYTES &&
    message[17] === VERSION_2 &&
    EXCHANGES.includes(message[18] ?? 0) &&
    message[19] === INITIATOR &&
    message.readUInt32BE(24) === message.length
  );
}

const isReflectorRequest = (datagram: Buffer): boolean =>
  datagram.subarray(0, REFLECTOR_HEAD.length).equals(REFLECTOR_HEAD) &&
  REFLECTOR_BYTES[datagram[REFLECTOR_HEAD.length] ?? 0] === datagram.length;
