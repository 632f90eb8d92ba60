import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/path-mtu.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import { echo, observations } from "../../../support/observations.ts";
import {
  both,
  ethernet,
  fragmented,
  local,
  silent,
  testConfidence,
  testRules,
  tooBig,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "1400 passes and 1500 is lost",
    rule: "path-mtu-black-hole",
    given: { probes: [...both, whole(1400), whole(1500, silent)] },
    want: "found",
  },
  {
    name: "1500 passes",
    rule: "path-mtu-black-hole",
    given: { probes: [...both, whole(1500)] },
    want: "clear",
  },
  {
    name: "1400 was lost, but a larger packet arrives",
    rule: "path-mtu-black-hole",
    given: { probes: [...both, whole(1400, silent), whole(1500)] },
    want: "clear",
  },
  { name: "nothing was measured", rule: "path-mtu-black-hole", given: {}, want: "unknown" },
  {
    name: "only pings were tried",
    rule: "path-mtu-black-hole",
    given: { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    want: "unknown",
  },
  {
    name: "whole pings of 1500 bytes get no reply",
    rule: "large-ping-lost",
    given: { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    want: "found",
  },
  {
    name: "whole pings of 1500 bytes are answered",
    rule: "large-ping-lost",
    given: { echoes: [echo({})] },
    want: "clear",
  },
  {
    name: "IP fragments of 1500 bytes arrive, so only pings are lost",
    rule: "large-ping-lost",
    given: {
      probes: [...both, fragmented()],
      echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })],
    },
    want: "clear",
  },
  {
    name: "the IP fragments that arrive are smaller than the pings that do not",
    rule: "large-ping-lost",
    given: {
      probes: [...both, fragmented({ effectiveMtu: 1280, ipFragmentBytes: [1276, 1276, 48] })],
      echoes: [echo({ pingPayloadBytes: 1272 }), echo({ pingPayloadBytes: 1372, outcome: "timeout" })],
    },
    want: "found",
  },
  {
    name: "IKE was tried at these sizes",
    rule: "large-ping-lost",
    given: { probes: [...both, whole(1400), whole(1500, silent)] },
    want: "unknown",
  },
  {
    name: "a router names 1400",
    rule: "path-mtu-reduced",
    given: {
      echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "too-big-remotely", nextHopMtu: 1400 })],
    },
    want: "found",
  },
  {
    name: "a next-hop MTU of 68 is not credible",
    rule: "path-mtu-reduced",
    given: { echoes: [echo({ outcome: "too-big-remotely", nextHopMtu: 68 })] },
    want: "unknown",
  },
  {
    name: "this computer refused what its interface cannot carry",
    rule: "path-mtu-reduced",
    given: {
      egress: ethernet(1400),
      probes: [...both, whole(1400), whole(1500, { outcome: "too-big-locally" })],
    },
    want: "clear",
  },
  {
    name: "whole pings of 1500 bytes are answered",
    rule: "path-mtu-reduced",
    given: { echoes: [echo({})] },
    want: "clear",
  },
  {
    name: "a router's message is about somebody else's packet",
    rule: "path-mtu-reduced",
    given: { echoes: [echo({})], icmpErrors: [tooBig(6, { destination: "203.0.113.80" })] },
    want: "clear",
  },
  { name: "nothing was measured", rule: "path-mtu-reduced", given: {}, want: "unknown" },
]);

testConfidence([
  {
    name: "pings alone tell neither the direction nor the reason",
    given: { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    want: { verdict: "path-mtu-black-hole", confidence: "low", direction: "undetermined" },
  },
  {
    name: "packets from an interface of unknown MTU may have left as IP fragments",
    given: { probes: [...both, whole(1400), whole(1500, silent)] },
    want: { verdict: "path-mtu-black-hole", confidence: "low", direction: "outbound" },
  },
  {
    name: "with DF set the packets were whole, and three tries leave something to chance",
    given: { probes: [...both, whole(1400), whole(1500, { ...silent, dontFragment: true })] },
    want: { verdict: "path-mtu-black-hole", confidence: "medium", direction: "outbound" },
  },
  {
    name: "with DF set the packets were whole, and six tries leave little to chance",
    given: { probes: [...both, whole(1400), whole(1500, { ...silent, dontFragment: true, tries: 6 })] },
    want: { verdict: "path-mtu-black-hole", confidence: "high", direction: "outbound" },
  },
]);

const remotely = (ipBytes: number, nextHopMtu: number | null) =>
  echo({ pingPayloadBytes: ipBytes - 28, outcome: "too-big-remotely", nextHopMtu });
const toldMtus: { name: string; given: Partial<Observations>; pathMtu: number }[] = [
  {
    name: "the router's number",
    given: { echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1500, 1400)] },
    pathMtu: 1400,
  },
  {
    name: "the narrowest router's",
    given: { echoes: [remotely(1500, 1480), remotely(1480, 1400)] },
    pathMtu: 1400,
  },
  {
    name: "what passed, where the router says as much as was sent",
    given: { echoes: [echo({ pingPayloadBytes: 1372 }), remotely(1500, 1500)] },
    pathMtu: 1400,
  },
  {
    name: "what passed, where that is more than some router says",
    given: { echoes: [echo({ pingPayloadBytes: 1402 }), remotely(1500, 1400)] },
    pathMtu: 1430,
  },
  {
    name: "not what was cut on its way, as larger than a router took whole",
    given: {
      echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1472, null)],
      probes: [...both, whole(1472), whole(1500)],
    },
    pathMtu: 1300,
  },
  {
    name: "not what this machine cut, as larger than it had learned",
    given: { echoes: [remotely(1500, 1400)], probes: [...both, whole(1472)] },
    pathMtu: 1400,
  },
  {
    name: "not what passed elsewhere, as large as a router refused",
    given: {
      probes: [...both, whole(1472, { dontFragment: true })],
      icmpErrors: [tooBig(17, { ipBytes: 1450 })],
    },
    pathMtu: 1400,
  },
];
for (const { name, given, pathMtu } of toldMtus) {
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
