/** What is asked in the name of begun logins, what that proves, and that nothing of them stays. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64 } from "../../../shared/bytes/base64.ts";
import { toHex } from "../../../shared/bytes/hex.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { TRIES_AT_AN_EDGE } from "../../../shared/diagnose/facts/probe-tries.ts";
import { nextRequests, type RequestToSend } from "../../../shared/plan/rehearsal.ts";
import { MOST_BYTES, MOST_DATAGRAMS } from "../../../shared/plan/within-limits.ts";
import type { UdpStep } from "../../../shared/schema/plan.ts";
import type { RehearsalAnswer, RehearsalRequest, RehearsedLogin } from "../../../shared/schema/rehearsal.ts";
import { roundOf } from "../../../shared/schema/step-id.ts";
import { type ResponderOptions, USUAL_TRANSFORMS } from "../../support/login-responder.ts";
import { type LossyPath, OPEN_PATH, OPEN_WAY, playLossyPlan } from "../../support/lossy-path.ts";
import { lossyPath, oddPath } from "../../support/truth.ts";

const gateway = "vpn.example.com";
const EAP: ResponderOptions = { takes: "eap" };
const REFUSED: RehearsalAnswer = { status: "refused", notify: 24, ikeBytes: 80, datagrams: [80] };
const BEGUN: RehearsalAnswer = { status: "asks-eap", eapType: 1, ikeBytes: 3472, datagrams: [3472] };
const NONE: RehearsalAnswer = { status: "none" };

const request = (given: Partial<RehearsalRequest>): RehearsalRequest => ({
  asks: "eap",
  messageId: 1,
  carriage: "ip-fragments",
  ikeBytes: 2_688,
  datagrams: [2_688],
  userMtu: null,
  stepIds: ["r2-login-1-ask-1"],
  tries: 3,
  answer: NONE,
  ...given,
});
const login = (...requests: Partial<RehearsalRequest>[]): RehearsedLogin => ({
  initiatorSpi: "1122334455667788",
  responderSpi: "8877665544332211",
  family: 4,
  address: "192.0.2.1",
  suite: { encryption: "AES_CBC_256", integrity: "HMAC_SHA2_256_128", prf: "HMAC_SHA2_256", group: 14 },
  ikeFragmentation: false,
  announcedIkeFragmentation: false,
  begunOnPort: 4500,
  initAnswerBytes: 440,
  requests: requests.map(request),
});
type Part = Partial<RehearsalRequest>;
const end: Part = { asks: "refusal", carriage: "whole-packet", ikeBytes: 112, datagrams: [112] };
const small: Part = { ikeBytes: 336, datagrams: [336], carriage: "whole-packet" };
const inFragments: Part = { carriage: "ike-fragments", datagrams: [1236, 1236, 372], tries: 1 };

/** A request to send in few words. */
const told = ({ asks, messageId, isLarge, fragmentIpBytes, userMtu, again, tries }: RequestToSend): string =>
  [
    asks,
    messageId,
    isLarge ? "large" : "small",
    ...(fragmentIpBytes === null ? [] : [`in ${fragmentIpBytes}`]),
    ...(userMtu === null ? [] : [`under ${userMtu}`]),
    ...(again === null ? [] : ["again"]),
    `x${tries}`,
  ].join(" ");

describe("nextRequests()", () => {
  const open = { isOutLost: false, lostIpBytes: null, trialMtu: null };
  const outLost = { ...open, isOutLost: true };
  test.each<{
    name: string;
    of: RehearsedLogin;
    role?: "ip-fragments" | "ike-fragments" | "spare";
    known?: Parameters<typeof nextRequests>[2];
    want: string[];
  }>([
    { name: "asks both ways at once with one large request", of: login(), want: ["eap 1 large x3"] },
    { name: "ends what is of no further use", of: login(), role: "spare", want: ["refusal 1 small x3"] },
    { name: "ends a login that was begun", of: login({ answer: BEGUN }), want: ["refusal 2 small x3"] },
    { name: "is done where the gateway refused", of: login({ answer: REFUSED }), want: [] },
    {
      name: "asks the same again, and lets the end tell which way it was",
      of: login({}),
      want: ["eap 1 large again x5", "refusal 2 small x3"],
    },
    {
      name: "asks Message ID 1 where Message ID 2 is not expected: then nothing has arrived",
      of: login({ tries: 6 }, { ...end, messageId: 2 }),
      want: ["refusal 1 small x3", "refusal 2 small again x3"],
    },
    {
      name: "tests the way back with something small where large messages do not arrive",
      of: login({}),
      known: outLost,
      want: ["eap 1 small x3"],
    },
    {
      name: "does so at once where that is known from the start",
      of: login(),
      known: outLost,
      want: ["eap 1 small x3"],
    },
    {
      name: "and asks for that again before the end",
      of: login({}, small),
      known: outLost,
      want: ["eap 1 small again x5", "refusal 2 small x3"],
    },
    {
      name: "waits with the end for the MTU that will be recommended",
      of: login({}, { ...small, answer: BEGUN }),
      known: { ...outLost, trialMtu: "open" },
      want: [],
    },
    {
      name: "tries it with the true message",
      of: login({}, { ...small, answer: BEGUN }),
      known: { ...outLost, trialMtu: 1_400 },
      want: ["refusal 2 large under 1400 x3"],
    },
    {
      name: "and ends with something small what that did not end",
      of: login({}, { ...small, answer: BEGUN }, { asks: "refusal", messageId: 2, userMtu: 1_400 }),
      known: { ...outLost, trialMtu: 1_400 },
      want: ["refusal 2 small x3"],
    },
    {
      name: "sends IKE fragments once, for their answer comes to one of them",
      of: login(),
      role: "ike-fragments",
      want: ["eap 1 large in 1280 x1"],
    },
    {
      name: "sends them twice more, each with the same bytes",
      of: login(inFragments),
      role: "ike-fragments",
      want: ["eap 1 large in 1280 again x1", "eap 1 large in 1280 again x1", "refusal 2 small x3"],
    },
    {
      name: "does so five times where a part of the answer came",
      of: login({
        ...inFragments,
        answer: { status: "in-part", received: [3], total: 3, largestDatagramBytes: 840 },
      }),
      role: "ike-fragments",
      want: [...Array<string>(5).fill("eap 1 large in 1280 again x1"), "refusal 2 small x3"],
    },
    {
      name: "tries the smallest IKE fragments where nothing has arrived",
      of: login({ ...inFragments, tries: 3 }, { ...end, messageId: 2 }),
      role: "ike-fragments",
      want: ["eap 1 large in 576 x1"],
    },
    {
      name: "does so at once where packets of the usual size are lost",
      of: login(inFragments),
      role: "ike-fragments",
      known: { ...outLost, lostIpBytes: 1_280 },
      want: ["eap 1 large in 576 x1"],
    },
    {
      name: "asks a gateway that refuses EAP elsewhere for another refusal, large",
      of: login(),
      known: { ...open, refusesEapElsewhere: true },
      want: ["refusal 1 large x3"],
    },
    {
      name: "and in IKE fragments",
      of: login(),
      role: "ike-fragments",
      known: { ...open, refusesEapElsewhere: true },
      want: ["refusal 1 large in 1280 x1"],
    },
    {
      // What is sent again keeps its size: its bytes are those of the first time.
      name: "which it sends again, and something small after them",
      of: login({ ...inFragments, asks: "refusal" }),
      role: "ike-fragments",
      known: { ...open, refusesEapElsewhere: true },
      want: ["refusal 1 small again x2", "refusal 1 small x3"],
    },
    {
      name: "gives up on a gateway that answers no end",
      of: login({}, { ...end, messageId: 1 }, { ...end, messageId: 2 }),
      want: [],
    },
    {
      name: "ends what could not be sent",
      of: login({ answer: { status: "not-sent", why: "limit" }, tries: 0 }),
      want: ["refusal 2 small x2", "refusal 1 small x2"],
    },
  ])("$name", ({ of, role = "ip-fragments", known = open, want }) => {
    expect(nextRequests(of, role, known, true).map(told)).toEqual(want);
  });

  test("asks for nothing but ends where nothing else may be asked for", () => {
    for (const role of ["ip-fragments", "ike-fragments", "spare"] as const) {
      for (const of of [login(), login({}), login({ answer: BEGUN }), login(inFragments)]) {
        const requests = nextRequests(
          of,
          role,
          { isOutLost: true, lostIpBytes: null, trialMtu: "open" },
          false,
        );
        expect(requests.map(({ asks }) => asks)).toEqual(requests.map(() => "refusal"));
        expect(requests.length).toBeGreaterThan(0);
      }
    }
  });
});

function play(path: Partial<LossyPath>, seed = 5) {
  const { evidence, responder } = playLossyPlan(gateway, { ...OPEN_PATH, login: EAP, ...path }, seed);
  const logins = evidence.rehearsal?.logins ?? [];
  const ofKind = (ikeFragmentation: boolean) =>
    logins
      .filter((l) => l.ikeFragmentation === ikeFragmentation)
      .flatMap(({ requests }) =>
        requests.map((r) => `${r.asks} ${r.messageId} ${r.carriage} x${r.tries}: ${r.answer.status}`),
      );
  return { evidence, responder, byIp: ofKind(false), byIke: ofKind(true) };
}

const BY_IKE_CLEAR = ["eap 1 ike-fragments x1: asks-eap", "refusal 2 whole-packet x1: refused"];

describe("a run", () => {
  test.each<{ name: string; path: Partial<LossyPath>; byIp: string[]; byIke: string[] }>([
    {
      name: "on a clear path is done with one request each, and its end",
      path: {},
      byIp: ["eap 1 ip-fragments x1: asks-eap", "refusal 2 whole-packet x1: refused"],
      byIke: BY_IKE_CLEAR,
    },
    {
      name: "with a gateway that takes certificates only is refused at once",
      path: { login: { takes: "certificate" } },
      byIp: ["eap 1 ip-fragments x1: refused"],
      byIke: ["eap 1 ike-fragments x1: refused"],
    },
    {
      name: "with a gateway that refuses EAP where nobody hears it asks for another refusal",
      path: { login: { takes: "certificate", refusesEapElsewhere: true } },
      byIp: [
        "eap 1 ip-fragments x8: none",
        "refusal 2 whole-packet x3: none",
        "refusal 1 whole-packet x3: none",
      ],
      byIke: [
        "eap 1 ike-fragments x3: none",
        "refusal 2 whole-packet x3: none",
        "refusal 1 whole-packet x3: none",
        "refusal 1 ike-fragments x1: refused",
      ],
    },
    {
      name: "shows that the answer is lost six times while its login goes on",
      path: { back: { ...OPEN_WAY, fragmentLimit: 0 } },
      byIp: ["eap 1 ip-fragments x8: none", "refusal 2 whole-packet x1: refused"],
      byIke: BY_IKE_CLEAR,
    },
    {
      name: "tests the way back with something small where IP fragments do not arrive, and the MTU that helps",
      path: { out: { ...OPEN_WAY, fragmentLimit: 1_400 } },
      byIp: [
        "eap 1 ip-fragments x3: none",
        "eap 1 whole-packet x1: asks-eap",
        "refusal 2 ip-fragments x1: refused",
      ],
      byIke: BY_IKE_CLEAR,
    },
    {
      name: "tells both ways apart where IP fragments are lost on both",
      path: { out: { ...OPEN_WAY, fragmentLimit: 0 }, back: { ...OPEN_WAY, fragmentLimit: 0 } },
      byIp: [
        "eap 1 ip-fragments x3: none",
        "eap 1 whole-packet x8: none",
        "refusal 2 whole-packet x1: refused",
      ],
      byIke: BY_IKE_CLEAR,
    },
    {
      name: "sees a part of the answer through a black hole on the way back",
      path: { back: { ...OPEN_WAY, anyLimit: 1_200 } },
      byIp: ["eap 1 ip-fragments x8: none", "refusal 2 whole-packet x1: refused"],
      byIke: ["eap 1 ike-fragments x6: in-part", "refusal 2 whole-packet x1: refused"],
    },
    {
      name: "ends what it cannot go on with where the sizes of a black hole take all that may be sent",
      path: { out: { ...OPEN_WAY, anyLimit: 1_200 } },
      byIp: [
        "eap 1 ip-fragments x3: none",
        "eap 1 whole-packet x1: asks-eap",
        "refusal 2 ip-fragments x1: refused",
      ],
      byIke: [
        "eap 1 ike-fragments x1: none",
        "refusal 2 whole-packet x2: none",
        "refusal 1 whole-packet x1: refused",
      ],
    },
    {
      name: "ends the second login at once where the gateway does not fragment",
      path: { login: { ...EAP, ikeFragmentation: false } },
      byIp: [
        "refusal 1 whole-packet x1: refused",
        "eap 1 ip-fragments x1: asks-eap",
        "refusal 2 whole-packet x1: refused",
      ],
      byIke: [],
    },
    {
      name: "ends what came about before a COOKIE, and nothing else",
      path: { cookieAfter: 1 },
      byIp: [],
      byIke: ["refusal 1 whole-packet x1: refused"],
    },
    {
      name: "ends it on port 500 where 4500 is blocked",
      path: { blockedPorts: [4500] },
      byIp: [],
      byIke: ["refusal 1 whole-packet x1: refused"],
    },
    {
      name: "begins again with the group that the gateway wants",
      path: { login: { ...EAP, chooses: USUAL_TRANSFORMS } },
      byIp: ["eap 1 ip-fragments x1: asks-eap", "refusal 2 whole-packet x1: refused"],
      byIke: BY_IKE_CLEAR,
    },
  ])("$name", ({ path, byIp, byIke }) => {
    const played = play(path);
    expect([played.byIp, played.byIke]).toEqual([byIp, byIke]);
    expect(played.responder.halfOpen).toBe(0);
  });

  test("goes on with no login whose first answer is a control of sizes until they are known", () => {
    for (const ikeFragmentation of [true, false]) {
      const { responder, evidence } = play({
        ignoresUnacceptable: true,
        login: { ...EAP, ikeFragmentation },
      });
      expect(responder.halfOpen).toBe(0);
      const { measurements, rehearsal } = evidence;
      const roundsOf = (isOne: (step: UdpStep) => boolean): number[] =>
        measurements.flatMap(({ step }) => (step.kind === "udp" && isOne(step) ? roundOf(step.id) : []));
      const controls = measurements.flatMap(({ step, outcome }) =>
        step.kind === "udp" && outcome.status === "answered" && step.port === 500 ? [step.datagram] : [],
      );
      const lastControl = Math.max(...roundsOf(({ datagram }) => controls.includes(datagram)));
      expect(lastControl).toBe(2);
      const held = rehearsal?.logins.filter(({ initiatorSpi }) =>
        controls.some((datagram) => toHex(fromBase64(datagram)).startsWith(initiatorSpi)),
      );
      expect(held?.length).toBe(2);
      for (const { requests } of held ?? [])
        for (const id of requests.flatMap(({ stepIds }) => stepIds))
          expect(roundOf(id)).toBeGreaterThan(lastControl);
      // The other one, begun on port 4500, is asked beside them.
      expect(Math.min(...roundsOf(({ purpose }) => purpose === "rehearsal"))).toBe(2);
    }
  });

  test("tells both ways apart where a gateway answers full requests only", () => {
    for (const mostOut of [0, 1_400, 1_472])
      for (const mostBack of [0, 1_400])
        for (const ikeFragmentation of [true, false])
          for (const answersPing of [true, false]) {
            const { evidence } = play({
              ignoresUnacceptable: true,
              answersPing,
              out: { ...OPEN_WAY, fragmentLimit: mostOut },
              back: { ...OPEN_WAY, fragmentLimit: mostBack },
              login: { ...EAP, ikeFragmentation },
            });
            const { confidence, direction, recommendation } = diagnose({ evidence, transcripts: [] });
            const story = JSON.stringify({ mostOut, mostBack, ikeFragmentation, answersPing });
            expect([confidence, direction, recommendation.interfaceMtu], story).toEqual([
              "high",
              "both",
              null,
            ]);
          }
  });

  test("promises no MTU where the way back was asked for and told nothing", () => {
    for (const ignoresUnacceptable of [true, false]) {
      const path = { ignoresUnacceptable, out: { ...OPEN_WAY, fragmentLimit: 1_472 } };
      const mtuWith = (login: ResponderOptions) => {
        const { recommendation } = diagnose({ ...play({ ...path, login }), transcripts: [] });
        return [recommendation.interfaceMtu, recommendation.basis];
      };
      expect(mtuWith({ ...EAP, ikeFragmentation: false })).toEqual([1_472, "verified"]);
      // It refuses where nobody hears it, as libreswan does: the MTU may help all the same.
      expect(mtuWith({ takes: "certificate", refusesEapElsewhere: true })).toEqual([1_472, "trial"]);
    }
  });

  test("takes no answer for lost that a slow gateway gave when nobody listened any more", () => {
    let late = 0;
    for (const ignoresUnacceptable of [false, true])
      for (const ikeFragmentation of [true, false]) {
        for (let answersEapAfterMs = 6_500; answersEapAfterMs <= 9_500; answersEapAfterMs += 250) {
          const login = { ...EAP, ikeFragmentation, answersEapAfterMs };
          const { evidence } = play({ ignoresUnacceptable, login });
          const { direction, confidence } = diagnose({ evidence, transcripts: [] });
          if (direction !== "inbound") continue;
          late += 1;
          expect(confidence, JSON.stringify({ ignoresUnacceptable, login })).toBe("low");
        }
        // One that is lost for sure stays so, whether other logins show a large answer or none does.
        for (const back of [
          { ...OPEN_WAY, fragmentLimit: 0 },
          { ...OPEN_WAY, anyLimit: 1_200 },
        ]) {
          const { evidence } = play({ ignoresUnacceptable, back, login: { ...EAP, ikeFragmentation } });
          const { direction, confidence } = diagnose({ evidence, transcripts: [] });
          // Few other messages tell how much is lost by chance where only full requests are answered.
          const sure = ignoresUnacceptable && !ikeFragmentation ? "medium" : "high";
          expect([direction, confidence]).toEqual(["inbound", sure]);
        }
      }
    expect(late).toBeGreaterThan(10);
  });

  test("asks for the smallest MTU where the round that tries others had no room for it", () => {
    const way = { ...OPEN_WAY, lossPercent: 5 };
    const path = {
      ...OPEN_PATH,
      out: { ...way, fragmentLimit: 0 },
      back: way,
      answersPing: false,
      login: EAP,
    };
    for (const luck of [1, 2, 9, 13, 14]) {
      const { evidence } = playLossyPlan(gateway, path, luck);
      const asked = evidence.measurements.filter(({ step }) => step.kind === "udp" && step.userMtu === 1280);
      const tries = asked.reduce((sum, { sentAtMs }) => sum + sentAtMs.length, 0);
      expect(tries, `luck ${luck}`).toBe(TRIES_AT_AN_EDGE);
    }
  });

  test.each([
    { paths: lossyPath, numRuns: 120 },
    { paths: oddPath, numRuns: 60 },
  ])(
    "leaves nothing half open, refuses few and keeps to its limits without chance ($paths.name)",
    ({ paths, numRuns }) => {
      let begun = 0;
      for (const [path, luck] of fc.sample(fc.tuple(paths(0), fc.nat()), { numRuns, seed: 15 })) {
        const { evidence, responder } = playLossyPlan(gateway, path, luck);
        const story = JSON.stringify({ path, luck });
        const answersToTheEnd = path.silentAfter >= 1_000;
        // What a gateway answers that does not arrive is not known here, so that it cannot be ended.
        // And nobody ends what a gateway ends for no stranger, or what another one than it hears of.
        const mayHear =
          path.back.anyLimit >= 500 &&
          answersToTheEnd &&
          path.login?.ignoresWrongAuth !== true &&
          !path.pinsSource &&
          path.balancedBy === "nothing";
        if (mayHear) expect(responder.halfOpen, story).toBe(0);
        expect(responder.mostHalfOpen, story).toBeLessThanOrEqual(
          path.ignoresUnacceptable || !mayHear ? 3 : 2,
        );
        expect(responder.refusals, story).toBeLessThanOrEqual(6);
        const sent = evidence.measurements.flatMap((m) => m.sentAtMs.map(() => m.step));
        const bytes = sent.map((step) =>
          step.kind === "udp"
            ? fromBase64(step.datagram).length
            : step.kind === "echo"
              ? step.pingPayloadBytes
              : 0,
        );
        expect(sent.length, story).toBeLessThanOrEqual(MOST_DATAGRAMS);
        expect(
          bytes.reduce((a, b) => a + b, 0),
          story,
        ).toBeLessThanOrEqual(MOST_BYTES);
        begun += evidence.rehearsal?.logins.length ?? 0;
      }
      expect(begun).toBeGreaterThan(numRuns * 0.8);
    },
  );

  test("a path whose two ports lead to different gateways is not said to be sound", () => {
    const { evidence } = play({ balancedBy: "port" });
    const { verdict, confidence, findings } = diagnose({ evidence, transcripts: [] });
    expect([verdict, confidence]).toEqual(["healthy", "low"]);
    expect(findings.find(({ code }) => code === "healthy")?.phrase).toMatchObject({
      key: "finding.healthy.ports-apart",
    });
    expect(diagnose({ evidence: play({}).evidence, transcripts: [] }).confidence).toBe("high");
  });

  test("that a gateway answered what was asked of the way, and then nothing more, is said", () => {
    const { evidence } = play({ silentAfter: 8 });
    const { verdict, confidence, findings } = diagnose({ evidence, transcripts: [] });
    expect([verdict, confidence]).toEqual(["healthy", "medium"]);
    expect(findings.find(({ code }) => code === "healthy")?.phrase).toMatchObject({
      key: "finding.healthy.then-silent",
    });
  });

  test("an answer that never came may have been left to IP to cut, whatever the gateway offers", () => {
    const back = { ...OPEN_WAY, fragmentLimit: 0 };
    const { evidence } = play({ back, login: { ...EAP, leavesCuttingToIp: true } });
    expect(diagnose({ evidence, transcripts: [] }).fourWays?.ikeFragments.back).toMatchObject({
      state: "lost",
      phrase: { key: "four-ways.or-uncut" },
    });
  });
});
