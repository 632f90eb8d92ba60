/** What a reflector answers, to whom, and how much at most. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "../../../infra/reflector/budget.ts";
import { Reflector } from "../../../infra/reflector/reflector.ts";
import {
  encodeRequest,
  type Mac,
  networkOf,
  readAnswer,
  signToken,
  type TokenClaims,
} from "../../../shared/reflect/protocol.ts";

const mac: Mac = (message) =>
  createHmac("sha256", "a key of thirty-two characters..").update(message).digest();
const NOW = 1_800_000_000;
const ADDRESS = "192.0.2.7";
const runOf = (number: number) => number.toString(16).padStart(32, "0");
const token = (given: Partial<TokenClaims> = {}) =>
  signToken({ run: runOf(1), endsAt: NOW + 240, replyBytes: 24_000, network: null, ...given }, mac);

function ask(reflector: Reflector, datagram: Uint8Array, address = ADDRESS, now = NOW) {
  const answer = reflector.answer(datagram, address, now);
  return answer && readAnswer(answer, address.includes(":") ? 6 : 4);
}

function cookieFrom(reflector: Reflector, signed: Uint8Array, address = ADDRESS): Uint8Array {
  const answer = ask(reflector, encodeRequest({ kind: "open", token: signed }), address);
  if (answer?.kind !== "cookie") throw new Error(`no cookie: ${answer?.kind}`);
  return answer.cookie;
}

test.each([ADDRESS, "2001:db8::7", "::ffff:192.0.2.7"])(
  "a token gets a cookie, and the cookie datagrams of any size: %s",
  (address) => {
    const reflector = new Reflector(mac);
    const signed = token();
    const cookie = cookieFrom(reflector, signed, address);
    for (const ipBytes of [100, 1_500, 2_560, 3_000]) {
      const answer = reflector.answer(
        encodeRequest({ kind: "send", token: signed, cookie, ipBytes }),
        address,
        NOW,
      );
      const headers = address === "2001:db8::7" ? 48 : 28;
      expect(answer?.length).toBe(ipBytes - headers);
    }
  },
);

test("a cookie that is old, or another's, gets a small answer with a new one", () => {
  const reflector = new Reflector(mac);
  const signed = token();
  const cookie = cookieFrom(reflector, signed);
  const send = encodeRequest({ kind: "send", token: signed, cookie, ipBytes: 2_560 });
  for (const [address, now] of [
    ["192.0.2.8", NOW],
    [ADDRESS, NOW + 120],
  ] as const) {
    const answer = ask(reflector, send, address, now);
    if (answer?.kind !== "again") throw new Error(`${answer?.kind}`);
    const again = encodeRequest({ kind: "send", token: signed, cookie: answer.cookie, ipBytes: 2_560 });
    expect(ask(reflector, again, address, now)?.kind).toBe("reflection");
  }
});

test("it is silent to a token that is over, forged, cut, or for another network", () => {
  const reflector = new Reflector(mac);
  const open = (signed: Uint8Array) => encodeRequest({ kind: "open", token: signed });
  expect(ask(reflector, open(token()))?.kind).toBe("cookie");
  expect(reflector.answer(open(token({ endsAt: NOW })), ADDRESS, NOW)).toBeNull();
  const forged = token();
  forged[20] = (forged[20] ?? 0) ^ 1;
  expect(reflector.answer(open(forged), ADDRESS, NOW)).toBeNull();
  expect(reflector.answer(open(token()).subarray(0, -1), ADDRESS, NOW)).toBeNull();
  const bound = token({ network: networkOf("192.0.2.200") });
  expect(reflector.answer(open(bound), ADDRESS, NOW)).not.toBeNull();
  expect(reflector.answer(open(bound), "198.51.100.7", NOW)).toBeNull();
});

test("a token that is played again gets no more than its budget in all, from however many addresses", () => {
  const reflector = new Reflector(mac);
  const signed = token({ replyBytes: 10_000 });
  let sent = 0;
  for (let at = 0; at < 200; at++) {
    const address = `192.0.2.${at % 100}`;
    const answer = reflector.answer(encodeRequest({ kind: "open", token: signed }), address, NOW);
    if (answer === null) continue;
    sent += answer.length + 28;
    const cookie = readAnswer(answer, 4);
    if (cookie?.kind !== "cookie") throw new Error("no cookie");
    const send = encodeRequest({ kind: "send", token: signed, cookie: cookie.cookie, ipBytes: 900 });
    const reflection = reflector.answer(send, address, NOW);
    if (reflection !== null) sent += reflection.length + 28;
  }
  expect(sent).toBeGreaterThan(9_000);
  expect(sent).toBeLessThanOrEqual(10_000);
});

test("an address gets no more than its budget, with however many tokens; another address still gets its own", () => {
  const reflector = new Reflector(mac);
  let sent = 0;
  const play = (run: number, address: string): number => {
    const signed = token({ run: runOf(run), replyBytes: 60_000 });
    let bytes = 0;
    const opened = reflector.answer(encodeRequest({ kind: "open", token: signed }), address, NOW);
    const answer = opened && readAnswer(opened, 6);
    if (answer?.kind !== "cookie") return 0;
    for (let at = 0; at < 19; at++) {
      const send = encodeRequest({ kind: "send", token: signed, cookie: answer.cookie, ipBytes: 3_000 });
      if (reflector.answer(send, address, NOW) !== null) bytes += 3_000;
    }
    return bytes;
  };
  // The same customer: an address of its /64 for each run.
  for (let run = 0; run < 30; run++) sent += play(run, `2001:db8:0:7::${run + 1}`);
  expect(sent).toBeGreaterThan(400_000);
  expect(sent).toBeLessThanOrEqual(512 * 1024);
  expect(play(1_000, "2001:db8:0:8::1")).toBe(57_000);
});

/**
 * What an attacker may do: send any bytes, tokens of its own case, and cookies of another address, at any
 * time.
 */
const action = fc.record({
  kind: fc.constantFrom("open", "send", "steal", "noise", "turned"),
  address: fc.constantFrom("192.0.2.7", "192.0.2.8", "2001:db8::7"),
  run: fc.integer({ min: 1, max: 3 }),
  stolen: fc.nat({ max: 9 }),
  ipBytes: fc.oneof(fc.constantFrom(80, 1_500, 3_000), fc.integer({ min: 0, max: 65_535 })),
  noise: fc.uint8Array({ maxLength: 200 }),
  waitSeconds: fc.integer({ min: 0, max: 40 }),
});

test("an address that has not shown a cookie of its own never gets more than it sent", () => {
  let reflections = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 60 }), (actions) => {
      const reflector = new Reflector(mac);
      const cookies: { cookie: Uint8Array; address: string; run: number }[] = [];
      const proven = new Set<string>();
      const balance = new Map<string, number>();
      let now = NOW;
      for (const { kind, address, run, stolen, ipBytes, noise, waitSeconds } of actions) {
        now += waitSeconds;
        const own = cookies.filter((c) => c.address === address);
        const known = kind === "send" ? own : cookies;
        const theirs = known[stolen % Math.max(1, known.length)];
        const forRun = kind === "send" ? (theirs?.run ?? run) : run;
        const signed = token({ run: runOf(forRun), endsAt: now + 100 });
        const hasCookie = kind !== "open" && theirs !== undefined;
        const built = hasCookie
          ? encodeRequest({ kind: "send", token: signed, cookie: theirs.cookie, ipBytes })
          : encodeRequest({ kind: "open", token: signed });
        // The size at the end is not protected by the token.
        const at = ipBytes % (built.length - 2);
        const turned = Uint8Array.from(built, (byte, i) => (i === at ? byte ^ ((noise[0] ?? 0) | 1) : byte));
        const datagram = kind === "noise" ? noise : kind === "turned" ? turned : built;
        const answer = reflector.answer(datagram, address, now);
        // An address that sends back the cookie it got proves that it receives what is sent to it.
        if (datagram === built && hasCookie && theirs.address === address) proven.add(address);
        if (answer === null) continue;
        const read = readAnswer(answer, address.includes(":") ? 6 : 4);
        expect(kind).not.toBe("noise");
        if (read?.kind === "cookie" || read?.kind === "again")
          cookies.push({ cookie: read.cookie, address, run: forRun });
        if (read?.kind === "reflection") {
          reflections += 1;
          expect(kind).not.toBe("turned");
          expect(proven.has(address)).toBe(true);
        }
        if (proven.has(address)) continue;
        expect(answer.length).toBeLessThanOrEqual(datagram.length);
        balance.set(address, (balance.get(address) ?? 0) + datagram.length - answer.length);
        expect(balance.get(address)).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 300 },
  );
  expect(reflections).toBeGreaterThan(100);
});

test("a budget remembers so many and no more, and makes room for others when their time is over", () => {
  const budget = new Budget(100);
  const taken = Array.from({ length: 150 }, (_, at) => budget.take(`${at}`, 1, 10, NOW + 60, NOW));
  expect(taken.filter(Boolean)).toHaveLength(100);
  expect(budget.size).toBe(100);
  // A known account keeps what is left, even when there is no room for new ones.
  expect(budget.take("7", 9, 10, NOW + 60, NOW)).toBe(true);
  expect(budget.take("7", 1, 10, NOW + 60, NOW)).toBe(false);
  expect(budget.take("new", 1, 10, NOW + 120, NOW + 59)).toBe(false);
  expect(budget.take("new", 1, 10, NOW + 120, NOW + 61)).toBe(true);
  expect(budget.size).toBe(1);
  expect(budget.take("7", 10, 10, NOW + 120, NOW + 61)).toBe(true);
});
