import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/other-hosts.ts";
import type {
  EchoObservation,
  Observations,
  PathObservation,
} from "../../../../shared/evidence/observations.ts";
import { echo, observations } from "../../../support/observations.ts";
import { ethernet, local, testConfidence, testRules } from "../../../support/rule-evidence.ts";

/** A pasted ping to a host of which nothing is known. */
const elsewhere = (ipBytes: number, given: Partial<EchoObservation> = {}) =>
  echo({
    target: "198.51.100.53",
    toGateway: null,
    pingPayloadBytes: ipBytes - 28,
    count: 4,
    ref: { kind: "text", source: "a.txt", line: ipBytes },
    ...given,
  });
const lost = { outcome: "timeout" as const };
const edge = [elsewhere(1348), elsewhere(1358, lost)];
const named = [elsewhere(1500, { outcome: "too-big-remotely", nextHopMtu: 1440, router: "203.0.113.9" })];

testRules(rules, [
  {
    name: "a router names an MTU",
    rule: "path-to-other-host",
    given: { echoes: named },
    want: "found",
    says: "told-by",
  },
  {
    name: "a size is lost that fits no interface, and nothing tells of DF",
    rule: "path-to-other-host",
    given: {
      echoes: [elsewhere(1480, { dontFragment: null }), elsewhere(1628, { dontFragment: null, ...lost })],
    },
    want: "found",
    says: "lost-split",
  },
  {
    name: "a router refuses a size, and nothing tells which one passes",
    rule: "path-to-other-host",
    given: { echoes: [elsewhere(1500, { outcome: "too-big-remotely", router: "192.0.2.1" })] },
    want: "found",
    says: "refused-by",
  },
  {
    name: "a size is lost",
    rule: "path-to-other-host",
    given: { echoes: edge },
    want: "found",
    says: "lost",
  },
  {
    name: "the same without DF",
    rule: "path-to-other-host",
    given: { echoes: edge.map((e) => ({ ...e, dontFragment: false })) },
    want: "found",
    says: "lost-without-df",
  },
  {
    name: "the same with nothing to tell whether DF was set",
    rule: "path-to-other-host",
    given: { echoes: edge.map((e) => ({ ...e, dontFragment: null })) },
    want: "found",
    says: "lost-df-unknown",
  },
  {
    name: "a size is lost that is smaller than what a router names",
    rule: "path-to-other-host",
    given: { echoes: [elsewhere(1300), elsewhere(1400, lost), ...named] },
    want: "found",
    says: "lost",
  },
  {
    name: "it is known not to be the gateway",
    rule: "path-to-other-host",
    given: { echoes: edge.map((e) => ({ ...e, toGateway: false })) },
    want: "found",
    says: "lost",
  },
  {
    name: "all sizes pass",
    rule: "path-to-other-host",
    given: { echoes: [elsewhere(1348), elsewhere(1500)] },
    want: "clear",
  },
  {
    name: "everything is lost, so that nothing is known of sizes",
    rule: "path-to-other-host",
    given: { echoes: [elsewhere(1348, lost), elsewhere(1500, lost)] },
    want: "unknown",
  },
  {
    name: "the pings went to the gateway",
    rule: "path-to-other-host",
    given: { echoes: edge.map((e) => ({ ...e, toGateway: true })) },
    want: "unknown",
  },
]);

const nothing = { verdict: "insufficient-evidence", confidence: "low", direction: null };
testConfidence([
  {
    name: "it may be the gateway's way on which a router names an MTU",
    given: { echoes: named },
    want: { verdict: "path-mtu-reduced", confidence: "low", direction: "outbound" },
  },
  {
    name: "it may be the gateway's way on which a size is lost",
    given: { echoes: edge },
    want: { verdict: "path-mtu-black-hole", confidence: "low", direction: "undetermined" },
  },
  {
    name: "without DF the loss says nothing of a path MTU",
    given: { echoes: edge.map((e) => ({ ...e, dontFragment: false })) },
    want: nothing,
  },
  {
    name: "the way to a host that is not the gateway says nothing of the gateway's",
    given: { echoes: edge.map((e) => ({ ...e, toGateway: false })) },
    want: nothing,
  },
  {
    name: "a router's 1500 is what interfaces have",
    given: { echoes: [elsewhere(9000, { outcome: "too-big-remotely", nextHopMtu: 1500 })] },
    want: nothing,
  },
  {
    name: "what an interface carries at most is no narrow path",
    given: { echoes: [elsewhere(1500), elsewhere(1501, lost)] },
    want: nothing,
  },
]);

const report = (given: Partial<PathObservation>): PathObservation => ({
  target: "198.51.100.53",
  toGateway: null,
  ipBytes: null,
  outcome: "too-big",
  router: null,
  nextHopMtu: 1440,
  ref: { kind: "text", source: "a.txt", line: 1 },
  ...given,
});
const refused = elsewhere(1500, { ...local, nextHopMtu: 1440 });
const router = "203.0.113.9";
const swallowed = report({ outcome: "not-reached", ipBytes: 1500, nextHopMtu: null });
const reached = report({ outcome: "reached", ipBytes: 1496, nextHopMtu: null });
const sentences: [says: string, given: Partial<Observations>][] = [
  ["learned-exact", { echoes: [elsewhere(1500, { outcome: "too-big-remotely", nextHopMtu: 1440 })] }],
  ["told-by", { pathReports: [report({ router })] }],
  ["between-by", { echoes: [elsewhere(1440), elsewhere(1450, { outcome: "too-big-remotely", router })] }],
  ["learned", { egress: ethernet(1500), echoes: [elsewhere(1440), elsewhere(1450, local)] }],
  ["learned-exact", { egress: ethernet(1500), echoes: [refused] }],
  ["learned-exact", { pathReports: [report({ isLearned: true })] }],
  ["learned-exact", { egress: ethernet(1500), pathReports: [report({})] }],
  ["either", { echoes: [elsewhere(1440), elsewhere(1450, local)] }],
  ["either-exact", { echoes: [refused] }],
  ["either-exact", { pathReports: [report({})] }],
  ["not-reached", { pathReports: [swallowed, reached] }],
  ["lost-after", { pathReports: [{ ...swallowed, router }, reached] }],
];
test.each(sentences)("who said it, and how exactly, is in the sentence: %s", (says, given) => {
  const finding = diagnoseObservations(observations(given)).findings.find(
    (f) => f.code === "path-to-other-host",
  );
  expect(finding?.phrase.key).toBe(`finding.path-to-host.${says}`);
});

test("what a tool was told by nobody, as large as the interface carries, is no path MTU", () => {
  const own = report({ ipBytes: 1501, nextHopMtu: 1500 });
  for (const given of [{ pathReports: [own] }, { egress: ethernet(1500), pathReports: [own] }]) {
    const finding = diagnoseObservations(observations(given)).findings.find(
      (f) => f.code === "path-to-other-host",
    );
    expect(finding?.status).toBe("unknown");
  }
});

test("a router's refusal without a number names no MTU, to the gateway and to others", () => {
  for (const toGateway of [null, true]) {
    const refused = elsewhere(1500, { toGateway, outcome: "too-big-remotely", router: "192.0.2.1" });
    expect(diagnoseObservations(observations({ echoes: [refused] }))).toMatchObject({
      verdict: "path-mtu-reduced",
      confidence: "low",
      recommendation: { interfaceMtu: null, commands: null },
    });
  }
});

test("what is lost as IP fragments is no path MTU", () => {
  const echoes = [elsewhere(1480, { dontFragment: null }), elsewhere(1628, { dontFragment: null, ...lost })];
  expect(diagnoseObservations(observations({ echoes }))).toMatchObject({
    verdict: "insufficient-evidence",
    recommendation: { interfaceMtu: null },
  });
});

test("IPv6's path MTU of 1480 is taken as it is told: no translator of IPv4 is behind it", () => {
  const target = "2001:db8:77::10";
  const told = { outcome: "too-big-remotely" as const, nextHopMtu: 1480, router: "2001:db8:1::1" };
  for (const toGateway of [null, true])
    expect(
      diagnoseObservations(
        observations({ echoes: [elsewhere(1500, { target, family: 6, toGateway, ...told })] }),
      ),
    ).toMatchObject({
      verdict: "path-mtu-reduced",
      recommendation: { interfaceMtu: 1480, basis: "measured" },
    });
});

test("a path MTU of IPv6 sets the MTU for IPv6", () => {
  const v6 = report({ target: "2001:db8::9", router: "2001:db8::1", nextHopMtu: 1492 });
  const { recommendation } = diagnoseObservations(
    observations({ egress: ethernet(1500), pathReports: [v6] }),
  );
  expect(recommendation.commands?.apply).toBe("netsh interface ipv6 set interface 19 mtu=1492");
});

test("the host that may be the gateway is named as such in what to do", () => {
  const { actions } = diagnoseObservations(observations({ echoes: edge })).recommendation;
  expect(actions).toContainEqual({ key: "action.name-gateway", params: { host: "198.51.100.53" } });
});

test("a host of strange letters is in no command line", () => {
  for (const target of ["$(calc)", "-rf", "a b", "x`y"]) {
    const { actions } = diagnoseObservations(
      observations({ echoes: edge.map((e) => ({ ...e, target })) }),
    ).recommendation;
    expect(actions.map((a) => a.key)).not.toContain("action.name-gateway");
  }
});

test("of several hosts the one that may be the gateway and is narrowest is told", () => {
  const known = edge.map((e) => ({ ...e, toGateway: false, target: "203.0.113.80" }));
  const wide = [1400, 1500].map((n) => elsewhere(n, { target: "203.0.113.81", ...(n === 1500 && lost) }));
  const { findings } = diagnoseObservations(observations({ echoes: [...known, ...wide, ...edge] }));
  expect(findings.find((f) => f.code === "path-to-other-host")?.phrase.params).toEqual({
    host: "198.51.100.53",
    pathMtu: 1348,
    lost: 1358,
    times: 4,
  });
});
