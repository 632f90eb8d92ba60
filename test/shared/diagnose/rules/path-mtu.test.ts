import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/path-mtu.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import { echo, observations } from "../../../support/observations.ts";
import {
  both,
  ethernet,
  local,
  pieces,
  silent,
  testConfidence,
  testRules,
  tooBig,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  ["path-mtu-black-hole", "found", { probes: [...both, whole(1400), whole(1500, silent)] }],
  ["path-mtu-black-hole", "clear", { probes: [...both, whole(1500)] }],
  // A larger one arrives: it is not its size.
  ["path-mtu-black-hole", "clear", { probes: [...both, whole(1400, silent), whole(1500)] }],
  ["path-mtu-black-hole", "unknown", {}],
  [
    "path-mtu-black-hole",
    "unknown",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
  ],
  ["large-ping-lost", "found", { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] }],
  ["large-ping-lost", "clear", { echoes: [echo({})] }],
  // Fragments of 1500 bytes arrive: what is lost is the pings.
  [
    "large-ping-lost",
    "clear",
    { probes: [...both, pieces()], echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
  ],
  // Fragments that arrive are smaller than the pings that do not: nothing speaks against those.
  [
    "large-ping-lost",
    "found",
    {
      probes: [...both, pieces({ effectiveMtu: 1280, ipFragmentBytes: [1276, 1276, 48] })],
      echoes: [echo({ pingPayloadBytes: 1272 }), echo({ pingPayloadBytes: 1372, outcome: "timeout" })],
    },
  ],
  ["large-ping-lost", "unknown", { probes: [...both, whole(1400), whole(1500, silent)] }],
  [
    "path-mtu-reduced",
    "found",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "too-big-remotely", nextHopMtu: 1400 })] },
  ],
  // A next-hop MTU that is none, and a refusal by this machine of what its interface cannot carry.
  ["path-mtu-reduced", "unknown", { echoes: [echo({ outcome: "too-big-remotely", nextHopMtu: 68 })] }],
  [
    "path-mtu-reduced",
    "clear",
    { egress: ethernet(1400), probes: [...both, whole(1400), whole(1500, { outcome: "too-big-locally" })] },
  ],
  ["path-mtu-reduced", "clear", { echoes: [echo({})] }],
  [
    "path-mtu-reduced",
    "clear",
    { echoes: [echo({})], icmpErrors: [tooBig(6, { destination: "203.0.113.80" })] },
  ],
  ["path-mtu-reduced", "unknown", {}],
]);

testConfidence([
  [
    "pings alone tell neither the direction nor the reason",
    "low",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    "path-mtu-black-hole",
    "undetermined",
  ],
  [
    "packets from an interface of unknown MTU may have left in pieces",
    "low",
    { probes: [...both, whole(1400), whole(1500, silent)] },
    "path-mtu-black-hole",
    "outbound",
  ],
  [
    "with DF set they did not, and three tries leave something to chance",
    "medium",
    { probes: [...both, whole(1400), whole(1500, { ...silent, dontFragment: true })] },
    "path-mtu-black-hole",
    "outbound",
  ],
  [
    "six tries of the next size do not",
    "high",
    { probes: [...both, whole(1400), whole(1500, { ...silent, dontFragment: true, tries: 6 })] },
    "path-mtu-black-hole",
    "outbound",
  ],
]);

const remotely = (ipBytes: number, nextHopMtu: number | null) =>
  echo({ pingPayloadBytes: ipBytes - 28, outcome: "too-big-remotely", nextHopMtu });
const toldMtus: [name: string, given: Partial<Observations>, pathMtu: number][] = [
  ["the router's number", { echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1500, 1400)] }, 1400],
  ["the narrowest router's", { echoes: [remotely(1500, 1480), remotely(1480, 1400)] }, 1400],
  [
    "what passed, where the router says as much as was sent",
    { echoes: [echo({ pingPayloadBytes: 1372 }), remotely(1500, 1500)] },
    1400,
  ],
  [
    "what passed, where that is more than some router says",
    { echoes: [echo({ pingPayloadBytes: 1402 }), remotely(1500, 1400)] },
    1430,
  ],
  [
    "not what was cut on its way, as larger than a router took whole",
    {
      echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1472, null)],
      probes: [...both, whole(1472), whole(1500)],
    },
    1300,
  ],
  [
    "not what this machine cut, as larger than it had learned",
    { echoes: [remotely(1500, 1400)], probes: [...both, whole(1472)] },
    1400,
  ],
  [
    "not what passed elsewhere, as large as a router refused",
    { probes: [...both, whole(1472, { dontFragment: true })], icmpErrors: [tooBig(17, { ipBytes: 1450 })] },
    1400,
  ],
];
for (const [name, given, pathMtu] of toldMtus) {
  test(`a path MTU that is told is ${name}`, () => {
    const { verdict, findings } = diagnoseObservations(observations(given));
    expect(verdict).toBe("path-mtu-reduced");
    expect(findings.find((f) => f.code === verdict)?.phrase).toMatchObject({ params: { pathMtu } });
  });
}

test("where a router says Packet Too Big nothing vanishes unsaid", () => {
  const probes = [...both, whole(1400), whole(1500, { ...silent, dontFragment: true })];
  const { verdict } = diagnoseObservations(observations({ probes, echoes: [remotely(1500, 1400)] }));
  expect(verdict).toBe("path-mtu-reduced");
});

test("a local refusal never becomes a path MTU", () => {
  const { recommendation, verdict } = diagnoseObservations(
    observations({ echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] }),
  );
  expect(verdict).toBe("insufficient-evidence");
  expect(recommendation.interfaceMtu).toBeNull();
});
