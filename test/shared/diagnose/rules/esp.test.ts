import * as rules from "../../../../shared/diagnose/rules/esp.ts";
import { initiation } from "../../../support/observations.ts";
import { connected, testRules, tooBig, tunnel } from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "a router says that an ESP packet is too big",
    rule: "esp-mtu",
    given: { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))], icmpErrors: [tooBig(50)] },
    want: "found",
    says: "packet-too-big",
  },
  {
    name: "two ESP packets miss IP fragments, and none is reassembled",
    rule: "esp-mtu",
    given: {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1472]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
    want: "found",
    says: "pieces",
  },
  {
    name: "a single ESP packet misses an IP fragment, which may be chance",
    rule: "esp-mtu",
    given: {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1400]),
          espIncomplete: [{ kind: "packet", capture: "a.pcapng", frame: 30 }],
        }),
      ],
    },
    want: "clear",
  },
  {
    name: "other ESP packets are reassembled from IP fragments, so losses may be chance",
    rule: "esp-mtu",
    given: {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1540]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
    want: "clear",
  },
  {
    name: "Packet Too Big is about the login before the tunnel, or about somebody else's packets",
    rule: "esp-mtu",
    given: {
      initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))],
      icmpErrors: [tooBig(17, { timeMs: 1_010 }), tooBig(50, { destination: "203.0.113.80" })],
    },
    want: "clear",
  },
  {
    name: "large packets go into the tunnel, and only small ones come out",
    rule: "esp-mtu",
    given: { initiations: [initiation(connected, tunnel([9, 1472], [9, 120]))] },
    want: "found",
    says: "stalled",
  },
  {
    name: "large packets go both ways",
    rule: "esp-mtu",
    given: { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))] },
    want: "clear",
  },
  {
    name: "nothing large went into an idle tunnel",
    rule: "esp-mtu",
    given: { initiations: [initiation(connected, tunnel([9, 300], [9, 120]))] },
    want: "clear",
  },
  {
    name: "no ESP in the capture",
    rule: "esp-mtu",
    given: { initiations: [initiation(connected)] },
    want: "unknown",
  },
  {
    name: "packets go into the tunnel, and none come out",
    rule: "esp-one-way",
    given: { initiations: [initiation(connected, tunnel([9, 300], [0, 0]))] },
    want: "found",
  },
  {
    name: "packets go both ways",
    rule: "esp-one-way",
    given: { initiations: [initiation(connected, tunnel([9, 300], [9, 300]))] },
    want: "clear",
  },
  {
    name: "no ESP in the capture",
    rule: "esp-one-way",
    given: { initiations: [initiation(connected)] },
    want: "unknown",
  },
]);
