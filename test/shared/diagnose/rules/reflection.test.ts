import * as rules from "../../../../shared/diagnose/rules/reflection.ts";
import { reflection } from "../../../support/observations.ts";
import { both, fragmented, silent, testRules } from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "whole packets come, IP fragments do not",
    rule: "reflected-fragments",
    given: {
      probes: [...both, fragmented()],
      reflections: [reflection(100), reflection(1_500), reflection(2_560, silent)],
    },
    want: "found",
    says: "pieces-lost",
  },
  {
    name: "IP fragments come",
    rule: "reflected-fragments",
    given: { probes: [...both, fragmented()], reflections: [reflection(2_560)] },
    want: "clear",
  },
  {
    name: "no reflector was asked",
    rule: "reflected-fragments",
    given: {},
    want: "unknown",
    says: "not-asked",
  },
]);
