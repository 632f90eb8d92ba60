/** Answers of strangers: what is not the gateway's is put aside, whatever it is, and costs little. */
import { expect, test } from "vitest";
import { concatBytes } from "../../../../shared/bytes/concat.ts";
import { toHex } from "../../../../shared/bytes/hex.ts";
import { encodeIkeMessage, notifyBody } from "../../../../shared/ike/encode.ts";
import { IKE_HEADER_BYTES, NO_SPI } from "../../../../shared/ike/header.ts";
import { authRequest } from "../../../../shared/ike/keys/auth-request.ts";
import { hmacOf } from "../../../../shared/ike/keys/key-material.ts";
import { initRequest, type OpenLogin, takeInitAnswer } from "../../../../shared/ike/keys/login.ts";
import { MAX_IKE_FRAGMENTS, openMessage } from "../../../../shared/ike/keys/read-answer.ts";
import { seal, sealInFragments } from "../../../../shared/ike/keys/sealing.ts";
import { ExchangeType, NotifyType, PayloadType } from "../../../../shared/ike/registry.ts";
import { byteSource } from "../../../../shared/plan/probe-datagram.ts";
import { LoginResponder, USUAL_TRANSFORMS } from "../../../support/login-responder.ts";

const SECRET = new Uint8Array(32).fill(1);
const random = byteSource(Uint8Array.of(1));
const GCM = [
  { type: 1, id: 20, keyBits: 128 },
  { type: 2, id: 6, keyBits: null },
  { type: 4, id: 19, keyBits: null },
];

/** A login that was begun, with the answer that the gateway would give to an EAP request. */
function begin(chooses = USUAL_TRANSFORMS): { login: OpenLogin; answer: Uint8Array[] } {
  const responder = new LoginResponder({ chooses, fragmentIkeBytes: 1_248 }, random);
  const group = chooses.find(({ type }) => type === 4)?.id ?? 14;
  const request = initRequest({ secret: SECRET, random, port: 500, group, ikeFragmentation: true });
  const outcome = takeInitAnswer(SECRET, request, responder.answer(request, 500)[0] ?? new Uint8Array());
  if (outcome.status !== "open") throw new Error(outcome.status);
  const { login } = outcome;
  const ask = { asks: "eap", messageId: 1, ikeBytes: null, fragmentIkeBytes: null, random } as const;
  const answer = authRequest(login, ask).flatMap((datagram) => responder.answer(datagram, 4500));
  return { login, answer: answer.map((datagram) => datagram.subarray(4)) };
}

const cbc = begin();
const suites = [
  { name: "CBC", ...cbc },
  { name: "GCM", ...begin(GCM) },
];
const ANSWER = { messageId: 1, fromInitiator: false };

test.each(suites)("$name: the untouched answer opens, in any order and with copies", ({ login, answer }) => {
  expect(answer.length).toBe(3);
  const again = [...answer].reverse().flatMap((part) => [part, part]);
  for (const messages of [answer, again])
    expect(openMessage(login, ANSWER, messages)).toMatchObject({ status: "whole" });
});

test.each(suites)("$name: no single changed byte is taken", ({ login, answer }) => {
  const [first = new Uint8Array()] = answer;
  for (let at = 0; at < first.length; at++) {
    const changed = first.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x11;
    const { status } = openMessage(login, ANSWER, [changed]);
    expect(status, `byte ${at}`).toBe("unreadable");
  }
});

test.each(suites)("$name: no cut answer is taken, and none throws", ({ login, answer }) => {
  const [first = new Uint8Array()] = answer;
  for (let end = 0; end < first.length; end++)
    expect(openMessage(login, ANSWER, [first.subarray(0, end)])).toEqual({
      status: "unreadable",
      why: "malformed",
    });
});

test.each(suites)(
  "$name: nothing may stand behind an answer, where no check reaches it",
  ({ login, answer }) => {
    const longer = answer.map((part) => concatBytes([part, Uint8Array.of(0)]));
    expect(openMessage(login, ANSWER, longer)).toEqual({ status: "unreadable", why: "malformed" });
  },
);

test.each(suites)("$name: what is wrong takes nothing from what is right", ({ login, answer }) => {
  const wrong = answer.map((part) => part.map((byte, at) => (at === part.length - 1 ? byte ^ 1 : byte)));
  expect(openMessage(login, ANSWER, [...wrong, new Uint8Array(9), ...answer])).toMatchObject({
    status: "whole",
  });
  expect(openMessage(login, ANSWER, [...wrong, ...answer.slice(1)])).toEqual({
    status: "in-part",
    received: [2, 3],
    total: 3,
    largestDatagramBytes: 1_236 + (login.suite.cipher === "gcm" ? 12 : 0),
  });
});

const headerOf = ({ initiatorSpi, responderSpi }: OpenLogin) => ({
  initiatorSpi,
  responderSpi,
  exchangeType: ExchangeType.IKE_AUTH,
  initiator: false,
  response: true,
  messageId: 1,
});
const REFUSAL = [{ type: PayloadType.N, body: notifyBody(24) }];

/** With the right keys, and yet not what is looked for. */
const others = [
  { name: "another Message ID: an answer played again", header: { messageId: 2 } },
  { name: "another exchange", header: { exchangeType: ExchangeType.INFORMATIONAL } },
  { name: "a request", header: { response: false } },
  { name: "the initiator's own flag: what was sent, come back", header: { initiator: true } },
  { name: "a foreign initiator's SPI", header: { initiatorSpi: "00000000000000ff" } },
  { name: "a foreign responder's SPI", header: { responderSpi: "00000000000000ff" } },
  { name: "another major version", header: { majorVersion: 3 } },
];
test.each(others)("$name is not the answer", ({ header }) => {
  const { login } = cbc;
  const keys = login.keys.responder;
  const message = (more: object) => seal(login.suite, keys, { ...headerOf(login), ...more }, REFUSAL, random);
  expect(openMessage(login, ANSWER, [message({})])).toMatchObject({ status: "whole" });
  expect(openMessage(login, ANSWER, [message(header)])).toEqual({ status: "unreadable", why: "malformed" });
});

test("the client's own request, sent back to it, is not the answer", () => {
  const { login } = cbc;
  const ask = { asks: "refusal", messageId: 1, ikeBytes: null, fragmentIkeBytes: null, random } as const;
  const sent = authRequest(login, ask).map((datagram) => datagram.subarray(4));
  expect(openMessage(login, ANSWER, sent)).toEqual({ status: "unreadable", why: "integrity" });
});

test("an error in the clear is not the gateway's word", () => {
  const { login } = cbc;
  const clear = encodeIkeMessage({ ...headerOf(login), payloads: REFUSAL });
  expect(openMessage(login, ANSWER, [clear])).toEqual({ status: "unreadable", why: "malformed" });
});

test("64 KB in one datagram is not looked into", () => {
  const { login } = cbc;
  const large = seal(
    login.suite,
    login.keys.responder,
    headerOf(login),
    [{ type: PayloadType.V, body: new Uint8Array(65_000) }],
    random,
  );
  expect(openMessage(login, ANSWER, [large])).toEqual({ status: "unreadable", why: "too-large" });
});

test("a message in 1,000 IKE fragments, or of more than 64 KB, is not joined", () => {
  const { login } = cbc;
  const cut = (bytes: number, fragmentIkeBytes: number) =>
    sealInFragments(
      login.suite,
      login.keys.responder,
      headerOf(login),
      [{ type: PayloadType.V, body: new Uint8Array(bytes) }],
      fragmentIkeBytes,
      random,
    );
  const many = cut(31_500, 100);
  expect(many.length).toBeGreaterThan(900);
  expect(openMessage(login, ANSWER, many)).toEqual({ status: "unreadable", why: "too-large" });
  const long = cut(65_500, 1_200);
  expect(long.length).toBeLessThanOrEqual(MAX_IKE_FRAGMENTS);
  expect(openMessage(login, ANSWER, long)).toEqual({ status: "unreadable", why: "too-large" });
});

/** A part whose inside is written by hand: only whoever has the keys can send one. */
function sealedInner(first: number, inner: Uint8Array): Uint8Array {
  const { login } = cbc;
  // The generic header of the one payload is cut off again: what is inside is exactly `inner`.
  const raw = { type: first, body: inner.subarray(4), nextPayload: inner[0] ?? 0 };
  return seal(login.suite, login.keys.responder, headerOf(login), [raw], random);
}

test("chains that do not end, or claim what is not there, give nothing", () => {
  const { login } = cbc;
  const endless = concatBytes(Array.from({ length: 1_500 }, () => Uint8Array.of(43, 0, 0, 4)));
  const unending = sealedInner(43, endless);
  expect(openMessage(login, ANSWER, [unending])).toEqual({ status: "unreadable", why: "malformed" });
  const follows = sealedInner(43, Uint8Array.of(43, 0, 0, 4));
  expect(openMessage(login, ANSWER, [follows])).toEqual({ status: "unreadable", why: "malformed" });
});

test("numbers of IKE fragments that cannot be are no part of an answer", () => {
  const { login } = cbc;
  const parts = sealInFragments(
    login.suite,
    login.keys.responder,
    headerOf(login),
    [{ type: PayloadType.V, body: new Uint8Array(300) }],
    200,
    random,
  );
  expect(parts.length).toBe(3);
  // A set of two and a set of three are two messages: their parts are never put together.
  const two = sealInFragments(
    login.suite,
    login.keys.responder,
    headerOf(login),
    [{ type: PayloadType.V, body: new Uint8Array(200) }],
    200,
    random,
  );
  expect(two.length).toBe(2);
  expect(openMessage(login, ANSWER, [...parts.slice(0, 1), ...two.slice(1)])).toMatchObject({
    status: "in-part",
    total: 3,
    received: [1],
  });
});

/** The same IKE fragment with other numbers in it, and a check that is right all the same. */
function renumbered(part: Uint8Array, number: number, total: number): Uint8Array {
  const { suite, keys } = cbc.login;
  if (suite.integrity === null) throw new Error("Cannot check integrity without a hash");
  const message = part.slice();
  message.set([number >> 8, number & 0xff, total >> 8, total & 0xff], IKE_HEADER_BYTES + 4);
  const checked = message.subarray(0, message.length - suite.integrity.icvBytes);
  const icv = hmacOf(suite.integrity.hash, keys.responder.integrity, checked);
  message.set(icv.subarray(0, suite.integrity.icvBytes), checked.length);
  return message;
}

test.each([
  { number: 0, total: 0, why: "malformed" },
  { number: 1, total: 0, why: "malformed" },
  { number: 0, total: 3, why: "malformed" },
  { number: 4, total: 3, why: "malformed" },
  { number: 65_535, total: 65_535, why: "too-large" },
])("IKE fragment $number of $total is none, though its integrity is right", ({ number, total, why }) => {
  const { login, answer } = cbc;
  const [first = new Uint8Array(), second = new Uint8Array()] = answer;
  expect(openMessage(login, ANSWER, [renumbered(first, 1, 3)])).toMatchObject({ status: "in-part" });
  expect(openMessage(login, ANSWER, [renumbered(first, number, total)])).toEqual({
    status: "unreadable",
    why,
  });
  // It takes no place among those that are right.
  expect(openMessage(login, ANSWER, [renumbered(first, number, total), second])).toMatchObject({
    status: "in-part",
    received: [2],
    total: 3,
  });
});

test("IKE fragments of two messages are never put together", () => {
  const { login, answer } = cbc;
  const body = new Uint8Array(3_000);
  const next = sealInFragments(
    login.suite,
    login.keys.responder,
    { ...headerOf(login), messageId: 2 },
    [{ type: PayloadType.V, body }],
    1_248,
    random,
  );
  expect([answer.length, next.length]).toEqual([3, 3]);
  expect(openMessage(login, ANSWER, [...answer.slice(0, 2), ...next.slice(2)])).toMatchObject({
    status: "in-part",
    received: [1, 2],
    total: 3,
  });
});

/** Answers to IKE_SA_INIT, which nothing protects. */
const request = initRequest({ secret: SECRET, random, port: 500, group: 14, ikeFragmentation: true });
const responder = new LoginResponder({}, random);
const [response = new Uint8Array()] = responder.answer(request, 500);

test("a forged answer to IKE_SA_INIT never throws, and gives keys of nobody", () => {
  const right = takeInitAnswer(SECRET, request, response);
  expect(right.status).toBe("open");
  for (let end = 0; end < response.length; end++)
    expect(takeInitAnswer(SECRET, request, response.subarray(0, end)).status, `${end}`).toBe("unreadable");
  const statuses = new Set<string>();
  // Not the public value and the nonce: with others than the gateway's, the keys open nothing that it sends.
  const kept = response.length - 2 * (NAT_DETECTION_PAYLOAD_BYTES + 4);
  for (let at = 0; at < response.length; at++) {
    if (at > 90 && at < kept) continue;
    for (const flip of [0x01, 0x80, 0xff]) {
      const changed = response.slice();
      changed[at] = (changed[at] ?? 0) ^ flip;
      statuses.add(takeInitAnswer(SECRET, request, changed).status);
    }
  }
  expect([...statuses].sort()).toEqual(["no-common-suite", "open", "unreadable"]);
});
const NAT_DETECTION_PAYLOAD_BYTES = 28;

test("an answer to another's IKE_SA_INIT is none", () => {
  const other = initRequest({ secret: SECRET, random, port: 500, group: 14, ikeFragmentation: true });
  expect(takeInitAnswer(SECRET, other, response).status).toBe("unreadable");
});

test("with another secret, nothing opens", () => {
  const outcome = takeInitAnswer(new Uint8Array(32), request, response);
  if (outcome.status !== "open") throw new Error(outcome.status);
  expect(openMessage(outcome.login, ANSWER, cbc.answer)).toEqual({ status: "unreadable", why: "integrity" });
});

test("the group that a gateway wants is read from its INVALID_KE_PAYLOAD, whatever stands before that", () => {
  const notify = (type: number, data: Uint8Array) => ({
    type: PayloadType.N,
    body: notifyBody(type, data),
  });
  const wants = notify(NotifyType.INVALID_KE_PAYLOAD, Uint8Array.of(0, 20));
  const others = notify(NotifyType.NAT_DETECTION_SOURCE_IP, new Uint8Array(20).fill(9));
  const init = { exchangeType: ExchangeType.IKE_SA_INIT, initiator: false, response: true };
  const sent = initRequest({ secret: SECRET, random, port: 500, group: 14, ikeFragmentation: true });
  const answer = encodeIkeMessage({
    ...init,
    initiatorSpi: toHex(sent.subarray(0, 8)),
    responderSpi: NO_SPI,
    payloads: [others, wants, others],
  });
  expect(takeInitAnswer(SECRET, sent, answer)).toEqual({ status: "wants-group", group: 20 });
});

test.each([{ data: [] }, { data: [20] }, { data: [0, 0, 20] }])(
  "INVALID_KE_PAYLOAD of $data names no group",
  ({ data }) => {
    const sent = initRequest({ secret: SECRET, random, port: 500, group: 14, ikeFragmentation: true });
    const answer = encodeIkeMessage({
      exchangeType: ExchangeType.IKE_SA_INIT,
      initiator: false,
      response: true,
      initiatorSpi: toHex(sent.subarray(0, 8)),
      responderSpi: NO_SPI,
      payloads: [
        { type: PayloadType.N, body: notifyBody(NotifyType.INVALID_KE_PAYLOAD, Uint8Array.from(data)) },
      ],
    });
    expect(takeInitAnswer(SECRET, sent, answer)).toEqual({ status: "unreadable" });
  },
);
