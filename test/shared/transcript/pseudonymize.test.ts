/** Packets with pseudonyms: nothing names anybody, and a diagnosis sees the same. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { UnreadableCaptureError } from "../../../shared/capture/foreign.ts";
import { encodeIkeMessage, notifyBody } from "../../../shared/ike/encode.ts";
import { readIkeMessage } from "../../../shared/ike/message.ts";
import { ExchangeType, Ikev1PayloadType, NotifyType, PayloadType } from "../../../shared/ike/registry.ts";
import { Minimizer } from "../../../shared/transcript/minimize.ts";
import { pseudonymizePacket } from "../../../shared/transcript/pseudonymize.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../../shared/transcript/transcript.ts";
import { readIndex } from "../../support/corpus.ts";
import { icmp, ip, ipv4, ipv4Address, ipv6, ipv6Address, udp } from "../../support/packet-builder.ts";
import { testPseudonyms } from "../../support/test-pseudonyms.ts";

const user = "192.168.1.23";
const gateway = "203.0.113.80";
const names = new TextEncoder().encode("alice@example.com");
const includes = (bytes: Uint8Array, part: Uint8Array): boolean =>
  Buffer.from(bytes).includes(Buffer.from(part));

/** The packet with pseudonyms; fails where it cannot be read. */
function rewritten(packet: Uint8Array): Uint8Array {
  const copy = packet.slice();
  expect(pseudonymizePacket(copy, testPseudonyms())).toBe(true);
  expect(copy.length).toBe(packet.length);
  return copy;
}

/** RFC 1071: 0 over what holds its own right checksum. */
function onesComplement(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The sum over pseudo-header and payload, RFC 768 and RFC 8200 §8.1. */
function transportSum(packet: Uint8Array, protocol: number): number {
  const isIpv4 = (packet[0] ?? 0) >> 4 === 4;
  const payload = packet.subarray(isIpv4 ? ((packet[0] ?? 0) & 15) * 4 : 40);
  const addresses = isIpv4 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  return onesComplement(
    addresses,
    Uint8Array.of(0, protocol, payload.length >> 8, payload.length & 255),
    payload,
  );
}

/** Puts the right checksum at `at` of the packet's payload. */
function withChecksum(packet: Uint8Array, protocol: number, at: number): Uint8Array {
  const start = ((packet[0] ?? 0) >> 4 === 4 ? 20 : 40) + at;
  const sum = protocol === 1 ? onesComplement(packet.subarray(20)) : transportSum(packet, protocol);
  packet.set([sum >> 8, sum & 255], start);
  return packet;
}

const saInit = (more: Parameters<typeof encodeIkeMessage>[0]["payloads"]) =>
  encodeIkeMessage({
    initiatorSpi: "00000000000000a1",
    responderSpi: "0000000000000000",
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: true,
    response: false,
    messageId: 0,
    payloads: [{ type: PayloadType.Nonce, body: new Uint8Array(32).fill(9) }, ...more],
  });

/** A message whose Nonce is the name: it stays where it is read, and must not where it is not. */
const named = udp(500, 500, saInit([{ type: PayloadType.Nonce, body: names }]));

for (const [source, destination] of [
  [user, gateway],
  ["fd00::23", "2001:db8:5::80"],
] as const) {
  const family = source.includes(":") ? 6 : 4;

  test(`IPv${family}: addresses change, checksums stay right, and the message is the same`, () => {
    const message = saInit([]);
    const packet = withChecksum(
      ip({ source, destination, protocol: 17, payload: udp(500, 500, message) }),
      17,
      6,
    );
    const result = rewritten(packet);
    for (const address of [source, destination]) {
      expect(includes(result, family === 4 ? ipv4Address(address) : ipv6Address(address))).toBe(false);
    }
    if (family === 4) expect(onesComplement(result.subarray(0, 20))).toBe(0);
    expect(transportSum(packet, 17)).toBe(0);
    expect(transportSum(result, 17)).toBe(0);
    expect(result.subarray(family === 4 ? 28 : 48)).toEqual(message);
  });

  test(`IPv${family}: the packet that an ICMP error quotes has the same pseudonyms, and loses what it carries`, () => {
    const quoted = withChecksum(
      ip({ source, destination, protocol: 17, payload: udp(500, 500, names) }),
      17,
      6,
    );
    const protocol = family === 4 ? 1 : 58;
    const body = icmp(family === 4 ? 3 : 2, family === 4 ? 4 : 0, Uint8Array.of(0, 0, 5, 192), quoted);
    const packet = withChecksum(
      ip({ source: destination, destination: source, protocol, payload: body }),
      protocol,
      2,
    );
    const result = rewritten(packet);
    expect(includes(result, names)).toBe(false);
    const header = family === 4 ? 20 : 40;
    const at = family === 4 ? 12 : 8;
    const length = family === 4 ? 4 : 16;
    // It covers a datagram that is not all there.
    expect([...result.subarray(header + 8 + header + 6, header + 8 + header + 8)]).toEqual([0, 0]);
    const outer = result.subarray(at, at + 2 * length);
    const inner = result.subarray(header + 8 + at, header + 8 + at + 2 * length);
    expect([...inner.subarray(length), ...inner.subarray(0, length)]).toEqual([...outer]);
    expect(family === 4 ? onesComplement(result.subarray(20)) : transportSum(result, 58)).toBe(0);
  });
}

test("what names someone in IKEv2's clear text becomes zeros; its types and lengths stay", () => {
  const hash = new Uint8Array(20).fill(0xab);
  const cookie = new Uint8Array(16).fill(0xcd);
  const message = saInit([
    { type: PayloadType.N, body: notifyBody(NotifyType.NAT_DETECTION_SOURCE_IP, hash) },
    { type: PayloadType.N, body: notifyBody(NotifyType.COOKIE, cookie) },
    { type: PayloadType.IDi, body: names },
    { type: PayloadType.V, body: new Uint8Array(16).fill(0xef) },
  ]);
  const trailer = new TextEncoder().encode("behind it");
  const result = rewritten(
    ipv4({
      source: user,
      destination: gateway,
      protocol: 17,
      payload: udp(500, 500, concatBytes([message, trailer])),
    }),
  );
  for (const gone of [hash, names, trailer]) expect(includes(result, gone)).toBe(false);
  expect(includes(result, cookie)).toBe(true);
  expect(readIkeMessage(result.subarray(28))).toEqual({
    ...readIkeMessage(concatBytes([message, trailer])),
  });
});

test("what names someone in IKEv1's clear text becomes zeros; what is encrypted stays", () => {
  const v1 = (flags: number, type: number, body: Uint8Array): Uint8Array => {
    const message = new Uint8Array(28 + 4 + body.length);
    message.fill(0x11, 0, 8);
    message.set([type, 0x10, 4, flags], 16);
    const view = new DataView(message.buffer);
    view.setUint32(24, message.length);
    view.setUint16(30, message.length - 28);
    message.set(body, 32);
    return message;
  };
  const send = (message: Uint8Array): Uint8Array =>
    rewritten(ipv4({ source: user, destination: gateway, protocol: 17, payload: udp(500, 500, message) }));
  for (const type of [Ikev1PayloadType.ID, Ikev1PayloadType["NAT-D"], Ikev1PayloadType.CERT]) {
    expect(includes(send(v1(0, type, names)), names)).toBe(false);
  }
  expect(includes(send(v1(0, Ikev1PayloadType.NONCE, names)), names)).toBe(true);
  expect(includes(send(v1(1, Ikev1PayloadType.ID, names)), names)).toBe(true);
  // A vendor's fragment has the flag, whatever it is a fragment of.
  expect(
    includes(send(v1(1, Ikev1PayloadType.FRAG, concatBytes([Uint8Array.of(0, 1, 1, 1), names]))), names),
  ).toBe(false);
});

test.each([
  [
    "a UDP datagram of other ports",
    ipv4({
      source: user,
      destination: gateway,
      protocol: 17,
      payload: udp(53, 53, names),
      moreFragments: true,
    }),
  ],
  [
    "a later IP fragment",
    ipv4({ source: user, destination: gateway, protocol: 17, payload: named, fragmentOffset: 1480 }),
  ],
  [
    "a fragment of another protocol",
    ipv4({ source: user, destination: gateway, protocol: 89, payload: names, moreFragments: true }),
  ],
  [
    "ESP behind its header",
    ipv4({
      source: user,
      destination: gateway,
      protocol: 50,
      payload: concatBytes([new Uint8Array(8).fill(1), names]),
    }),
  ],
  [
    "ESP in UDP",
    ipv4({
      source: user,
      destination: gateway,
      protocol: 17,
      payload: udp(4500, 4500, concatBytes([new Uint8Array(8).fill(1), names])),
    }),
  ],
  [
    "an echo",
    ipv4({ source: user, destination: gateway, protocol: 1, payload: icmp(8, 0, new Uint8Array(4), names) }),
  ],
  [
    "IP in IP in IP",
    ipv4({
      source: user,
      destination: gateway,
      protocol: 4,
      payload: ipv4({
        source: user,
        destination: gateway,
        protocol: 4,
        payload: ipv4({ source: user, destination: gateway, protocol: 17, payload: named }),
      }),
    }),
  ],
  [
    "what stands behind the packet",
    concatBytes([
      ipv4({
        source: user,
        destination: gateway,
        protocol: 1,
        payload: icmp(8, 0, new Uint8Array(4), new Uint8Array(0)),
      }),
      names,
    ]),
  ],
])("of %s nothing stays that says more than its size", (_, packet) => {
  expect(includes(packet, names)).toBe(true);
  expect(includes(rewritten(packet), names)).toBe(false);
});

test("options and extension headers lose their addresses and keep their lengths", () => {
  const recordRoute = concatBytes([Uint8Array.of(7, 7, 8), ipv4Address(gateway), Uint8Array.of(0)]);
  const message = saInit([]);
  const packet = ipv4({
    source: user,
    destination: gateway,
    protocol: 17,
    payload: udp(500, 500, message),
    options: recordRoute,
  });
  const result = rewritten(packet);
  expect(includes(result, ipv4Address(gateway))).toBe(false);
  expect(onesComplement(result.subarray(0, 28))).toBe(0);
  expect(includes(result, message)).toBe(true);

  // A Home Address, RFC 6275 §6.3, in a Destination Options header of 24 bytes.
  const home = ipv6Address("2001:db8:77::1");
  const options = concatBytes([Uint8Array.of(17, 2, 1, 2, 0, 0, 0xc9, 16), home]);
  const mobile = rewritten(
    ipv6({
      source: "2001:db8::1",
      destination: "2001:db8::2",
      protocol: 60,
      payload: concatBytes([options, udp(500, 500, message)]),
    }),
  );
  expect(includes(mobile, home)).toBe(false);
  expect([...mobile.subarray(40, 42)]).toEqual([17, 2]);
  expect(includes(mobile, message)).toBe(true);
});

test("in a tunnel the inner packet has pseudonyms too, and bridged frames no MAC addresses", () => {
  const message = saInit([]);
  const inner = ipv4({ source: user, destination: gateway, protocol: 17, payload: udp(500, 500, message) });
  const mac = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd, 0xee, 1);
  const bridged = concatBytes([Uint8Array.of(0, 0, 0x65, 0x58), mac, mac, Uint8Array.of(8, 0), inner]);
  for (const [protocol, payload] of [
    [4, inner],
    [47, concatBytes([Uint8Array.of(0, 0, 8, 0), inner])],
    [47, bridged],
  ] as const) {
    const result = rewritten(
      ipv4({ source: "198.51.100.7", destination: "198.51.100.8", protocol, payload }),
    );
    for (const gone of [ipv4Address(user), ipv4Address(gateway), mac])
      expect(includes(result, gone)).toBe(false);
    expect(includes(result, message)).toBe(true);
  }
});

test("a checksum that was not right becomes 0: it would tell the sum of the addresses", () => {
  const build = (udpPayload: Uint8Array) =>
    ipv4({ source: user, destination: gateway, protocol: 17, payload: udpPayload });
  const wrongUdp = rewritten(
    withChecksum(build(udp(500, 500, saInit([]))), 17, 6).map((byte, at) => (at === 27 ? byte ^ 1 : byte)),
  );
  expect([...wrongUdp.subarray(26, 28)]).toEqual([0, 0]);
  expect(onesComplement(wrongUdp.subarray(0, 20))).toBe(0);
  const wrongHeader = rewritten(
    build(udp(500, 500, saInit([]))).map((byte, at) => (at === 11 ? byte ^ 1 : byte)),
  );
  expect([...wrongHeader.subarray(10, 12)]).toEqual([0, 0]);
});

test("a datagram shorter than its packet keeps its right checksum and loses what stands behind it", () => {
  const message = saInit([]);
  const whole = udp(500, 500, message);
  const packet = withChecksum(
    ipv4({ source: user, destination: gateway, protocol: 17, payload: whole }),
    17,
    6,
  );
  const padded = ipv4({
    source: user,
    destination: gateway,
    protocol: 17,
    payload: concatBytes([packet.subarray(20), names]),
  });
  const result = rewritten(padded);
  expect(includes(result, names)).toBe(false);
  expect(includes(result, message)).toBe(true);
  expect(transportSum(result.subarray(0, packet.length), 17)).toBe(0);
});

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
test.each([
  ["SIP from port 500", udp(500, 5060, text(`REGISTER sip:alice@example.com ${"!".repeat(400)}`)), "alice"],
  [
    "DNS to a client on port 500",
    udp(53, 500, concatBytes([new Uint8Array(12).fill(1), text("\x0bmail-server\x07example\x03com\0")])),
    "mail-server",
  ],
  [
    "a hash behind an SPI that is none",
    udp(
      500,
      500,
      saInit([
        {
          type: PayloadType.N,
          body: concatBytes([Uint8Array.of(0, 20, 0x40, 4), text("hash of an address!!")]),
        },
      ]),
    ),
    "hash of",
  ],
])("no text of others stays: %s", (_, payload, word) => {
  const packet = ipv4({
    source: user,
    destination: gateway,
    protocol: 17,
    payload,
    moreFragments: payload.length > 400,
  });
  expect(includes(packet, text(word))).toBe(true);
  expect(includes(rewritten(packet), text(word))).toBe(false);
});

test("a bridged frame behind a GRE header with a bit that version 0 does not have is read as ever", () => {
  const message = saInit([]);
  const mac = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd, 0xee, 1);
  const inner = ipv4({ source: user, destination: gateway, protocol: 17, payload: udp(500, 500, message) });
  const payload = concatBytes([Uint8Array.of(0, 0x80, 0x65, 0x58), mac, mac, Uint8Array.of(8, 0), inner]);
  const result = rewritten(
    ipv4({ source: "198.51.100.7", destination: "198.51.100.8", protocol: 47, payload }),
  );
  expect([...result.subarray(20, 38)]).toEqual([0, 0x80, 0x65, 0x58, ...new Array(12).fill(0), 8, 0]);
  expect(includes(result, message)).toBe(true);
});

test("a fragmented datagram has no checksum any more: its later fragments are zeros", () => {
  const fragment = {
    source: user,
    destination: gateway,
    protocol: 17,
    payload: named.slice(),
    moreFragments: true,
  };
  fragment.payload.set([0x12, 0x34], 6);
  const result = rewritten(ipv4(fragment));
  expect([...result.subarray(26, 28)]).toEqual([0, 0]);
  expect(includes(result, names)).toBe(true);
});

test("what is no IP packet is refused", () => {
  for (const bytes of [
    new Uint8Array(0),
    new Uint8Array(40),
    ipv4Address(user),
    new Uint8Array(30).fill(0x60),
  ]) {
    expect(pseudonymizePacket(bytes.slice(), testPseudonyms())).toBe(false);
  }
});

/** Everything that a diagnosis is made of, except addresses. */
function facts({ ikeMessages, icmpErrors, incompleteDatagrams, esp, sessions }: Transcript): unknown {
  return {
    messages: ikeMessages.map(({ frame, flow, ...rest }) => ({
      ...rest,
      duplicateOf: rest.duplicateOf !== null,
      ports: [flow.sourcePort, flow.destinationPort],
      ipPackets: rest.ipPackets.map(({ frame, ...packet }) => packet),
    })),
    icmpErrors: icmpErrors.map(({ kind, nextHopMtu, quoted }) => [
      kind,
      nextHopMtu,
      quoted?.ipBytes,
      quoted?.sourcePort,
    ]),
    incomplete: incompleteDatagrams.map(({ missing, identification }) => [identification, missing]),
    esp: esp.map(({ packets, keepalives, sizes }) => [packets, keepalives, sizes]),
    sessions: sessions.map(({ exchanges }) => exchanges.length),
  };
}

/** IP fragments that contradict each other no longer do so when their content is zeros. */
const OTHERWISE = new Set(["flowlab_gtpu_outer_ipv4_fragmentation", "flowlab_gtpu_outer_ipv6_fragmentation"]);

async function seenBothWays(file: string): Promise<void> {
  const minimized: Uint8Array[] = [];
  const pseudonyms = testPseudonyms();
  const addresses = new Set<string>();
  const minimizer = new Minimizer(
    (bytes) => minimized.push(bytes.slice()),
    (packet) => pseudonymizePacket(packet, pseudonyms),
  );
  const before = await readCapture("before", readFileSync(file), {
    onPacket: minimizer.onPacket,
    onIke: ({ flow }) => void addresses.add(flow.source).add(flow.destination),
    onIpFragment: ({ source, destination }) => void addresses.add(source).add(destination),
  });
  minimizer.end();
  const bytes = concatBytes(minimized);
  const after = await readCapture("after", bytes);
  expect(facts(after)).toEqual(facts(before));
  for (const { source, destination, quoted } of before.icmpErrors) {
    for (const address of [source, destination, quoted?.source, quoted?.destination])
      if (address) addresses.add(address);
  }
  for (const address of addresses) {
    const number = address.includes(":") ? ipv6Address(address) : ipv4Address(address);
    const pseudonym = number.slice();
    pseudonyms.replace(number.length === 4 ? 4 : 6, pseudonym, 0);
    // 127.0.0.1 and the like stay; what has many zeros may stand anywhere.
    const staysAnyway =
      Buffer.compare(number, pseudonym) === 0 || number.filter((byte) => byte === 0).length > 8;
    expect(!staysAnyway && includes(bytes, number), address).toBe(false);
  }
}

const small = fileURLToPath(new URL("../../cases/corpus", import.meta.url));
const large = fileURLToPath(new URL("../../../../shared/corpus", import.meta.url));

test.each(readIndex(small))("$file says the same with pseudonyms, and names nobody", async ({ file }) => {
  await seenBothWays(join(small, file));
});

test.skipIf(!existsSync(large))("the corpus says the same with pseudonyms, and names nobody", async () => {
  const refused: string[] = [];
  for (const { name, file } of readIndex(large)) {
    if (OTHERWISE.has(name)) continue;
    await seenBothWays(join(large, "files", file)).catch((error: Error) => {
      if (!(error instanceof UnreadableCaptureError)) throw new Error(`${name}: ${error.message}`);
      refused.push(name);
    });
  }
  expect(refused).toEqual(["pcpp_solaris"]);
});
if (!existsSync(large)) console.warn(`skipped: the capture corpus is not at ${large}`);
