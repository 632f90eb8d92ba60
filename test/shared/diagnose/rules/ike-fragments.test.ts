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

/** IKE fragments of one size, sent three times, without an answer. */
const unanswered = (total: number, ipBytes: number, seconds = [1, 2, 3]) =>
  initiation([
    opened,
    exchange({
      exchangeType: AUTH,
      requests: seconds.map((at) => skf(at * 1_000, total, [], Array<number>(total).fill(ipBytes))),
    }),
  ]);

testRules(rules, [
  {
    name: "twenty IKE fragments, and libreswan takes sixteen",
    rule: "ike-fragments-too-many",
    given: { initiations: [unanswered(20, 572)] },
    want: "found",
    says: "found",
  },
  {
    name: "seventeen large ones are too many as well",
    rule: "ike-fragments-too-many",
    given: { initiations: [unanswered(17, 1_396)] },
    want: "found",
    says: "found",
  },
  {
    name: "sixteen tiny ones are not too many",
    rule: "ike-fragments-too-many",
    given: { initiations: [unanswered(16, 572)] },
    want: "clear",
  },
  {
    name: "sixteen tiny ones",
    rule: "ike-fragments-tiny",
    given: { initiations: [unanswered(16, 572)] },
    want: "found",
    says: "tiny",
  },
  {
    name: "seventeen tiny ones are too many first of all",
    rule: "ike-fragments-tiny",
    given: { initiations: [unanswered(17, 572)] },
    want: "clear",
  },
  { name: "none at all", rule: "ike-fragments-tiny", given: {}, want: "unknown" },
  {
    name: "two large ones",
    rule: "ike-fragments-too-many",
    given: { initiations: [unanswered(2, 1_396)] },
    want: "clear",
  },
  { name: "no IKE fragments", rule: "ike-fragments-too-many", given: {}, want: "unknown" },
  {
    name: "two large ones, three times, and nothing back",
    rule: "ike-fragments-unanswered",
    given: { initiations: [unanswered(2, 1_396)] },
    want: "found",
  },
  {
    name: "the capture ends too early for that",
    rule: "ike-fragments-unanswered",
    given: { initiations: [unanswered(2, 1_396, [1, 2])] },
    want: "clear",
  },
  {
    name: "small ones, which every path carries",
    rule: "ike-fragments-unanswered",
    given: { initiations: [unanswered(3, 612)] },
    want: "clear",
  },
  { name: "no IKE fragments at all", rule: "ike-fragments-unanswered", given: {}, want: "unknown" },
  {
    name: "a whole answer came to large IKE fragments",
    rule: "ike-fragments-unanswered",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [skf(1_000, 2, [], [1396, 1064])],
            responses: [skf(1_200, 2, [], [1396, 300])],
          }),
        ]),
      ],
    },
    want: "clear",
  },
  {
    name: "unanswered IKE fragments are as large as a packet that was lost",
    rule: "ike-fragments-too-large",
    given: {
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
    want: "found",
    says: "measured",
  },
  {
    name: "IKE fragments leave as IP fragments again",
    rule: "ike-fragments-too-large",
    given: {
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
    want: "found",
    says: "split-again",
  },
  {
    name: "only the last IKE fragment of the answer arrives",
    rule: "ike-fragments-too-large",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    want: "found",
    says: "only-last",
  },
  {
    name: "all IKE fragments of the answer arrive",
    rule: "ike-fragments-too-large",
    given: {
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
    want: "clear",
  },
  {
    name: "unanswered IKE fragments are smaller than what is lost",
    rule: "ike-fragments-too-large",
    given: {
      probes: [...both, whole(1280), whole(1400, silent)],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
    want: "unknown",
  },
  {
    name: "only pings of that size are lost",
    rule: "ike-fragments-too-large",
    given: {
      echoes: [echo({ pingPayloadBytes: 272 }), echo({ pingPayloadBytes: 472, outcome: "timeout" })],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
    want: "unknown",
  },
  {
    name: "once the last IKE fragment arrives alone, once another one does too",
    rule: "ike-fragments-too-large",
    given: {
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
    want: "unknown",
  },
  {
    name: "IKE fragmentation is not in use",
    rule: "ike-fragments-too-large",
    given: { initiations: [initiation(connected)] },
    want: "unknown",
    says: "not-used",
  },
  {
    name: "small IKE fragments get no answer, and nothing was measured",
    rule: "ike-fragments-too-large",
    given: { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
    want: "unknown",
  },
  {
    name: "the same IKE fragment of the answer is missing twice",
    rule: "ike-fragments-lost",
    given: {
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
    want: "found",
    says: "inbound",
  },
  {
    name: "small IKE fragments get no answer",
    rule: "ike-fragments-lost",
    given: { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
    want: "found",
    says: "no-answer",
  },
  {
    name: "all IKE fragments of the answer arrive",
    rule: "ike-fragments-lost",
    given: {
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
    want: "clear",
  },
  {
    name: "IKE fragmentation is not in use",
    rule: "ike-fragments-lost",
    given: { initiations: [initiation(connected)] },
    want: "unknown",
    says: "not-used",
  },
  {
    name: "the capture shows one direction only",
    rule: "ike-fragments-lost",
    given: {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }),
          exchange({ exchangeType: AUTH, requests: skfRequests }),
        ]),
      ],
    },
    want: "unknown",
  },
]);

testConfidence([
  {
    name: "more IKE fragments than old gateways take",
    given: { initiations: [unanswered(20, 572)] },
    want: { verdict: "ike-fragments-lost", confidence: "low", direction: "undetermined" },
  },
  {
    name: "large IKE fragments without an answer leave several causes",
    given: { initiations: [unanswered(2, 1_396)] },
    want: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
  },
  {
    name: "the last IKE fragment arrived alone only once",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    want: { verdict: "ike-fragments-too-large", confidence: "low", direction: "inbound" },
  },
]);
