import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/reachability.ts";
import { exchange, initiation, observations, probe, sent } from "../../../support/observations.ts";
import {
  both,
  fragmented,
  opened,
  SA_INIT,
  silent,
  silentAuth,
  testConfidence,
  testRules,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "the name has no address",
    rule: "gateway-unresolved",
    given: { gatewayUnresolved: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null } },
    want: "found",
  },
  { name: "the gateway has an address", rule: "gateway-unresolved", given: {}, want: "clear" },
  {
    name: "nothing is known of the gateway's address",
    rule: "gateway-unresolved",
    given: { gatewayAddresses: [] },
    want: "unknown",
  },
  {
    name: "three tries on both ports without an answer",
    rule: "gateway-unreachable",
    given: { probes: both.map((p) => ({ ...p, ...silent, tries: 3 })) },
    want: "found",
  },
  { name: "both ports answer", rule: "gateway-unreachable", given: { probes: both }, want: "clear" },
  {
    name: "two tries are too few",
    rule: "gateway-unreachable",
    given: { probes: both.map((p) => ({ ...p, ...silent, tries: 2 })) },
    want: "unknown",
  },
  {
    name: "the second round was cut short after two tries",
    rule: "gateway-unreachable",
    given: {
      probes: [
        ...both.map((p) => ({ ...p, ...silent, tries: 3 })),
        ...both.map((p) => ({ ...p, ...silent, tries: 2 })),
      ],
    },
    want: "unknown",
  },
  {
    name: "IKE_SA_INIT was captured three times without an answer",
    rule: "gateway-unreachable",
    given: {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
    },
    want: "found",
    says: "capture",
  },
  {
    name: "IKE_SA_INIT was captured once without an answer",
    rule: "gateway-unreachable",
    given: { initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] })])] },
    want: "unknown",
  },
  {
    name: "probes that were sent too seldom weigh more than a capture without port 4500",
    rule: "gateway-unreachable",
    given: {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
      probes: both.map((p) => ({ ...p, ...silent, tries: 2 })),
    },
    want: "unknown",
  },
  {
    name: "500 is silent and 4500 answers",
    rule: "udp-500-blocked",
    given: {
      probes: [probe({ purpose: "baseline", ...silent }), probe({ purpose: "baseline", port: 4500 })],
    },
    want: "found",
  },
  { name: "both ports answer", rule: "udp-500-blocked", given: { probes: both }, want: "clear" },
  {
    name: "4500 was not asked",
    rule: "udp-500-blocked",
    given: { probes: [probe({ purpose: "baseline", ...silent })] },
    want: "unknown",
  },
  {
    name: "4500 is silent and 500 answers",
    rule: "udp-4500-blocked",
    given: {
      probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })],
    },
    want: "found",
  },
  { name: "both ports answer", rule: "udp-4500-blocked", given: { probes: both }, want: "clear" },
  {
    name: "4500 was not asked",
    rule: "udp-4500-blocked",
    given: { probes: [probe({ purpose: "baseline" })] },
    want: "unknown",
  },
  {
    name: "the unanswered IKE_SA_INIT left as IP fragments",
    rule: "gateway-unreachable",
    given: {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
    want: "unknown",
  },
]);

testConfidence([
  {
    name: "both ports are silent",
    given: { probes: both.map((p) => ({ ...p, ...silent, tries: 3 })) },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: null },
  },
  {
    name: "both are, and the gateway has an address of the other IP version that was not tried",
    given: {
      gatewayAddresses: ["192.0.2.1", "2001:db8::1"],
      probes: both.map((p) => ({ ...p, ...silent, tries: 3 })),
    },
    want: { verdict: "gateway-unreachable", confidence: "medium", direction: null },
  },
  {
    name: "the port answers in a capture, whatever it does with probes",
    given: {
      initiations: [initiation([opened, silentAuth], { answeringPorts: [500, 4500] })],
      probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })],
    },
    want: { verdict: "udp-4500-blocked", confidence: "low", direction: null },
  },
  {
    name: "the other port did not answer after enough tries: the gateway may have fallen silent",
    given: {
      probes: [
        probe({ purpose: "baseline", answeredAtMs: 30 }),
        probe({ purpose: "size-control", answeredAtMs: 1_300 }),
        probe({ purpose: "baseline", port: 4500, ...silent }),
        probe({ purpose: "size-control", port: 4500, ...silent }),
      ],
    },
    want: { verdict: "udp-4500-blocked", confidence: "low", direction: null },
  },
  {
    name: "an ICMP message says that the port is closed",
    given: {
      probes: [
        probe({ purpose: "baseline", answeredAtMs: 30 }),
        probe({ purpose: "baseline", port: 4500, outcome: "unreachable", tries: 1, answer: null }),
      ],
    },
    want: { verdict: "udp-4500-blocked", confidence: "high", direction: null },
  },
]);

test("nothing answered means no number, whatever the sizes that were tried", () => {
  const { verdict, recommendation } = diagnoseObservations(
    observations({
      probes: [...both, whole(1500), fragmented()].map((p) => ({
        ...p,
        ...silent,
        tries: 3,
        answer: null,
        answeredAtMs: null,
      })),
    }),
  );
  expect(verdict).toBe("gateway-unreachable");
  expect(recommendation.interfaceMtu).toBeNull();
  expect(recommendation.commands).toBeNull();
});
