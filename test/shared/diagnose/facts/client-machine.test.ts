import { expect, test } from "vitest";
import { networkKind } from "../../../../shared/diagnose/facts/client-machine.ts";
import { observations } from "../../../support/observations.ts";

/** Names and drivers as systems show them; the drivers' are from the makers' own lists. */
const INTERFACES: [kind: string, name: string, description?: string][] = [
  ["cellular", "イーサネット 5", "Apple Mobile Device Ethernet"],
  ["cellular", "Ethernet 3", "Remote NDIS based Internet Sharing Device"],
  ["cellular", "携帯電話", "Snapdragon X55 5G Modem"],
  ["cellular", "Cellular", "Intel(R) XMM(TM) 7360 LTE-A"],
  ["cellular", "wwan0"],
  ["wifi", "Wi-Fi", "Intel(R) Wi-Fi 6 AX201 160MHz"],
  ["wifi", "ワイヤレス ネットワーク接続"],
  ["wifi", "Ethernet 2", "Realtek 8821CE Wireless LAN 802.11ac PCI-E NIC"],
  ["wifi", "wlp3s0"],
  ["ethernet", "イーサネット", "Realtek PCIe GbE Family Controller"],
  ["ethernet", "ローカル エリア接続"],
  ["ethernet", "Ethernet", "Realtek Gaming 2.5GbE Family Controller"],
  ["ethernet", "enp0s31f6"],
  ["ethernet", "eth0"],
  ["vpn", "Local Area Connection* 2", "WAN Miniport (IKEv2)"],
  ["vpn", "Ethernet 4", "TAP-Windows Adapter V9"],
  ["vpn", "utun3"],
  ["vpn", "wg0"],
  ["unknown", "vEthernet (Default Switch)", "Hyper-V Virtual Ethernet Adapter"],
  ["unknown", "ppp0"],
  ["unknown", "en0"],
  ["unknown", "My link"],
];

test.each(INTERFACES)("the network is of the kind %s over %s (%s)", (kind, name, description) => {
  const egress = {
    index: 1,
    name,
    ...(description === undefined ? {} : { description }),
    mtuV4: 1500,
    mtuV6: null,
    connected: true,
    ref: { kind: "text" as const, source: "text", line: 1 },
  };
  expect(networkKind(observations({ egress }))).toBe(kind);
});

test("an iPhone's hotspot is a mobile network over Wi-Fi too, and no interface tells nothing", () => {
  expect(networkKind(observations({ clientAddresses: ["172.20.10.2"] }))).toBe("cellular");
  expect(networkKind(observations({ clientAddresses: ["192.0.0.2"] }))).toBe("unknown");
});
