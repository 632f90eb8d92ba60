import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../../../shared/bytes/base64.ts";
import { readLogins } from "../../../../shared/evidence/rehearsal/read-rehearsal.ts";
import { encodeIkeMessage, notifyBody, withNonEspMarker } from "../../../../shared/ike/encode.ts";
import { type AuthRequest, authRequest } from "../../../../shared/ike/keys/auth-request.ts";
import { type InitRequest, initRequest } from "../../../../shared/ike/keys/login.ts";
import { ExchangeType, NotifyType, PayloadType } from "../../../../shared/ike/registry.ts";
import { byteSource, probeDatagram } from "../../../../shared/plan/probe-datagram.ts";
import { Measurement } from "../../../../shared/schema/measurement.ts";
import { Rehearsal } from "../../../../shared/schema/rehearsal.ts";
import { LoginResponder, type ResponderOptions, USUAL_TRANSFORMS } from "../../../support/login-responder.ts";

const READ_AT = "2026-01-01T00:00:00.000Z";
const secret = new Uint8Array(32).fill(7);
const GATEWAY = "192.0.2.1";

/** What happens on the way, and how it is asked. */
interface Way {
  /** What of the answer comes back. */
  back?: (answer: Uint8Array[]) => Uint8Array[];
  /** It does not reach the gateway. */
  lost?: boolean;
  purpose?: string;
  userMtu?: number;
  /** What the agent says instead of sending. */
  kept?: object;
}

/** A run against a responder, datagram by datagram, each from a socket of its own as an agent sends them. */
class Played {
  readonly measurements: Measurement[] = [];
  readonly random = byteSource(Uint8Array.of(3));
  readonly responder: LoginResponder;
  constructor(options: ResponderOptions = {}) {
    this.responder = new LoginResponder(options, byteSource(Uint8Array.of(4)));
  }

  send(datagram: Uint8Array, way: Way = {}): void {
    const { back = (answer) => answer, lost = false, purpose = "rehearsal", userMtu = null, kept } = way;
    const answers = lost || kept ? [] : back(this.responder.answer(datagram, 4500));
    const at = this.measurements.length * 100;
    const about = { address: GATEWAY, dontFragment: false };
    const step = {
      ...{ id: `r1-step-${this.measurements.length}`, kind: "udp", atMs: 0, target: GATEWAY, family: 4 },
      ...{ port: 4500, purpose, datagram: toBase64(datagram), dontFragment: false, userMtu, tries: 3 },
      waitMs: 1_050,
    };
    const outcome = kept ?? {
      ...(answers.length > 0
        ? { status: "answered", answers: answers.map((a, i) => ({ atMs: at + i, datagram: toBase64(a) })) }
        : { status: "failed", failure: "timeout", detail: null }),
      ...about,
    };
    const sentAtMs = kept ? [] : answers.length > 0 ? [at] : [at, at + 1_050, at + 2_100];
    this.measurements.push(Measurement.parse({ step, startedAtMs: at, sentAtMs, outcome }));
  }

  init(given: Partial<InitRequest> = {}, way: Way = {}): void {
    const usual = { secret, random: this.random, port: 4500, group: 14, ikeFragmentation: false };
    this.send(initRequest({ ...usual, ...given }), way);
  }

  /** @returns the datagrams, to be sent again */
  ask(given: Partial<AuthRequest>, ...ways: Way[]): Uint8Array[] {
    const login = this.read().logins.at(-1);
    if (login === undefined) throw new Error("no login was begun");
    const usual = { asks: "eap", messageId: 1, ikeBytes: null, fragmentIkeBytes: null } as const;
    const datagrams = authRequest(login, { ...usual, random: this.random, ...given });
    for (const [at, datagram] of datagrams.entries()) this.send(datagram, ways[at] ?? ways[0]);
    return datagrams;
  }

  read() {
    const reading = readLogins(this.measurements, secret, READ_AT);
    expect(Rehearsal.parse(reading.rehearsal)).toEqual(reading.rehearsal);
    return reading;
  }

  get requests() {
    return this.read().rehearsal.logins.flatMap(({ requests }) => requests);
  }
}

test("a login whose large answer comes, and its end", () => {
  const run = new Played({ certificateRequests: 5 });
  run.init();
  run.ask({});
  expect(run.responder.halfOpen).toBe(1);
  run.ask({ asks: "refusal", messageId: 2 });
  expect(run.responder.halfOpen).toBe(0);
  const { rehearsal } = run.read();
  expect(rehearsal.logins).toMatchObject([
    {
      family: 4,
      address: GATEWAY,
      suite: { encryption: "AES_CBC_256", integrity: "HMAC_SHA2_256_128", prf: "HMAC_SHA2_256", group: 14 },
      ikeFragmentation: false,
      requests: [
        {
          ...{ asks: "eap", messageId: 1, carriage: "whole-packet", tries: 1, stepIds: ["r1-step-1"] },
          answer: { status: "asks-eap", eapType: 1, ikeBytes: 3_472, datagrams: [3_472] },
        },
        {
          ...{ asks: "refusal", messageId: 2, carriage: "whole-packet", ikeBytes: 112, datagrams: [112] },
          answer: { status: "refused", notify: 24, ikeBytes: 80, datagrams: [80] },
        },
      ],
    },
  ]);
  expect(rehearsal.gateway).toMatchObject({ certificateRequests: 5, readAt: READ_AT });
  // The answer says who the gateway is (IDr), which may be a person's e-mail address: no finding needs it.
  expect(JSON.stringify(rehearsal)).not.toContain("gateway.example.com");
  expect(rehearsal.stopped).toBeNull();
});

test("IKE fragments each from a socket of its own are one request, and its answer is at one of them", () => {
  const run = new Played();
  run.init({ ikeFragmentation: true });
  run.ask({ ikeBytes: 2_700, fragmentIkeBytes: 1_248 });
  expect(run.requests).toMatchObject([
    {
      ...{ carriage: "ike-fragments", ikeBytes: 2_688, datagrams: [1_236, 1_236, 372] },
      // Two of them went out as often as the agent tries, for their sockets heard nothing.
      ...{ tries: 1, stepIds: ["r1-step-1", "r1-step-2", "r1-step-3"] },
      answer: { status: "asks-eap", ikeBytes: 3_472, datagrams: [1_236, 1_236, 1_156] },
    },
  ]);
});

test("a large request leaves as IP fragments where its packet is larger than the MTU, or the one set for it", () => {
  const run = new Played();
  run.init();
  run.ask({ ikeBytes: 2_700 });
  run.ask({ asks: "refusal", messageId: 2 }, { userMtu: 576 });
  run.ask({ asks: "refusal", messageId: 3, ikeBytes: 700 }, { userMtu: 576 });
  expect(run.requests.map(({ carriage, userMtu }) => [carriage, userMtu])).toEqual([
    ["ip-fragments", null],
    ["whole-packet", 576],
    ["ip-fragments", 576],
  ]);
});

test("the same datagram again, in a later step, is another try of the same request", () => {
  const run = new Played();
  run.init();
  const [datagram = new Uint8Array()] = run.ask({ ikeBytes: 2_700 }, { lost: true });
  run.send(datagram, { lost: true });
  expect(run.requests).toMatchObject([
    { tries: 6, stepIds: ["r1-step-1", "r1-step-2"], answer: { status: "none" } },
  ]);
  // Another one with the same Message ID is another request: the small one that shows that the SA is alive.
  run.ask({ asks: "refusal" });
  expect(run.requests.map(({ answer }) => answer.status)).toEqual(["none", "refused"]);
});

test("of a request in IKE fragments, the part that was sent least often counts", () => {
  const run = new Played();
  run.init({ ikeFragmentation: true });
  const notRun = { kept: { status: "not-run", why: "limits" } };
  run.ask({ ikeBytes: 2_700, fragmentIkeBytes: 1_248 }, { lost: true }, { lost: true }, notRun);
  expect(run.requests).toMatchObject([{ tries: 0, answer: { status: "not-sent", why: "limits" } }]);
});

test.each([
  { status: "not-run", why: "this system cannot bound a socket's MTU" },
  { status: "failed", failure: "too-big-locally", detail: null, address: null, dontFragment: null },
])("what this computer kept is not lost on the way: $status", (kept) => {
  const run = new Played();
  run.init();
  run.ask({ ikeBytes: 2_700 }, { kept });
  expect(run.requests).toMatchObject([
    { tries: 0, answer: { status: "not-sent", why: "why" in kept ? kept.why : kept.failure } },
  ]);
});

test("an answer that comes in part says which IKE fragments came", () => {
  const run = new Played();
  run.init({ ikeFragmentation: true });
  run.ask({}, { back: ([first, , third]) => [third, first].filter((part) => part !== undefined) });
  expect(run.requests).toMatchObject([
    { answer: { status: "in-part", received: [1, 3], total: 3, largestDatagramBytes: 1_236 } },
  ]);
});

test("an answer with a changed byte is none, and one of another login is none either", () => {
  const run = new Played();
  run.init();
  run.ask(
    {},
    { back: (parts) => parts.map((part) => part.map((byte, at) => (at === 99 ? byte ^ 1 : byte))) },
  );
  expect(run.requests).toMatchObject([{ answer: { status: "unreadable", why: "integrity" } }]);
  const other = new Played();
  other.init();
  const [foreign = new Uint8Array()] = other.ask({});
  run.init();
  run.ask({}, { back: () => other.responder.answer(foreign, 4500) });
  expect(run.requests.map(({ answer }) => answer.status)).toEqual(["unreadable", "unreadable"]);
});

test("ESP and keepalives at the socket are no answer to a login", () => {
  const run = new Played();
  run.init();
  run.ask({}, { back: () => [Uint8Array.of(0xff), new Uint8Array(90).fill(9), new Uint8Array(3)] });
  expect(run.requests).toMatchObject([{ answer: { status: "none" } }]);
});

test("a gateway that takes no EAP refuses at once, and keeps nothing", () => {
  const run = new Played({ takes: "certificate" });
  run.init();
  run.ask({});
  expect(run.requests).toMatchObject([{ asks: "eap", answer: { status: "refused", notify: 24 } }]);
  expect(run.responder.halfOpen).toBe(0);
  expect(run.read().rehearsal.gateway).toMatchObject({ certificates: null, unreadableCertificates: [] });
});

test("a gateway that wants another group says so, and is asked with that", () => {
  const chooses = USUAL_TRANSFORMS.map((t) => (t.type === 4 ? { ...t, id: 20 } : t));
  const run = new Played({ chooses });
  run.init();
  expect(run.read()).toMatchObject({ logins: [], wantedGroup: 20, rehearsal: { stopped: null } });
  run.init({ group: 20 });
  expect(run.read().rehearsal.logins).toMatchObject([{ suite: { group: 20 } }]);
});

const forThreeDes = USUAL_TRANSFORMS.map((t) => (t.type === 1 ? { ...t, id: 3, keyBits: null } : t));
const stops: { name: string; options?: ResponderOptions; way?: Way; stopped: string | null }[] = [
  { name: "nothing is wrong", stopped: null },
  { name: "it asks for a COOKIE", options: { cookieAtHalfOpen: 0 }, stopped: "cookie" },
  { name: "it says nothing", way: { lost: true }, stopped: "no-answer" },
  { name: "it chooses 3DES, and is asked again without", options: { chooses: forThreeDes }, stopped: null },
  {
    name: "it refuses all proposals",
    options: { chooses: [{ type: 1, id: 28, keyBits: null }] },
    stopped: "no-common-suite",
  },
  { name: "it answers rubbish", way: { back: () => [new Uint8Array(40)] }, stopped: "unreadable" },
];
test.each(stops)("why logins stop where $name", ({ options, way, stopped }) => {
  const run = new Played(options);
  run.init({}, way);
  expect(run.read().rehearsal.stopped).toBe(stopped);
});

/** An error that nothing protects, for the SPI of the answer that it comes before. */
const errorBefore = (notify: number, data: number[], [answer = new Uint8Array()]: Uint8Array[]) =>
  withNonEspMarker(
    encodeIkeMessage({
      exchangeType: ExchangeType.IKE_SA_INIT,
      initiator: false,
      response: true,
      initiatorSpi: Buffer.from(answer.subarray(4, 12)).toString("hex"),
      payloads: [{ type: PayloadType.N, body: notifyBody(notify, Uint8Array.from(data)) }],
    }),
  );

test.each([
  { name: "NO_PROPOSAL_CHOSEN", notify: NotifyType.NO_PROPOSAL_CHOSEN, data: [], begun: 1, stopped: null },
  { name: "INVALID_SYNTAX", notify: NotifyType.INVALID_SYNTAX, data: [], begun: 1, stopped: null },
  {
    name: "INVALID_KE_PAYLOAD",
    notify: NotifyType.INVALID_KE_PAYLOAD,
    data: [0, 19],
    begun: 1,
    stopped: null,
  },
  // Whoever guards itself is left alone.
  { name: "COOKIE", notify: NotifyType.COOKIE, data: [1, 2, 3], begun: 0, stopped: "cookie" },
])("of a $name that stands before the answer, $begun login is begun", ({ notify, data, begun, stopped }) => {
  const run = new Played();
  run.init({}, { back: (answer) => [errorBefore(notify, data, answer), ...answer] });
  const { logins, rehearsal, wantedGroup } = run.read();
  expect([logins.length, rehearsal.stopped, wantedGroup]).toEqual([begun, stopped, null]);
});

test("a gateway that prefers 3DES is spoken with where that is not on offer", () => {
  const begin = (options: ResponderOptions) => {
    const run = new Played(options);
    run.init();
    run.init({ withOld3des: false });
    return run.read().rehearsal;
  };
  expect(begin({ prefers: forThreeDes })).toMatchObject({
    logins: [{ suite: { encryption: "AES_CBC_256" } }],
    stopped: null,
  });
  expect(begin({ chooses: forThreeDes })).toMatchObject({ logins: [], stopped: "no-common-suite" });
});

test("a COOKIE stops logins, also where an earlier one was begun", () => {
  const run = new Played({ cookieAtHalfOpen: 1 });
  run.init();
  run.init();
  expect(run.read().rehearsal).toMatchObject({ stopped: "cookie", logins: [{}] });
});

test("full requests are logins too, whatever they are sent for; what is refused for its proposals is none", () => {
  const run = new Played();
  run.init({}, { purpose: "baseline" });
  run.init({}, { purpose: "whole-packet" });
  run.send(probeDatagram(4500, 4, null, run.random), { purpose: "size-control" });
  run.send(probeDatagram(4500, 4, 1_500, run.random), { purpose: "whole-packet", lost: true });
  const { logins, rehearsal } = run.read();
  expect(logins.map(({ stepId }) => stepId)).toEqual(["r1-step-0", "r1-step-1"]);
  expect(rehearsal.stopped).toBeNull();
});

test("the same IKE_SA_INIT again is the same login", () => {
  const run = new Played();
  const datagram = initRequest({
    secret,
    random: run.random,
    port: 4500,
    group: 14,
    ikeFragmentation: false,
  });
  run.send(datagram);
  run.send(datagram);
  run.ask({});
  expect(run.read().rehearsal.logins).toMatchObject([{ requests: [{}] }]);
});

test("whoever begins many logins, or asks much in one, is read up to a bound", () => {
  const begun = (group: number, times: number) => {
    const run = new Played({
      chooses: USUAL_TRANSFORMS.map((t) => (t.type === 4 ? { ...t, id: group } : t)),
    });
    for (let i = 0; i < times; i++) run.init({ group });
    return run.read().logins.length;
  };
  expect([begun(14, 12), begun(14, 20)]).toEqual([12, 16]);
  // Keys of larger groups take three and four times as long; the plan begins three logins with them.
  expect([begun(15, 7), begun(16, 3), begun(16, 6)]).toEqual([5, 3, 4]);
  const many = new Played();
  many.init();
  for (let i = 0; i < 40; i++) many.ask({ asks: "refusal" }, { lost: true });
  expect(many.requests.length).toBe(32);
});

test("the first request again and again, as sizes are tested so, leaves room for further logins", () => {
  const run = new Played();
  run.init();
  const [{ step } = {}] = run.measurements;
  if (step?.kind !== "udp") throw new Error("no request was sent");
  for (let i = 0; i < 30; i++) run.send(fromBase64(step.datagram), { purpose: "ip-fragments" });
  run.init();
  expect(run.read().logins.map(({ stepId }) => stepId)).toEqual(["r1-step-0", "r1-step-31"]);
});

test("a dear login is not read for the price of a cheap one that shows the same SPI and answer", () => {
  const MODP4096 = 16;
  const run = new Played({
    chooses: USUAL_TRANSFORMS.map((t) => (t.type === 4 ? { ...t, id: MODP4096 } : t)),
  });
  for (let i = 0; i < 8; i++) {
    const about = { secret, random: run.random, port: 4500, ikeFragmentation: false };
    const dear = initRequest({ ...about, group: MODP4096 });
    const answers = run.responder.answer(dear, 4500);
    const cheap = initRequest({ ...about, group: 14 });
    cheap.set(dear.subarray(4, 12), 4);
    for (const datagram of [cheap, dear]) {
      run.send(datagram, { lost: true });
      const sent = run.measurements.at(-1);
      if (sent?.step.kind !== "udp") throw new Error("no request was sent");
      const came = answers.map((a, atMs) => ({ atMs, datagram: toBase64(a) }));
      const outcome = { status: "answered", address: GATEWAY, dontFragment: false, answers: came };
      run.measurements[run.measurements.length - 1] = Measurement.parse({ ...sent, outcome });
    }
  }
  // Sixteen units: five for each pair.
  expect(run.read().logins.length).toBe(3);
});
