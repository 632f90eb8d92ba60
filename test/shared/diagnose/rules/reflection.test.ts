import * as rules from "../../../../shared/diagnose/rules/reflection.ts";
import { reflection } from "../../../support/observations.ts";
import { both, pieces, silent, testRules } from "../../../support/rule-evidence.ts";

testRules(rules, [
  [
    "reflected-fragments",
    "found",
    {
      probes: [...both, pieces()],
      reflections: [reflection(100), reflection(1_500), reflection(2_560, silent)],
    },
    "pieces-lost",
  ],
  ["reflected-fragments", "clear", { probes: [...both, pieces()], reflections: [reflection(2_560)] }],
  ["reflected-fragments", "unknown", {}, "not-asked"],
]);
