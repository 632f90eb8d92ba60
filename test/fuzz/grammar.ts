/** Generators of frames, IKE messages and IP fragments, each with what a reader has to find in it. */
import fc from "fast-check";
import { toHex } from "../../shared/bytes/hex.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import type { PayloadToEncode } from "../../shared/ike/encode.ts";
import { keBody, notifyBody, saBody } from "../../shared/ike/encode.ts";
import { PayloadType } from "../../shared/ike/registry.ts";
import { skfBody } from "../support/packet-builder.ts";

/** Whole seconds of any year that a file can hold, and nanoseconds. */
const time = fc.record({ seconds: fc.nat(0xffffffff), nanoseconds: fc.nat(999_999_999) });

/** Frames of a capture file. */
export const frames = (linkTypes: readonly number[]): fc.Arbitrary<FrameToWrite[]> =>
  fc.array(
    fc
      .record({
        time,
        bytes: fc.uint8Array({ maxLength: 300 }),
        cut: fc.nat(2000),
        linkType: fc.constantFrom(...linkTypes),
        interfaceId: fc.nat(3),
      })
      .map(({ time: { seconds, nanoseconds }, bytes, cut, linkType, interfaceId }) => ({
        seconds,
        nanoseconds,
        bytes,
        originalLength: bytes.length + cut,
        linkType,
        interfaceId,
      })),
    { maxLength: 12 },
  );

/** Where a file is cut into chunks. */
export const pieceBytes = fc.integer({ min: 1, max: 600 });

const spi = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(toHex);
const transform = fc.record({
  type: fc.nat(12),
  id: fc.nat(0xffff),
  keyBits: fc.option(fc.nat(0xffff)),
});
const proposal = fc.record({
  protocolId: fc.nat(255),
  spi: fc.constantFrom("", "01020304", "0102030405060708"),
  transforms: fc.array(transform, { maxLength: 8 }),
});

/** What the reader has to find in a payload. */
export interface KnownPayload {
  payload: PayloadToEncode;
  notifyType?: number;
  keGroup?: number;
  vendorId?: Uint8Array;
  ikeFragment?: { number: number; total: number };
  proposals?: { protocolId: number; transforms: { type: number; id: number; keyBits: number | null }[] }[];
}

const notify: fc.Arbitrary<KnownPayload> = fc
  .record({
    type: fc.nat(0xffff),
    data: fc.uint8Array({ maxLength: 64 }),
    spi: fc.constantFrom("", "0a0b0c0d"),
  })
  .map(({ type, data, spi: about }) => ({
    payload: { type: PayloadType.N, body: notifyBody(type, data, { protocolId: 3, spi: about }) },
    notifyType: type,
  }));
const keyExchange: fc.Arbitrary<KnownPayload> = fc
  .record({ group: fc.nat(0xffff), value: fc.uint8Array({ maxLength: 64 }) })
  .map(({ group, value }) => ({
    payload: { type: PayloadType.KE, body: keBody(group, value) },
    keGroup: group,
  }));
const vendorId: fc.Arbitrary<KnownPayload> = fc
  .uint8Array({ maxLength: 64 })
  .map((body) => ({ payload: { type: PayloadType.V, body }, vendorId: body }));
const securityAssociation: fc.Arbitrary<KnownPayload> = fc
  .array(proposal, { minLength: 1, maxLength: 4 })
  .map((proposals) => ({
    payload: { type: PayloadType.SA, body: saBody(proposals) },
    proposals: proposals.map(({ protocolId, transforms }) => ({
      protocolId,
      transforms: transforms.map(({ type, id, keyBits }) => ({ type, id, keyBits })),
    })),
  }));
const opaque: fc.Arbitrary<KnownPayload> = fc
  .record({
    type: fc.integer({ min: 1, max: 255 }).filter((type) => ![33, 34, 41, 43, 46, 53].includes(type)),
    body: fc.uint8Array({ maxLength: 100 }),
    critical: fc.boolean(),
  })
  .map((payload) => ({ payload }));
const fragment: fc.Arbitrary<KnownPayload> = fc
  .record({
    number: fc.nat(0xffff),
    total: fc.nat(0xffff),
    body: fc.uint8Array({ maxLength: 64 }),
    inner: fc.nat(255),
  })
  .map(({ number, total, body, inner }) => ({
    payload: { type: PayloadType.SKF, nextPayload: inner, body: skfBody(number, total, body) },
    ikeFragment: { number, total },
  }));

/** An IKEv2 message with any payloads, and what each of them says. */
export const ikeMessage = fc.record({
  initiatorSpi: spi,
  responderSpi: spi,
  exchangeType: fc.nat(255),
  initiator: fc.boolean(),
  response: fc.boolean(),
  messageId: fc.nat(0xffffffff),
  known: fc
    .tuple(
      fc.array(fc.oneof(notify, keyExchange, vendorId, securityAssociation, opaque), { maxLength: 10 }),
      fc.option(fragment),
    )
    .map(([payloads, last]) => (last ? [...payloads, last] : payloads)),
});

/** A datagram as IP fragments, cut at any multiple of 8, in any order, some of them twice. */
export const fragmentedDatagram = fc
  .record({
    payload: fc.uint8Array({ minLength: 9, maxLength: 3000 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 374 }), { minLength: 1, maxLength: 20 }),
    order: fc.array(fc.nat(), { minLength: 21, maxLength: 21 }),
    copies: fc.array(fc.boolean(), { minLength: 21, maxLength: 21 }),
    family: fc.constantFrom(4 as const, 6 as const),
    identification: fc.nat(0xffff),
  })
  .map(({ payload, cuts, order, copies, family, identification }) => {
    const offsets = [0, ...cuts.map((cut) => cut * 8).filter((cut) => cut < payload.length)].sort(
      (a, b) => a - b,
    );
    const parts = offsets.map((from, index) => ({ from, to: offsets[index + 1] ?? payload.length }));
    const shuffled = parts
      .map((part, index) => ({ part, copy: copies[index] ?? false, at: order[index] ?? 0 }))
      .sort((a, b) => a.at - b.at);
    return { payload, family, identification, parts: shuffled };
  });
