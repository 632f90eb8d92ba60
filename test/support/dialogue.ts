/** A client and a gateway talking, frame by frame: what the captures of `test/cases/` are built with. */
import { concatBytes } from "../../shared/bytes/concat.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import {
  encodeIkeMessage,
  keBody,
  notifyBody,
  type PayloadToEncode,
  saBody,
} from "../../shared/ike/encode.ts";
import { ExchangeType, NotifyType, PayloadType, ProtocolId } from "../../shared/ike/registry.ts";
import { encodePcapng } from "./capture-files.ts";
import {
  datagramFrames,
  ethernet,
  fragmentationNeeded,
  frameAt,
  icmp,
  ip,
  skfBody,
  udp,
} from "./packet-builder.ts";

type Side = "client" | "gateway";

interface Said {
  from?: Side;
  /** Whole IP packets may not be larger: the sender's MTU. */
  mtu?: number;
  /** Which of its packets the capture lacks, counted from 0. */
  lost?: number[];
  /** Its IP fragments stand in the capture from the last to the first. */
  lastFirst?: boolean;
  dontFragment?: boolean;
  messageId?: number;
}

const INITIATOR_SPI = "a1b2c3d4e5f60718";
const LATER_SPIS = "b1b2c3d4e5f607";
const RESPONDER_SPI = "18f7e6d5c4b3a291";

export class Dialogue {
  readonly #frames: FrameToWrite[] = [];
  readonly #addresses: Record<Side, string>;
  readonly #hopLimits: Record<Side, number>;
  /** Where IKE goes on after IKE_SA_INIT: port 4500, behind the non-ESP marker, or 500 without a NAT. */
  readonly #port: 500 | 4500;
  #identification = 0x1000;
  #initiatorSpi = INITIATOR_SPI;

  constructor(
    addresses: Partial<Record<Side, string>> = {},
    given: { hopLimits?: Record<Side, number>; port?: 500 | 4500 } = {},
  ) {
    this.#addresses = { client: "198.51.100.4", gateway: "192.0.2.1", ...addresses };
    this.#hopLimits = given.hopLimits ?? { client: 64, gateway: 64 };
    this.#port = given.port ?? 4500;
  }

  /** The client tries again, with an IKE SA of its own. */
  anew(attempt: number): this {
    this.#initiatorSpi = `${LATER_SPIS}${(0x10 + attempt).toString(16)}`;
    return this;
  }

  /** IKE_SA_INIT of about Windows's size, padded to `ikeLength` with a Vendor ID. */
  saInit(
    atMs: number,
    ikeLength: number,
    said: Said & { fragmentation?: boolean; vendorIds?: Uint8Array[] } = {},
  ): this {
    const payloads: PayloadToEncode[] = [
      {
        type: PayloadType.SA,
        body: saBody([
          {
            protocolId: ProtocolId.IKE,
            transforms: [
              { type: 1, id: 12, keyBits: 256 },
              { type: 2, id: 5 },
              { type: 3, id: 12 },
              { type: 4, id: 14 },
            ],
          },
        ]),
      },
      { type: PayloadType.KE, body: keBody(14, noise(256, 7)) },
      { type: PayloadType.Nonce, body: noise(32, 9) },
      ...(said.fragmentation === false ? [] : [notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED)]),
      ...(said.vendorIds ?? []).map((body) => ({ type: PayloadType.V, body })),
    ];
    return this.#ike(atMs, ExchangeType.IKE_SA_INIT, pad(payloads, ikeLength), { ...said, messageId: 0 });
  }

  /** A refusal in the clear, RFC 7296 §2.21.1. */
  refusal(atMs: number, notifyType: number, data = new Uint8Array(0)): this {
    const payloads = [{ type: PayloadType.N, body: notifyBody(notifyType, data) }];
    return this.#ike(atMs, ExchangeType.IKE_SA_INIT, payloads, { from: "gateway", messageId: 0 });
  }

  /** An encrypted message: IKE_AUTH unless another exchange is named. */
  encrypted(atMs: number, ikeLength: number, said: Said & { exchangeType?: number } = {}): this {
    const body = noise(ikeLength - 32, 3);
    const payloads = [{ type: PayloadType.SK, body, nextPayload: PayloadType.IDi }];
    return this.#ike(atMs, said.exchangeType ?? ExchangeType.IKE_AUTH, payloads, { messageId: 1, ...said });
  }

  /**
   * IKE_AUTH in IKE fragments (RFC 7383), each of `ikeLength` bytes but the last; `lost` counts fragments.
   */
  ikeFragments(atMs: number, total: number, ikeLength: number, lastLength: number, said: Said = {}): this {
    for (let number = 1; number <= total; number++) {
      if (said.lost?.includes(number - 1)) continue;
      const length = number === total ? lastLength : ikeLength;
      const body = skfBody(number, total, noise(length - 36, number));
      const payloads = [{ type: PayloadType.SKF, body, nextPayload: number === 1 ? PayloadType.IDi : 0 }];
      this.#ike(atMs + number / 10, ExchangeType.IKE_AUTH, payloads, { messageId: 1, ...said, lost: [] });
    }
    return this;
  }

  /** ESP in UDP of `ipBytes` as a whole IP packet. */
  esp(atMs: number, ipBytes: number, sequence: number, said: Said = {}): this {
    const header = new Uint8Array(8);
    new DataView(header.buffer).setUint32(0, said.from === "gateway" ? 0x2222 : 0x1111);
    new DataView(header.buffer).setUint32(4, sequence);
    return this.#send(atMs, 4500, concatBytes([header, noise(ipBytes - 36, sequence)]), said);
  }

  /** Fragmentation Needed from a router, about ESP in UDP of the client. */
  tooBig(atMs: number, nextHopMtu: number, ipBytes: number): this {
    const { client, gateway } = this.#addresses;
    const quoted = ip({
      source: client,
      destination: gateway,
      protocol: 17,
      payload: udp(4500, 4500, noise(ipBytes - 28, 5)),
      dontFragment: true,
    });
    const payload = fragmentationNeeded(nextHopMtu, quoted);
    this.#frames.push(
      frameAt(atMs, ethernet(ip({ source: "203.0.113.9", destination: client, protocol: 1, payload }))),
    );
    return this;
  }

  /** IKEv1 Main Mode's first message (RFC 2408 §3.1). */
  ikev1(atMs: number, from: Side): this {
    const message = encodeIkeMessage({
      initiatorSpi: INITIATOR_SPI,
      responderSpi: from === "client" ? "0000000000000000" : RESPONDER_SPI,
      majorVersion: 1,
      exchangeType: 2,
      initiator: false,
      response: false,
      payloads: [],
    });
    return this.#send(atMs, 500, message, { from });
  }

  /** Something else of the client's, so that the capture goes on. */
  other(atMs: number): this {
    const { client } = this.#addresses;
    const source = client.includes(":") ? "198.51.100.4" : client;
    this.#frames.push(
      frameAt(
        atMs,
        ethernet(ip({ source, destination: "203.0.113.80", protocol: 6, payload: noise(20, 1) })),
      ),
    );
    return this;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return encodePcapng(this.frames());
  }

  /** In the order of their times. */
  frames(): FrameToWrite[] {
    return this.#frames.toSorted((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
  }

  /** An answer to a large ping that lacks its last piece: nothing of IKE's. */
  pingPiece(atMs: number, ipBytes: number): this {
    const { client, gateway } = this.#addresses;
    const payload = noise(ipBytes - 28, 4);
    payload[0] = 0;
    const packet = ip({
      source: gateway,
      destination: client,
      protocol: 1,
      payload: payload.subarray(0, Math.floor(payload.length / 8) * 8),
      identification: this.#identification++,
      moreFragments: true,
    });
    this.#frames.push(frameAt(atMs, ethernet(packet)));
    return this;
  }

  #ike(atMs: number, exchangeType: number, payloads: readonly PayloadToEncode[], said: Said): this {
    const response = said.from === "gateway";
    const first = exchangeType === ExchangeType.IKE_SA_INIT;
    const message = encodeIkeMessage({
      initiatorSpi: this.#initiatorSpi,
      responderSpi: first && !response ? "0000000000000000" : RESPONDER_SPI,
      exchangeType,
      initiator: !response,
      response,
      messageId: said.messageId ?? 0,
      payloads,
    });
    return first || this.#port === 500
      ? this.#send(atMs, 500, message, said)
      : this.#send(atMs, 4500, concatBytes([new Uint8Array(4), message]), said);
  }

  #send(atMs: number, port: number, payload: Uint8Array, said: Said): this {
    const { from = "client", mtu, lost = [], lastFirst = false, dontFragment = false } = said;
    const to = from === "client" ? "gateway" : "client";
    const frames = datagramFrames({
      atMs,
      source: this.#addresses[from],
      destination: this.#addresses[to],
      sourcePort: port,
      destinationPort: port,
      payload,
      identification: this.#identification++,
      dontFragment,
      hopLimit: this.#hopLimits[from],
      ...(mtu === undefined ? {} : { mtu }),
    });
    const seen = frames.filter((_, at) => !lost.includes(at));
    this.#frames.push(...(lastFirst ? inTurn(seen.map((f) => f.bytes).toReversed(), seen) : seen));
    return this;
  }

  /** An ICMP error from `sender` about the IKE that the client would send to this port. */
  refused(atMs: number, sender: string, type: number, code: number, port: number): this {
    const { client, gateway } = this.#addresses;
    const source = sender === "gateway" ? gateway : sender;
    const family = client.includes(":") ? 6 : 4;
    const quoted = ip({
      source: client,
      destination: gateway,
      protocol: 17,
      payload: udp(port, port, noise(400, 6)),
    });
    const payload = icmp(type, code, new Uint8Array(4), quoted.subarray(0, family === 4 ? 28 : 200));
    const protocol = family === 4 ? 1 : 58;
    this.#frames.push(frameAt(atMs, ethernet(ip({ source, destination: client, protocol, payload }))));
    return this;
  }
}

/** These bytes at those times. */
const inTurn = (bytes: readonly FrameToWrite["bytes"][], times: readonly FrameToWrite[]): FrameToWrite[] =>
  times.map((frame, at) => ({ ...frame, bytes: bytes[at] ?? frame.bytes }));

const notify = (type: number): PayloadToEncode => ({ type: PayloadType.N, body: notifyBody(type) });

/** Bytes that look encrypted and are the same each time. */
function noise(count: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

function pad(payloads: PayloadToEncode[], ikeLength: number): PayloadToEncode[] {
  const used = 28 + payloads.reduce((sum, p) => sum + 4 + p.body.length, 0);
  return ikeLength - used < 4
    ? payloads
    : [...payloads, { type: PayloadType.V, body: noise(ikeLength - used - 4, 2) }];
}
