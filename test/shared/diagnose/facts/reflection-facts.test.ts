/** What datagrams from a host that is no gateway say of the way back, and how firmly. */
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
const echoInPieces = (given = {}) => echo({ pingPayloadBytes: 2_000, dontFragment: false, ...given });
const lostEcho = echoInPieces({ outcome: "timeout" });
const small = reflection(100);
const whole = reflection(1_500);
const pieces = [reflection(1_600), reflection(2_560)];
const lostPieces = [reflection(1_600, silent), reflection(2_560, silent)];
const lostWhole = reflection(1_500, silent);

const judge = (given: Partial<Observations>) =>
  diagnoseObservations(observations({ probes: outbound, ...given }));
const finding = (diagnosis: Diagnosis, code: string) => {
  const found = diagnosis.findings.find((f) => f.code === code);
  return `${found?.status} ${found?.phrase.key.split(".").at(-1)}`;
};

const CASES: [
  name: string,
  given: Partial<Observations>,
  verdict: string,
  confidence: string,
  says: string,
][] = [
  [
    "pieces of two hosts are lost, and nothing else of them",
    { echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...lostPieces] },
    "inbound-fragments-lost",
    "high",
    "found pieces-lost",
  ],
  [
    "the reflector's pieces are lost, and the gateway answers no ping",
    { echoes: [echo({ outcome: "timeout" }), lostEcho], reflections: [small, whole, ...lostPieces] },
    "inbound-fragments-lost",
    "medium",
    "found pieces-lost",
  ],
  [
    "pieces of two hosts are lost, and the gateway's pings prove nothing behind a translator",
    {
      clientAddresses: ["172.20.10.4"],
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, ...lostPieces],
    },
    "inbound-fragments-lost",
    "medium",
    "found pieces-lost",
  ],
  [
    "the reflector's pieces are lost, and the gateway's are not: its own way",
    { echoes: [wholeEcho, echoInPieces()], reflections: [small, whole, ...lostPieces] },
    "healthy",
    "high",
    "unknown own-way",
  ],
  [
    "the reflector's pieces come, and the gateway's pings in pieces do not",
    { echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...pieces] },
    "healthy",
    "low",
    "clear clear",
  ],
  [
    "the reflector's pieces come, and the gateway answers no ping",
    { echoes: [echo({ outcome: "timeout" }), lostEcho], reflections: [small, whole, ...pieces] },
    "healthy",
    "medium",
    "clear clear",
  ],
  [
    "nothing large of the reflector's comes, nor of the gateway's",
    { echoes: [echo({ outcome: "timeout" }), lostEcho], reflections: [small, lostWhole, ...lostPieces] },
    "inbound-fragments-lost",
    "medium",
    "found large-lost",
  ],
  [
    "nothing large of the reflector's comes, and large whole packets of the gateway's do: its own way",
    { echoes: [wholeEcho, lostEcho], reflections: [small, lostWhole, ...lostPieces] },
    "inbound-fragments-lost",
    "low",
    "unknown own-way",
  ],
  [
    "nothing of the reflector's comes, not even small: it is not there",
    {
      echoes: [wholeEcho, lostEcho],
      reflections: [reflection(100, silent), lostWhole, ...lostPieces],
    },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
  [
    "small ones came before and none after: it may have gone",
    {
      echoes: [wholeEcho, lostEcho],
      reflections: [
        reflection(100, { answeredAtMs: 20_050 }),
        reflection(1_500, { answeredAtMs: 20_300 }),
        ...lostPieces,
      ],
    },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
  [
    "some sizes in pieces come and some do not: chance",
    {
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, reflection(1_600), reflection(2_560, silent)],
    },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
  [
    "two tries are no three",
    {
      echoes: [wholeEcho, lostEcho],
      reflections: [small, whole, reflection(1_600, { ...silent, tries: 2 }), reflection(2_560, silent)],
    },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
  [
    "the client asked from another address than before",
    {
      echoes: [wholeEcho, lostEcho],
      reflections: [
        small,
        whole,
        reflection(1_600, { outcome: "again" }),
        reflection(2_560, { outcome: "again" }),
      ],
    },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
  [
    "only leave to ask was asked for",
    { echoes: [wholeEcho, lostEcho], reflections: [reflection(null)] },
    "inbound-fragments-lost",
    "low",
    "unknown unknown",
  ],
];
test.each(CASES)("%s", (_name, given, verdict, confidence, says) => {
  const diagnosis = judge(given);
  expect(`${diagnosis.verdict} ${diagnosis.confidence}`).toBe(`${verdict} ${confidence}`);
  expect(finding(diagnosis, "reflected-fragments")).toBe(says);
  expect(diagnosis.direction).toBe(verdict === "healthy" ? null : "inbound");
  expect(diagnosis.recommendation.interfaceMtu).toBeNull();
});

test("that the client's own pieces are lost stays the verdict, whatever a reflector sends", () => {
  const probes = [...outbound.slice(0, 3), probe({ purpose: "ip-fragments", ipBytes: 2_560, ...silent })];
  // Something small was answered after the second try.
  probes.push(probe({ purpose: "size-control", answeredAtMs: 5_000 }));
  const diagnosis = judge({ probes, reflections: [small, whole, ...lostPieces] });
  expect(diagnosis.verdict).toBe("outbound-fragments-too-large");
  expect(finding(diagnosis, "reflected-fragments")).toBe("unknown outbound");
});

test("where the gateway's pings in pieces alone are lost, the report says so, and what would decide", () => {
  const diagnosis = judge({ echoes: [wholeEcho, lostEcho], reflections: [small, whole, ...pieces] });
  expect(finding(diagnosis, "large-echo-lost")).toBe("found only-from-gateway");
  expect(finding(diagnosis, "healthy")).toBe("found reflected");
  expect(diagnosis.recommendation.nextProbe?.phrase.key).toBe("next.capture-if-failing");
});

test("no report calls a path healthy on which a reflector's large packets are lost", () => {
  for (const reflections of [
    [small, whole, ...lostPieces],
    [small, lostWhole, ...lostPieces],
  ]) {
    const diagnosis = judge({ echoes: [echo({ outcome: "timeout" }), lostEcho], reflections });
    expect(finding(diagnosis, "healthy")).toBe("unknown unknown");
  }
});

test("every sentence about it is there in both languages, and names no host", () => {
  for (const [, given] of CASES) {
    for (const language of ["ja", "en"] as const) {
      const found = judge(given).findings.find((f) => f.code === "reflected-fragments");
      const said = found ? say(found.phrase, language) : "";
      expect(said).toMatch(language === "ja" ? /試験用サーバー/ : /test server/);
      expect(said).not.toMatch(/reflector\.example\.net|[{}]/);
    }
  }
});
