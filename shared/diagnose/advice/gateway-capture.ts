/**
 * How to record a login at the gateway, in the commands of its product: bounded in size, and with the IP
 * fragments that a filter by port alone hides. Sources and how each was tried: docs/evidence.md.
 */
import type { Observations } from "../../evidence/observations.ts";
import type { VendorProduct } from "../../ike/vendor-ids.ts";
import { productsSeen } from "./server-actions.ts";

/**
 * Of IKE the messages, of UDP port 4500 without ESP where tcpdump can tell it apart (over IPv4), and IP
 * fragments: later ones have no ports. The fragment tests look into the IP header of either family.
 */
export const TCPDUMP_FILTER =
  "udp port 500 or (udp port 4500 and (ip6 or udp[8:4] = 0)) or (ip[6:2] & 0x1fff != 0) or ip6[6] = 44 or icmp or icmp6";

interface GatewayCapture {
  /** Starts the capture, stops it and makes a pcap of it, each line a command. */
  command: string;
  /** `CLIENT` stands in it for the address under which the gateway sees the client. */
  namesClient: boolean;
}

const TCPDUMP: GatewayCapture = {
  command: `sudo timeout 600 tcpdump -i any -s 0 -c 20000 -w gateway.pcap '${TCPDUMP_FILTER}'`,
  namesClient: false,
};

const BY_PRODUCT: Partial<Record<VendorProduct, GatewayCapture>> = {
  windows: {
    command: [
      "pktmon filter remove",
      "pktmon filter add IKE -i CLIENT",
      "pktmon start --capture --comp nics --pkt-size 0 --file-size 50 --file-name gateway.etl",
      "pktmon stop",
      "pktmon etl2pcap gateway.etl --out gateway.pcapng",
    ].join("\n"),
    namesClient: true,
  },
  fortinet: { command: "diagnose sniffer packet any 'host CLIENT' 6 5000 a", namesClient: true },
  cisco: {
    command: [
      "configure terminal",
      "ip access-list extended IKEFRAG",
      "permit ip host CLIENT any",
      "permit ip any host CLIENT",
      "end",
      "monitor capture IKEFRAG interface INTERFACE both access-list IKEFRAG buffer size 10 limit duration 300",
      "monitor capture IKEFRAG start",
      "monitor capture IKEFRAG stop",
      "monitor capture IKEFRAG export flash:gateway.pcap",
    ].join("\n"),
    namesClient: true,
  },
};

/** How each product records: tcpdump, and those that have none. */
export const GATEWAY_CAPTURES: readonly { name: string; command: string }[] = [
  { name: "tcpdump", command: TCPDUMP.command },
  ...Object.entries(BY_PRODUCT).map(([product, { command }]) => ({
    name: { windows: "Windows Server", fortinet: "FortiGate", cisco: "Cisco IOS XE" }[product] ?? product,
    command,
  })),
];

/** How the gateway's product records, where its Vendor IDs tell one product; else with tcpdump. */
export function gatewayCapture(o: Observations): GatewayCapture {
  const [product, ...others] = productsSeen(o);
  return (product !== undefined && others.length === 0 && BY_PRODUCT[product]) || TCPDUMP;
}
