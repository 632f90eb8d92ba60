/** The differential: whatever the truth is, it is the verdict or among the candidates. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnose, diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { ExchangeType } from "../../../shared/ike/registry.ts";
import { LANGUAGE_TAGS } from "../../../shared/language.ts";
import { Diagnosis, type EvidenceRef, type Verdict } from "../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { PHRASES } from "../../../shared/text/phrases.ts";
import { say } from "../../../shared/text/speak.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";
import { captureLogins, type Login } from "../../support/login-capture.ts";
import { OPEN_PATH, playLossyPlan } from "../../support/lossy-path.ts";
import { echo, exchange, initiation, observations, sent } from "../../support/observations.ts";
import { opened, silentAuth, skf } from "../../support/rule-evidence.ts";
import {
  type Body,
  decidingRefs,
  diagnoseBody,
  holdsAny,
  readBody,
  thinnings,
} from "../../support/thinned.ts";
import { login, lossyPath } from "../../support/truth.ts";

const NO_EVIDENCE = Evidence.parse({ schema: "ikefrag/evidence/1" });
const folder = fileURLToPath(new URL("../../cases/", import.meta.url));
interface Known {
  title: string;
  /** Where the verdict is a symptom, also the causes that it may have; where two are true, both. */
  truth: readonly string[];
  body: Body;
  whole: Diagnosis;
}

const CAUSES_OF_SILENCE = [
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
];
/** More is true of these than the verdict says. */
const ALSO: Readonly<Record<string, string[]>> = {
  "ike-fragments-too-large/measured": ["path-mtu-black-hole"],
  "gateway-rejects/error-13801": ["gateway-rejects"],
};

const known: Known[] = readdirSync(folder).flatMap((story) => {
  if (!readdirSync(join(folder, story)).includes("cases.json")) return [];
  const listed = JSON.parse(readFileSync(join(folder, story, "cases.json"), "utf8")) as {
    name: string;
    files: string[];
  }[];
  return listed.flatMap(({ name, files }) => {
    const title = `${story}/${name}`;
    const body = readBody(files.map((file) => join(folder, story, file)));
    const whole = diagnoseBody(body);
    if (whole.verdict === "insufficient-evidence") return [];
    const causes = whole.verdict === "ike-auth-unanswered" ? CAUSES_OF_SILENCE : [];
    return [{ title, truth: [whole.verdict, ...causes, ...(ALSO[title] ?? [])], body, whole }];
  });
});

/** 0: it is the verdict; 1: the first candidate; `null`: it is not among them. */
function rankOf(truth: readonly string[], { verdict, candidates }: Diagnosis): number | null {
  if (truth.includes(verdict)) return 0;
  const at = candidates.findIndex((c) => truth.includes(c.verdict));
  return at === -1 ? null : at + 1;
}
const verdictsOf = (d: Diagnosis): Verdict[] => d.candidates.map((c) => c.verdict);

describe("evidence thinned on purpose", () => {
  const thinned = known.flatMap(({ title, truth, body }) => {
    const refs = decidingRefs(body);
    return thinnings(body).map((t) => ({
      title: `${title}, ${t.name}`,
      truth,
      diagnosis: diagnoseBody(t.thinned),
      shows: holdsAny(t.thinned, refs),
    }));
  });
  const lacking = (those: typeof thinned) =>
    those.filter((t) => rankOf(t.truth, t.diagnosis) === null).map((t) => t.title);

  /** What shows the verdict begins with the first exchange, and no more than that is left. */
  const FIRST_EXCHANGE_ALONE = [
    "esp-mtu/stalled, cut at 1/8",
    "ike-fragments-too-large/split-again, cut at 2/8",
  ];

  /** A begun login tells by its whole course, and only a part of its steps is left. */
  const LOGIN_IN_PART = ["inbound-fragments-lost/login-begun-both-ways, rounds 1 and 2"];

  test("the truth is the verdict or a candidate, as long as anything that shows it is left", () => {
    const showing = thinned.filter((t) => t.shows);
    expect(showing.length).toBeGreaterThan(250);
    expect(lacking(showing)).toEqual([...FIRST_EXCHANGE_ALONE, ...LOGIN_IN_PART]);
  });

  test("where nothing that shows it is left, it is among them in four of five all the same", () => {
    const blind = thinned.filter((t) => !t.shows);
    expect(blind.length).toBeGreaterThan(150);
    expect(lacking(blind).length / blind.length).toBeLessThan(0.2);
  });

  test("no verdict of high confidence is wrong", () => {
    const wrong = thinned.filter(
      (t) => t.diagnosis.confidence === "high" && rankOf(t.truth, t.diagnosis) !== 0,
    );
    // Without the profile nothing tells that the gateway is of another VPN, and silent to IKEv2 for that.
    expect(wrong.map((t) => t.title)).toEqual(["not-ikev2/l2tp-profile, small messages alone"]);
  });
});

test("of all cases the truth is the verdict, or the first candidate, in more than eight of ten", () => {
  const first = known.filter(({ truth, whole }) => (rankOf(truth, whole) ?? 9) <= 1);
  expect(first.length / known.length).toBeGreaterThan(0.8);
});

/** Paths with one fault, and logins over them as a client's capture shows them. */
describe("captures of a login over a path whose fault is known", () => {
  const out = (given: object) => ({ ...OPEN_PATH, out: { ...OPEN_PATH.out, ...given } });
  const back = (given: object) => ({ ...OPEN_PATH, back: { ...OPEN_PATH.back, ...given } });
  const paths: [truth: Verdict, path: typeof OPEN_PATH][] = [
    ["healthy", OPEN_PATH],
    ...[1_280, 1_400, 1_472].map((fragmentLimit): [Verdict, typeof OPEN_PATH] => [
      "outbound-fragments-too-large",
      out({ fragmentLimit }),
    ]),
    ["outbound-fragments-dropped", out({ fragmentLimit: 0 })],
    ...[0, 1_400, 1_472].map((fragmentLimit): [Verdict, typeof OPEN_PATH] => [
      "inbound-fragments-lost",
      back({ fragmentLimit }),
    ]),
    ["path-mtu-black-hole", out({ anyLimit: 1_400 })],
    ["udp-4500-blocked", { ...OPEN_PATH, blockedPorts: [4_500] }],
    ["udp-500-blocked", { ...OPEN_PATH, blockedPorts: [500] }],
    ["gateway-unreachable", { ...OPEN_PATH, blockedPorts: [500, 4_500] }],
  ];
  const usual: Login = {
    requestBytes: 2_528,
    answerBytes: 1_552,
    ikeFragmentBytes: null,
    furtherRounds: 0,
    gateway: "accepts",
    delayMs: 0,
    retransmitAfterMs: [1_000, 2_000, 4_000],
    attempts: 1,
    espPackets: 0,
    seenTwice: false,
    noise: false,
    from: 0,
    to: 1_000,
  };
  const logins: [name: string, given: Partial<Login>][] = [
    ["certificates", {}],
    ["EAP", { requestBytes: 300, answerBytes: 2_200, furtherRounds: 3 }],
    ["a pre-shared key", { requestBytes: 300, answerBytes: 240 }],
    ["a slow gateway", { delayMs: 3_500 }],
    ["three attempts, seen twice, with other traffic", { attempts: 3, seenTwice: true, noise: true }],
  ];

  test.each(paths)("%s", async (truth, path) => {
    for (const [name, given] of logins) {
      for (const to of [1_000, 700]) {
        const { bytes, cameUp } = captureLogins(path, { ...usual, ...given, to }, 7);
        const diagnosis = diagnose({
          evidence: NO_EVIDENCE,
          transcripts: [await readCapture("client.pcapng", bytes)],
        });
        // What comes up is in order, whatever is wrong with larger messages than it sent.
        const isTrue = cameUp.every(Boolean) ? ["healthy"] : [truth];
        if (given.delayMs !== undefined) isTrue.push("slow-gateway");
        const seen = `${name}, ${to}: ${diagnosis.verdict}, ${verdictsOf(diagnosis)}`;
        expect(rankOf(isTrue, diagnosis), seen).not.toBeNull();
      }
    }
  });
});

describe("what is left of", () => {
  const left = (given: Partial<Observations>) => {
    const { verdict, candidates, excluded } = diagnoseObservations(observations(given));
    return { verdict, left: candidates.map((c) => c.verdict), out: excluded.map((e) => e.verdict) };
  };
  const unknownHost = { target: "198.51.100.53", toGateway: null };
  const ref = { kind: "probe" as const, stepId: "r1-vpn", bytes: null, sizeKind: null };
  const failure = (code: number): Partial<Observations> => ({
    startedAtMs: Date.parse("2026-01-01T00:00:00Z"),
    vpn: {
      profiles: [],
      rasFailures: [{ at: "2025-12-31T23:50:00Z", connection: "office", code, ref }],
    },
  });

  test("nothing at all: the usual causes, and nothing ruled out", () => {
    const { verdict, left: open, out } = left({ gatewayAddresses: [], gateway: null });
    expect(verdict).toBe("insufficient-evidence");
    expect(open.slice(0, 5)).toEqual([
      "outbound-fragments-too-large",
      "inbound-fragments-lost",
      "outbound-fragments-dropped",
      "gateway-unreachable",
      "udp-4500-blocked",
    ]);
    expect(out).toEqual([]);
  });

  test("error 809 alone: neither a refusal nor a healthy path comes before what gives no answer", () => {
    const { left: open } = left(failure(809));
    expect(open).toContain("udp-500-blocked");
    expect(open).not.toContain("gateway-rejects");
    expect(open).not.toContain("healthy");
  });

  test("an error that says that the gateway refused: a refusal first", () => {
    expect(left(failure(13_801)).left[0]).toBe("gateway-rejects");
  });

  test("an edge in pings of a host that may be the gateway: the path MTU first", () => {
    const echoes = [
      echo({ ...unknownHost, pingPayloadBytes: 1_320 }),
      echo({ ...unknownHost, pingPayloadBytes: 1_330, outcome: "timeout" }),
    ];
    const { verdict, left: open } = left({ echoes, gatewayAddresses: [], gateway: null });
    expect([verdict, ...open][verdict === "insufficient-evidence" ? 1 : 0]).toBe("path-mtu-black-hole");
  });

  test("whole pings of 1500 bytes that pass: no path MTU below that", () => {
    const { left: open, out } = left({ echoes: [echo({})] });
    expect(open).not.toContain("path-mtu-black-hole");
    expect(out).toContain("path-mtu-black-hole");
  });

  test("a large IKE_AUTH unanswered: IP fragments, and neither the gateway nor port 500", () => {
    const found = left({ initiations: [initiation([opened, silentAuth])] });
    expect(found.verdict).toBe("ike-auth-unanswered");
    expect(found.left.slice(0, 3)).toEqual([
      "outbound-fragments-too-large",
      "outbound-fragments-dropped",
      "inbound-fragments-lost",
    ]);
    expect(found.out).toEqual(expect.arrayContaining(["gateway-unreachable", "udp-500-blocked"]));
  });

  test("the same in IP fragments that are small already: their size comes last or not at all", () => {
    const small = exchange({
      exchangeType: ExchangeType.IKE_AUTH,
      requests: [1_000, 2_000, 3_000].map((at) => sent(at, 2_528, [1_276, 1_276])),
    });
    const { left: open } = left({ initiations: [initiation([opened, small])] });
    expect(open[0]).toBe("outbound-fragments-dropped");
    expect(open).not.toContain("outbound-fragments-too-large");
  });

  test("an IKE_AUTH in one small packet unanswered: port 4500 or the answer, never the client's fragments", () => {
    const whole = exchange({
      exchangeType: ExchangeType.IKE_AUTH,
      requests: [1_000, 2_000, 3_000].map((at) => sent(at, 300)),
    });
    const found = left({ initiations: [initiation([opened, whole])] });
    expect(found.left).toEqual(["inbound-fragments-lost", "udp-4500-blocked"]);
    expect(found.out).toEqual(
      expect.arrayContaining(["outbound-fragments-too-large", "outbound-fragments-dropped"]),
    );
  });

  test("an IKE_AUTH of unknown size unanswered: nothing that depends on its size is ruled out", () => {
    const unknown = exchange({
      exchangeType: ExchangeType.IKE_AUTH,
      requests: [1_000, 2_000, 3_000].map((at) => sent(at, 2_528, [])),
    });
    const found = left({ initiations: [initiation([opened, unknown])] });
    expect(found.left).toEqual(
      expect.arrayContaining(["outbound-fragments-too-large", "inbound-fragments-lost", "udp-4500-blocked"]),
    );
    expect(found.out).not.toContain("outbound-fragments-too-large");
  });

  test("at the gateway the opening is repeated after its answer: that does not get back, and is small", () => {
    const repeated = exchange({
      exchangeType: ExchangeType.IKE_SA_INIT,
      requests: [0, 1_000, 3_000, 7_000].map((at) => sent(at, 624)),
      responses: [10, 1_010, 3_010, 7_010].map((at) => sent(at, 301)),
    });
    const found = left({ initiations: [initiation([repeated], { view: "gateway" })] });
    expect(found.left).toEqual(expect.arrayContaining(["gateway-unreachable", "udp-500-blocked"]));
    expect([...found.left, found.verdict]).not.toContain("inbound-fragments-lost");
  });

  test("large IKE fragments unanswered: their size among what is left, the client's IP fragments are not", () => {
    const large = exchange({
      exchangeType: ExchangeType.IKE_AUTH,
      requests: [1_000, 2_000, 3_000].map((at) => skf(at, 2, [], [1_396, 1_200])),
    });
    const { verdict, left: open } = left({ initiations: [initiation([opened, large])] });
    expect([verdict, ...open]).toEqual(
      expect.arrayContaining(["ike-fragments-too-large", "udp-4500-blocked", "path-mtu-black-hole"]),
    );
    expect(open).not.toContain("outbound-fragments-too-large");
  });

  test("at the gateway nothing follows its answer: the way there, and not the way back", () => {
    const { verdict, left: open } = left({ initiations: [initiation([opened], { view: "gateway" })] });
    const both = [verdict, ...open];
    expect(both).toEqual(
      expect.arrayContaining([
        "outbound-fragments-too-large",
        "outbound-fragments-dropped",
        "udp-4500-blocked",
      ]),
    );
    expect(both.indexOf("outbound-fragments-too-large")).toBeLessThan(2);
    expect(both).not.toContain("inbound-fragments-lost");
  });

  test("IKE_SA_INIT unanswered: the gateway or port 500, and nothing that needs a large packet", () => {
    const silent = exchange({
      exchangeType: ExchangeType.IKE_SA_INIT,
      requests: [0, 1_000, 2_000].map((at) => sent(at, 624)),
    });
    const found = left({ initiations: [initiation([silent], { answeringPorts: [] })] });
    expect(found.verdict).toBe("gateway-unreachable");
    expect(found.left).toEqual(["udp-500-blocked", "gateway-rejects"]);
    expect(found.out).toContain("outbound-fragments-too-large");
  });
});

describe("every differential", () => {
  const COMMANDS = /netsh|mtu ?= ?\d|Set-Net|powershell|sudo|ip route|ping -|ikefrag probe/i;

  function check(diagnosis: Diagnosis, body: { holds: (refs: readonly EvidenceRef[]) => boolean }): void {
    Diagnosis.parse(diagnosis);
    const { verdict, confidence, candidates, excluded } = diagnosis;
    const open = verdictsOf(diagnosis);
    if (confidence === "high") {
      expect([candidates, excluded]).toEqual([[], []]);
      return;
    }
    expect(open.length).toBeGreaterThan(0);
    expect(new Set(open).size).toBe(open.length);
    expect(open).not.toContain(verdict);
    expect(open).not.toContain("insufficient-evidence");
    const out = excluded.map((e) => e.verdict);
    expect(out.filter((v) => open.includes(v) || v === verdict)).toEqual([]);
    const said = [
      ...candidates.flatMap((c) => [...c.for, ...c.against].map((r) => r.phrase)),
      ...candidates.map((c) => c.decider),
      ...excluded.map((e) => e.phrase),
    ];
    for (const language of LANGUAGE_TAGS) {
      for (const phrase of said) {
        expect(PHRASES.en).toHaveProperty([phrase.key]);
        expect(say(phrase, language)).not.toMatch(/\{\w+\}/);
        expect(say(phrase, language)).not.toMatch(COMMANDS);
      }
    }
    for (const candidate of candidates) {
      const reasons = [...candidate.for, ...candidate.against];
      const refs = reasons.flatMap((r) => r.evidence).map((ref) => JSON.stringify(ref));
      expect(new Set(refs).size, candidate.verdict).toBe(refs.length);
      expect(new Set(reasons.map((r) => JSON.stringify(r.phrase))).size).toBe(reasons.length);
      expect(candidate.for.length).toBeGreaterThan(0);
      for (const { evidence } of [...reasons, ...excluded]) {
        for (const ref of evidence) expect(body.holds([ref]), JSON.stringify(ref)).toBe(true);
      }
    }
  }

  test("of the cases and of what is left of them is well made, the same each time, and points at evidence", () => {
    for (const { body } of known) {
      for (const thinned of [body, ...thinnings(body).map((t) => t.thinned)]) {
        const diagnosis = diagnoseBody(thinned);
        expect(diagnoseBody(thinned)).toEqual(diagnosis);
        // The files are written anew, and so their frames have new numbers.
        const captures = thinned.captures.map((c) => ({
          ...c,
          frames: c.frames.map((frame, at) => ({ ...frame, number: at + 1 })),
        }));
        check(diagnosis, { holds: (refs) => holdsAny({ ...thinned, captures }, refs) });
      }
    }
  });

  test("of what people pasted and captured is well made", () => {
    const files = readdirSync(join(folder, "reports")).filter((file) => !/\.(md|json)$/.test(file));
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const body = readBody([join(folder, "reports", file)]);
      check(diagnoseBody(body), { holds: (refs) => holdsAny(body, refs) });
    }
  });

  test("of runs on paths with several faults is well made", () => {
    fc.assert(
      fc.property(lossyPath(10), fc.nat(), (path, chance) => {
        const { evidence } = playLossyPlan("vpn.example.com", path, chance);
        const steps = new Set(evidence.measurements.map((m) => m.step.id));
        check(diagnose({ evidence, transcripts: [] }), {
          holds: (refs) => refs.every((ref) => ref.kind === "probe" && steps.has(ref.stepId)),
        });
      }),
      { numRuns: 200, seed: 20_261_126 },
    );
  });

  test("of captures of any login over such paths is well made", async () => {
    await fc.assert(
      fc.asyncProperty(lossyPath(10), login, fc.nat(), async (path, logged, chance) => {
        const { bytes } = captureLogins(path, logged, chance);
        const transcript = await readCapture("a.pcapng", bytes);
        check(diagnose({ evidence: NO_EVIDENCE, transcripts: [transcript] }), {
          holds: (refs) => refs.every((ref) => ref.kind === "packet" && ref.frame <= transcript.frames),
        });
      }),
      { numRuns: 200, seed: 20_261_126 },
    );
  });
});
