import * as rules from "../../../../shared/diagnose/rules/outcome.ts";
import type { ProbeObservation } from "../../../../shared/evidence/observations.ts";
import { echo, exchange, initiation, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  captured,
  connected,
  fragmented,
  goodAuth,
  ignoredAuth,
  opened,
  SA_INIT,
  silent,
  silentAuth,
  testConfidence,
  testRules,
  thrice,
  tunnel,
  whole,
} from "../../../support/rule-evidence.ts";

/** Small requests that are refused: answered in the first round, and asked again in the second one. */
const smallAgain = (given: Partial<ProbeObservation>) => [
  probe({ purpose: "size-control" }),
  probe({ purpose: "size-control", stepId: "r2-small", ...given }),
];

const logged = { datagrams: [], untimed: false, lastMs: 30_000 };
const askedAgain = {
  ...opened,
  responseNotifies: [
    { type: 16390, name: "COOKIE", ref: { kind: "text" as const, source: "charon.log", line: 1 } },
  ],
};

testRules(rules, [
  {
    name: "one login in IP fragments is answered, and the next one is not",
    rule: "login-answered-sometimes",
    given: { initiations: [initiation([opened, goodAuth]), initiation([opened, silentAuth])] },
    want: "found",
  },
  {
    name: "two logins, and neither is answered",
    rule: "login-answered-sometimes",
    given: { initiations: [initiation([opened, silentAuth]), initiation([opened, silentAuth])] },
    want: "clear",
  },
  { name: "no login", rule: "login-answered-sometimes", given: {}, want: "unknown" },
  {
    name: "the login is answered after its third sending",
    rule: "slow-gateway",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
      ],
    },
    want: "found",
  },
  {
    name: "every answer came at once",
    rule: "slow-gateway",
    given: { initiations: [initiation([opened, goodAuth])] },
    want: "clear",
  },
  { name: "no capture", rule: "slow-gateway", given: {}, want: "unknown" },
  {
    name: "one attempt connected slowly, and the next one failed",
    rule: "slow-gateway",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
        initiation([exchange({ exchangeType: SA_INIT, requests: [sent(60_000, 624)] })]),
      ],
    },
    want: "unknown",
  },
  {
    name: "a capture of a login that connected",
    rule: "healthy",
    given: { initiations: [initiation([opened, goodAuth])] },
    want: "found",
    says: "capture",
  },
  {
    name: "every probe was answered, and no ping tested the way back",
    rule: "healthy",
    given: { probes: [...both, whole(1500), fragmented()] },
    want: "found",
    says: "outbound",
  },
  {
    name: "every probe was answered, and a fragmented ping too",
    rule: "healthy",
    given: {
      probes: [...both, whole(1500), fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    want: "found",
    says: "both-ways",
  },
  {
    name: "what is asked small last of all, in a later round, gets no answer any more",
    rule: "healthy",
    given: {
      probes: [...both, ...smallAgain({ outcome: "silent" }), whole(1500), fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    want: "found",
    says: "fell-silent",
  },
  {
    name: "what is asked small is answered later too",
    rule: "healthy",
    given: {
      probes: [...both, ...smallAgain({}), whole(1500), fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    want: "found",
    says: "both-ways",
  },
  {
    name: "besides a login there are messages of a tunnel that was up before",
    rule: "healthy",
    given: {
      initiations: [
        initiation(connected),
        initiation([exchange({ exchangeType: 37, requests: [sent(5_000, 92)] })]),
      ],
    },
    want: "found",
  },
  {
    name: "one attempt connected and another did not",
    rule: "healthy",
    given: { initiations: [initiation(connected), initiation([opened])] },
    want: "unknown",
  },
  {
    name: "in a gateway's log the opening before a COOKIE is no attempt of its own",
    rule: "healthy",
    given: {
      initiations: [
        initiation([askedAgain], { capture: "charon.log", view: "gateway", log: logged }),
        initiation([opened, goodAuth], { capture: "charon.log", view: "gateway", log: logged }),
      ],
    },
    want: "found",
  },
  {
    name: "a COOKIE that is never brought back is one",
    rule: "healthy",
    given: {
      initiations: [
        initiation([askedAgain], {
          capture: "charon.log",
          view: "gateway",
          client: "198.51.100.9",
          log: logged,
        }),
        initiation([opened, goodAuth], { capture: "charon.log", view: "gateway", log: logged }),
      ],
    },
    want: "unknown",
  },
  { name: "only small probes were sent", rule: "healthy", given: { probes: both }, want: "unknown" },
  {
    name: "port 4500 was not asked",
    rule: "healthy",
    given: { probes: [probe({ purpose: "baseline" }), whole(1500), fragmented()] },
    want: "unknown",
  },
  {
    name: "large whole packets are lost",
    rule: "healthy",
    given: { probes: [...both, whole(1400), whole(1500, silent), fragmented()] },
    want: "unknown",
  },
  {
    name: "the reply to the large ping was cut, so the way back was not tested",
    rule: "healthy",
    given: {
      probes: [...both, whole(1500), fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
    want: "found",
    says: "outbound",
  },
  {
    name: "pings that are never answered do not speak of sizes",
    rule: "healthy",
    given: {
      probes: [...both, fragmented()],
      echoes: [1272, 1472].map((n) => echo({ pingPayloadBytes: n, outcome: "timeout" })),
    },
    want: "found",
    says: "outbound",
  },
  {
    name: "two captures, and the gateway answers in one of them",
    rule: "answered-elsewhere",
    given: {
      initiations: [
        initiation([opened, silentAuth]),
        initiation(connected, { capture: "b.pcapng", initiatorSpi: "00000000000000bb" }),
      ],
      captures: [...captured({}), ...captured({})],
    },
    want: "found",
  },
  {
    name: "two captures of one login, seen from both ends",
    rule: "answered-elsewhere",
    given: {
      initiations: [initiation([opened, silentAuth]), initiation(connected, { capture: "b.pcapng" })],
      captures: [...captured({}), ...captured({})],
    },
    want: "clear",
  },
  {
    name: "the answer stands in the capture, and the client asks again all the same",
    rule: "slow-gateway",
    given: { initiations: [initiation([opened, ignoredAuth])] },
    want: "unknown",
  },
  {
    name: "an answer that the client does not take is no health",
    rule: "healthy",
    given: { initiations: [initiation([opened, ignoredAuth])] },
    want: "unknown",
  },
  {
    name: "two captures, and every login was answered",
    rule: "answered-elsewhere",
    given: { initiations: [initiation(connected)], captures: [...captured({}), ...captured({})] },
    want: "clear",
  },
  {
    name: "only one capture",
    rule: "answered-elsewhere",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "unknown",
  },
]);

const bothWays = {
  probes: [...both, whole(1500), fragmented()],
  echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
};
testConfidence([
  {
    name: "a gateway's capture, in which the answer is seen to leave",
    given: { initiations: [initiation(connected, { view: "gateway" })] },
    want: { verdict: "healthy", confidence: "low", direction: null },
  },
  {
    name: "a gateway's capture, in which the client goes on through the tunnel",
    given: { initiations: [initiation(connected, { view: "gateway", ...tunnel([9, 300], [9, 300]) })] },
    want: { verdict: "healthy", confidence: "medium", direction: null },
  },
  {
    name: "every size was answered, both ways",
    given: bothWays,
    want: { verdict: "healthy", confidence: "high", direction: null },
  },
  {
    name: "a capture alone shows that it connected",
    given: { initiations: [initiation(connected)] },
    want: { verdict: "healthy", confidence: "medium", direction: null },
  },
  {
    name: "a capture does not lower the probes' confidence",
    given: { ...bothWays, initiations: [initiation(connected)] },
    want: { verdict: "healthy", confidence: "high", direction: null },
  },
  {
    name: "a capture adds what the probes leave open",
    given: { probes: bothWays.probes, initiations: [initiation(connected)] },
    want: { verdict: "healthy", confidence: "medium", direction: null },
  },
]);
