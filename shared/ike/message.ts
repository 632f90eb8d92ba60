/** What is read of one IKE message (RFC 7296 §3; IKEv1: RFC 2408 §3.1). */
export interface IkeMessage {
  header: IkeHeader;
  /** The clear-text payload chain, in order; SK and SKF end it. Empty for an encrypted IKEv1 message. */
  payloads: IkePayloadInfo[];
  /** Notify payloads in the clear. */
  notifies: IkeNotify[];
  /** Vendor ID payload bodies, lower-case hex. */
  vendorIds: string[];
  /** Transforms of each proposal in the SA payload; empty when there is none in the clear. */
  proposals: IkeProposal[];
  /** Diffie-Hellman group of the KE payload, RFC 7296 §3.4. */
  keGroup: number | null;
  /** RFC 7383 §2.5, from the SKF payload. */
  ikeFragment: { number: number; total: number } | null;
  /** Bytes that were there: compare with `header.length`. */
  availableBytes: number;
  /** What stopped the walk along the payloads, as text with the field and offset; `null` at a clean end. */
  stoppedBy: string | null;
}

export interface IkeHeader {
  /** 16 lower-case hex digits. */
  initiatorSpi: string;
  responderSpi: string;
  nextPayload: number;
  majorVersion: number;
  minorVersion: number;
  exchangeType: number;
  /** The flags octet as it is. */
  flags: number;
  messageId: number;
  /** The Length field, header included. */
  length: number;
}

export interface IkePayloadInfo {
  type: number;
  /** RFC 7296 notation: `SA`, `KE`, `N`, `SKF`; `unknown(99)`. */
  name: string;
  /** Payload Length, its 4-byte header included. */
  bytes: number;
}

export interface IkeNotify {
  type: number;
  /** IANA name or `unknown(4711)`. */
  name: string;
  dataBytes: number;
}

export interface IkeProposal {
  protocolId: number;
  transforms: { type: number; id: number; keyBits: number | null }[];
}
