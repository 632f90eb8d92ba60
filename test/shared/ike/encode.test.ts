/** Messages that are written, read again. */
import { expect, test } from "vitest";
import { toHex } from "../../../shared/bytes/hex.ts";
import {
  encodeIkeMessage,
  ikeMessageBytes,
  keBody,
  notifyBody,
  padWithVendorId,
  saBody,
  withNonEspMarker,
} from "../../../shared/ike/encode.ts";
import { ExchangeType, NotifyType, PayloadType } from "../../../shared/ike/registry.ts";
import { skfBody } from "../../support/packet-builder.ts";

const spi = "0011223344556677";

test("encodeIkeMessage() chains payloads and counts the length", () => {
  const bytes = encodeIkeMessage({
    initiatorSpi: spi,
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: true,
    response: false,
    payloads: [
      { type: PayloadType.Nonce, body: Uint8Array.of(1, 2, 3) },
      { type: PayloadType.N, body: notifyBody(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED), critical: true },
    ],
  });
  expect(toHex(bytes)).toBe(`${spi}${"0".repeat(16)}28202208000000000000002b29000007010203008000080000402e`);
});

test("saBody() writes proposals with their Key Length attribute, RFC 7296 §3.3", () => {
  const body = saBody([
    {
      protocolId: 1,
      transforms: [
        { type: 1, id: 12, keyBits: 256 },
        { type: 4, id: 14 },
      ],
    },
    { protocolId: 3, spi: "01020304", transforms: [{ type: 5, id: 0 }] },
  ]);
  expect(toHex(body)).toBe(
    "0200001c01010002" +
      "0300000c0100000c800e0100" +
      "000000080400000e" +
      "0000001402030401" +
      "01020304" +
      "0000000805000000",
  );
});

test("bodies of KE, Notify with an SPI, and SKF", () => {
  expect(toHex(keBody(14, Uint8Array.of(0xaa)))).toBe("000e0000aa");
  expect(toHex(notifyBody(16393, Uint8Array.of(9), { protocolId: 3, spi: "0a0b0c0d" }))).toBe(
    "030440090a0b0c0d09",
  );
  expect(toHex(skfBody(2, 300, Uint8Array.of(0xff)))).toBe("0002012cff");
});

test("padWithVendorId() makes a message of exactly the length asked for", () => {
  const payloads = [{ type: PayloadType.Nonce, body: new Uint8Array(32) }];
  for (const ikeLength of [100, 1000, 2528, 3000]) {
    const padded = padWithVendorId(payloads, ikeLength, Uint8Array.of(7, 7));
    expect(ikeMessageBytes(padded)).toBe(ikeLength);
    expect(padded.at(-1)?.body.subarray(0, 3)).toEqual(Uint8Array.of(7, 7, 0));
  }
  expect(() => padWithVendorId(payloads, 68, Uint8Array.of(7))).toThrow("64 are used");
});

test("the non-ESP marker is four zero bytes, and wrong SPIs are refused", () => {
  expect(toHex(withNonEspMarker(Uint8Array.of(1)))).toBe("0000000001");
  const wrong = { initiatorSpi: "00", exchangeType: 34, initiator: true, response: false, payloads: [] };
  expect(() => encodeIkeMessage(wrong)).toThrow('"00"');
  const long = [{ type: PayloadType.V, body: new Uint8Array(65_532) }];
  expect(() => encodeIkeMessage({ ...wrong, initiatorSpi: spi, payloads: long })).toThrow("exceeds 65535");
});
