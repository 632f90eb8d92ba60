/**
 * Datagrams as steps of a round: those that were agreed on, and those that were not, whose round no agent may
 * begin. What is agreed on is in SECURITY.md.
 */
import { ikeDatagram, reflectorDatagram } from "./ike-gateway.ts";
import { udp } from "./windows-run.ts";

const ONE = Buffer.alloc(1);
const fromText = (base64: string) => Buffer.from(base64, "base64");
/** A datagram with something of it changed. */
export function changedDatagram(
  port: number,
  change: (bytes: Buffer) => Buffer,
  base64 = ikeDatagram(port),
): string {
  return change(fromText(base64)).toString("base64");
}
const markerBytes = (bytes: Buffer): number => (bytes.readUInt32BE(0) === 0 ? 4 : 0);
/** What is no IKEv2 request of an initiator, RFC 7296 §3.1: a byte of its header. */
const NO_IKE_BYTES = [
  ["version 1.0", 17, 0x10],
  ["version 2.1", 17, 0x21],
  ["exchange 4 of IKEv1", 18, 4],
  ["exchange CREATE_CHILD_SA", 18, 36],
  ["a response", 19, 0x28],
  ["no initiator", 19, 0],
  ["a length that is not its own", 27, 1],
  ["a length above 2^31", 24, 0x80],
] as const;
const NO_IKE: { name: string; change: (bytes: Buffer) => Buffer }[] = [
  ...NO_IKE_BYTES.map(([name, at, value]) => ({
    name,
    change: (bytes: Buffer) => {
      bytes[markerBytes(bytes) + at] = value;
      return bytes;
    },
  })),
  { name: "27 bytes", change: (bytes) => bytes.subarray(0, markerBytes(bytes) + 27) },
  { name: "a byte behind it", change: (bytes) => Buffer.concat([bytes, ONE]) },
  { name: "text", change: () => Buffer.from("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n") },
  { name: "nothing", change: () => Buffer.alloc(0) },
];

/** What a plan sends, as agreed on: the exchanges of IKE, both ports, and the reflector's requests. */
export const AGREED_STEPS: readonly object[] = [
  ...[34, 35, 37, 43].map((exchange) => ({
    ...udp("a", 500),
    datagram: changedDatagram(500, (bytes) => bytes.fill(exchange, 18, 19)),
  })),
  udp("a", 4500),
  { ...udp("a", 4000), target: "REFLECTOR.example", datagram: reflectorDatagram(1) },
  { ...udp("a", 4000), target: "reflector.example", datagram: reflectorDatagram(2) },
];

/**
 * By a name, with the first field that is wrong; the case is about 127.0.0.1, with reflector.example, which
 * was sent to on port 4000 before.
 */
export const DISAGREED_STEPS: readonly { name: string; step: object; field: string }[] = [
  ...[53, 501, 9].map((port) => ({ name: `UDP port ${port}`, step: udp("a", port), field: "port" })),
  ...[500, 4500].flatMap((port) =>
    NO_IKE.map(({ name, change }) => ({
      name: `on port ${port}, ${name}`,
      step: { ...udp("a", port), datagram: changedDatagram(port, change) },
      field: "datagram",
    })),
  ),
  {
    name: "on port 4500, no marker",
    step: { ...udp("a", 4500), datagram: ikeDatagram(500) },
    field: "datagram",
  },
  {
    name: "on port 500, a marker",
    step: { ...udp("a", 500), datagram: ikeDatagram(4500) },
    field: "datagram",
  },
  {
    name: "what is the reflector's, to the gateway",
    step: { ...udp("a", 500), datagram: reflectorDatagram(1) },
    field: "datagram",
  },
  {
    name: "the reflector's, another port than before",
    step: { ...udp("a", 4001), target: "reflector.example", datagram: reflectorDatagram(1) },
    field: "port",
  },
  ...[
    { name: "an IKE message", datagram: ikeDatagram(500) },
    {
      name: "an answer",
      datagram: changedDatagram(4000, (bytes) => bytes.fill(3, 5, 6), reflectorDatagram(1)),
    },
    {
      name: "a byte too many",
      datagram: Buffer.concat([fromText(reflectorDatagram(2)), ONE]).toString("base64"),
    },
    { name: "nothing", datagram: "" },
  ].map(({ name, datagram }) => ({
    name: `to the reflector, ${name}`,
    step: { ...udp("a", 4000), target: "reflector.example", datagram },
    field: "datagram",
  })),
];
