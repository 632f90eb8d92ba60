import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/reachability.ts";
import { exchange, initiation, observations, probe, sent } from "../../../support/observations.ts";
import {
  both,
  opened,
  pieces,
  SA_INIT,
  silent,
  silentAuth,
  testConfidence,
  testRules,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  [
    "gateway-unresolved",
    "found",
    { gatewayUnresolved: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null } },
  ],
  ["gateway-unresolved", "clear", {}],
  ["gateway-unresolved", "unknown", { gatewayAddresses: [] }],
  ["gateway-unreachable", "found", { probes: both.map((p) => ({ ...p, ...silent, tries: 3 })) }],
  ["gateway-unreachable", "clear", { probes: both }],
  ["gateway-unreachable", "unknown", { probes: both.map((p) => ({ ...p, ...silent, tries: 2 })) }],
  [
    "gateway-unreachable",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, ...silent, tries: 3 })),
        ...both.map((p) => ({ ...p, ...silent, tries: 2 })),
      ],
    },
  ],
  [
    "gateway-unreachable",
    "found",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
    },
    "capture",
  ],
  [
    "gateway-unreachable",
    "unknown",
    { initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] })])] },
  ],
  // Probes that were sent too seldom to tell weigh more than a capture without 4500 in it.
  [
    "gateway-unreachable",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
      probes: both.map((p) => ({ ...p, ...silent, tries: 2 })),
    },
  ],
  [
    "udp-500-blocked",
    "found",
    { probes: [probe({ purpose: "baseline", ...silent }), probe({ purpose: "baseline", port: 4500 })] },
  ],
  ["udp-500-blocked", "clear", { probes: both }],
  ["udp-500-blocked", "unknown", { probes: [probe({ purpose: "baseline", ...silent })] }],
  [
    "udp-4500-blocked",
    "found",
    { probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })] },
  ],
  ["udp-4500-blocked", "clear", { probes: both }],
  ["udp-4500-blocked", "unknown", { probes: [probe({ purpose: "baseline" })] }],
  [
    "gateway-unreachable",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
  ],
]);

testConfidence([
  [
    "a port that answers in a capture is not blocked, whatever it does with probes",
    "low",
    {
      initiations: [initiation([opened, silentAuth], { answeringPorts: [500, 4500] })],
      probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })],
    },
    "udp-4500-blocked",
    null,
  ],
  [
    "a port whose silence the other one's answers did not outlast: the gateway may have fallen silent",
    "low",
    {
      probes: [
        probe({ purpose: "baseline", answeredAtMs: 30 }),
        probe({ purpose: "size-control", answeredAtMs: 1_300 }),
        probe({ purpose: "baseline", port: 4500, ...silent }),
        probe({ purpose: "size-control", port: 4500, ...silent }),
      ],
    },
    "udp-4500-blocked",
    null,
  ],
  [
    "a port of which something says that it is closed",
    "high",
    {
      probes: [
        probe({ purpose: "baseline", answeredAtMs: 30 }),
        probe({ purpose: "baseline", port: 4500, outcome: "unreachable", tries: 1, answer: null }),
      ],
    },
    "udp-4500-blocked",
    null,
  ],
]);

test("nothing answered means no number, whatever the sizes that were tried", () => {
  const { verdict, recommendation } = diagnoseObservations(
    observations({
      probes: [...both, whole(1500), pieces()].map((p) => ({
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
