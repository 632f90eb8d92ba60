import * as rules from "../../../../shared/diagnose/rules/esp.ts";
import { initiation } from "../../../support/observations.ts";
import { connected, testRules, tooBig, tunnel } from "../../../support/rule-evidence.ts";

testRules(rules, [
  [
    "esp-mtu",
    "found",
    { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))], icmpErrors: [tooBig(50)] },
    "packet-too-big",
  ],
  [
    "esp-mtu",
    "found",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1472]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
    "pieces",
  ],
  // One packet that lost a piece, and others that were put together: chance, as any packet may be lost.
  [
    "esp-mtu",
    "clear",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1400]),
          espIncomplete: [{ kind: "packet", capture: "a.pcapng", frame: 30 }],
        }),
      ],
    },
  ],
  [
    "esp-mtu",
    "clear",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1540]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
  ],
  // Packet Too Big about the login, before the tunnel was there, and about somebody else's packets.
  [
    "esp-mtu",
    "clear",
    {
      initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))],
      icmpErrors: [tooBig(17, { timeMs: 1_010 }), tooBig(50, { destination: "203.0.113.80" })],
    },
  ],
  ["esp-mtu", "found", { initiations: [initiation(connected, tunnel([9, 1472], [9, 120]))] }, "stalled"],
  ["esp-mtu", "clear", { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))] }],
  // An idle tunnel: nothing large went into it.
  ["esp-mtu", "clear", { initiations: [initiation(connected, tunnel([9, 300], [9, 120]))] }],
  ["esp-mtu", "unknown", { initiations: [initiation(connected)] }],
  ["esp-one-way", "found", { initiations: [initiation(connected, tunnel([9, 300], [0, 0]))] }],
  ["esp-one-way", "clear", { initiations: [initiation(connected, tunnel([9, 300], [9, 300]))] }],
  ["esp-one-way", "unknown", { initiations: [initiation(connected)] }],
]);
