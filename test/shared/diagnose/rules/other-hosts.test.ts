import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/other-hosts.ts";
import type { EchoObservation } from "../../../../shared/evidence/observations.ts";
import { echo, observations } from "../../../support/observations.ts";
import { testConfidence, testRules } from "../../../support/rule-evidence.ts";

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
