/**
 * IKE_AUTH requests of a login that is not to succeed: without a name, a password, or an AUTH that is
 * right.
 */
import { concatBytes } from "../../bytes/concat.ts";
import { toHex } from "../../bytes/hex.ts";
import { encodePayloads, type PayloadToEncode, saBody, withNonEspMarker } from "../encode.ts";
import { PAYLOAD_HEADER_BYTES } from "../header.ts";
import {
  EncryptionId,
  ExchangeType,
  IntegrityId,
  PayloadType,
  ProtocolId,
  TransformType,
} from "../registry.ts";
import { PROBE_VENDOR_ID } from "../vendor-ids.ts";
import type { OpenLogin } from "./login.ts";
import { innerRoom, type RandomBytes, seal, sealInFragments } from "./sealing.ts";
import { HASH_BYTES } from "./suite.ts";

/** What an IKE_AUTH request is made from. */
export interface AuthRequest {
  /** `refusal`: with an AUTH payload that cannot be right. `eap`: without one (RFC 7296 §2.16). */
  asks: "refusal" | "eap";
  /** 1 for the first; 2 for the one that ends a login whose first was answered with a request of EAP. */
  messageId: number;
  /**
   * Bytes of the whole IKE message: it is padded to the largest size that is not above. Of one in IKE
   * fragments, as if it were sent in one. `null`: as small as possible.
   */
  ikeBytes: number | null;
  /** The most bytes of the IKE message of each IKE fragment; `null`: sent in one. */
  fragmentIkeBytes: number | null;
  /** For IVs and what else nobody may foresee. */
  random: RandomBytes;
}

const ID_FQDN = 2; // RFC 7296 §3.5
const SHARED_KEY_MIC = 2; // RFC 7296 §3.8
const X509_SIGNATURE = 4; // RFC 7296 §3.6
const TS_IPV4_ADDR_RANGE = 7; // RFC 7296 §3.13.1
const TS_IPV6_ADDR_RANGE = 8;
const CFG_REQUEST = 1; // RFC 7296 §3.15
const INTERNAL_IP4_ADDRESS = 1; // RFC 7296 §3.15.1
/** Nobody's name: RFC 2606 §2 keeps `.invalid` out of use for ever. */
const IDENTITY = new TextEncoder().encode("ikefrag-probe.invalid");

/**
 * An IKE_AUTH request in the name of a begun login.
 *
 * @returns the UDP payloads, with the non-ESP marker: IKE_AUTH goes to port 4500 here
 * @throws {RangeError} `ikeBytes` is less than the request needs, or `fragmentIkeBytes` holds nothing
 */
export function authRequest(login: OpenLogin, given: AuthRequest): Uint8Array<ArrayBuffer>[] {
  const { asks, messageId, ikeBytes, fragmentIkeBytes, random } = given;
  const { suite, keys, initiatorSpi, responderSpi } = login;
  const payloads = [
    ...(messageId === 1 ? firstPayloads(random) : []),
    ...(asks === "refusal" ? [wrongAuth(login, random)] : []),
  ];
  const padded = ikeBytes === null ? payloads : padTo(payloads, innerRoom(suite, ikeBytes));
  const header = {
    initiatorSpi,
    responderSpi,
    exchangeType: ExchangeType.IKE_AUTH,
    initiator: true,
    response: false,
    messageId,
  };
  const messages =
    fragmentIkeBytes === null
      ? [seal(suite, keys.initiator, header, padded, random)]
      : sealInFragments(suite, keys.initiator, header, padded, fragmentIkeBytes, random);
  return messages.map(withNonEspMarker);
}

/** What a client says first, in the order of RFC 7296 appendix C.3, and what a VPN for people asks for. */
function firstPayloads(random: RandomBytes): PayloadToEncode[] {
  return [
    { type: PayloadType.IDi, body: concatBytes([Uint8Array.of(ID_FQDN, 0, 0, 0), IDENTITY]) },
    // Some send their certificates only to those who ask: for an authority that nobody knows, as a client
    // with a root of its own would.
    { type: PayloadType.CERTREQ, body: concatBytes([Uint8Array.of(X509_SIGNATURE), random(20)]) },
    { type: PayloadType.CP, body: Uint8Array.of(CFG_REQUEST, 0, 0, 0, 0, INTERNAL_IP4_ADDRESS, 0, 0) },
    { type: PayloadType.SA, body: childProposals(random) },
    { type: PayloadType.TSi, body: anyAddress() },
    { type: PayloadType.TSr, body: anyAddress() },
  ];
}

/** ESP as nearly everybody takes it, with an SPI that never comes into use. */
function childProposals(random: RandomBytes): Uint8Array {
  const spi = toHex(random(4).map((byte) => byte | 1));
  return saBody([
    {
      protocolId: ProtocolId.ESP,
      spi,
      transforms: [
        { type: TransformType.ENCR, id: EncryptionId.AES_CBC, keyBits: 256 },
        { type: TransformType.ENCR, id: EncryptionId.AES_CBC, keyBits: 128 },
        { type: TransformType.INTEG, id: IntegrityId.HMAC_SHA2_256_128 },
        { type: TransformType.INTEG, id: IntegrityId.HMAC_SHA1_96 },
        { type: TransformType.SN, id: 0 },
      ],
    },
  ]);
}

/** All addresses of both families, all ports, all protocols. */
function anyAddress(): Uint8Array {
  const selector = (type: number, bytes: number) =>
    concatBytes([
      Uint8Array.of(type, 0, 0, 8 + 2 * bytes, 0, 0, 0xff, 0xff),
      new Uint8Array(bytes),
      new Uint8Array(bytes).fill(0xff),
    ]);
  return concatBytes([
    Uint8Array.of(2, 0, 0, 0),
    selector(TS_IPV4_ADDR_RANGE, 4),
    selector(TS_IPV6_ADDR_RANGE, 16),
  ]);
}

/** As long as a right one would be, and random: nobody can have made it right. */
const wrongAuth = ({ suite }: OpenLogin, random: RandomBytes): PayloadToEncode => ({
  type: PayloadType.AUTH,
  body: concatBytes([Uint8Array.of(SHARED_KEY_MIC, 0, 0, 0), random(HASH_BYTES[suite.prf])]),
});

/** Adds a Vendor ID, which whoever does not know it ignores (RFC 7296 §3.12). */
function padTo(payloads: readonly PayloadToEncode[], innerBytes: number): PayloadToEncode[] {
  const room = innerBytes - encodePayloads(payloads).length - PAYLOAD_HEADER_BYTES;
  if (room < PROBE_VENDOR_ID.length)
    throw new RangeError(`Cannot pad an IKE_AUTH request: ${innerBytes} bytes of payloads are too few`);
  const body = new Uint8Array(room);
  body.set(PROBE_VENDOR_ID);
  return [...payloads, { type: PayloadType.V, body }];
}
