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
  {
    name: "the capture holds IKEv1 only",
    rule: "not-ikev2",
    given: { initiations: [initiation([opened], { majorVersion: 1 })] },
    want: "found",
    says: "ikev1",
  },
  {
    name: "IKEv1 goes to another gateway, and this one answers probes in IKEv2",
    rule: "not-ikev2",
    given: {
      initiations: [initiation([opened], { majorVersion: 1, gateway: "203.0.113.80" })],
      probes: both,
    },
    want: "clear",
  },
  {
    name: "an IKEv2 login in the capture",
    rule: "not-ikev2",
    given: { initiations: [initiation([opened])] },
    want: "clear",
  },
  {
    name: "IKEv1 first, then IKEv2",
    rule: "not-ikev2",
    given: { initiations: [initiation([opened], { majorVersion: 1 }), initiation([opened])] },
    want: "clear",
  },
  { name: "no capture, no probe, no profile", rule: "not-ikev2", given: {}, want: "unknown" },
  {
    name: "an answer to IKE_AUTH that is too small for anything but an error",
    rule: "gateway-rejects",
    given: {
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
    want: "found",
    says: "small-response",
  },
  {
    name: "a readable error Notify to IKE_SA_INIT",
    rule: "gateway-rejects",
    given: {
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
    want: "found",
    says: "notify",
  },
  {
    name: "INVALID_KE_PAYLOAD asks for another try",
    rule: "gateway-rejects",
    given: {
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
    want: "unknown",
  },
  {
    name: "a later message of EAP is as small as a refusal",
    rule: "gateway-rejects",
    given: {
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
    want: "clear",
  },
  {
    name: "IKE_AUTH got no answer",
    rule: "gateway-rejects",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "unknown",
  },
  {
    name: "one IKE fragment of an answer is as small as a refusal, and the others are missing",
    rule: "gateway-rejects",
    given: {
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
    want: "clear",
  },
  {
    name: "a first round of EAP without certificate is small, and the client goes on",
    rule: "gateway-rejects",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300)], responses: [sent(1_080, 96)] }),
          exchange({ exchangeType: AUTH, messageId: 2, requests: [sent(1_200, 90)] }),
        ]),
      ],
    },
    want: "clear",
  },
  {
    name: "an answer to IKE_INTERMEDIATE is small",
    rule: "gateway-rejects",
    given: {
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
    want: "clear",
  },
  {
    name: "the capture begins in the middle of EAP, whose messages are small",
    rule: "gateway-rejects",
    given: {
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
    want: "clear",
  },
  {
    name: "packets come out of the tunnel, so the client was accepted",
    rule: "gateway-rejects",
    given: { initiations: [initiation([refusedInit], tunnel([9, 300], [9, 300]))] },
    want: "clear",
  },
  {
    name: "refused first, then accepted with another proposal",
    rule: "gateway-rejects",
    given: {
      initiations: [
        initiation([refusedInit]),
        initiation([opened, goodAuth], { initiatorSpi: "00000000000000bb" }),
      ],
    },
    want: "clear",
  },
  {
    name: "refused here, and accepted in a capture of another network",
    rule: "gateway-rejects",
    given: {
      initiations: [
        initiation([refusedInit], { initiatorSpi: "00000000000000bb" }),
        initiation([opened, goodAuth], { capture: "wifi.pcapng" }),
      ],
    },
    want: "found",
    says: "notify",
  },
  {
    name: "both ports refuse the probe's proposals",
    rule: "probe-proposal-refused",
    given: {
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
    want: "found",
  },
  { name: "both ports accept", rule: "probe-proposal-refused", given: { probes: both }, want: "clear" },
  {
    name: "one port refuses and the other accepts",
    rule: "probe-proposal-refused",
    given: {
      probes: both.map((p, at) => ({
        ...p,
        answer: at === 0 && p.answer ? { ...p.answer, kind: "refused" as const } : p.answer,
      })),
    },
    want: "clear",
  },
  { name: "no probe", rule: "probe-proposal-refused", given: {}, want: "unknown" },
  {
    name: "the gateway does not offer it, the client does",
    rule: "ike-fragmentation-missing",
    given: { initiations: [initiation([opened], { gatewayOffersIkeFragmentation: false })] },
    want: "found",
    says: "gateway",
  },
  {
    name: "neither side offers it",
    rule: "ike-fragmentation-missing",
    given: {
      initiations: [
        initiation([opened], { clientOffersIkeFragmentation: false, gatewayOffersIkeFragmentation: false }),
      ],
    },
    want: "found",
    says: "client",
  },
  {
    name: "both sides offer it",
    rule: "ike-fragmentation-missing",
    given: { initiations: [initiation([opened])] },
    want: "clear",
  },
  {
    name: "only a probe that did not offer it was answered",
    rule: "ike-fragmentation-missing",
    given: { probes: both.map((p) => ({ ...p, withoutIkeFragmentation: true as const })) },
    want: "unknown",
  },
  {
    name: "a probe that offered it got none back",
    rule: "ike-fragmentation-missing",
    given: {
      probes: both.map((p, at) => ({
        ...p,
        ...(at === 0 && { withoutIkeFragmentation: true as const }),
        answer: p.answer && { ...p.answer, offersIkeFragmentation: false },
      })),
    },
    want: "found",
    says: "gateway",
  },
  { name: "no probe and no capture", rule: "ike-fragmentation-missing", given: {}, want: "unknown" },
]);
