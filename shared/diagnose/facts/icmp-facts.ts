/** ICMP errors about IKE's own packets: who refused what. */
import { type Initiation, icmpRef, type Observations } from "../../evidence/observations.ts";
import { IKE_PORT, NAT_TRAVERSAL_PORT } from "../../ike/registry.ts";
import { familyOf } from "../../packet/address.ts";
import { IpProtocol } from "../../packet/ip.ts";
import { MIN_IP_HEADER_BYTES, UDP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { once } from "./once.ts";

type SeenError = Observations["icmpErrors"][number];

/** What an ICMP error says of the packet that it quotes: RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1. */
export type Refusal = "port-unreachable" | "prohibited" | "unreachable";

/** Destination Unreachable codes that say that a rule forbids it. */
const PROHIBITED: Readonly<Record<4 | 6, readonly number[]>> = { 4: [9, 10, 13], 6: [1, 5, 6] };

const toRef = (error: SeenError): EvidenceRef => icmpRef(error);

function refusalOf({ kind, source, code }: SeenError): Refusal | null {
  if (kind === "port-unreachable") return kind;
  if (kind !== "unreachable") return null;
  const family = familyOf(source);
  // Protocol, source route, scope: not about this port, and not about this path.
  if (family === 4 ? code === 2 || code === 5 : code === 2) return null;
  return PROHIBITED[family].includes(code) ? "prohibited" : "unreachable";
}

/** ICMP errors that refuse one kind of packet of the client's. */
export interface RefusedPort {
  refusal: Refusal;
  port: typeof IKE_PORT | typeof NAT_TRAVERSAL_PORT;
  gateway: string;
  /** Who sent them, and whether that is the gateway itself. */
  sender: string;
  byGateway: boolean;
  errors: number;
  evidence: EvidenceRef[];
}

/**
 * ICMP errors about the client's packets to the gateway's ports 500 and 4500, by port: the last kind of them,
 * as a port may be refused by several. A port from which the gateway answered is not among them.
 */
export const refusedPorts = once((o: Observations): RefusedPort[] => {
  const found = new Map<number, RefusedPort>();
  const answering = new Set(
    o.initiations.flatMap((i) => i.answeringPorts.map((port) => `${i.gateway} ${port}`)),
  );
  // Another gateway that refused does not matter once the client has gone on to this one.
  const latest = o.initiations.at(-1)?.gateway;
  for (const error of o.icmpErrors) {
    const { quoted } = error;
    const refusal = refusalOf(error);
    if (refusal === null || quoted === null || quoted.protocol !== IpProtocol.udp) continue;
    const { destination: gateway, destinationPort: port } = quoted;
    if (port !== IKE_PORT && port !== NAT_TRAVERSAL_PORT) continue;
    const isTheirs = latest === undefined ? o.gatewayAddresses.includes(gateway) : gateway === latest;
    if (!isTheirs || answering.has(`${gateway} ${port}`)) continue;
    const before = found.get(port);
    const isSame = before?.refusal === refusal && before.sender === error.source;
    found.set(port, {
      refusal,
      port,
      gateway,
      sender: error.source,
      byGateway: error.source === gateway,
      errors: isSame ? before.errors + 1 : 1,
      evidence: [...(isSame ? before.evidence : []), toRef(error)],
    });
  }
  return [...found.values()];
});

/**
 * ICMP errors with which the client's own computer, or the NAT before it, refused what the gateway sent to
 * its IKE ports, while it still asked: later on nobody waits for an answer any more.
 */
export const refusedByClient = (
  o: Observations,
  { capture, client, gateway }: Initiation,
  untilMs: number,
): EvidenceRef[] =>
  o.icmpErrors
    .filter(
      (e) =>
        e.timeMs < untilMs &&
        e.capture === capture &&
        e.source === client &&
        e.quoted?.source === gateway &&
        e.quoted.protocol === IpProtocol.udp &&
        !isKeepalive(e.quoted.ipBytes, familyOf(client)) &&
        refusalOf(e) !== null,
    )
    .map(toRef);

/**
 * A NAT-keepalive is one byte (RFC 3948 §2.3). A gateway sends them to ports of attempts that nobody goes on
 * with.
 */
const isKeepalive = (ipBytes: number | null, family: 4 | 6): boolean =>
  ipBytes !== null && ipBytes <= MIN_IP_HEADER_BYTES[family] + UDP_HEADER_BYTES + 1;

/**
 * "Reassembly time exceeded" (RFC 792, RFC 4443 §3.3): the receiver of IP fragments says that not all of them
 * came. It is sent only when the first one did.
 */
export const reassemblyFailures = (
  o: Observations,
  { capture }: Initiation,
  from: string,
  to: string,
): EvidenceRef[] =>
  o.icmpErrors
    .filter(
      (e) =>
        e.kind === "reassembly-time-exceeded" &&
        e.capture === capture &&
        e.source === to &&
        e.quoted?.source === from &&
        e.quoted.destination === to &&
        e.quoted.protocol === IpProtocol.udp,
    )
    .map(toRef);
