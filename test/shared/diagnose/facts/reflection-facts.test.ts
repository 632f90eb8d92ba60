/** What datagrams from a host that is no gateway say of the way back, and with what confidence. */
import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import type { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import { say } from "../../../../shared/text/speak.ts";
import { echo, observations, probe, reflection } from "../../../support/observations.ts";

const silent = { outcome: "silent" as const };
const outbound = [
  probe({ purpose: "baseline" }),
  probe({ purpose: "baseline", port: 4500 }),
  probe({ purpose: "whole-packet", ipBytes: 1_500 }),
  probe({ purpose: "ip-fragments", ipBytes: 2_560 }),
];
const wholeEcho = echo({ pingPayloadBytes: 1_472 });
const fragmentedEcho = (given = {}) => echo({ pingPayloadBytes: 2_000, dontFragment: false, ...given });
const lostEcho = fragmentedEcho({ outcome: "timeout" });
const small = reflection(100);
const whole = reflection(1_500);
const fragments = [reflection(1_600), reflection(2_560)];
const lostFragments = [reflection(1_600, silent), reflection(2_560, silent)];
const lostWhole = reflection(1_500, silent);

const judge = (given: Partial<Observations>) =>
  diagnoseObservations(observations({ probes: outbound, ...given }));
const finding = (diagnosis: Diagnosis, code: string) => {
  const found = diagnosis.findings.find((f) => f.code === code);
  return `${found?.status} ${found?.phrase.key.split(".").at(-1)}`;
};

const CASES: {
  name: string;
  given: Partial<Observations>;
  verdict: string;
  confidence: string;
  says: string;
}[] = [
  {
    name: "IP fragments from two hosts are lost, and nothing else from them",
    given: { echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...lostFragments] },
    verdict: "inbound-fragments-lost",
    confidence: "high",
    says: "found pieces-lost",
  },
  {
    name: "the reflector's IP fragments are lost, and the gateway answers no ping",
    given: {
      echoes: [echo({ outcome: "timeout" }), lostEcho],
      reflections: [small, whole, ...lostFragments],
    },
    verdict: "inbound-fragments-lost",
    confidence: "medium",
    says: "found pieces-lost",
  },
  {
    name: "IP fragments from two hosts are lost, and pings prove nothing behind a translator",
    given: {
      clientAddresses: ["172.20.10.4"],
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, ...lostFragments],
    },
    verdict: "inbound-fragments-lost",
    confidence: "medium",
    says: "found pieces-lost",
  },
  {
    name: "the reflector's IP fragments are lost, and the gateway's are not: the reflector's own way",
    given: { echoes: [wholeEcho, fragmentedEcho()], reflections: [small, whole, ...lostFragments] },
    verdict: "healthy",
    confidence: "high",
    says: "unknown own-way",
  },
  {
    name: "the reflector's IP fragments come, and the gateway's fragmented pings do not",
    given: { echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...fragments] },
    verdict: "healthy",
    confidence: "low",
    says: "clear clear",
  },
  {
    name: "the reflector's IP fragments come, and the gateway answers no ping",
    given: { echoes: [echo({ outcome: "timeout" }), lostEcho], reflections: [small, whole, ...fragments] },
    verdict: "healthy",
    confidence: "medium",
    says: "clear clear",
  },
  {
    name: "nothing large comes from the reflector, nor from the gateway",
    given: {
      echoes: [echo({ outcome: "timeout" }), lostEcho],
      reflections: [small, lostWhole, ...lostFragments],
    },
    verdict: "inbound-fragments-lost",
    confidence: "medium",
    says: "found large-lost",
  },
  {
    name: "nothing large comes from the reflector, and large whole packets from the gateway do: the reflector's own way",
    given: { echoes: [wholeEcho, lostEcho], reflections: [small, lostWhole, ...lostFragments] },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown own-way",
  },
  {
    name: "nothing comes from the reflector, not even small packets: it is not there",
    given: {
      echoes: [wholeEcho, lostEcho],
      reflections: [reflection(100, silent), lostWhole, ...lostFragments],
    },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
  {
    name: "small packets came before and none after: the reflector may have gone",
    given: {
      echoes: [wholeEcho, lostEcho],
      reflections: [
        reflection(100, { answeredAtMs: 20_050 }),
        reflection(1_500, { answeredAtMs: 20_300 }),
        ...lostFragments,
      ],
    },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
  {
    name: "some fragmented sizes come and some do not: chance",
    given: {
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, reflection(1_600), reflection(2_560, silent)],
    },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
  {
    name: "two tries are too few",
    given: {
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, reflection(1_600, { ...silent, tries: 2 }), reflection(2_560, silent)],
    },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
  {
    name: "the client asked from another address than before",
    given: {
      echoes: [wholeEcho, lostEcho],
      reflections: [
        small,
        whole,
        reflection(1_600, { outcome: "again" }),
        reflection(2_560, { outcome: "again" }),
      ],
    },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
  {
    name: "only permission was asked for",
    given: { echoes: [wholeEcho, lostEcho], reflections: [reflection(null)] },
    verdict: "inbound-fragments-lost",
    confidence: "low",
    says: "unknown unknown",
  },
];
test.each(CASES)("$name", ({ given, verdict, confidence, says }) => {
  const diagnosis = judge(given);
  expect(`${diagnosis.verdict} ${diagnosis.confidence}`).toBe(`${verdict} ${confidence}`);
  expect(finding(diagnosis, "reflected-fragments")).toBe(says);
  expect(diagnosis.direction).toBe(verdict === "healthy" ? null : "inbound");
  expect(diagnosis.recommendation.interfaceMtu).toBeNull();
});

test("lost IP fragments of the client stay the verdict, whatever a reflector sends", () => {
  const probes = [...outbound.slice(0, 3), probe({ purpose: "ip-fragments", ipBytes: 2_560, ...silent })];
  // Something small was answered after the second try.
  probes.push(probe({ purpose: "size-control", answeredAtMs: 5_000 }));
  const diagnosis = judge({ probes, reflections: [small, whole, ...lostFragments] });
  expect(diagnosis.verdict).toBe("outbound-fragments-too-large");
  expect(finding(diagnosis, "reflected-fragments")).toBe("unknown outbound");
});

test("where only the gateway's fragmented pings are lost, the report says so, and what would decide", () => {
  const diagnosis = judge({ echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...fragments] });
  expect(finding(diagnosis, "large-echo-lost")).toBe("found only-from-gateway");
  expect(finding(diagnosis, "healthy")).toBe("found reflected");
  expect(diagnosis.recommendation.nextProbe?.phrase.key).toBe("next.capture-if-failing");
});

test("no report calls a path healthy on which a reflector's large packets are lost", () => {
  for (const reflections of [
    [small, whole, ...lostFragments],
    [small, lostWhole, ...lostFragments],
  ]) {
    const diagnosis = judge({ echoes: [echo({ outcome: "timeout" }), lostEcho], reflections });
    expect(finding(diagnosis, "healthy")).toBe("unknown unknown");
  }
});

test("every sentence about it is there in both languages, and names no host", () => {
  for (const { given } of CASES) {
    for (const language of ["ja", "en"] as const) {
      const found = judge(given).findings.find((f) => f.code === "reflected-fragments");
      const said = found ? say(found.phrase, language) : "";
      expect(said).toMatch(language === "ja" ? /テスト用サーバー/ : /test server/);
      expect(said).not.toMatch(/reflector\.example\.net|[{}]/);
    }
  }
});
