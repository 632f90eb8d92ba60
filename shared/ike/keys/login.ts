/** The first half of a login that is begun and not finished: IKE_SA_INIT, and the keys that come of it. */
import { concatBytes } from "../../bytes/concat.ts";
import { fromHex, toHex } from "../../bytes/hex.ts";
import {
  encodeIkeMessage,
  ikeMessageBytes,
  keBody,
  notifyBody,
  type PayloadToEncode,
  padWithVendorId,
  saBody,
  withNonEspMarker,
} from "../encode.ts";
import { IKE_HEADER_BYTES, isFromInitiator, isResponse, NO_SPI } from "../header.ts";
import { type IkeMessage, readIkeMessage } from "../message.ts";
import {
  EncryptionId,
  ExchangeType,
  isErrorNotify,
  KEY_EXCHANGE_DATA_BYTES,
  NAT_TRAVERSAL_PORT,
  NotifyType,
  PayloadType,
  TransformType,
} from "../registry.ts";
import { PROBE_VENDOR_ID } from "../vendor-ids.ts";
import { privateNumber, publicValue, sharedSecret } from "./groups.ts";
import { hmacOf, type SaKeys, saKeys } from "./key-material.ts";
import { notifyTypeOf, type PayloadBody, payloadBodies } from "./payload-bodies.ts";
import type { RandomBytes } from "./sealing.ts";
import { chosenSuite, offeredProposals, type Suite } from "./suite.ts";

const NONCE_BYTES = 32;
const NAT_DETECTION_HASH_BYTES = 20; // SHA-1, RFC 7296 §2.23
/** What RFC 7427 §4 calls SHA2-256, SHA2-384, SHA2-512 and Identity, by the IANA registry. */
const SIGNATURE_HASHES = Uint8Array.of(0, 2, 0, 3, 0, 4, 0, 5);

/** What a first request is made from. */
export interface InitRequest {
  /**
   * The run's own: whoever has it can compute the keys again from the datagrams alone. `null`: nobody goes on
   * with this login.
   */
  secret: Uint8Array | null;
  /** Gives SPI, nonce and what else has to differ. */
  random: RandomBytes;
  port: number;
  /** One of `SPOKEN_GROUPS`. */
  group: number;
  /** Announces IKE fragmentation, Notify 16430 (RFC 7383 §2.3). */
  ikeFragmentation: boolean;
  /** Pads the whole IKE message to this size by a Vendor ID; as small as possible unless given. */
  ikeBytes?: number | null;
  /**
   * Offers 3DES at the end, as Windows does. No keys are computed of it: a gateway that chooses it keeps this
   * login half open until it forgets it by itself. Without it, one that takes nothing else would refuse, or
   * be as silent as if it were not there.
   */
  withOld3des?: boolean;
}

/**
 * An IKE_SA_INIT request whose answer can be gone on with (RFC 7296 §1.2): its private number comes from the
 * secret, the group and the SPI.
 *
 * @returns the UDP payload, on port 4500 with the non-ESP marker
 * @throws {RangeError} `ikeBytes` is too small, or the group is not spoken
 */
export function initRequest(given: InitRequest): Uint8Array<ArrayBuffer> {
  const { secret, random, port, group, ikeFragmentation, ikeBytes = null, withOld3des = true } = given;
  const initiatorSpi = toHex(random(8));
  const payloads: PayloadToEncode[] = [
    { type: PayloadType.SA, body: saBody(offeredProposals(group, withOld3des)) },
    {
      type: PayloadType.KE,
      body: keBody(
        group,
        secret === null
          ? anyPublicValue(group, random)
          : publicValue(group, privateOf(secret, group, initiatorSpi)),
      ),
    },
    { type: PayloadType.Nonce, body: random(NONCE_BYTES) },
    notify(NotifyType.NAT_DETECTION_SOURCE_IP, random(NAT_DETECTION_HASH_BYTES)),
    notify(NotifyType.NAT_DETECTION_DESTINATION_IP, random(NAT_DETECTION_HASH_BYTES)),
    ...(ikeFragmentation ? [notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED)] : []),
    notify(NotifyType.SIGNATURE_HASH_ALGORITHMS, SIGNATURE_HASHES),
  ];
  const tagged = [...payloads, { type: PayloadType.V, body: PROBE_VENDOR_ID }];
  const message = encodeIkeMessage({
    initiatorSpi,
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: true,
    response: false,
    payloads: padWithVendorId(payloads, ikeBytes ?? ikeMessageBytes(tagged), PROBE_VENDOR_ID),
  });
  return port === NAT_TRAVERSAL_PORT ? withNonEspMarker(message) : message;
}

/**
 * A public value whose private number nobody knows, and which costs no exponentiation: above 1 and below the
 * prime of every MODP group, as those begin with 64 one bits.
 */
const anyPublicValue = (group: number, random: RandomBytes): Uint8Array =>
  concatBytes([Uint8Array.of(0x7f), random((KEY_EXCHANGE_DATA_BYTES[group] ?? 1) - 1)]);

const notify = (type: number, data: Uint8Array = new Uint8Array(0)): PayloadToEncode => ({
  type: PayloadType.N,
  body: notifyBody(type, data),
});

/** An IKE SA of which both ends have the keys, and nobody has authenticated. */
export interface OpenLogin {
  /** 16 hex digits each. */
  initiatorSpi: string;
  responderSpi: string;
  suite: Suite;
  keys: SaKeys;
  /** Both sides announced IKE fragmentation, Notify 16430 (RFC 7383 §2.3). */
  ikeFragmentation: boolean;
  /** IKE message bytes of the response. */
  initAnswerBytes: number;
  /**
   * It answers in libreswan's order, and libreswan sends its refusal of EAP to where IKE_SA_INIT came from,
   * and not to who asked (seen of 4.10).
   */
  refusesEapElsewhere: boolean;
  /** Certification authorities named in its CERTREQ payloads: a SHA-1 hash each (RFC 7296 §3.7). */
  certificateRequests: number;
}

/** What a response to IKE_SA_INIT comes to. */
export type InitOutcome =
  | { status: "open"; login: OpenLogin }
  /** The gateway guards itself (RFC 7296 §2.6). */
  | { status: "cookie" }
  /** INVALID_KE_PAYLOAD: it wants this group, which is spoken here or not (RFC 7296 §1.2). */
  | { status: "wants-group"; group: number }
  | { status: "refused"; notify: number }
  /** It chose what this initiator cannot compute with. */
  | { status: "no-common-suite" }
  /** The same, of 3DES: without that on offer, it may choose something else. */
  | { status: "chose-3des" }
  /** Not an answer to this request, or one that does not hold together. */
  | { status: "unreadable" };

/** The least and the most bytes of a nonce, RFC 7296 §2.10. */
const NONCE_RANGE = { least: 16, greatest: 256 };
const NOTIFY_FIELDS_BYTES = 4; // Protocol ID, SPI Size, Notify Message Type: RFC 7296 §3.10
const CERTIFICATE_AUTHORITY_BYTES = 20; // a SHA-1 hash, RFC 7296 §3.7

/**
 * Goes on from the answer to an IKE_SA_INIT request that `initRequest` made with the same secret.
 *
 * @param request the IKE message that was sent, without the non-ESP marker
 * @param response what came: a stranger's bytes
 */
export function takeInitAnswer(secret: Uint8Array, request: Uint8Array, response: Uint8Array): InitOutcome {
  const unreadable = { status: "unreadable" } as const;
  const sent = readIkeMessage(request);
  const read = readIkeMessage(response);
  if (sent instanceof Error || read instanceof Error || !isInitAnswer(sent, read)) return unreadable;
  const { initiatorSpi, responderSpi } = read.header;
  const sentBodies = payloadBodies(sent.header.nextPayload, request.subarray(IKE_HEADER_BYTES));
  const bodies = payloadBodies(
    read.header.nextPayload,
    response.subarray(IKE_HEADER_BYTES, read.header.length),
  );
  if (sentBodies === null || bodies === null) return unreadable;
  const types = read.notifies.map(({ type }) => type);
  if (types.includes(NotifyType.COOKIE)) return { status: "cookie" };
  const only = (list: typeof bodies, type: number): Uint8Array | null => {
    const [one, ...others] = list.filter((payload) => payload.type === type);
    return one === undefined || others.length > 0 ? null : one.body;
  };
  const refusal = types.find(isErrorNotify);
  if (refusal === NotifyType.INVALID_KE_PAYLOAD) {
    // Others may stand before it.
    const isIt = ({ type, body }: PayloadBody) => type === PayloadType.N && notifyTypeOf(body) === refusal;
    const body = bodies.find(isIt)?.body ?? new Uint8Array(0);
    // Behind the Notify's fields and its SPI stand two bytes, the group, and nothing else (RFC 7296 §3.10.1).
    const data = body.subarray(NOTIFY_FIELDS_BYTES + (body[1] ?? 0));
    if (data.length !== 2) return unreadable;
    return { status: "wants-group", group: ((data[0] ?? 0) << 8) | (data[1] ?? 0) };
  }
  if (refusal !== undefined) return { status: "refused", notify: refusal };
  if (responderSpi === NO_SPI || read.proposals.length === 0) return unreadable;
  const suite = chosenSuite(read.proposals);
  if (suite === null) return { status: hasChosen3des(read) ? "chose-3des" : "no-common-suite" };
  const exchanged = only(bodies, PayloadType.KE);
  const nonces = {
    initiator: only(sentBodies, PayloadType.Nonce),
    responder: only(bodies, PayloadType.Nonce),
  };
  // A responder that likes another group better says so by INVALID_KE_PAYLOAD, never by its choice alone.
  if (exchanged === null || sent.keGroup !== suite.group || read.keGroup !== suite.group) return unreadable;
  if (nonces.initiator === null || nonces.responder === null || !isNonce(nonces.responder)) return unreadable;
  const dh = secretOf(secret, suite.group, initiatorSpi, exchanged.subarray(4));
  if (dh === null) return unreadable;
  const announced = ({ notifies }: IkeMessage): boolean =>
    notifies.some(({ type }) => type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
  const keys = saKeys(
    suite,
    dh,
    { initiator: nonces.initiator, responder: nonces.responder },
    { initiator: fromHex(initiatorSpi), responder: fromHex(responderSpi) },
  );
  return {
    status: "open",
    login: {
      initiatorSpi,
      responderSpi,
      suite,
      keys,
      ikeFragmentation: announced(sent) && announced(read),
      initAnswerBytes: read.header.length,
      refusesEapElsewhere: hasLibreswanOrder(types),
      certificateRequests: bodies
        .filter(({ type }) => type === PayloadType.CERTREQ)
        .reduce((sum, { body }) => sum + authoritiesIn(body), 0),
    },
  };
}

function isInitAnswer(sent: IkeMessage, { header, availableBytes, stoppedBy }: IkeMessage): boolean {
  return (
    header.majorVersion === 2 &&
    header.exchangeType === ExchangeType.IKE_SA_INIT &&
    header.messageId === 0 &&
    header.initiatorSpi === sent.header.initiatorSpi &&
    isResponse(header) &&
    !isFromInitiator(header) &&
    header.length <= availableBytes &&
    stoppedBy === null
  );
}

/** How many certification authorities a CERTREQ payload names, RFC 7296 §3.7. */
export function authoritiesIn(body: Uint8Array): number {
  return Math.floor(Math.max(body.length - 1, 0) / CERTIFICATE_AUTHORITY_BYTES);
}

/**
 * What it announces stands in front of its NAT's hashes, and childless SAs (RFC 6023) behind: strongSwan
 * begins with its NAT, and Windows knows no childless SAs.
 */
function hasLibreswanOrder(types: readonly number[]): boolean {
  const natAt = types.indexOf(NotifyType.NAT_DETECTION_SOURCE_IP);
  const announced = types.slice(0, Math.max(natAt, 0));
  return (
    types.includes(NotifyType.CHILDLESS_IKEV2_SUPPORTED) &&
    (announced.includes(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED) ||
      announced.includes(NotifyType.SIGNATURE_HASH_ALGORITHMS))
  );
}

const hasChosen3des = ({ proposals }: IkeMessage): boolean =>
  proposals.some(({ transforms }) =>
    transforms.some(({ type, id }) => type === TransformType.ENCR && id === EncryptionId["3DES"]),
  );

const isNonce = ({ length }: Uint8Array): boolean =>
  length >= NONCE_RANGE.least && length <= NONCE_RANGE.greatest;

/** The initiator's private number: whoever has the run's secret has it, and nobody else. */
function privateOf(secret: Uint8Array, group: number, initiatorSpi: string): bigint {
  const about = new TextEncoder().encode(`ikefrag rehearsal ${group} ${initiatorSpi}`);
  return privateNumber(group, hmacOf("sha512", secret, about));
}

/** More than a run has logins: whoever sends more gets them computed again. */
const MAX_COMPUTED = 64;
/**
 * Shared secrets by run: within a round the same login is asked for several times, and this is what takes
 * long. They go with the secret: a service forgets it once other runs are more recent.
 */
const computed = new WeakMap<Uint8Array, Map<string, Uint8Array | null>>();

function secretOf(secret: Uint8Array, group: number, spi: string, peer: Uint8Array): Uint8Array | null {
  let ofRun = computed.get(secret);
  if (ofRun === undefined || ofRun.size === MAX_COMPUTED) {
    ofRun = new Map();
    computed.set(secret, ofRun);
  }
  const key = `${group} ${spi} ${toHex(peer)}`;
  let value = ofRun.get(key);
  if (value === undefined) {
    value = sharedSecret(group, privateOf(secret, group, spi), peer);
    ofRun.set(key, value);
  }
  return value;
}
