import * as rules from "../../../../shared/diagnose/rules/negotiation.ts";
import { exchange, initiation, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  goodAuth,
  opened,
  refusedInit,
  SA_INIT,
  silentAuth,
  skf,
  skfRequests,
  testRules,
  tunnel,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  ["not-ikev2", "found", { initiations: [initiation([opened], { majorVersion: 1 })] }, "ikev1"],
  // An IKEv1 tunnel to somebody else, while the gateway answers IKEv2.
  [
    "not-ikev2",
    "clear",
    { initiations: [initiation([opened], { majorVersion: 1, gateway: "203.0.113.80" })], probes: both },
  ],
  ["not-ikev2", "clear", { initiations: [initiation([opened])] }],
  ["not-ikev2", "clear", { initiations: [initiation([opened], { majorVersion: 1 }), initiation([opened])] }],
  ["not-ikev2", "unknown", {}],
  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [sent(1_000, 2528, [1500, 1080])],
            responses: [sent(1_080, 76)],
          }),
        ]),
      ],
    },
    "small-response",
  ],
  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [sent(0, 624)],
            responses: [sent(90, 36)],
            responseNotifies: [
              {
                type: 14,
                name: "NO_PROPOSAL_CHOSEN",
                ref: { kind: "packet", capture: "a.pcapng", frame: 2 },
              },
            ],
          }),
        ]),
      ],
    },
    "notify",
  ],
  // INVALID_KE_PAYLOAD asks for another try, and small EAP messages are no refusal: they are not the first.
  [
    "gateway-rejects",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [sent(0, 624)],
            responses: [sent(90, 38)],
            responseNotifies: [
              {
                type: 17,
                name: "INVALID_KE_PAYLOAD",
                ref: { kind: "packet", capture: "a.pcapng", frame: 2 },
              },
            ],
          }),
        ]),
      ],
    },
  ],
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          goodAuth,
          exchange({
            exchangeType: AUTH,
            messageId: 2,
            requests: [sent(2_000, 80)],
            responses: [sent(2_100, 80)],
          }),
        ]),
      ],
    },
  ],
  ["gateway-rejects", "unknown", { initiations: [initiation([opened, silentAuth])] }],
  // The last IKE fragment of an answer is as small as a refusal; the others are what is missing.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [1, 2], [132]), skf(2_100, 3, [1, 2], [132])].map((m) => ({
              ...m,
              ikeLength: 100,
            })),
          }),
        ]),
      ],
    },
  ],
  // A first round of EAP without certificate, and IKE_INTERMEDIATE: small answers that are no refusals.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300)], responses: [sent(1_080, 96)] }),
          exchange({ exchangeType: AUTH, messageId: 2, requests: [sent(1_200, 90)] }),
        ]),
      ],
    },
  ],
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: 43,
            messageId: 1,
            requests: [sent(1_000, 1200)],
            responses: [sent(1_080, 100)],
          }),
        ]),
      ],
    },
  ],
  // The capture begins in the middle of EAP, whose messages are small.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: AUTH,
            messageId: 4,
            requests: [sent(1_000, 90)],
            responses: [sent(1_080, 80)],
          }),
        ]),
      ],
    },
  ],
  // What comes out of the tunnel says that it was let in.
  ["gateway-rejects", "clear", { initiations: [initiation([refusedInit], tunnel([9, 300], [9, 300]))] }],
  // Refused first, and let in with another proposal.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([refusedInit]),
        initiation([opened, goodAuth], { initiatorSpi: "00000000000000bb" }),
      ],
    },
  ],
  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([refusedInit], { initiatorSpi: "00000000000000bb" }),
        initiation([opened, goodAuth], { capture: "wifi.pcapng" }),
      ],
    },
    "notify",
  ],
  [
    "probe-proposal-refused",
    "found",
    {
      probes: both.map((p) => ({
        ...p,
        answer: {
          kind: "refused" as const,
          ikeLength: 36,
          notifies: [{ type: 14, name: "NO_PROPOSAL_CHOSEN" }],
          vendorIds: [],
          offersIkeFragmentation: false,
          majorVersion: 2,
        },
      })),
    },
  ],
  ["probe-proposal-refused", "clear", { probes: both }],
  // One port refuses and the other accepts.
  [
    "probe-proposal-refused",
    "clear",
    {
      probes: both.map((p, at) => ({
        ...p,
        answer: at === 0 && p.answer ? { ...p.answer, kind: "refused" as const } : p.answer,
      })),
    },
  ],
  ["probe-proposal-refused", "unknown", {}],
  [
    "ike-fragmentation-missing",
    "found",
    { initiations: [initiation([opened], { gatewayOffersIkeFragmentation: false })] },
    "gateway",
  ],
  [
    "ike-fragmentation-missing",
    "found",
    {
      initiations: [
        initiation([opened], { clientOffersIkeFragmentation: false, gatewayOffersIkeFragmentation: false }),
      ],
    },
    "client",
  ],
  ["ike-fragmentation-missing", "clear", { initiations: [initiation([opened])] }],
  ["ike-fragmentation-missing", "unknown", {}],
]);
