import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/path-mtu.ts";
import type {
  EchoObservation,
  Observations,
  PathObservation,
} from "../../../../shared/evidence/observations.ts";
import type { Rehearsal } from "../../../../shared/schema/rehearsal.ts";
import { echo, observations } from "../../../support/observations.ts";
import { CLEAR_PATH, rehearse } from "../../../support/rehearsed-path.ts";
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

/** As pasted: to the gateway, with DF, unless told otherwise. */
const pasted = (ipBytes: number, given: Partial<EchoObservation> = {}) =>
  echo({
    pingPayloadBytes: ipBytes - 28,
    count: 4,
    ref: { kind: "text", source: "a.txt", line: ipBytes },
    ...given,
  });
const report = (given: Partial<PathObservation>): PathObservation => ({
  target: "192.0.2.1",
  toGateway: true,
  ipBytes: null,
  outcome: "too-big",
  router: "203.0.113.9",
  nextHopMtu: null,
  ref: { kind: "text", source: "a.txt", line: 1 },
  ...given,
});

const host = "vpn.example.com";
interface Told {
  name: string;
  given: Partial<Observations>;
  /** The last part of the phrase key, its numbers, the confidence and the MTU that is recommended. */
  want: [says: string, params: object, confidence: string, mtu: [number, string] | null];
}
const told: Told[] = [
  {
    name: "a size that fits the interface and is refused by this computer was learned from a router",
    given: { egress: ethernet(1500), echoes: [pasted(1452), pasted(1454, local)] },
    want: ["learned", { host, pathMtu: 1452, most: 1453, refused: 1454 }, "medium", [1452, "measured"]],
  },
  {
    name: "of an interface of unknown MTU it may also be that interface's",
    given: { echoes: [pasted(1452), pasted(1454, local)] },
    want: ["either", { host, pathMtu: 1452, most: 1453, refused: 1454 }, "low", [1452, "measured"]],
  },
  {
    name: "a router's refusal of the same size tells that it was learned",
    given: {
      echoes: [pasted(1452), pasted(1454, { outcome: "too-big-remotely" }), pasted(1454, local)],
    },
    want: ["between", { pathMtu: 1452, most: 1453, refused: 1454 }, "medium", [1452, "measured"]],
  },
  {
    name: "one byte more is refused by a router",
    given: { echoes: [pasted(1492), pasted(1493, { outcome: "too-big-remotely" })] },
    want: ["found", { pathMtu: 1492 }, "medium", [1492, "measured"]],
  },
  {
    name: "between two sizes far apart there is no number to recommend",
    given: { echoes: [pasted(1300), pasted(1493, { outcome: "too-big-remotely" })] },
    want: ["between", { pathMtu: 1300, most: 1492, refused: 1493 }, "medium", null],
  },
  {
    name: "less than 1280 is said, and not recommended",
    given: { echoes: [pasted(1500, { outcome: "too-big-remotely", nextHopMtu: 1000 })] },
    want: ["found", { pathMtu: 1000 }, "medium", null],
  },
  {
    name: "behind a sign of a translator 8 bytes less are recommended",
    given: {
      clientAddresses: ["192.0.0.2"],
      echoes: [pasted(1500, { outcome: "too-big-remotely", nextHopMtu: 1440 })],
    },
    want: ["found", { pathMtu: 1440 }, "medium", [1432, "trial"]],
  },
  {
    name: "an interface that has this MTU already keeps it",
    given: {
      egress: ethernet(1440),
      pathReports: [report({ ipBytes: 1500, nextHopMtu: 1440 })],
    },
    want: ["found", { pathMtu: 1440 }, "medium", null],
  },
  {
    name: "tracepath names the MTU, and reaches the gateway with it",
    given: {
      pathReports: [
        report({ ipBytes: 1500, nextHopMtu: 1440 }),
        report({ outcome: "reached", ipBytes: 1440, router: null }),
      ],
    },
    want: ["found", { pathMtu: 1440 }, "medium", [1440, "measured"]],
  },
  {
    name: "tcpdump's line has no size of what was refused",
    given: { pathReports: [report({ nextHopMtu: 1420 })] },
    want: ["found", { pathMtu: 1420 }, "medium", [1420, "measured"]],
  },
  {
    name: "Linux names the MTU that it keeps to, and that is below the interface's",
    given: {
      egress: ethernet(1500),
      echoes: [pasted(1440), pasted(1500, { ...local, nextHopMtu: 1440 })],
    },
    want: ["found", { pathMtu: 1440 }, "medium", [1440, "measured"]],
  },
];
for (const { name, given, want } of told) {
  test(`what was refused, and what follows: ${name}`, () => {
    const d = diagnoseObservations(observations(given));
    expect(d.verdict).toBe("path-mtu-reduced");
    const { key, params } = d.findings.find((f) => f.code === d.verdict)?.phrase ?? { key: "", params: {} };
    const { interfaceMtu, basis } = d.recommendation;
    expect([
      key.split(".").at(-1),
      params,
      d.confidence,
      interfaceMtu === null ? null : [interfaceMtu, basis],
    ]).toEqual(want);
  });
}

test("an MTU that Linux names below the interface's was learned, however large the packet was", () => {
  const given = {
    egress: ethernet(1500),
    echoes: [pasted(1440), pasted(1600, { ...local, nextHopMtu: 1440 })],
  };
  const { verdict, recommendation } = diagnoseObservations(observations(given));
  expect([verdict, recommendation.interfaceMtu]).toEqual(["path-mtu-reduced", 1440]);
});

test("where an agent's large IKE messages got through, a path MTU that was told needs no change", () => {
  const given = { probes: [...both, whole(1400)], echoes: [remotely(1500, 1400)] };
  const { verdict, recommendation } = diagnoseObservations(observations(given));
  expect([verdict, recommendation.interfaceMtu]).toEqual(["path-mtu-reduced", null]);
  expect(recommendation.actions).toEqual([{ key: "action.no-mtu-change", params: {} }]);
});

test("what may be the interface's own limit explains no loss of smaller packets", () => {
  const given = { echoes: [pasted(1400), pasted(1450, { outcome: "timeout" }), pasted(1480, local)] };
  const { verdict, findings } = diagnoseObservations(observations(given));
  expect(verdict).toBe("path-mtu-black-hole");
  expect(findings.find((f) => f.code === "path-mtu-reduced")?.status).toBe("clear");
});

test("an interface's own limit is no path MTU, and Linux names it too", () => {
  const refusals = [pasted(1501, local), pasted(1600, { ...local, nextHopMtu: 1500 })];
  for (const refusal of refusals) {
    const given = { egress: ethernet(1500), echoes: [pasted(1500), refusal] };
    expect(diagnoseObservations(observations(given)).verdict).toBe("insufficient-evidence");
  }
});

test("smaller packets that are lost without a word are a black hole, whatever is refused above them", () => {
  const named = { outcome: "too-big-remotely", nextHopMtu: 1492 } as const;
  const given = { echoes: [pasted(1300), pasted(1400, { outcome: "timeout" }), pasted(1500, named)] };
  const { verdict, recommendation } = diagnoseObservations(observations(given));
  expect([verdict, recommendation.interfaceMtu]).toEqual(["path-mtu-black-hole", 1300]);
});

test("pings without DF to the gateway give no path MTU, and what got lost of them is said", () => {
  const without = { dontFragment: false };
  const given = { echoes: [pasted(1348, without), pasted(1358, { ...without, outcome: "timeout" })] };
  const { verdict, findings, recommendation } = diagnoseObservations(observations(given));
  expect([verdict, recommendation.interfaceMtu]).toEqual(["insufficient-evidence", null]);
  expect(findings.find((f) => f.code === "large-ping-lost")?.phrase).toEqual({
    key: "finding.path-to-host.lost-without-df",
    params: { host: "vpn.example.com", pathMtu: 1348, lost: 1358, times: 4 },
  });
});

test("where nothing tells whether pings had DF, that is said", () => {
  const unknown = { dontFragment: null };
  const given = { echoes: [pasted(1400, unknown), pasted(1500, { ...unknown, outcome: "timeout" })] };
  const { verdict, confidence, findings } = diagnoseObservations(observations(given));
  expect([verdict, confidence]).toEqual(["path-mtu-black-hole", "low"]);
  expect(findings.find((f) => f.code === "large-ping-lost")?.phrase.key).toBe(
    "finding.path-to-host.lost-df-unknown",
  );
});

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

test("a path MTU that is told is sure where a login's large messages arrive both ways all the same", () => {
  const given = {
    probes: [...both, fragmented()],
    echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "too-big-remotely", nextHopMtu: 1400 })],
  };
  const said = (rehearsal: Rehearsal | null) => {
    const { verdict, confidence } = diagnoseObservations(observations({ ...given, rehearsal }));
    return `${verdict} ${confidence}`;
  };
  expect(said(null)).toBe("path-mtu-reduced medium");
  expect(said(rehearse(CLEAR_PATH))).toBe("path-mtu-reduced high");
});
