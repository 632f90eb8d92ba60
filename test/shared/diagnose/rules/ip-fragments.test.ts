import * as rules from "../../../../shared/diagnose/rules/ip-fragments.ts";
import { echo, exchange, initiation, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  capped,
  captured,
  goodAuth,
  inbound,
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
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472), capped(1480, silent)] },
    "too-large",
  ],
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472, silent), capped(1280, silent)] },
    "dropped",
  ],
  ["outbound-fragments", "found", { probes: [...both, pieces(silent)] }, "size-unknown"],
  ["outbound-fragments", "found", { probes: [...both, pieces(silent), pieces({ ipBytes: 1600 })] }, "some"],
  // 1400 is not the least that may be recommended.
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472, silent), capped(1400, silent)] },
    "size-unknown",
  ],
  [
    "outbound-fragments",
    "found",
    {
      probes: [
        ...both,
        whole(1400),
        whole(1500, silent),
        pieces(silent),
        capped(1400, silent),
        capped(1280, silent),
      ],
    },
    "dropped",
  ],
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [...both, whole(1400), whole(1500, silent), pieces(silent), capped(1400), capped(1280, silent)],
    },
    "path-mtu",
  ],
  ["outbound-fragments", "clear", { probes: [...both, pieces()] }],
  ["outbound-fragments", "unknown", { probes: both }, "not-tested"],
  ["outbound-fragments", "unknown", { probes: [pieces(silent)] }, "no-baseline"],
  ["outbound-fragments", "unknown", { probes: [...both, pieces({ ...silent, tries: 2 })] }, "doubtful"],
  [
    "outbound-fragments",
    "unknown",
    { probes: [...both, pieces(silent), whole(1400), whole(1500, silent)] },
    "path-mtu",
  ],
  // It answered something small after the first try, and then nothing at all.
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        probe({ purpose: "size-control", answeredAtMs: 100 }),
        pieces({ ...silent, sentAtMs: [50, 1_250, 2_450] }),
      ],
    },
    "doubtful",
  ],
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        pieces({ outcome: "unreachable", sentAtMs: [50], tries: 1 }),
      ],
    },
    "doubtful",
  ],
  // What arrived once was not lost for its size; what was tried twice in each of two rounds was tried often enough.
  ["outbound-fragments", "clear", { probes: [...both, pieces(silent), pieces()] }],
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces({ ...silent, tries: 2 }), pieces({ ...silent, tries: 2 })] },
    "size-unknown",
  ],
  ["outbound-fragments", "found", { probes: [...both, pieces({ outcome: "unreachable", tries: 1 })] }],
  // The gateway stopped answering small messages as well: a guard against floods, not a matter of sizes.
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        pieces({ ...silent, sentAtMs: [50, 60, 70] }),
      ],
    },
    "doubtful",
  ],
  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(false, true)] })] },
    "only-last",
  ],
  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })] },
    "only-first",
  ],
  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth])], probes: [...both, pieces()] },
    "by-exclusion",
  ],
  // The probes' fragments were smaller than the login's: nothing follows about those.
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces({ effectiveMtu: 1400, ipFragmentBytes: [1396, 1184] })],
    },
  ],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth], { gateway: "192.0.2.9" })],
      probes: [...both, pieces()],
    },
  ],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces(), pieces({ ...silent, ipBytes: 1600 })],
    },
  ],
  ["inbound-fragments", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["inbound-fragments", "unknown", { initiations: [initiation([opened, silentAuth])] }],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })],
      captures: captured({ nonFirstFragmentsHidden: true }),
    },
    "port-filter",
  ],
  [
    "large-echo-lost",
    "found",
    {
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
  ],
  [
    "large-echo-lost",
    "clear",
    { probes: [...both, pieces()], echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })] },
  ],
  [
    "large-echo-lost",
    "unknown",
    {
      clientAddresses: ["172.20.10.4"],
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    "translated",
  ],
  ["large-echo-lost", "unknown", {}],
  // The reply was cut, so nothing came back in pieces; and a gateway that answers no ping at all loses none.
  [
    "large-echo-lost",
    "unknown",
    {
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
  ],
  [
    "large-echo-lost",
    "unknown",
    {
      probes: [...both, pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
  ],
  ["ike-auth-unanswered", "found", { initiations: [initiation([opened, silentAuth])] }],
  // What was sent after IKE_SA_INIT must have followed an answer: this capture shows one way only.
  [
    "ike-auth-unanswered",
    "unknown",
    {
      initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }), silentAuth])],
    },
    "one-way",
  ],
  ["ike-auth-unanswered", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["ike-auth-unanswered", "unknown", { initiations: [initiation([opened])] }],
  [
    "ike-auth-unanswered",
    "unknown",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })])] },
    "too-few",
  ],
  // Three copies within a moment are one sending, seen thrice.
  [
    "ike-auth-unanswered",
    "unknown",
    {
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
    "too-few",
  ],
  [
    "ike-auth-unanswered",
    "unknown",
    { initiations: [initiation([opened, silentAuth])], captures: captured({ droppedByCapture: 7 }) },
    "drops",
  ],
]);

const often = { ...silent, tries: 6 };

testConfidence([
  [
    "the least cap was tried three times",
    "medium",
    { probes: [...both, pieces(often), capped(1280, silent)] },
    "outbound-fragments-dropped",
    "outbound",
  ],
  [
    "one size was tried three times",
    "medium",
    { probes: [...both, pieces(silent), capped(1280, often)] },
    "outbound-fragments-dropped",
    "outbound",
  ],
  [
    "both were tried as often as an edge",
    "high",
    { probes: [...both, pieces(often), capped(1280, often)] },
    "outbound-fragments-dropped",
    "outbound",
  ],
  [
    "three tries of one size, and a cap with which it passes",
    "medium",
    { probes: [...both, pieces(silent), capped(1280)] },
    "outbound-fragments-too-large",
    "outbound",
  ],
  [
    "six tries of one size, and a cap with which it passes",
    "high",
    { probes: [...both, pieces(often), capped(1280)] },
    "outbound-fragments-too-large",
    "outbound",
  ],
  [
    "a piece that is missing once, of an answer that was waited for once",
    "low",
    {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 1) })], {
          inboundIncomplete: [inbound(true, false)],
        }),
      ],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a piece that is missing of two answers",
    "high",
    {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })], {
          inboundIncomplete: [inbound(true, false), inbound(true, false)],
        }),
      ],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a capture that is damaged shows less than there was",
    "medium",
    {
      initiations: [
        initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false), inbound(true, false)] }),
      ],
      captures: captured({ damage: [{ byteOffset: 900, message: "cut" }] }),
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a login that was waited for four seconds",
    "low",
    { initiations: [initiation([opened, { ...silentAuth, observedAfterMs: 2_000 }])] },
    "ike-auth-unanswered",
    "undetermined",
  ],
  [
    "a gateway that keeps silent looks like lost answers",
    "low",
    { initiations: [initiation([opened, silentAuth])], probes: [...both, pieces()] },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "unless its pings in pieces are lost too",
    "medium",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
]);
