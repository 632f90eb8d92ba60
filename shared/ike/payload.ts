import { Cursor, isWireError, MalformedError, TruncatedError } from "../bytes/cursor.ts";
import { toHex } from "../bytes/hex.ts";
import type { IkeNotify, IkePayloadInfo, IkeProposal } from "./message.ts";
import { Ikev1PayloadType, notifyName, PayloadType, payloadName } from "./registry.ts";

/** Far above any message seen; without a bound 64 KiB could claim 16,000 payloads. */
const MAX_PAYLOADS = 256;
/** Over all proposals of one message. */
const MAX_TRANSFORMS = 512;
/** Enough to recognise a Vendor ID; the rest of a padded probe is no news. */
const MAX_VENDOR_ID_BYTES = 64;

/** What the clear-text payloads say, and what stopped the walk along them. */
export interface PayloadChain {
  payloads: IkePayloadInfo[];
  notifies: IkeNotify[];
  vendorIds: string[];
  proposals: IkeProposal[];
  keGroup: number | null;
  ikeFragment: { number: number; total: number } | null;
  ikev1Fragment: { id: number; number: number; last: boolean } | null;
  /** Clean end: `null`. */
  stoppedBy: string | null;
}

/**
 * Reads the payload chain, RFC 7296 §3.2 and RFC 2408 §3.2, and keeps everything in front of what is wrong.
 *
 * @param ikeBody what follows the IKE header, as much of it as there is
 */
export function readPayloadChain(majorVersion: number, firstType: number, ikeBody: Uint8Array): PayloadChain {
  const chain: PayloadChain = {
    payloads: [],
    notifies: [],
    vendorIds: [],
    proposals: [],
    keGroup: null,
    ikeFragment: null,
    ikev1Fragment: null,
    stoppedBy: null,
  };
  const cursor = new Cursor(ikeBody);
  const readBody = majorVersion === 1 ? readIkev1Body : readIkev2Body;
  let type = firstType;
  try {
    while (type !== PayloadType.NONE) {
      const name = payloadName(majorVersion, type);
      if (chain.payloads.length === MAX_PAYLOADS) {
        throw new MalformedError(`Cannot read ${name} payload: ${MAX_PAYLOADS} payloads come before it`);
      }
      const nextPayload = cursor.u8("Next Payload");
      cursor.u8("critical bit");
      const length = cursor.u16("Payload Length");
      if (length < 4) throw new MalformedError(`Cannot read ${name} payload: Payload Length is ${length}`);
      const info: IkePayloadInfo = { type, name, bytes: length };
      // What a cut capture still shows of the last payload is worth reading: SKF's numbers, a Notify's type.
      const body = cursor.bytes(Math.min(length - 4, cursor.left), "payload body");
      chain.payloads.push(info);
      readBody(chain, type, body, length - 4);
      if (body.length < length - 4) cursor.bytes(length - 4 - body.length, "payload body");
      // SK and SKF end the chain; their Next Payload names what is encrypted inside
      // (RFC 7296 §3.14, RFC 7383 §2.5).
      type = endsChain(majorVersion, type) ? PayloadType.NONE : nextPayload;
    }
  } catch (error) {
    if (!isWireError(error)) throw error; // our own bug: let it be seen
    // The fields have no payload in their names: joining the two for each field would be most of the work.
    chain.stoppedBy =
      error instanceof TruncatedError
        ? `${error.message}, in payload ${payloadName(majorVersion, type)}`
        : error.message;
  }
  return chain;
}

function endsChain(majorVersion: number, type: number): boolean {
  return majorVersion === 1
    ? type === Ikev1PayloadType.FRAG
    : type === PayloadType.SK || type === PayloadType.SKF;
}

/** @param bodyBytes of the body on the wire, of which `body` may be less */
function readIkev2Body(chain: PayloadChain, type: number, body: Uint8Array, bodyBytes: number): void {
  switch (type) {
    case PayloadType.SKF: {
      const cursor = new Cursor(body);
      chain.ikeFragment = {
        number: cursor.u16("SKF Fragment Number"),
        total: cursor.u16("SKF Total Fragments"),
      };
      return;
    }
    case PayloadType.N: {
      const cursor = new Cursor(body);
      cursor.u8("N Protocol ID");
      const spiBytes = cursor.u8("N SPI Size");
      const notifyType = cursor.u16("N Notify Message Type");
      chain.notifies.push({
        type: notifyType,
        name: notifyName(2, notifyType),
        dataBytes: Math.max(bodyBytes - 4 - spiBytes, 0),
      });
      return;
    }
    case PayloadType.V:
      chain.vendorIds.push(toHex(body.subarray(0, MAX_VENDOR_ID_BYTES)));
      return;
    case PayloadType.KE:
      chain.keGroup = new Cursor(body).u16("KE Key Exchange Method");
      return;
    case PayloadType.SA:
      readProposals(new Cursor(body), chain.proposals);
      return;
  }
}

function readIkev1Body(chain: PayloadChain, type: number, body: Uint8Array, bodyBytes: number): void {
  switch (type) {
    case Ikev1PayloadType.N: {
      const cursor = new Cursor(body);
      cursor.u32("N DOI");
      cursor.u8("N Protocol ID");
      const spiBytes = cursor.u8("N SPI Size");
      const notifyType = cursor.u16("N Notify Message Type");
      chain.notifies.push({
        type: notifyType,
        name: notifyName(1, notifyType),
        dataBytes: Math.max(bodyBytes - 8 - spiBytes, 0),
      });
      return;
    }
    case Ikev1PayloadType.VID:
      chain.vendorIds.push(toHex(body.subarray(0, MAX_VENDOR_ID_BYTES)));
      return;
    case Ikev1PayloadType.FRAG: {
      // Not in an RFC: Cisco's and Windows' way, [MS-IKEE] §2.2.2.
      const cursor = new Cursor(body);
      const id = cursor.u16("FRAG Fragment ID");
      const number = cursor.u8("FRAG Fragment Number");
      chain.ikev1Fragment = { id, number, last: (cursor.u8("FRAG Flags") & 1) !== 0 };
      return;
    }
  }
}

/** Proposals and their transforms, RFC 7296 §3.3; what was read stays when one is wrong. */
function readProposals(cursor: Cursor, proposals: IkeProposal[]): void {
  let transformsLeft = MAX_TRANSFORMS;
  for (let more = true; more && cursor.left > 0; ) {
    more = cursor.u8("Proposal Last Substruc") === 2;
    cursor.u8("Proposal RESERVED");
    const length = cursor.u16("Proposal Length");
    if (length < 8) throw new MalformedError(`Cannot read proposal: Proposal Length is ${length}`);
    const inside = new Cursor(cursor.bytes(Math.min(length - 4, cursor.left), "Proposal body"));
    inside.u8("Proposal Num");
    const proposal: IkeProposal = { protocolId: inside.u8("Proposal Protocol ID"), transforms: [] };
    proposals.push(proposal);
    const spiBytes = inside.u8("Proposal SPI Size");
    const count = inside.u8("Proposal Num Transforms");
    inside.bytes(spiBytes, "Proposal SPI");
    for (let t = 0; t < count; t++) {
      if (transformsLeft-- === 0) {
        throw new MalformedError(`Cannot read transform: ${MAX_TRANSFORMS} transforms come before it`);
      }
      proposal.transforms.push(readTransform(inside));
    }
  }
}

function readTransform(cursor: Cursor): IkeProposal["transforms"][number] {
  cursor.u8("Transform Last Substruc");
  cursor.u8("Transform RESERVED");
  const length = cursor.u16("Transform Length");
  if (length < 8) throw new MalformedError(`Cannot read transform: Transform Length is ${length}`);
  const type = cursor.u8("Transform Type");
  cursor.u8("Transform RESERVED");
  const id = cursor.u16("Transform ID");
  const attributes = new Cursor(cursor.bytes(length - 8, "Transform Attributes"));
  let keyBits: number | null = null;
  while (attributes.left > 0) {
    const attribute = attributes.u16("Attribute Type");
    const value = attributes.u16("Attribute Value");
    // AF bit set: the value is these two bytes; clear: they are the length of what follows, RFC 7296 §3.3.5.
    if ((attribute & 0x8000) === 0) attributes.bytes(value, "Attribute Value");
    else if (attribute === 0x800e) keyBits = value;
  }
  return { type, id, keyBits };
}
