/** IKE headers and payloads, whole, cut anywhere, and wrong; Vendor IDs and names. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { Cursor, isWireError, TruncatedError } from "../../../shared/bytes/cursor.ts";
import { fromHex } from "../../../shared/bytes/hex.ts";
import {
  encodeIkeMessage,
  keBody,
  notifyBody,
  type PayloadToEncode,
  saBody,
} from "../../../shared/ike/encode.ts";
import { readIkeHeader } from "../../../shared/ike/header.ts";
import { type IkeMessage, readIkeMessage } from "../../../shared/ike/message.ts";
import {
  ExchangeType,
  Ikev1PayloadType,
  isErrorNotify,
  NotifyType,
  PayloadType,
} from "../../../shared/ike/registry.ts";
import { hashedVendorIds } from "../../../shared/ike/vendor-id-table.ts";
import { findVendorId } from "../../../shared/ike/vendor-ids.ts";
import { skfBody } from "../../support/packet-builder.ts";

const spi = "0011223344556677";
const INIT = "0011223344556677 0000000000000000 21 20 22 08 00000000 00000148";

const headers: [name: string, hex: string, want: object][] = [
  ["IKE_SA_INIT request", INIT, { initiatorSpi: spi, exchangeType: 34, majorVersion: 2, length: 328 }],
  ["the largest Message ID", INIT.replace(" 00000000 ", " ffffffff "), { messageId: 4_294_967_295 }],
  ["IKEv1's version byte", INIT.replace(" 20 ", " 10 "), { majorVersion: 1, minorVersion: 0 }],
  ["SPIs with leading zeros", INIT.replace(/^00112233/, "00000000"), { initiatorSpi: "0000000044556677" }],
];
for (const [name, hex, want] of headers) {
  test(`readIkeHeader() reads ${name}`, () => {
    expect(readIkeHeader(new Cursor(fromHex(hex)))).toMatchObject(want);
  });
}

test("readIkeHeader() names the field at every cut, and refuses a Length below 28", () => {
  for (let end = 0; end < 28; end++) {
    const cut = new Cursor(fromHex(INIT).subarray(0, end));
    expect(() => readIkeHeader(cut)).toThrow(TruncatedError);
  }
  expect(() => readIkeHeader(new Cursor(fromHex(INIT.replace("00000148", "0000001b"))))).toThrow("27");
});

function read(bytes: Uint8Array): IkeMessage {
  const message = readIkeMessage(bytes);
  if (isWireError(message)) throw message;
  return message;
}
function encode(
  payloads: PayloadToEncode[],
  more: { response?: boolean; majorVersion?: number } = {},
): Uint8Array<ArrayBuffer> {
  return encodeIkeMessage({
    initiatorSpi: spi,
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: !more.response,
    response: more.response ?? false,
    majorVersion: more.majorVersion ?? 2,
    payloads,
  });
}

const saInit: PayloadToEncode[] = [
  {
    type: PayloadType.SA,
    body: saBody([
      {
        protocolId: 1,
        transforms: [
          { type: 1, id: 12, keyBits: 256 },
          { type: 3, id: 12 },
          { type: 2, id: 5 },
          { type: 4, id: 14 },
        ],
      },
      { protocolId: 1, spi: "0102030405060708", transforms: [{ type: 1, id: 20, keyBits: 128 }] },
    ]),
  },
  { type: PayloadType.KE, body: keBody(14, new Uint8Array(256)) },
  { type: PayloadType.Nonce, body: new Uint8Array(32) },
  { type: PayloadType.N, body: notifyBody(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED) },
  { type: PayloadType.N, body: notifyBody(4711, new Uint8Array(3), { protocolId: 3, spi: "0a0b0c0d" }) },
  { type: PayloadType.V, body: fromHex("882fe56d6fd20dbc2251613b2ebe5beb") },
];

test("readIkeMessage() reads all that an IKE_SA_INIT says in the clear", () => {
  const bytes = encode(saInit);
  expect(read(bytes)).toEqual({
    header: {
      initiatorSpi: spi,
      responderSpi: "0000000000000000",
      nextPayload: 33,
      majorVersion: 2,
      minorVersion: 0,
      exchangeType: 34,
      flags: 0x08,
      messageId: 0,
      length: bytes.length,
    },
    payloads: [
      { type: 33, name: "SA", bytes: 4 + 8 + 12 + 3 * 8 + 16 + 12 },
      { type: 34, name: "KE", bytes: 264 },
      { type: 40, name: "Nonce", bytes: 36 },
      { type: 41, name: "N", bytes: 8 },
      { type: 41, name: "N", bytes: 15 },
      { type: 43, name: "V", bytes: 20 },
    ],
    notifies: [
      { type: 16430, name: "IKEV2_FRAGMENTATION_SUPPORTED", dataBytes: 0 },
      { type: 4711, name: "unknown(4711)", dataBytes: 3 },
    ],
    vendorIds: ["882fe56d6fd20dbc2251613b2ebe5beb"],
    proposals: [
      {
        protocolId: 1,
        transforms: [
          { type: 1, id: 12, keyBits: 256 },
          { type: 3, id: 12, keyBits: null },
          { type: 2, id: 5, keyBits: null },
          { type: 4, id: 14, keyBits: null },
        ],
      },
      { protocolId: 1, transforms: [{ type: 1, id: 20, keyBits: 128 }] },
    ],
    keGroup: 14,
    ikeFragment: null,
    ikev1Fragment: null,
    availableBytes: bytes.length,
    stoppedBy: null,
  });
});

test("readIkeMessage() keeps what it read at every cut, and names what is missing", () => {
  const bytes = encode(saInit);
  const full = read(bytes);
  for (let end = 28; end < bytes.length; end++) {
    const cut = read(bytes.subarray(0, end));
    expect(cut.stoppedBy).toMatch(/^Cannot read /);
    expect(cut.availableBytes).toBe(end);
    expect(full.payloads.slice(0, cut.payloads.length)).toEqual(cut.payloads);
    // A cut inside a Notify's data leaves its length as it stands in the payload header (found by fuzzing).
    expect(full.notifies.slice(0, cut.notifies.length)).toEqual(cut.notifies);
  }
  expect(isWireError(readIkeMessage(bytes.subarray(0, 27)))).toBe(true);
});

test("bytes behind the Length field are not read", () => {
  const bytes = encode(saInit);
  expect(read(concatBytes([bytes, new Uint8Array(100).fill(0xff)]))).toEqual({
    ...read(bytes),
    availableBytes: bytes.length + 100,
  });
});

test("SKF ends the chain and gives its numbers, RFC 7383 §2.5, also from a cut capture", () => {
  const bytes = encode([
    { type: PayloadType.SKF, nextPayload: PayloadType.IDi, body: skfBody(3, 7, new Uint8Array(500)) },
  ]);
  expect(read(bytes)).toMatchObject({
    ikeFragment: { number: 3, total: 7 },
    payloads: [{ name: "SKF" }],
    stoppedBy: null,
  });
  expect(read(bytes.subarray(0, 100))).toMatchObject({
    ikeFragment: { number: 3, total: 7 },
    stoppedBy: expect.any(String),
  });
});

test("SK ends the chain: its Next Payload is inside", () => {
  const bytes = encode([{ type: PayloadType.SK, nextPayload: PayloadType.IDi, body: new Uint8Array(64) }]);
  expect(read(bytes)).toMatchObject({ payloads: [{ name: "SK", bytes: 68 }], stoppedBy: null });
});

const broken: [name: string, payloads: PayloadToEncode[], says: string][] = [
  [
    "a Notify without its type",
    [{ type: PayloadType.N, body: Uint8Array.of(0, 0) }],
    "Notify Message Type at byte 0: 4 bytes are needed and 2 are left, of N",
  ],
  ["a proposal of no length", [{ type: PayloadType.SA, body: new Uint8Array(8) }], "Proposal Length is 0"],
  [
    "an attribute beyond its transform",
    [{ type: PayloadType.SA, body: fromHex("00000014 01010001 0000000c 0100000c 000e00ff") }],
    "Attribute Value at byte 4: 255 bytes are needed and 0 are left, of SA",
  ],
  [
    "endless payloads",
    Array.from({ length: 300 }, () => ({ type: PayloadType.Nonce, body: new Uint8Array(0) })),
    "256 payloads come before it",
  ],
  [
    "endless transforms",
    [
      {
        type: PayloadType.SA,
        body: saBody(
          Array.from({ length: 3 }, () => ({
            protocolId: 1,
            transforms: Array.from({ length: 200 }, () => ({ type: 1, id: 12 })),
          })),
        ),
      },
    ],
    "512 transforms come before it",
  ],
];
for (const [name, payloads, says] of broken) {
  test(`${name} stops the walk and is said`, () => {
    expect(read(encode(payloads)).stoppedBy).toContain(says);
  });
}

test("a payload shorter than its own header stops the walk and is said", () => {
  const bytes = encode(saInit);
  bytes.set([0, 3], 30);
  expect(read(bytes)).toMatchObject({
    payloads: [],
    stoppedBy: "Cannot read SA payload: Payload Length is 3",
  });
});

test("a Vendor ID as long as a padded probe's is kept by its beginning", () => {
  const [vendorId] = read(encode([{ type: PayloadType.V, body: new Uint8Array(3000).fill(0xab) }])).vendorIds;
  expect(vendorId).toBe("ab".repeat(64));
});

test("IKEv1 is read by its own registries, and not at all where it is encrypted", () => {
  const payloads: PayloadToEncode[] = [
    { type: Ikev1PayloadType.VID, body: fromHex("afcad71368a1f1c96b8696fc77570100") },
    { type: Ikev1PayloadType.N, body: fromHex("00000001 01 00 000e") },
  ];
  const bytes = encode(payloads, { majorVersion: 1 });
  expect(read(bytes)).toMatchObject({
    payloads: [{ name: "VID" }, { name: "N" }],
    notifies: [{ type: 14, name: "NO-PROPOSAL-CHOSEN", dataBytes: 0 }],
    vendorIds: ["afcad71368a1f1c96b8696fc77570100"],
  });
  bytes[19] = 0x01;
  expect(read(bytes)).toMatchObject({ payloads: [], notifies: [], vendorIds: [], stoppedBy: null });
});

test("IKEv1's vendor fragments are recognised, with what they are a part of", () => {
  const bytes = encode([{ type: Ikev1PayloadType.FRAG, nextPayload: 0, body: fromHex("0001 02 01 cafe") }], {
    majorVersion: 1,
  });
  expect(read(bytes)).toMatchObject({ ikev1Fragment: { id: 1, number: 2, last: true }, ikeFragment: null });
});

test("errors are below 16384, and nothing else", () => {
  expect([14, 16383, 16384, 16430].map(isErrorNotify)).toEqual([true, true, false, false]);
});

test("a hashed Vendor ID is the MD5 of the phrase it is named after", () => {
  for (const { hex, name } of hashedVendorIds) expect(createHash("md5").update(name).digest("hex")).toBe(hex);
});

const vendors: [hex: string, name: string, product: string | null][] = [
  ["1e2b516905991c7d7c96fcbfb587e46100000009", "MS NT5 ISAKMPOAKLEY", "windows"],
  ["882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan", "strongswan"],
  [Buffer.from("OE-Libreswan-4.10").toString("hex"), "Libreswan", "libreswan"],
  ["4f456b5262475852766d5045", "Openswan", "openswan"],
  [
    Buffer.from("CISCO(COPYRIGHT)&Copyright (c) 2009 Cisco Systems, Inc.").toString("hex"),
    "CISCO(COPYRIGHT)",
    "cisco",
  ],
  ["8299031757a36082c6a621de00000000", "FortiGate", "fortinet"],
  ["4048b7d56ebce88525e7de7f00d6c2d380000000", "FRAGMENTATION", null],
  ["afcad71368a1f1c96b8696fc77570100", "Dead Peer Detection", null],
];
test("findVendorId() knows products by the Vendor IDs they send", () => {
  for (const [hex, name, product] of vendors) expect(findVendorId(hex)).toEqual({ name, product });
  expect(findVendorId("00".repeat(16))).toBeUndefined();
  expect(findVendorId(`${"882fe56d6fd20dbc2251613b2ebe5beb"}00`)).toBeUndefined();
});
