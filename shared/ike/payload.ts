/** The chain of payloads behind an IKE header, and what the payloads in the clear say. */
import type { Cursor } from "../bytes/cursor.ts";
import { type IkeHeader, PAYLOAD_HEADER_BYTES } from "./header.ts";
import { Ikev1PayloadType, notifyName, PayloadType, payloadName } from "./registry.ts";

/** One payload of the chain, RFC 7296 §3.2. */
export interface IkePayloadInfo {
  type: number;
  /** RFC 7296 notation: `SA`, `KE`, `N`, `SKF`; `unknown(99)`. */
  name: string;
  /** Payload Length, its 4-byte header included. */
  bytes: number;
}

/** One Notify payload in the clear, RFC 7296 §3.10. */
export interface IkeNotify {
  type: number;
  /** IANA name or `unknown(4711)`. */
  name: string;
  dataBytes: number;
}

/** One proposal of an SA payload with its transforms, RFC 7296 §3.3. */
export interface IkeProposal {
  protocolId: number;
  /** `keyBits` is the Key Length attribute; `null` where the transform has none. */
  transforms: { type: number; id: number; keyBits: number | null }[];
}

/** What the payloads of one message say, as far as they are in the clear. */
export interface IkePayloads {
  /** The chain in order; SK and SKF end it. Empty for an encrypted IKEv1 message. */
  payloads: IkePayloadInfo[];
  /** Notify payloads in the clear. */
  notifies: IkeNotify[];
  /** Vendor ID payload bodies, lower-case hex; the first 64 bytes of each. */
  vendorIds: string[];
  /** Transforms of each proposal in the SA payload; empty when there is none in the clear. */
  proposals: IkeProposal[];
  /** Diffie-Hellman group of the KE payload, RFC 7296 §3.4. */
  keGroup: number | null;
  /** RFC 7383 §2.5, from the SKF payload. */
  ikeFragment: { number: number; total: number } | null;
  /** IKEv1 fragments of Windows and Cisco, [MS-IKEE] §2.2.2: only the last one says how many there are. */
  ikev1Fragment: { id: number; number: number; last: boolean } | null;
}

/** A message whose header was read and whose payloads are being read. */
interface MessageInProgress extends IkePayloads {
  header: IkeHeader;
}

/** Far more than any real message has. Without a bound, 64 KiB could claim to hold 16,000 payloads. */
const MAX_PAYLOADS = 256;
/** The bound of transforms, over all proposals of one message. */
const MAX_TRANSFORMS = 512;
/** Enough to recognise a Vendor ID; the rest of a padded probe says nothing. */
const MAX_VENDOR_ID_BYTES = 64;

/**
 * Reads the payload chain, RFC 7296 §3.2 and RFC 2408 §3.2, and keeps all that stands in front of an error.
 *
 * Nothing is thrown in here: the stack of an error costs more than reading the message, and an upload may
 * hold thousands of broken ones.
 *
 * @param message where the payloads are put
 * @param cursor at what follows the IKE header, as much of it as there is
 * @returns what stopped the walk; `null` at a clean end
 */
export function readPayloadChain(message: MessageInProgress, cursor: Cursor): string | null {
  const { majorVersion } = message.header;
  for (let type = message.header.nextPayload; type !== PayloadType.NONE; ) {
    const name = payloadName(majorVersion, type);
    if (message.payloads.length === MAX_PAYLOADS) {
      return `Cannot read ${name} payload: ${MAX_PAYLOADS} payloads come before it`;
    }
    const cutHeader = cursor.lacks(PAYLOAD_HEADER_BYTES, "payload header");
    if (cutHeader !== null) return `${cutHeader}, of ${name}`;
    const nextPayload = cursor.u8("Next Payload");
    cursor.u8("critical bit");
    const length = cursor.u16("Payload Length");
    if (length < PAYLOAD_HEADER_BYTES) return `Cannot read ${name} payload: Payload Length is ${length}`;
    const bodyBytes = length - PAYLOAD_HEADER_BYTES;
    const cutBody = cursor.lacks(bodyBytes, "payload body");
    // A cut capture may still show the numbers of an SKF payload or the type of a Notify.
    const body = cursor.inside(Math.min(bodyBytes, cursor.left), "payload body");
    // An empty array that is pushed to makes room for 16 more, but nearly all encrypted messages have one
    // payload.
    if (message.payloads.length > 0) message.payloads.push({ type, name, bytes: length });
    else if (endsChain(majorVersion, type)) message.payloads = alonePayload(majorVersion, type, length);
    else message.payloads = [{ type, name, bytes: length }];
    const wrong =
      majorVersion === 1
        ? readIkev1Body(message, type, body, bodyBytes)
        : readIkev2Body(message, type, body, bodyBytes);
    const stop = wrong ?? cutBody;
    if (stop !== null) return `${stop}, of ${name}`;
    // SK and SKF end the chain; their Next Payload names what is encrypted inside
    // (RFC 7296 §3.14, RFC 7383 §2.5).
    type = endsChain(majorVersion, type) ? PayloadType.NONE : nextPayload;
  }
  return null;
}

/** The last chains of one encrypted payload: very many messages of a capture have the same. */
const MEMO_SLOTS = 256;
const memoKey = new Float64Array(MEMO_SLOTS).fill(-1);
const memoChain: IkePayloadInfo[][] = Array<IkePayloadInfo[]>(MEMO_SLOTS).fill([]);

/** A chain that nothing can follow, so that the messages which have it may share it. */
function alonePayload(majorVersion: number, type: number, bytes: number): IkePayloadInfo[] {
  const key = (majorVersion * 256 + type) * 65_536 + bytes;
  const slot = (bytes ^ (bytes >>> 8) ^ type) & (MEMO_SLOTS - 1);
  if (memoKey[slot] !== key) {
    memoKey[slot] = key;
    memoChain[slot] = [{ type, name: payloadName(majorVersion, type), bytes }];
  }
  return memoChain[slot] ?? [];
}

function endsChain(majorVersion: number, type: number): boolean {
  return majorVersion === 1
    ? type === Ikev1PayloadType.FRAG
    : type === PayloadType.SK || type === PayloadType.SKF;
}

/** @param bodyBytes how long the body is on the wire: `body` may be shorter */
function readIkev2Body(
  message: MessageInProgress,
  type: number,
  body: Cursor,
  bodyBytes: number,
): string | null {
  switch (type) {
    case PayloadType.SKF: {
      const cut = body.lacks(4, "Fragment Number and Total Fragments");
      if (cut === null) message.ikeFragment = { number: body.u16("number"), total: body.u16("total") };
      return cut;
    }
    case PayloadType.N:
      return readNotify(message, body, bodyBytes);
    case PayloadType.V:
      message.vendorIds.push(body.hex(Math.min(body.left, MAX_VENDOR_ID_BYTES), "Vendor ID"));
      return null;
    case PayloadType.KE: {
      const cut = body.lacks(2, "Key Exchange Method");
      if (cut === null) message.keGroup = body.u16("Key Exchange Method");
      return cut;
    }
    case PayloadType.SA:
      return readProposals(body, message.proposals);
    default:
      return null;
  }
}

function readIkev1Body(
  message: MessageInProgress,
  type: number,
  body: Cursor,
  bodyBytes: number,
): string | null {
  switch (type) {
    case Ikev1PayloadType.N: {
      const cut = body.lacks(4, "DOI");
      if (cut !== null) return cut;
      body.skip(4, "DOI");
      return readNotify(message, body, bodyBytes - 4);
    }
    case Ikev1PayloadType.VID:
      message.vendorIds.push(body.hex(Math.min(body.left, MAX_VENDOR_ID_BYTES), "Vendor ID"));
      return null;
    case Ikev1PayloadType.FRAG: {
      // No RFC has it: it is how Cisco and Windows fragment, [MS-IKEE] §2.2.2.
      const cut = body.lacks(4, "Fragment ID and Fragment Number");
      if (cut !== null) return cut;
      const id = body.u16("Fragment ID");
      const number = body.u8("Fragment Number");
      message.ikev1Fragment = { id, number, last: (body.u8("Flags") & 1) !== 0 };
      return null;
    }
    default:
      return null;
  }
}

/** Reads protocol, SPI Size and type, RFC 7296 §3.10; in IKEv1 they follow the DOI, RFC 2408 §3.14. */
function readNotify(
  { header: { majorVersion }, notifies }: MessageInProgress,
  body: Cursor,
  bodyBytes: number,
): string | null {
  const cut = body.lacks(4, "Notify Message Type");
  if (cut !== null) return cut;
  body.skip(1, "Protocol ID");
  const spiBytes = body.u8("SPI Size");
  const type = body.u16("Notify Message Type");
  notifies.push({
    type,
    name: notifyName(majorVersion, type),
    dataBytes: Math.max(bodyBytes - 4 - spiBytes, 0),
  });
  return null;
}

/** Reads proposals and their transforms, RFC 7296 §3.3; what was read stays when one of them is wrong. */
function readProposals(cursor: Cursor, proposals: IkeProposal[]): string | null {
  let transformsLeft = MAX_TRANSFORMS;
  for (let more = true; more && cursor.left > 0; ) {
    const cutHeader = cursor.lacks(8, "Proposal header");
    if (cutHeader !== null) return cutHeader;
    more = cursor.u8("Last Substruc") === 2;
    cursor.skip(1, "RESERVED");
    const length = cursor.u16("Proposal Length");
    if (length < 8) return `Cannot read Proposal: Proposal Length is ${length}`;
    const cutBody = cursor.lacks(length - 4, "Proposal body");
    const inside = cursor.inside(Math.min(length - 4, cursor.left), "Proposal body");
    inside.skip(1, "Proposal Num");
    const proposal: IkeProposal = { protocolId: inside.u8("Protocol ID"), transforms: [] };
    proposals.push(proposal);
    const spiBytes = inside.u8("SPI Size");
    const count = inside.u8("Num Transforms");
    const cutSpi = inside.lacks(spiBytes, "Proposal SPI");
    if (cutSpi !== null) return cutSpi;
    inside.skip(spiBytes, "SPI");
    for (let t = 0; t < count; t++) {
      if (transformsLeft-- === 0) return `Cannot read Transform: ${MAX_TRANSFORMS} transforms come before it`;
      const wrong = readTransform(inside, proposal);
      if (wrong !== null) return wrong;
    }
    if (cutBody !== null) return cutBody;
  }
  return null;
}

function readTransform(cursor: Cursor, { transforms }: IkeProposal): string | null {
  const cutHeader = cursor.lacks(8, "Transform header");
  if (cutHeader !== null) return cutHeader;
  cursor.skip(2, "Last Substruc");
  const length = cursor.u16("Transform Length");
  if (length < 8) return `Cannot read Transform: Transform Length is ${length}`;
  const type = cursor.u8("Transform Type");
  cursor.skip(1, "RESERVED");
  const id = cursor.u16("Transform ID");
  const cutAttributes = cursor.lacks(length - 8, "Transform Attributes");
  if (cutAttributes !== null) return cutAttributes;
  const attributes = cursor.inside(length - 8, "Transform Attributes");
  let keyBits: number | null = null;
  while (attributes.left > 0) {
    const cutAttribute = attributes.lacks(4, "Transform Attribute");
    if (cutAttribute !== null) return cutAttribute;
    const attribute = attributes.u16("Attribute Type");
    const value = attributes.u16("Attribute Value");
    // RFC 7296 §3.3.5: with the AF bit these two bytes are the value, without it the length of what follows.
    if ((attribute & 0x8000) !== 0) {
      if (attribute === 0x800e) keyBits = value;
      continue;
    }
    const cutValue = attributes.lacks(value, "Attribute Value");
    if (cutValue !== null) return cutValue;
    attributes.skip(value, "Attribute Value");
  }
  transforms.push({ type, id, keyBits });
  return null;
}
