/** Finding IP in frames of each link type, wherever a frame is cut. */
import { expect, test } from "vitest";
import { fromHex } from "../../../shared/bytes/hex.ts";
import { findIp, LinkType, NOT_IP, UNREAD_LINK_TYPE } from "../../../shared/packet/link.ts";

const IP4 = "45000014000000004011000000000000 00000000";
const IP6 = "6000000000000000".padEnd(80, "0");
const MACS = "020000000002020000000001";
const SNAP = "aaaa03000000";

/** Name, link type, what stands in front of the IP header, and which IP header it is. */
const links: [name: string, linkType: number, front: string, ip: string][] = [
  ["Ethernet", LinkType.ethernet, `${MACS}0800`, IP4],
  ["Ethernet, IPv6", LinkType.ethernet, `${MACS}86dd`, IP6],
  ["802.1Q", LinkType.ethernet, `${MACS}810000070800`, IP4],
  ["802.1ad around 802.1Q around 802.1Q", LinkType.ethernet, `${MACS}88a8000181000002810000030800`, IP4],
  ["old QinQ", LinkType.ethernet, `${MACS}9100000186dd`, IP6],
  ["PPPoE session", LinkType.ethernet, `${MACS}8864 110000010016 0021`, IP4],
  ["PPPoE in a VLAN, IPv6", LinkType.ethernet, `${MACS}81000001 8864 11000001002a 0057`, IP6],
  ["802.3 with SNAP", LinkType.ethernet, `${MACS}001c ${SNAP}0800`, IP4],
  ["802.3 with IP's own SAP", LinkType.ethernet, `${MACS}0017 060603`, IP4],
  ["MPLS, two labels", LinkType.ethernet, `${MACS}8847 00010040 00011140`, IP4],
  ["PPP", LinkType.ppp, "ff030021", IP4],
  ["PPP, address and control left out", LinkType.ppp, "0057", IP6],
  ["PPP, one byte of protocol", LinkType.ppp, "ff0321", IP4],
  ["PPP in HDLC framing", LinkType.pppHdlc, "ff030021", IP4],
  ["PPP with a direction", LinkType.pppWithDirection, "01ff030021", IP4],
  ["PPPoE without Ethernet", LinkType.pppEther, "110000010016 0021", IP4],
  ["Cisco HDLC", LinkType.cHdlc, "0f000800", IP4],
  ["Cisco HDLC under a PPP link type", LinkType.pppHdlc, "0f0086dd", IP6],
  ["Linux cooked v1", LinkType.linuxSll, "0000000100060200000000010000 0800", IP4],
  ["Linux cooked v1 with a VLAN tag", LinkType.linuxSll, "0000000100060200000000010000 8100 0007 0800", IP4],
  ["Linux cooked v2", LinkType.linuxSll2, "86dd 0000 00000002 0001 00 06 0200000000010000", IP6],
  ["raw IP 101", LinkType.raw, "", IP6],
  ["raw IP 12", LinkType.dltRawBsd, "", IP4],
  ["raw IP 14", LinkType.dltRawOpenBsd, "", IP4],
  ["raw IPv4", LinkType.ipv4, "", IP4],
  ["raw IPv6", LinkType.ipv6, "", IP6],
  ["loopback, little-endian", LinkType.null, "02000000", IP4],
  ["loopback, big-endian", LinkType.null, "00000002", IP4],
  ["loopback, macOS IPv6", LinkType.null, "1e000000", IP6],
  ["loopback, FreeBSD IPv6", LinkType.null, "0000001c", IP6],
  ["OpenBSD loopback", LinkType.loop, "00000018", IP6],
  ["frame relay", LinkType.frameRelay, "184103cc", IP4],
  ["802.11 data", LinkType.ieee80211, `0802 0000 ${MACS}020000000003 0000 ${SNAP}0800`, IP4],
  ["802.11 QoS data", LinkType.ieee80211, `8801 0000 ${MACS}020000000003 0000 0000 ${SNAP}0800`, IP4],
  [
    "802.11 from one access point to another",
    LinkType.ieee80211,
    `0803 0000 ${MACS}020000000003 0000 020000000004 ${SNAP}0800`,
    IP4,
  ],
  ["radiotap", LinkType.radiotap, `0000 0800 00000000 0802 0000 ${MACS}020000000003 0000 ${SNAP}86dd`, IP6],
  [
    "radiotap that pads QoS data",
    LinkType.radiotap,
    `0000 0900 02000000 20 8802 0000 ${MACS}020000000003 0000 0000 0000 ${SNAP}0800`,
    IP4,
  ],
  [
    "radiotap with a clock before the flags",
    LinkType.radiotap,
    `0000 1100 03000000 0000000000000000 20 8802 0000 ${MACS}020000000003 0000 0000 0000 ${SNAP}0800`,
    IP4,
  ],
  ["PKTAP around Ethernet", LinkType.pktap, `0c000000 01000000 01000000 ${MACS}0800`, IP4],
  ["NFLOG", LinkType.nflog, "02000000 0800 0100 00000000 1800 0900", IP4],
  ["NFLOG of a big-endian host", LinkType.nflog, "02000000 0008 0001 00000000 0018 0009", IP4],
];
for (const [name, linkType, front, ip] of links) {
  test(`findIp() looks through ${name}`, () => {
    const before = fromHex(`ffff${front}`);
    const bytes = fromHex(`ffff${front}${ip}`);
    const view = new DataView(bytes.buffer);
    expect(findIp(linkType, view, 2, bytes.length)).toBe(before.length);
    // Wherever the frame is cut, nothing beyond it is read.
    for (let end = 2; end < bytes.length; end++) {
      const cut = new DataView(bytes.buffer, 0, end);
      const at = findIp(linkType, cut, 2, end);
      if (end < before.length + 20) expect(at).toBe(NOT_IP);
    }
  });
}

const others: [name: string, linkType: number, hex: string, want: number][] = [
  ["ARP", LinkType.ethernet, `${MACS}0806${IP4}`, NOT_IP],
  ["an EtherType that lies", LinkType.ethernet, `${MACS}0800${"05".repeat(20)}`, NOT_IP],
  ["PPPoE discovery", LinkType.ethernet, `${MACS}8863${IP4}`, NOT_IP],
  ["PPP's LCP", LinkType.ppp, `ff03c021${IP4}`, NOT_IP],
  [
    "an encrypted 802.11 frame",
    LinkType.ieee80211,
    `0842 0000 ${MACS}020000000003 0000 ${SNAP}0800${IP4}`,
    NOT_IP,
  ],
  ["an 802.11 beacon", LinkType.ieee80211, `8000 0000 ${MACS}020000000003 0000 ${SNAP}0800${IP4}`, NOT_IP],
  ["endless VLAN tags", LinkType.ethernet, `${MACS}${"81000001".repeat(40)}0800${IP4}`, NOT_IP],
  ["PKTAP in PKTAP", LinkType.pktap, `0c000000 01000000 02010000 ${IP4}`, NOT_IP],
  ["USB", 189, IP4, UNREAD_LINK_TYPE],
];
for (const [name, linkType, hex, want] of others) {
  test(`findIp() finds none in ${name}`, () => {
    const bytes = fromHex(hex);
    expect(findIp(linkType, new DataView(bytes.buffer), 0, bytes.length)).toBe(want);
  });
}
