/**
 * Begun logins, read from what strangers made of their datagrams: nothing throws or takes long, what comes
 * out fits its schema, and only bytes that the gateway itself sealed are taken for its answer.
 */
import { deepStrictEqual } from "node:assert/strict";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { gatewayFacts } from "../../shared/evidence/rehearsal/gateway-facts.ts";
import { type ReadLogin, readLogins } from "../../shared/evidence/rehearsal/read-rehearsal.ts";
import { authRequest } from "../../shared/ike/keys/auth-request.ts";
import { initRequest } from "../../shared/ike/keys/login.ts";
import { authAnswer, openMessage } from "../../shared/ike/keys/read-answer.ts";
import { seal, sealInFragments } from "../../shared/ike/keys/sealing.ts";
import { ExchangeType } from "../../shared/ike/registry.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import type { UdpMeasurement } from "../../shared/schema/measurement.ts";
import { GatewayAnswerFacts, Rehearsal } from "../../shared/schema/rehearsal.ts";
import { LoginResponder, type ResponderOptions, USUAL_TRANSFORMS } from "../support/login-responder.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const SECRET = new Uint8Array(32).fill(3);
const READ_AT = "2026-01-01T00:00:00.000Z";

/** A run with one login: IKE_SA_INIT, a request of EAP, and the refusal that ends it. */
function playLogin(options: ResponderOptions, fragmentIkeBytes: number | null): UdpMeasurement[] {
  const random = byteSource(Uint8Array.of(5));
  const responder = new LoginResponder(options, random);
  const measurements: UdpMeasurement[] = [];
  const send = (datagram: Uint8Array) => {
    const answers = responder.answer(datagram, 4500).map((a, i) => ({ atMs: i, datagram: toBase64(a) }));
    const about = { address: "192.0.2.1", dontFragment: null };
    measurements.push({
      step: {
        id: `r1-login-${measurements.length}`,
        kind: "udp",
        atMs: 0,
        target: "192.0.2.1",
        family: 4,
        port: 4500,
        purpose: "rehearsal",
        datagram: toBase64(datagram),
        dontFragment: false,
        userMtu: null,
        tries: 1,
        waitMs: 1_000,
      },
      startedAtMs: 0,
      sentAtMs: [0],
      outcome:
        answers.length > 0
          ? { status: "answered", ...about, answers }
          : { status: "failed", failure: "timeout", detail: null, ...about },
    });
  };
  const group = (options.chooses ?? USUAL_TRANSFORMS).find(({ type }) => type === 4)?.id ?? 14;
  send(initRequest({ secret: SECRET, random, port: 4500, group, ikeFragmentation: true }));
  const [login] = readLogins(measurements, SECRET, READ_AT).logins;
  if (login === undefined) throw new Error("Cannot begin a login");
  const ask = { ikeBytes: 2_000, fragmentIkeBytes, random };
  for (const datagram of authRequest(login, { asks: "eap", messageId: 1, ...ask })) send(datagram);
  for (const datagram of authRequest(login, { asks: "refusal", messageId: 2, ...ask })) send(datagram);
  return measurements;
}

const GCM = [
  { type: 1, id: 20, keyBits: 256 },
  { type: 2, id: 5, keyBits: null },
  { type: 4, id: 31, keyBits: null },
];
const runs = [
  playLogin({}, 600),
  playLogin({ chooses: GCM, certificateRequests: 3 }, null),
  playLogin({ ikeFragmentation: false, answerIkeBytes: 900 }, null),
];

/** All datagrams of all runs, for splices. */
const pool = runs.flat().flatMap((m) => [fromBase64(m.step.datagram), ...answersOf(m).map(fromBase64)]);

function answersOf({ outcome }: UdpMeasurement): string[] {
  return outcome.status === "answered" ? outcome.answers.map(({ datagram }) => datagram) : [];
}

/** Sent and answered datagrams of a run, some of them broken, some left out, doubled or swapped. */
export const rehearsalTarget: Target = {
  name: "rehearsal",
  run(seed) {
    const chance = new Chance(seed);
    const run = runs[chance.below(runs.length)] ?? [];
    const any = () => pool[chance.below(pool.length)] ?? new Uint8Array();
    const broken = (datagram: string): string =>
      chance.below(3) > 0
        ? datagram
        : toBase64(chance.below(4) === 0 ? any() : mutate(fromBase64(datagram), any(), chance));
    const measurements = run.flatMap((m): UdpMeasurement[] => {
      if (chance.below(12) === 0) return [];
      const answers = answersOf(m).flatMap((datagram, atMs) =>
        chance.below(8) === 0 ? [] : [{ atMs, datagram: broken(datagram) }],
      );
      const changed: UdpMeasurement = {
        ...m,
        step: { ...m.step, datagram: broken(m.step.datagram) },
        outcome:
          answers.length > 0 && m.outcome.status === "answered" ? { ...m.outcome, answers } : m.outcome,
      };
      return chance.below(10) === 0 ? [changed, changed] : [changed];
    });
    check(measurements);
  },
};

function check(measurements: UdpMeasurement[]): void {
  const input = new TextEncoder().encode(JSON.stringify(measurements));
  try {
    const before = process.cpuUsage();
    const { rehearsal } = readLogins(measurements, SECRET, READ_AT);
    const tookMs = process.cpuUsage(before).user / 1000;
    if (tookMs > MAX_MS) throw new Error(`Cannot take ${tookMs} ms: ${MAX_MS} are allowed`);
    deepStrictEqual(Rehearsal.parse(rehearsal), rehearsal);
    const genuine = new Set(runs.flat().flatMap(answersOf));
    for (const request of rehearsal.logins.flatMap((login) => login.requests)) {
      const { answer, stepIds } = request;
      if (answer.status !== "asks-eap" && answer.status !== "refused" && answer.status !== "other") continue;
      const came = measurements.filter(({ step }) => stepIds.includes(step.id)).flatMap(answersOf);
      const untouched = came.filter((datagram) => genuine.has(datagram));
      if (untouched.length < answer.datagrams.length)
        throw new Error(`Cannot take ${answer.status} from ${untouched.length} untouched datagrams`);
    }
  } catch (error) {
    throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), input, error);
  }
}

const logins = runs.flatMap((run) => readLogins(run, SECRET, READ_AT).logins);

/** What only the gateway can send: sealed with the right keys, and anything inside. */
export const sealedAnswers: Target = {
  name: "sealed-answers",
  run(seed) {
    const chance = new Chance(seed);
    const login = logins[chance.below(logins.length)] as ReadLogin;
    const body = new Uint8Array(chance.below(400));
    for (let i = 0; i < body.length; i++) body[i] = chance.below(256);
    for (let at = 0; at + 4 <= body.length; at += 4 + chance.below(30))
      body.set([33 + chance.below(22), 0, 0, 4 + chance.below(40)], at);
    const payloads = [
      { type: 33 + chance.below(22), body, nextPayload: chance.below(3) === 0 ? 0 : 33 + chance.below(22) },
    ];
    const { initiatorSpi, responderSpi, suite, keys } = login;
    const exchangeType = ExchangeType.IKE_AUTH;
    const header = {
      initiatorSpi,
      responderSpi,
      exchangeType,
      initiator: false,
      response: true,
      messageId: 1,
    };
    const random = byteSource(Uint8Array.of(seed & 0xff));
    const messages =
      chance.below(2) === 0
        ? [seal(suite, keys.responder, header, payloads, random)]
        : sealInFragments(suite, keys.responder, header, payloads, 100 + chance.below(400), random);
    try {
      const opening = openMessage(login, { messageId: 1, fromInitiator: false }, messages);
      if (opening.status === "none") throw new Error("Cannot find any of the messages");
      if (opening.status === "unreadable" && opening.why === "integrity")
        throw new Error("Cannot open what was sealed");
      if (opening.status !== "whole") return;
      authAnswer(opening.message.payloads);
      GatewayAnswerFacts.parse(gatewayFacts(opening.message.payloads, 0, READ_AT));
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), body, error);
    }
  },
};
