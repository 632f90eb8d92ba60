import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import { rehearsalFacts, sureOfLoss } from "../../../../shared/diagnose/facts/rehearsal-facts.ts";
import { htmlReport } from "../../../../shared/report/html-report.ts";
import { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import { Rehearsal, type RehearsalAnswer, RehearsalStop } from "../../../../shared/schema/rehearsal.ts";
import { speak } from "../../../../shared/text/speak.ts";
import { checkMarkup } from "../../../support/markup-check.ts";
import { observations } from "../../../support/observations.ts";
import {
  CLEAR_PATH,
  OPEN,
  probesOn,
  type RehearsedPath,
  rehearse,
  type Way,
} from "../../../support/rehearsed-path.ts";

const seenOn = (path: RehearsedPath, random?: () => number) =>
  observations({ probes: probesOn(path, random), rehearsal: Rehearsal.parse(rehearse(path, random)) });

const statesOn = (path: RehearsedPath) => {
  const facts = rehearsalFacts(seenOn(path));
  return [
    facts?.ipFragments.out,
    facts?.ipFragments.back,
    facts?.ikeFragments.out,
    facts?.ikeFragments.back,
  ].map((way) => (way?.state === "not-tested" ? way.why : way?.state));
};

const DROPPED: Way = { ...OPEN, mostFragmentBytes: 0 };
const { gateway } = CLEAR_PATH;
const CERTIFICATES = { ...gateway, takes: "certificates" as const };

describe("the four ways on a path without chance", () => {
  test.each<[string, Partial<RehearsedPath>, unknown[]]>([
    ["nothing is wrong", {}, ["passed", "passed", "passed", "passed"]],
    ["IP fragments are dropped on the way back", { back: DROPPED }, ["passed", "lost", "passed", "passed"]],
    ["on the way out", { out: DROPPED }, ["lost", "passed", "passed", "passed"]],
    ["both ways", { out: DROPPED, back: DROPPED }, ["lost", "lost", "passed", "passed"]],
    [
      "packets above 1300 bytes vanish on the way back",
      { back: { ...OPEN, mostIpBytes: 1_300 } },
      ["passed", "lost", "passed", "passed"],
    ],
    [
      "above 1000, so that IKE fragments vanish too",
      { back: { ...OPEN, mostIpBytes: 1_000 } },
      ["passed", "lost", "passed", "lost"],
    ],
    [
      "the gateway has no IKE fragmentation",
      { gateway: { ...gateway, offersIkeFragmentation: false } },
      ["passed", "passed", "no-16430", "no-16430"],
    ],
    [
      "it takes certificates only",
      { gateway: CERTIFICATES },
      ["passed", "takes-no-eap", "passed", "takes-no-eap"],
    ],
    [
      "the same, and IP fragments are dropped on the way out",
      { gateway: CERTIFICATES, out: DROPPED },
      ["lost", "takes-no-eap", "passed", "takes-no-eap"],
    ],
    [
      "its answer fits one packet",
      { gateway: { ...gateway, answerIkeBytes: 1_180 } },
      ["passed", "fits-one-packet", "passed", "fits-one-packet"],
    ],
    [
      "it offers IKE fragmentation and sends none, and IP fragments are dropped on the way back",
      { gateway: { ...gateway, fragmentIpBytes: null }, back: DROPPED },
      ["passed", "lost", "passed", "lost"],
    ],
  ])("%s", (_title, given, want) => {
    expect(statesOn({ ...CLEAR_PATH, ...given })).toEqual(want);
    expect(statesOn({ ...CLEAR_PATH, ...given, family: 6 })).toEqual(want);
  });
});

test("a large request was lost where a small one is taken in its place", () => {
  const facts = rehearsalFacts(seenOn({ ...CLEAR_PATH, out: DROPPED }));
  expect(facts?.ipFragments.out).toMatchObject({ lostIkeBytes: 2_736, tries: 8, passedIkeBytes: null });
});

test("a large answer was lost where the gateway goes on to the next message", () => {
  const facts = rehearsalFacts(seenOn({ ...CLEAR_PATH, back: DROPPED }));
  // The size is known from the same answer in IKE fragments.
  expect(facts?.ipFragments.back).toMatchObject({ lostIkeBytes: 3_472, tries: 8 + 8 });
  expect(facts?.ikeFragments.back).toMatchObject({ passedIkeBytes: 3_472, passedIpBytes: 1_280 });
  expect(facts && sureOfLoss(facts.ipFragments.back)).toBe("high");
});

test.each([4, 9])(
  "that the gateway knows no such login or message (%i) proves no answer of its own",
  (notify) => {
    const seen = rehearse({ ...CLEAR_PATH, back: DROPPED });
    for (const request of seen.logins.flatMap((login) => login.requests))
      if (request.answer.status === "refused") request.answer.notify = notify;
    const facts = rehearsalFacts(observations({ rehearsal: seen }));
    expect(facts?.ipFragments.back.state).toBe("not-tested");
  },
);

test("nothing is known of a login that stays silent altogether", () => {
  const rehearsal = rehearse({ ...CLEAR_PATH, back: { ...OPEN, mostIpBytes: 60 } });
  const facts = rehearsalFacts(observations({ rehearsal }));
  expect(facts?.ipFragments).toMatchObject({ out: { state: "not-tested" }, back: { state: "not-tested" } });
  expect(facts?.ikeFragments).toMatchObject({ out: { state: "not-tested" }, back: { state: "not-tested" } });
});

test("a gateway may send IKE fragments to a client that does not offer them: nothing is cut by IP", () => {
  const rehearsal = rehearse(CLEAR_PATH);
  for (const { ikeFragmentation, requests } of rehearsal.logins)
    for (const { answer } of requests)
      if (!ikeFragmentation && answer.status === "asks-eap") answer.datagrams = [1_236, 1_236, 1_076];
  const facts = rehearsalFacts(observations({ rehearsal }));
  expect(facts?.ipFragments.back).toMatchObject({ state: "not-tested", why: "cuts-unasked" });
  expect(facts?.ikeFragments.back.state).toBe("passed");
});

test("an answer whose integrity is wrong proves nothing", () => {
  const rehearsal = rehearse(CLEAR_PATH);
  for (const login of rehearsal.logins)
    for (const request of login.requests) request.answer = { status: "unreadable", why: "integrity" };
  expect(rehearsalFacts(observations({ rehearsal }))?.ipFragments.out.state).toBe("not-tested");
});

test("where the old answer comes to a request of another kind, the request before it had arrived", () => {
  const rehearsal = rehearse({ ...CLEAR_PATH, out: DROPPED });
  const [large, control] = rehearsal.logins[0]?.requests ?? [];
  if (large === undefined || control === undefined) throw new Error("no such login");
  control.answer = { status: "asks-eap", eapType: 1, ikeBytes: 3_472, datagrams: [3_472] };
  const facts = rehearsalFacts(
    observations({ rehearsal: { ...rehearsal, logins: rehearsal.logins.slice(0, 1) } }),
  );
  expect(facts?.ipFragments).toMatchObject({ out: { state: "passed" }, back: { state: "passed" } });
});

test("three losses are too few to say more than that", () => {
  const rehearsal = rehearse({
    ...CLEAR_PATH,
    back: DROPPED,
    gateway: { ...gateway, offersIkeFragmentation: false },
  });
  const few = { ...rehearsal, logins: rehearsal.logins.slice(0, 1) };
  const probes = probesOn(CLEAR_PATH);
  const diagnosis = diagnoseObservations(observations({ probes, rehearsal: few }));
  expect([diagnosis.verdict, diagnosis.confidence]).toEqual(["inbound-fragments-lost", "low"]);
});

const size = fc.constantFrom(0, 1_000, 1_300, 1_400, 1_472, 1_500, 1_500, 1_500);
const way = (mostLoss: number): fc.Arbitrary<Way> =>
  fc.record({
    mostIpBytes: fc.constantFrom(1_000, 1_300, 1_400, 1_500, 1_500, 1_500, 1_500),
    mostFragmentBytes: size,
    lossPercent: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: mostLoss })),
  });
const anyPath = (mostLoss: number): fc.Arbitrary<RehearsedPath> =>
  fc.record({
    family: fc.constantFrom(4, 6),
    out: way(mostLoss),
    back: way(mostLoss),
    interfaceMtu: fc.constantFrom(1_500, 1_500, 1_400),
    gateway: fc.record({
      takes: fc.constantFrom("eap", "eap", "certificates"),
      answerIkeBytes: fc.constantFrom(700, 1_180, 1_460, 2_200, 3_472),
      offersIkeFragmentation: fc.boolean(),
      fragmentIpBytes: fc.constantFrom(1_280, 1_280, 1_400, 576, null),
    }),
  });

/** A generator of numbers from 0 to 1 that is the same on every machine. */
const chanceFrom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const isOpen = ({ mostIpBytes, mostFragmentBytes }: Way): boolean =>
  mostIpBytes >= 1_500 && mostFragmentBytes >= 1_500;

/** What the truth has against what is said, or `null`. */
function against(path: RehearsedPath, d: Diagnosis): string | null {
  const { out, back, gateway } = path;
  if (d.confidence !== "low") {
    if ((d.direction === "inbound" || d.direction === "both") && isOpen(back)) return "the way back is open";
    if ((d.direction === "outbound" || d.direction === "both") && isOpen(out)) return "the way out is open";
    if (d.verdict === "healthy" && !isOpen(out) && out.mostFragmentBytes < 1_400)
      return "the way out is not open";
    if (
      d.verdict === "healthy" &&
      d.confidence === "high" &&
      (back.mostFragmentBytes === 0 || back.mostIpBytes < 1_300)
    )
      return "the way back is not open";
  }
  const ways = d.fourWays;
  if (ways?.ipFragments.back.state === "passed" && back.mostFragmentBytes === 0)
    return "no IP fragment came back";
  if (ways?.ipFragments.out.state === "passed" && out.mostFragmentBytes === 0)
    return "no IP fragment went out";
  if (ways?.ikeFragments.back.state === "passed" && !gateway.offersIkeFragmentation)
    return "no IKE fragments";
  if (d.recommendation.interfaceMtu !== null && ways?.ipFragments.back.state === "lost")
    return "an MTU, and the way back loses";
  return null;
}

test("on no path, with chance or without, is more said than is true", { timeout: 120_000 }, () => {
  const said = new Map<string, number>();
  for (const mostLoss of [0, 10]) {
    for (const [path, seed] of fc.sample(fc.tuple(anyPath(mostLoss), fc.nat()), {
      numRuns: 1_500,
      seed: 7_296,
    })) {
      const random = chanceFrom(seed);
      const diagnosis = Diagnosis.parse(diagnoseObservations(seenOn(path, random)));
      expect(against(path, diagnosis), JSON.stringify({ path, seed })).toBeNull();
      const key = `${mostLoss} ${diagnosis.verdict} ${diagnosis.confidence}`;
      said.set(key, (said.get(key) ?? 0) + 1);
    }
  }
  expect(said.get("0 healthy high")).toBeGreaterThan(20);
  expect(said.get("0 inbound-fragments-lost high")).toBeGreaterThan(100);
  expect(said.get("10 inbound-fragments-lost high")).toBeGreaterThan(60);
});

const bytes = fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom(0, 80, 1_236, 3_472));
const arrived = { ikeBytes: bytes, datagrams: fc.array(bytes, { minLength: 1, maxLength: 6 }) };
const number = fc.integer({ min: 1, max: 65_535 });
const anyAnswer: fc.Arbitrary<RehearsalAnswer> = fc.oneof(
  fc.record({ status: fc.constant("none" as const) }),
  fc.record({ status: fc.constant("not-sent" as const), why: fc.string({ maxLength: 20 }) }),
  fc.record({
    status: fc.constant("in-part" as const),
    received: fc.array(number, { maxLength: 5 }),
    total: number,
    largestDatagramBytes: bytes,
  }),
  fc.record({
    status: fc.constant("unreadable" as const),
    why: fc.constantFrom("integrity", "malformed", "too-large"),
  }),
  fc.record({ status: fc.constant("refused" as const), notify: fc.nat(65_535), ...arrived }),
  fc.record({ status: fc.constant("asks-eap" as const), eapType: fc.constantFrom(null, 1, 255), ...arrived }),
  fc.record({ status: fc.constant("other" as const), ...arrived }),
);
test("that a gateway does not offer IKE fragmentation is known of one that was offered it", () => {
  const offersNone = { ...CLEAR_PATH.gateway, offersIkeFragmentation: false };
  const rehearsal = Rehearsal.parse(rehearse({ ...CLEAR_PATH, gateway: offersNone }));
  const whyWith = (announcedIkeFragmentation: boolean | null) => {
    const logins = rehearsal.logins.map((login) => ({ ...login, announcedIkeFragmentation }));
    return rehearsalFacts(observations({ rehearsal: { ...rehearsal, logins } }))?.ikeFragments.out.why;
  };
  expect([true, null, false].map(whyWith)).toEqual(["no-16430", "no-16430", "not-asked"]);
});

const anyRehearsal: fc.Arbitrary<Rehearsal> = fc.record({
  logins: fc.array(
    fc.record({
      initiatorSpi: fc.constant("00".repeat(8)),
      responderSpi: fc.constant("ff".repeat(8)),
      family: fc.constantFrom(4, 6),
      address: fc.string({ maxLength: 64 }),
      suite: fc.constant({ encryption: "", integrity: null, prf: "", group: 0 }),
      ikeFragmentation: fc.boolean(),
      announcedIkeFragmentation: fc.constantFrom(null, true, false),
      begunOnPort: fc.constantFrom(null, 500 as const, 4500 as const),
      initAnswerBytes: bytes,
      requests: fc.array(
        fc.record({
          asks: fc.constantFrom("refusal", "eap"),
          messageId: fc.integer({ min: 1, max: 3 }),
          carriage: fc.constantFrom("whole-packet", "ip-fragments", "ike-fragments"),
          ikeBytes: bytes,
          datagrams: fc.array(bytes, { minLength: 1, maxLength: 6 }),
          userMtu: fc.constantFrom(null, 1_280, 1_400),
          stepIds: fc.array(fc.constantFrom("r1-a", "r2-b"), { minLength: 1, maxLength: 4 }),
          tries: fc.nat(64),
          answer: anyAnswer,
        }),
        { maxLength: 6 },
      ),
    }),
    { maxLength: 6 },
  ),
  gateway: fc.constant(null),
  stopped: fc.constantFrom(null, ...RehearsalStop.options),
});

test("whatever somebody gives as a rehearsal is judged, and said without a hole", () => {
  fc.assert(
    fc.property(anyRehearsal, fc.boolean(), (rehearsal, isProbed) => {
      const o = observations({
        rehearsal: Rehearsal.parse(rehearsal),
        probes: isProbed ? probesOn(CLEAR_PATH) : [],
      });
      const diagnosis = Diagnosis.parse(diagnoseObservations(o));
      for (const language of ["en", "ja"] as const) {
        const page = htmlReport(speak(diagnosis, language), o, () => null);
        checkMarkup(page);
        expect(page.replace(/<style>.*?<\/style>/s, "")).not.toMatch(/\{\w+\}|NaN|Infinity|undefined/);
      }
    }),
    { numRuns: 200, seed: 7_383 },
  );
});
