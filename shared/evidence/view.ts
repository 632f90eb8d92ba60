/** Where a capture was taken: at the client, at the gateway, or between them. */
import type { IpPacket } from "../packet/ip.ts";
import type { View } from "./observations.ts";

/**
 * What systems put into the Time to Live or Hop Limit of a new packet: 64 (Linux, Apple), 128 (Windows), 255
 * (network equipment). Each router takes 1 from it, and no path is long enough to lead from one to another.
 */
const INITIAL_HOP_LIMITS: readonly number[] = [64, 128, 255];

/** Whether no router has taken anything from a hop limit, as far as its value tells. */
export const isInitialHopLimit = (hopLimit: number): boolean => INITIAL_HOP_LIMITS.includes(hopLimit);

/** RFC 1918 and RFC 6598: addresses that are never seen on the other side of a NAT. */
const PRIVATE_IPV4 =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
/** Whether an address is on the inner side of a NAT; IPv6 has none. */
export const isPrivate = (address: string): boolean => PRIVATE_IPV4.test(address);

/** The packets of one IKE SA, by who sent them. */
export interface TwoEnds {
  client: string;
  gateway: string;
  fromClient: readonly IpPacket[];
  fromGateway: readonly IpPacket[];
}

/**
 * Where the capture of an IKE SA was taken, from what routers and a NAT did to its packets before.
 *
 * @returns `null` where nothing tells, or where the signs contradict each other
 */
export function viewOf(ends: TwoEnds): View | null {
  const left = [byHopLimits(ends), byAddresses(ends)].reduce<readonly View[]>(
    (views, sign) => views.filter((view) => sign.includes(view)),
    ["client", "gateway", "between"],
  );
  if (left.length === 3) return null;
  // A NAT tells on which of its sides the capture was taken: most are taken at that end itself.
  return left[0] ?? null;
}

/**
 * The same where the packets prove it: what one end sent has passed no router, what the other sent has, and
 * the addresses do not contradict. A NAT alone proves nothing: who tests from within sees private addresses.
 */
export function provenView(ends: TwoEnds): View | null {
  const [only, ...others] = byHopLimits(ends);
  if (only === undefined || others.length > 0) return null;
  return byAddresses(ends).includes(only) ? only : null;
}

const ANYWHERE: readonly View[] = ["client", "gateway", "between"];

/** A packet that no router has touched is at its sender's. */
function byHopLimits({ fromClient, fromGateway }: TwoEnds): readonly View[] {
  const [client, gateway] = [untouched(fromClient), untouched(fromGateway)];
  if (client === null || gateway === null || (client && gateway)) return ANYWHERE;
  return client ? ["client"] : gateway ? ["gateway"] : ["between"];
}

/** Whether no router has touched the packets; `null` where some say so and others do not. */
function untouched(packets: readonly IpPacket[]): boolean | null {
  const fresh = packets.filter(({ hopLimit }) => isInitialHopLimit(hopLimit)).length;
  if (packets.length === 0) return null;
  return fresh === packets.length ? true : fresh === 0 ? false : null;
}

/** Of a private and a public address, the private one is on the capture's side of the NAT. */
export function byAddresses({ client, gateway }: Pick<TwoEnds, "client" | "gateway">): readonly View[] {
  const [privateClient, privateGateway] = [isPrivate(client), isPrivate(gateway)];
  if (privateClient === privateGateway) return ANYWHERE;
  return privateClient ? ["client", "between"] : ["gateway", "between"];
}
