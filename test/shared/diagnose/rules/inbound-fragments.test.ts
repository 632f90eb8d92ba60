import * as rules from "../../../../shared/diagnose/rules/inbound-fragments.ts";
import { echo, exchange, initiation } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  captured,
  fragmented,
  goodAuth,
  inbound,
  opened,
  silent,
  silentAuth,
  testConfidence,
  testRules,
  thrice,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "only the last IP fragment of the answer arrives",
    rule: "inbound-fragments",
    given: { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(false, true)] })] },
    want: "found",
    says: "only-last",
  },
  {
    name: "only the first IP fragment of the answer arrives",
    rule: "inbound-fragments",
    given: { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })] },
    want: "found",
    says: "only-first",
  },
  {
    name: "the way out is proven by probes, and a large login gets no answer",
    rule: "inbound-fragments",
    given: { initiations: [initiation([opened, silentAuth])], probes: [...both, fragmented()] },
    want: "found",
    says: "by-exclusion",
  },
  {
    name: "the probes' IP fragments were smaller than the login's",
    rule: "inbound-fragments",
    given: {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, fragmented({ effectiveMtu: 1400, ipFragmentBytes: [1396, 1184] })],
    },
    want: "unknown",
  },
  {
    name: "the probes went to another gateway",
    rule: "inbound-fragments",
    given: {
      initiations: [initiation([opened, silentAuth], { gateway: "192.0.2.9" })],
      probes: [...both, fragmented()],
    },
    want: "unknown",
  },
  {
    name: "the client's IP fragments are lost at one size",
    rule: "inbound-fragments",
    given: {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, fragmented(), fragmented({ ...silent, ipBytes: 1600 })],
    },
    want: "unknown",
  },
  {
    name: "an answer arrived as IP fragments",
    rule: "inbound-fragments",
    given: { initiations: [initiation([opened, goodAuth])] },
    want: "clear",
  },
  {
    name: "a large login gets no answer, and there are no probes",
    rule: "inbound-fragments",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "unknown",
  },
  {
    name: "the capture's filter hides IP fragments",
    rule: "inbound-fragments",
    given: {
      initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })],
      captures: captured({ nonFirstFragmentsHidden: true }),
    },
    want: "unknown",
    says: "port-filter",
  },
  {
    name: "large IKE arrives and whole pings are answered, fragmented ones are not",
    rule: "large-echo-lost",
    given: {
      probes: [...both, fragmented()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    want: "found",
  },
  {
    name: "the reply came back as IP fragments",
    rule: "large-echo-lost",
    given: {
      probes: [...both, fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    want: "clear",
  },
  {
    name: "a hotspot's translator may drop fragmented pings",
    rule: "large-echo-lost",
    given: {
      clientAddresses: ["172.20.10.4"],
      probes: [...both, fragmented()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    want: "unknown",
    says: "translated",
  },
  { name: "no ping was sent", rule: "large-echo-lost", given: {}, want: "unknown" },
  {
    name: "the reply was cut, so nothing came back as IP fragments",
    rule: "large-echo-lost",
    given: {
      probes: [...both, fragmented()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
    want: "unknown",
  },
  {
    name: "the gateway answers no ping at all",
    rule: "large-echo-lost",
    given: {
      probes: [...both, fragmented()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    want: "unknown",
  },
]);

testConfidence([
  {
    name: "an IP fragment is missing of one answer, to a request that was sent once",
    given: {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 1) })], {
          inboundIncomplete: [inbound(true, false)],
        }),
      ],
    },
    want: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound" },
  },
  {
    name: "an IP fragment is missing of two answers",
    given: {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })], {
          inboundIncomplete: [inbound(true, false), inbound(true, false)],
        }),
      ],
    },
    want: { verdict: "inbound-fragments-lost", confidence: "high", direction: "inbound" },
  },
  {
    name: "a damaged capture shows less than was on the wire",
    given: {
      initiations: [
        initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false), inbound(true, false)] }),
      ],
      captures: captured({ damage: [{ byteOffset: 900, message: "cut" }] }),
    },
    want: { verdict: "inbound-fragments-lost", confidence: "medium", direction: "inbound" },
  },
  {
    name: "a gateway that keeps silent looks like lost answers",
    given: { initiations: [initiation([opened, silentAuth])], probes: [...both, fragmented()] },
    want: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound" },
  },
  {
    name: "the gateway's fragmented pings are lost too",
    given: {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, fragmented()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    want: { verdict: "inbound-fragments-lost", confidence: "medium", direction: "inbound" },
  },
]);
