import { expect, test } from "vitest";
import { nameOf, roundOf, StepId, stepId } from "../../../shared/schema/step-id.ts";

test.each([
  { round: 1, name: "interfaces" },
  { round: 2, name: "whole-1400" },
  { round: 12, name: "reflect-small-again" },
])("roundOf() and nameOf() give back what stepId() was given: $round, $name", ({ round, name }) => {
  const id = StepId.parse(stepId(round, name));
  expect([roundOf(id), nameOf(id)]).toEqual([round, name]);
});

test("a step that no plan made has round 0, and its whole ID for a name", () => {
  for (const id of ["interfaces", "r2", "r123-whole-1400", "rx-whole"]) {
    expect([roundOf(id), nameOf(id)]).toEqual([0, id]);
  }
});
