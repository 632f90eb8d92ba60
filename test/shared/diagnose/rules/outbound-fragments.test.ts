import * as rules from "../../../../shared/diagnose/rules/outbound-fragments.ts";
import { probe } from "../../../support/observations.ts";
import {
  both,
  capped,
  fragmented,
  silent,
  testConfidence,
  testRules,
  whole,
} from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "IP fragments are lost, and pass under an MTU of 1472",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), capped(1472), capped(1480, silent)] },
    want: "found",
    says: "too-large",
  },
  {
    name: "IP fragments are lost under every MTU down to 1280",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), capped(1472, silent), capped(1280, silent)] },
    want: "found",
    says: "dropped",
  },
  {
    name: "IP fragments are lost, and no smaller MTU was tested",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent)] },
    want: "found",
    says: "size-unknown",
  },
  {
    name: "one size is lost and another passes",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), fragmented({ ipBytes: 1600 })] },
    want: "found",
    says: "some",
  },
  {
    name: "1400 is lost too, but it is not the smallest MTU that may be recommended",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), capped(1472, silent), capped(1400, silent)] },
    want: "found",
    says: "size-unknown",
  },
  {
    name: "whole packets are lost as well, but so is every smaller MTU",
    rule: "outbound-fragments",
    given: {
      probes: [
        ...both,
        whole(1400),
        whole(1500, silent),
        fragmented(silent),
        capped(1400, silent),
        capped(1280, silent),
      ],
    },
    want: "found",
    says: "dropped",
  },
  {
    name: "whole packets are lost as well, and a smaller MTU passes",
    rule: "outbound-fragments",
    given: {
      probes: [
        ...both,
        whole(1400),
        whole(1500, silent),
        fragmented(silent),
        capped(1400),
        capped(1280, silent),
      ],
    },
    want: "unknown",
    says: "path-mtu",
  },
  {
    name: "IP fragments are answered",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented()] },
    want: "clear",
  },
  {
    name: "only small probes were sent",
    rule: "outbound-fragments",
    given: { probes: both },
    want: "unknown",
    says: "not-tested",
  },
  {
    name: "not even small probes were answered",
    rule: "outbound-fragments",
    given: { probes: [fragmented(silent)] },
    want: "unknown",
    says: "no-baseline",
  },
  {
    name: "two tries are too few",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented({ ...silent, tries: 2 })] },
    want: "unknown",
    says: "doubtful",
  },
  {
    name: "whole packets are lost as well, and no smaller MTU was tested",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), whole(1400), whole(1500, silent)] },
    want: "unknown",
    says: "path-mtu",
  },
  {
    name: "the gateway answered a small probe after the first try, then nothing at all",
    rule: "outbound-fragments",
    given: {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        probe({ purpose: "size-control", answeredAtMs: 100 }),
        fragmented({ ...silent, sentAtMs: [50, 1_250, 2_450] }),
      ],
    },
    want: "unknown",
    says: "doubtful",
  },
  {
    name: "an ICMP unreachable after which nothing was answered",
    rule: "outbound-fragments",
    given: {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        fragmented({ outcome: "unreachable", sentAtMs: [50], tries: 1 }),
      ],
    },
    want: "unknown",
    says: "doubtful",
  },
  {
    name: "the same size arrived once",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented(silent), fragmented()] },
    want: "clear",
  },
  {
    name: "two tries in each of two rounds are enough",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented({ ...silent, tries: 2 }), fragmented({ ...silent, tries: 2 })] },
    want: "found",
    says: "size-unknown",
  },
  {
    name: "an ICMP unreachable while small probes are answered",
    rule: "outbound-fragments",
    given: { probes: [...both, fragmented({ outcome: "unreachable", tries: 1 })] },
    want: "found",
  },
  {
    name: "the gateway stopped answering small probes as well, as a guard against floods",
    rule: "outbound-fragments",
    given: {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        fragmented({ ...silent, sentAtMs: [50, 60, 70] }),
      ],
    },
    want: "unknown",
    says: "doubtful",
  },
]);

const often = { ...silent, tries: 6 };

testConfidence([
  {
    name: "the smallest MTU was tried three times",
    given: { probes: [...both, fragmented(often), capped(1280, silent)] },
    want: { verdict: "outbound-fragments-dropped", confidence: "medium", direction: "outbound" },
  },
  {
    name: "one size was tried three times",
    given: { probes: [...both, fragmented(silent), capped(1280, often)] },
    want: { verdict: "outbound-fragments-dropped", confidence: "medium", direction: "outbound" },
  },
  {
    name: "both were tried as often as an edge",
    given: { probes: [...both, fragmented(often), capped(1280, often)] },
    want: { verdict: "outbound-fragments-dropped", confidence: "high", direction: "outbound" },
  },
  {
    name: "three tries of one size, and an MTU under which it passes",
    given: { probes: [...both, fragmented(silent), capped(1280)] },
    want: { verdict: "outbound-fragments-too-large", confidence: "medium", direction: "outbound" },
  },
  {
    name: "six tries of one size, and an MTU under which it passes",
    given: { probes: [...both, fragmented(often), capped(1280)] },
    want: { verdict: "outbound-fragments-too-large", confidence: "high", direction: "outbound" },
  },
]);
