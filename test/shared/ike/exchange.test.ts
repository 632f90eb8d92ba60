/** Messages joined to exchanges: retransmissions, IKE fragments, new tries, IKEv1. */
import { expect, test } from "vitest";
import { encodeIkeMessage, keBody, notifyBody, type PayloadToEncode } from "../../../shared/ike/encode.ts";
import { joinSessions, type TimedMessage } from "../../../shared/ike/exchange.ts";
import { readIkeMessage } from "../../../shared/ike/message.ts";
import { ExchangeType, NotifyType, PayloadType } from "../../../shared/ike/registry.ts";
import { skfBody } from "../../support/packet-builder.ts";

interface Sent {
  spi?: string;
  responderSpi?: string;
  exchange?: number;
  id?: number;
  /** The original initiator sends it. */
  initiator?: boolean;
  response?: boolean;
  payloads?: PayloadToEncode[];
  majorVersion?: number;
  source?: string;
}

let clock = 0;
function sent(message: Sent): TimedMessage {
  const initiator = message.initiator ?? true;
  const read = readIkeMessage(
    encodeIkeMessage({
      initiatorSpi: message.spi ?? "00000000000000a1",
      responderSpi: message.responderSpi ?? "0000000000000000",
      exchangeType: message.exchange ?? ExchangeType.IKE_SA_INIT,
      initiator,
      response: message.response ?? false,
      messageId: message.id ?? 0,
      majorVersion: message.majorVersion ?? 2,
      payloads: message.payloads ?? [],
    }),
  );
  if (!("header" in read)) throw read;
  return {
    message: read,
    timeMs: clock++,
    flow: { source: message.source ?? (initiator ? "192.0.2.1" : "198.51.100.1") },
  };
}
const answer = (message: Sent): TimedMessage =>
  sent({ responderSpi: "00000000000000b2", ...message, initiator: false, response: true });
const ke = (group: number): PayloadToEncode[] => [
  { type: PayloadType.KE, body: keBody(group, new Uint8Array(64)) },
];
const notify = (type: number, bytes = 0): PayloadToEncode => ({
  type: PayloadType.N,
  body: notifyBody(type, new Uint8Array(bytes)),
});
const skf = (number: number, total: number): PayloadToEncode[] => [
  { type: PayloadType.SKF, nextPayload: 35, body: skfBody(number, total, new Uint8Array(40)) },
];

/** Exchange type, Message ID, and how many sendings there were of request and response. */
function shape(messages: TimedMessage[]) {
  return joinSessions(messages).map((session) =>
    session.exchanges.map((e) => [e.exchangeType, e.messageId, e.requests.length, e.responses.length]),
  );
}

test("requests, their retransmissions and their responses are one exchange", () => {
  const messages = [
    sent({}),
    sent({}),
    answer({}),
    sent({ exchange: 35, id: 1, responderSpi: "00000000000000b2" }),
    sent({ exchange: 35, id: 1, responderSpi: "00000000000000b2" }),
    answer({ exchange: 35, id: 1 }),
    answer({ exchange: 35, id: 1 }),
  ];
  expect(shape(messages)).toEqual([
    [
      [34, 0, 2, 1],
      [35, 1, 2, 2],
    ],
  ]);
  expect(joinSessions(messages)[0]).toMatchObject({
    initiatorSpi: "00000000000000a1",
    responderSpi: "00000000000000b2",
    majorVersion: 2,
  });
});

test("COOKIE and INVALID_KE rounds are tries of one initiation, in order", () => {
  const messages = [
    sent({ payloads: ke(31) }),
    answer({ responderSpi: "0000000000000000", payloads: [notify(NotifyType.COOKIE, 20)] }),
    sent({ payloads: [notify(NotifyType.COOKIE, 20), ...ke(31)] }),
    sent({ payloads: [notify(NotifyType.COOKIE, 20), ...ke(31)] }),
    answer({ responderSpi: "0000000000000000", payloads: [notify(NotifyType.INVALID_KE_PAYLOAD, 2)] }),
    sent({ payloads: [notify(NotifyType.COOKIE, 20), ...ke(14)] }),
    answer({ payloads: ke(14) }),
  ];
  expect(shape(messages)).toEqual([
    [
      [34, 0, 1, 1],
      [34, 0, 2, 1],
      [34, 0, 1, 1],
    ],
  ]);
});

test("a request seen again after its response is no new try", () => {
  expect(shape([sent({ payloads: ke(14) }), answer({}), sent({ payloads: ke(14) })])).toEqual([
    [[34, 0, 2, 1]],
  ]);
  // The capture begins with the response.
  expect(shape([answer({}), sent({ payloads: ke(14) })])).toEqual([[[34, 0, 1, 1]]]);
  expect(shape([answer({ payloads: [notify(NotifyType.COOKIE, 8)] }), sent({ payloads: ke(14) })])).toEqual([
    [
      [34, 0, 0, 1],
      [34, 0, 1, 0],
    ],
  ]);
});

test("IKE fragments make one sending; seen again or cut to another size they begin the next", () => {
  const auth = (number: number, total: number) => sent({ exchange: 35, id: 1, payloads: skf(number, total) });
  const [session] = joinSessions([
    auth(1, 3),
    auth(3, 3),
    auth(1, 3),
    auth(2, 3),
    auth(3, 3),
    auth(1, 5),
    auth(4, 5),
  ]);
  const requests = session?.exchanges[0]?.requests ?? [];
  expect(requests.map((t) => [t.ikeFragmentTotal, t.messages.length, t.missingIkeFragments])).toEqual([
    [3, 2, [2]],
    [3, 3, []],
    [5, 2, [2, 3, 5]],
  ]);
});

test("an absurd Total Fragments is bounded", () => {
  const [session] = joinSessions([sent({ exchange: 35, id: 1, payloads: skf(1, 65_535) })]);
  expect(session?.exchanges[0]?.requests[0]?.missingIkeFragments).toHaveLength(64);
});

test("the same Message ID from both ends is two exchanges, and a window keeps several open", () => {
  const info = { exchange: 37, responderSpi: "00000000000000b2" };
  const messages = [
    sent({ ...info, id: 2 }),
    sent({ ...info, id: 3 }),
    sent({ ...info, id: 2, initiator: false }),
    answer({ ...info, id: 3 }),
    answer({ ...info, id: 2 }),
    sent({ ...info, id: 2, response: true }),
  ];
  const [session] = joinSessions(messages);
  expect(
    session?.exchanges.map((e) => [
      e.messageId,
      e.requestFromInitiator,
      e.requests.length,
      e.responses.length,
    ]),
  ).toEqual([
    [2, true, 1, 1],
    [3, true, 1, 1],
    [2, false, 1, 1],
  ]);
});

test("interleaved SAs are kept apart by the initiator's SPI", () => {
  const [a, b] = [{ spi: "00000000000000a1" }, { spi: "00000000000000a2" }];
  expect(shape([sent(a), sent(b), answer(b), answer(a)])).toEqual([[[34, 0, 1, 1]], [[34, 0, 1, 1]]]);
});

test("IKEv1's two ends are told apart by who began", () => {
  const main = { majorVersion: 1, exchange: 2 };
  const messages = [
    sent({ ...main, source: "192.0.2.1" }),
    sent({ ...main, source: "198.51.100.1" }),
    sent({ ...main, source: "192.0.2.1" }),
    sent({ ...main, exchange: 32, id: 77, source: "192.0.2.1" }),
  ];
  expect(shape(messages)).toEqual([
    [
      [2, 0, 2, 1],
      [32, 77, 1, 0],
    ],
  ]);
});
