/** Builds the datagrams that test sizes: IKE_SA_INIT requests that every gateway refuses. */
import { concatBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import {
  encodeIkeMessage,
  ikeMessageBytes,
  keBody,
  notifyBody,
  type PayloadToEncode,
  type ProposalToEncode,
  padWithVendorId,
  saBody,
  withNonEspMarker,
} from "../ike/encode.ts";
import {
  EncryptionId,
  ExchangeType,
  IntegrityId,
  KEY_EXCHANGE_DATA_BYTES,
  KeyExchangeMethod,
  NotifyType,
  PayloadType,
  PrfId,
  ProtocolId,
  TransformType,
} from "../ike/registry.ts";
import { PROBE_VENDOR_ID } from "../ike/vendor-ids.ts";
import { ikeIpBytes } from "../packet/sizes.ts";
import type { IpFamily } from "../schema/plan.ts";

const NONCE_BYTES = 32;
const NAT_DETECTION_HASH_BYTES = 20; // SHA-1, RFC 7296 §2.23

/**
 * Random bytes on request, the same for the same seed: a plan is a pure function, so its randomness is
 * passed in.
 */
export type ByteSource = (count: number) => Uint8Array<ArrayBuffer>;

/**
 * A source of bytes for SPIs and nonces. They protect nothing here, so they only have to differ from run to
 * run.
 *
 * @param seed random bytes
 */
export function byteSource(seed: Uint8Array): ByteSource {
  // sfc32, a small generator with a 128-bit state; each seed byte is mixed in.
  let [a, b, c, d] = [0x9e3779b9 | 0, 0x243f6a88, 0xb7e15162 | 0, 1];
  const next = (): number => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 24;
  };
  for (const byte of seed) {
    a ^= byte;
    for (let round = 0; round < 4; round++) next();
  }
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = next();
    return bytes;
  };
}

/** DES with a 768-bit group: every gateway refuses it, with 36 bytes and without keeping state. */
const UNACCEPTABLE_PROPOSALS: readonly ProposalToEncode[] = [
  {
    protocolId: ProtocolId.IKE,
    transforms: [
      { type: TransformType.ENCR, id: EncryptionId.DES },
      { type: TransformType.PRF, id: PrfId.HMAC_MD5 },
      { type: TransformType.INTEG, id: IntegrityId.HMAC_MD5_96 },
      { type: TransformType.KE, id: KeyExchangeMethod.MODP768 },
    ],
  },
];

const UNACCEPTABLE_SA = saBody(UNACCEPTABLE_PROPOSALS);

/**
 * A UDP payload that a gateway answers with an error Notify and without keeping state: an IKE_SA_INIT request
 * with an SPI of its own (RFC 7296 §1.2).
 *
 * @param ipBytes size of the whole IP packet that it fills, made by a Vendor ID payload; `null`: as small as
 * possible
 * @throws {RangeError} `ipBytes` is smaller than the smallest request
 */
export function probeDatagram(
  port: number,
  family: IpFamily,
  ipBytes: number | null,
  random: ByteSource,
): Uint8Array<ArrayBuffer> {
  const group = KeyExchangeMethod.MODP768;
  const notify = (type: number, data: Uint8Array = new Uint8Array(0)): PayloadToEncode => ({
    type: PayloadType.N,
    body: notifyBody(type, data),
  });
  const payloads: PayloadToEncode[] = [
    { type: PayloadType.SA, body: UNACCEPTABLE_SA },
    { type: PayloadType.KE, body: keBody(group, publicValue(KEY_EXCHANGE_DATA_BYTES[group] ?? 0, random)) },
    { type: PayloadType.Nonce, body: random(NONCE_BYTES) },
    notify(NotifyType.NAT_DETECTION_SOURCE_IP, random(NAT_DETECTION_HASH_BYTES)),
    notify(NotifyType.NAT_DETECTION_DESTINATION_IP, random(NAT_DETECTION_HASH_BYTES)),
    notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED),
  ];
  const headers = ikeIpBytes(0, port, family);
  const tagged = { type: PayloadType.V, body: PROBE_VENDOR_ID };
  const ikeLength = ipBytes === null ? ikeMessageBytes([...payloads, tagged]) : ipBytes - headers;
  const message = encodeIkeMessage({
    initiatorSpi: toHex(random(8)),
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: true,
    response: false,
    payloads: padWithVendorId(payloads, ikeLength, PROBE_VENDOR_ID),
  });
  return port === 4500 ? withNonEspMarker(message) : message;
}

/** A number above 1 and below the group's prime, which begins with 64 one bits. */
function publicValue(bytes: number, random: ByteSource): Uint8Array {
  return concatBytes([Uint8Array.of(0x7f), random(bytes - 1)]);
}
