import * as rules from "../../../../shared/diagnose/rules/ike-fragments.ts";
import { echo, exchange, initiation, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  connected,
  opened,
  SA_INIT,
  silent,
  skf,
  skfRequests,
  testConfidence,
  testRules,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  [
    "ike-fragments-too-large",
    "found",
    {
      probes: [...both, whole(1280), whole(1400, silent)],
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [1_000, 2_000, 3_000].map((at) => skf(at, 2, [], [1400, 900])),
          }),
        ]),
      ],
    },
    "measured",
  ],
  [
    "ike-fragments-too-large",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [1_000, 2_000, 3_000].map((at) => ({
              ...skf(at, 2, [], [1500, 120, 700]),
              ipFragmented: true,
            })),
          }),
        ]),
      ],
    },
    "split-again",
  ],
  [
    "ike-fragments-too-large",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    "only-last",
  ],
  [
    "ike-fragments-too-large",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests.slice(0, 1),
            responses: [skf(1_100, 3, [], [612, 612, 300])],
          }),
        ]),
      ],
    },
  ],
  // Smaller than what is lost; lost for pings alone; and now the last fragment arrives, now another one.
  [
    "ike-fragments-too-large",
    "unknown",
    {
      probes: [...both, whole(1280), whole(1400, silent)],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
  ],
  [
    "ike-fragments-too-large",
    "unknown",
    {
      echoes: [echo({ pingPayloadBytes: 272 }), echo({ pingPayloadBytes: 472, outcome: "timeout" })],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
  ],
  [
    "ike-fragments-too-large",
    "unknown",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [1, 2], [300]), skf(2_100, 3, [2], [612, 300])],
          }),
        ]),
      ],
    },
  ],
  ["ike-fragments-too-large", "unknown", { initiations: [initiation(connected)] }, "not-used"],
  [
    "ike-fragments-too-large",
    "unknown",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
  ],
  [
    "ike-fragments-lost",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [2], [612, 300]), skf(2_100, 3, [2], [612, 300])],
          }),
        ]),
      ],
    },
    "inbound",
  ],
  [
    "ike-fragments-lost",
    "found",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
    "no-answer",
  ],
  [
    "ike-fragments-lost",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests.slice(0, 1),
            responses: [skf(1_100, 3, [], [612, 612, 300])],
          }),
        ]),
      ],
    },
  ],
  ["ike-fragments-lost", "unknown", { initiations: [initiation(connected)] }, "not-used"],
  [
    "ike-fragments-lost",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }),
          exchange({ exchangeType: AUTH, requests: skfRequests }),
        ]),
      ],
    },
  ],
]);

testConfidence([
  [
    "the last IKE fragment alone, once",
    "low",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    "ike-fragments-too-large",
    "inbound",
  ],
]);
