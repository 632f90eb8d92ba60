import * as rules from "../../../../shared/diagnose/rules/outcome.ts";
import { echo, exchange, initiation, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  captured,
  connected,
  goodAuth,
  opened,
  pieces,
  SA_INIT,
  silent,
  silentAuth,
  testConfidence,
  testRules,
  thrice,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  [
    "slow-gateway",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
      ],
    },
  ],
  ["slow-gateway", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["slow-gateway", "unknown", {}],
  // One attempt came up slowly, the next one not at all.
  [
    "slow-gateway",
    "unknown",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
        initiation([exchange({ exchangeType: SA_INIT, requests: [sent(60_000, 624)] })]),
      ],
    },
  ],
  ["healthy", "found", { initiations: [initiation([opened, goodAuth])] }, "capture"],
  ["healthy", "found", { probes: [...both, whole(1500), pieces()] }, "outbound"],
  [
    "healthy",
    "found",
    {
      probes: [...both, whole(1500), pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    "both-ways",
  ],
  [
    "healthy",
    "found",
    {
      initiations: [
        initiation(connected),
        initiation([exchange({ exchangeType: 37, requests: [sent(5_000, 92)] })]), // of a tunnel that was up before
      ],
    },
  ],
  ["healthy", "unknown", { initiations: [initiation(connected), initiation([opened])] }],
  ["healthy", "unknown", { probes: both }],
  ["healthy", "unknown", { probes: [probe({ purpose: "baseline" }), whole(1500), pieces()] }],
  ["healthy", "unknown", { probes: [...both, whole(1400), whole(1500, silent), pieces()] }],
  [
    "healthy",
    "found",
    {
      probes: [...both, whole(1500), pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
    "outbound",
  ],
  // Pings that nobody ever answers lose nothing for their size.
  [
    "healthy",
    "found",
    {
      probes: [...both, pieces()],
      echoes: [1272, 1472].map((n) => echo({ pingPayloadBytes: n, outcome: "timeout" })),
    },
    "outbound",
  ],
  [
    "answered-elsewhere",
    "found",
    {
      initiations: [initiation([opened, silentAuth]), initiation(connected, { capture: "b.pcapng" })],
      captures: [...captured({}), ...captured({})],
    },
  ],
  [
    "answered-elsewhere",
    "clear",
    { initiations: [initiation(connected)], captures: [...captured({}), ...captured({})] },
  ],
  ["answered-elsewhere", "unknown", { initiations: [initiation([opened, silentAuth])] }],
]);

const bothWays = {
  probes: [...both, whole(1500), pieces()],
  echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
};
testConfidence([
  ["every size was answered, both ways", "high", bothWays, "healthy", null],
  [
    "a capture alone shows that it connected",
    "medium",
    { initiations: [initiation(connected)] },
    "healthy",
    null,
  ],
  [
    "a capture besides takes nothing away",
    "high",
    { ...bothWays, initiations: [initiation(connected)] },
    "healthy",
    null,
  ],
  [
    "a capture adds what the probes leave open",
    "medium",
    { probes: bothWays.probes, initiations: [initiation(connected)] },
    "healthy",
    null,
  ],
]);
