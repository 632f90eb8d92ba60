/** Which packets tcpdump is asked to record. */
import { isIP } from "node:net";

/**
 * What is recorded of the traffic with the gateway, in the language of pcap-filter(7): IKE, IP fragments of
 * UDP, and ICMP, including routers' errors about packets to the gateway.
 *
 * It filters by address, because only first fragments have ports. The kernel does not hand out whole packets
 * of what the VPN carries (ESP): on port 4500, only packets that begin with the non-ESP marker pass (RFC 3948
 * section 2.2), so that a busy tunnel does not fill the capture. IP fragments of ESP pass, and
 * `minimizeCapture` blanks them.
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
  // Bytes 24 to 27 are the destination of the packet that an error quotes, RFC 792.
  return anyOf([`ip host ${address} and (${withGateway})`, `icmp and icmp[24:4] = ${number}`]);
}

/** From the IPv6 header, an error's quote begins at 48, its destination at 72. 44: Fragment header. */
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

/**
 * The four 32-bit words of an address.
 *
 * @param address as `Gateway` spells it: shortened by RFC 5952, without dots
 */
function toWords(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return [0, 2, 4, 6].map(
    (i) => Number.parseInt(all[i] ?? "0", 16) * 65_536 + Number.parseInt(all[i + 1] ?? "0", 16),
  );
}
