/** IP headers, tunnels, addresses as text, and ICMP errors with what they quote. */
import { expect, test } from "vitest";
import { fromHex } from "../../../shared/bytes/hex.ts";
import { ipv4Text, ipv6Text } from "../../../shared/packet/address.ts";
import { readIcmpError } from "../../../shared/packet/icmp.ts";
import { findTunnelledIp, newIpFields, readIp } from "../../../shared/packet/ip.ts";
import { fragmentationNeeded, icmp, ip, ipv4, ipv6, ipv6Address, udp } from "../../support/packet-builder.ts";

const v4 = { source: "192.0.2.1", destination: "198.51.100.7", protocol: 17 };
const v6 = { source: "2001:db8::1", destination: "2001:db8:0:1::7", protocol: 17 };

function read(bytes: Uint8Array, end = bytes.length) {
  const fields = newIpFields();
  return readIp(fields, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, end) ? fields : null;
}

test("readIp() reads an IPv4 header with options, and stops at its Total Length", () => {
  const packet = ipv4({
    ...v4,
    payload: new Uint8Array(100),
    options: new Uint8Array(8),
    identification: 7,
    dontFragment: true,
  });
  const padded = new Uint8Array(200);
  padded.set(packet);
  expect(read(padded)).toMatchObject({
    family: 4,
    protocol: 17,
    payloadStart: 28,
    payloadEnd: 128,
    ipBytes: 128,
    cutBytes: 0,
    isIpFragment: false,
    identification: 7,
    dontFragment: true,
  });
});

test("readIp() tells a cut capture from a short packet", () => {
  const packet = ipv4({ ...v4, payload: new Uint8Array(100) });
  expect(read(packet, 60)).toMatchObject({ payloadEnd: 60, ipBytes: 120, cutBytes: 60 });
});

test("readIp() takes a Total Length of zero for an offloaded packet", () => {
  const packet = ipv4({ ...v4, payload: new Uint8Array(100), totalLength: 0 });
  expect(read(packet)).toMatchObject({ ipBytes: 120, payloadEnd: 120 });
});

test("an IPv4 fragment is one by its offset or by MF, whatever DF says", () => {
  const payload = new Uint8Array(16);
  expect(read(ipv4({ ...v4, payload, moreFragments: true }))).toMatchObject({
    isIpFragment: true,
    fragmentOffset: 0,
  });
  expect(read(ipv4({ ...v4, payload, fragmentOffset: 1480, dontFragment: true }))).toMatchObject({
    isIpFragment: true,
    fragmentOffset: 1480,
    moreFragments: false,
  });
});

test("readIp() reads IPv6 and its Fragment header", () => {
  expect(read(ipv6({ ...v6, payload: new Uint8Array(24) }))).toMatchObject({
    family: 6,
    protocol: 17,
    payloadStart: 40,
    ipBytes: 64,
  });
  const fragment = ipv6({
    ...v6,
    payload: new Uint8Array(24),
    fragmentOffset: 1448,
    moreFragments: true,
    identification: 0xfffffffe,
  });
  expect(read(fragment)).toMatchObject({
    protocol: 17,
    payloadStart: 48,
    ipBytes: 72,
    isIpFragment: true,
    fragmentOffset: 1448,
    moreFragments: true,
    identification: 0xfffffffe,
    dontFragment: null,
  });
});

test("IPv6 extension headers are stepped over in any order, an atomic fragment and AH too", () => {
  const headers = [
    "3c00000000000000", // Hop-by-Hop, then Destination Options
    "2b00000000000000", // Destination Options, then Routing
    "2c02000000000000 0000000000000000 0000000000000000", // Routing of 24 bytes, then Fragment
    "3300000000000005", // an atomic fragment, then AH
    "110100000000000000000000", // AH of 12 bytes, then UDP
  ];
  const payload = fromHex(`${headers.join("")}01f401f400080000`);
  const packet = ipv6({ ...v6, protocol: 0, payload });
  expect(read(packet)).toMatchObject({ protocol: 17, payloadStart: packet.length - 8, isIpFragment: false });
  const endless = ipv6({ ...v6, protocol: 60, payload: fromHex("3c00000000000000".repeat(20)) });
  expect(read(endless)).toBeNull();
});

test("no cut of a packet is read beyond its end, and none throws", () => {
  const packets = [
    ipv4({ ...v4, payload: new Uint8Array(40), options: new Uint8Array(20) }),
    ipv6({ ...v6, protocol: 0, payload: fromHex("2c00000000000000 1100000100000001 01f401f400080000") }),
  ];
  for (const packet of packets) {
    for (let end = 20; end <= packet.length; end++) {
      const cut = packet.slice(0, end);
      const fields = read(cut);
      if (fields) expect(fields.payloadStart).toBeLessThanOrEqual(fields.payloadEnd);
    }
  }
});

const bad: [name: string, hex: string][] = [
  ["a header length below 20", "44000014000000004011000000000000 00000000"],
  ["a Total Length below the header", "45000010000000004011000000000000 00000000"],
  ["an IPv6 header that is cut", "60".padEnd(60, "0")],
];
for (const [name, hex] of bad) test(`readIp() refuses ${name}`, () => expect(read(fromHex(hex))).toBeNull());

const tunnels: [name: string, protocol: number, front: string, inner: "4" | "6"][] = [
  ["IP in IP", 4, "", "4"],
  ["6in4", 41, "", "6"],
  ["GRE", 47, "00000800", "4"],
  ["GRE with checksum, key and sequence", 47, "b0000800 00000000 00000001 00000002", "4"],
  ["GRE around IPv6", 47, "000086dd", "6"],
  ["GRE around Ethernet", 47, "00006558 020000000002020000000001 0800", "4"],
  ["PPTP's GRE", 47, "3081880b 00000000 00000001 00000002 ff030021", "4"],
];
for (const [name, protocol, front, inner] of tunnels) {
  test(`findTunnelledIp() finds the packet in ${name}`, () => {
    const packet =
      inner === "4"
        ? ipv4({ ...v4, payload: new Uint8Array(8) })
        : ipv6({ ...v6, payload: new Uint8Array(8) });
    const head = fromHex(front);
    const bytes = new Uint8Array(head.length + packet.length);
    bytes.set(head);
    bytes.set(packet, head.length);
    expect(findTunnelledIp(protocol, new DataView(bytes.buffer), 0, bytes.length)).toBe(head.length);
    for (let end = 0; end < head.length + 20; end++) {
      expect(findTunnelledIp(protocol, new DataView(bytes.buffer, 0, end), 0, end)).toBe(-1);
    }
  });
}

const addresses = [
  "2001:db8::1",
  "::",
  "::1",
  "fe80::",
  "2001:db8:0:1:1:1:1:1",
  "2001:0:0:1::1",
  "2001:db8::1:0:0:1",
  "1:2:3:4:5:6:7:8",
];
test("ipv6Text() writes what RFC 5952 wants", () => {
  for (const address of addresses) expect(ipv6Text(ipv6Address(address), 0)).toBe(address);
  expect(ipv6Text(fromHex("00000000000000000000ffffc0000201"), 0)).toBe("::ffff:192.0.2.1");
  expect(ipv4Text(fromHex("ff c0000201"), 1)).toBe("192.0.2.1");
});

const quoted = ip({ ...v4, payload: udp(4500, 500, new Uint8Array(2000)), dontFragment: true });
function readIcmp(family: 4 | 6, bytes: Uint8Array) {
  const message = { ...newIpFields(), family, payloadStart: 0, payloadEnd: bytes.length };
  return readIcmpError(message, bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
}

test("readIcmpError() reads Fragmentation Needed with its MTU and the packet it quotes", () => {
  const error = readIcmp(4, fragmentationNeeded(1400, quoted));
  expect(error).toEqual({
    kind: "packet-too-big",
    type: 3,
    code: 4,
    nextHopMtu: 1400,
    quoted: {
      source: "192.0.2.1",
      destination: "198.51.100.7",
      protocol: 17,
      sourcePort: 4500,
      destinationPort: 500,
      ipBytes: 2028,
    },
  });
  expect(readIcmp(4, fragmentationNeeded(0, quoted))?.nextHopMtu).toBeNull();
});

test("readIcmpError() reads Packet Too Big, and a quoted fragment without ports", () => {
  const fragment = ipv6({ ...v6, payload: new Uint8Array(64), fragmentOffset: 1448 });
  expect(readIcmp(6, icmp(2, 0, fromHex("00000500"), fragment))).toMatchObject({
    kind: "packet-too-big",
    nextHopMtu: 1280,
    quoted: { protocol: 17, sourcePort: null, destinationPort: null, ipBytes: 112 },
  });
});

const kinds: [family: 4 | 6, type: number, code: number, kind: string | null][] = [
  [4, 3, 3, "port-unreachable"],
  [4, 3, 13, "unreachable"],
  [4, 11, 1, "reassembly-time-exceeded"],
  [4, 11, 0, "other"],
  [4, 8, 0, null],
  [4, 5, 0, null],
  [6, 1, 4, "port-unreachable"],
  [6, 1, 1, "unreachable"],
  [6, 3, 1, "reassembly-time-exceeded"],
  [6, 3, 0, "other"],
  [6, 128, 0, null],
];
test("readIcmpError() tells the kinds apart, and keeps them when the quote is cut away", () => {
  for (const [family, type, code, kind] of kinds) {
    const error = readIcmp(family, icmp(type, code, new Uint8Array(4), quoted.subarray(0, 12)));
    expect(error?.kind ?? null).toBe(kind);
    if (error) expect(error.quoted).toBeNull();
  }
  expect(readIcmp(4, Uint8Array.of(3, 4, 0, 0))).toBeNull();
});
