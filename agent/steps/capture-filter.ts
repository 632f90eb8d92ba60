import { isIP } from "node:net";

/**
 * What is recorded of the traffic with the gateway, in the language of pcap-filter(7): IKE, IP fragments of UDP, and
 * ICMP, errors of routers about packets to the gateway among them.
 *
 * By address, for only first fragments have ports. What the VPN carries (ESP) does not come out of the kernel as long as it is
 * whole: on port 4500 only what begins with the non-ESP marker does (RFC 3948 section 2.2), so that a busy tunnel does not fill
 * the capture. Pieces of it do, and are blanked by `minimizeCapture`.
 */
export function captureFilter(address: string): string {
  return isIP(address) === 6 ? filterV6(address) : filterV4(address);
}

const anyOf = (tests: string[]): string => tests.map((test) => `(${test})`).join(" or ");

function filterV4(address: string): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const withGateway = anyOf([
    "udp port 500",
    "udp port 4500 and udp[8:4] = 0",
    "ip proto 17 and ip[6:2] & 0x1fff != 0",
    "icmp",
  ]);
  // The destination of the packet that an error quotes, RFC 792.
  return anyOf([`ip host ${address} and (${withGateway})`, `icmp and icmp[24:4] = ${number}`]);
}

/** Offsets from the IPv6 header: an error's quote begins at 48, and its destination at 72; a Fragment header is 44. */
function filterV6(address: string): string {
  const withGateway = anyOf([
    "udp port 500",
    "udp port 4500 and ip6[48:4] = 0",
    "ip6[6] = 44 and ip6[40] = 17",
    "ip6[6] = 58",
  ]);
  const quoted = toWords(address).map((word, i) => `ip6[${72 + 4 * i}:4] = ${word}`);
  return anyOf([`ip6 host ${address} and (${withGateway})`, `ip6[6] = 58 and ${quoted.join(" and ")}`]);
}

/** @param address with all that RFC 5952 leaves out, but no dots: as `Gateway` spells it */
function toWords(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return [0, 2, 4, 6].map(
    (i) => Number.parseInt(all[i] ?? "0", 16) * 65_536 + Number.parseInt(all[i + 1] ?? "0", 16),
  );
}
