import * as rules from "../../../../shared/diagnose/rules/unanswered-login.ts";
import { exchange, initiation, sent } from "../../../support/observations.ts";
import {
  AUTH,
  captured,
  goodAuth,
  opened,
  SA_INIT,
  silentAuth,
  testConfidence,
  testRules,
  thrice,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "a large login was sent three times",
    rule: "ike-auth-unanswered",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "found",
  },
  {
    name: "the capture shows one direction only",
    rule: "ike-auth-unanswered",
    given: {
      initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }), silentAuth])],
    },
    want: "unknown",
    says: "one-way",
  },
  {
    name: "the login was answered",
    rule: "ike-auth-unanswered",
    given: { initiations: [initiation([opened, goodAuth])] },
    want: "clear",
  },
  {
    name: "no login in the capture",
    rule: "ike-auth-unanswered",
    given: { initiations: [initiation([opened])] },
    want: "unknown",
  },
  {
    name: "a large login was sent twice",
    rule: "ike-auth-unanswered",
    given: {
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })])],
    },
    want: "unknown",
    says: "too-few",
  },
  {
    name: "three copies within a moment are one sending",
    rule: "ike-auth-unanswered",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [0, 60, 120].map((at) => sent(1_000 + at, 2528, [1500, 1080])),
          }),
        ]),
      ],
    },
    want: "unknown",
    says: "too-few",
  },
  {
    name: "the capture dropped packets itself",
    rule: "ike-auth-unanswered",
    given: { initiations: [initiation([opened, silentAuth])], captures: captured({ droppedByCapture: 7 }) },
    want: "unknown",
    says: "drops",
  },
]);

testConfidence([
  {
    name: "a login that was waited for four seconds",
    given: { initiations: [initiation([opened, { ...silentAuth, observedAfterMs: 2_000 }])] },
    want: { verdict: "ike-auth-unanswered", confidence: "low", direction: "undetermined" },
  },
]);
