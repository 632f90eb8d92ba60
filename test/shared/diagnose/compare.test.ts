import { expect, test } from "vitest";
import { type ComparedSide, compare } from "../../../shared/diagnose/compare.ts";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { VERDICTS } from "../../../shared/schema/verdicts.ts";
import { exchange, initiation, observations, probe, sent } from "../../support/observations.ts";
import { AUTH, opened } from "../../support/rule-evidence.ts";

const auth = (ipBytes: number[], answered: boolean) =>
  exchange({
    exchangeType: AUTH,
    requests: answered
      ? [sent(1_000, 2528, ipBytes)]
      : [1_000, 2_000, 3_000].map((at) => sent(at, 2528, ipBytes)),
    responses: answered ? [sent(1_200, 1552, [1500, 104])] : [],
  });
const side = (
  exchanges: Parameters<typeof initiation>[0],
  given: Partial<Observations> = {},
): ComparedSide => {
  const all = observations({ initiations: [initiation(exchanges)], ...given });
  return { observations: all, diagnosis: diagnoseObservations(all) };
};
const failing = side([opened, auth([1500, 1080], false)]);
const keys = (phrases: { key: string }[]) => phrases.map((p) => p.key);

test("compare() sees a change that took effect and cured, by the fragments on the wire", () => {
  const comparison = compare(failing, side([opened, auth([1468, 1112], true)]));
  expect([comparison.changeTookEffect, comparison.cured]).toEqual([true, true]);
  expect(keys(comparison.differences)).toEqual(["compare.verdict", "compare.fragments", "compare.answered"]);
  expect(keys(comparison.same)).toEqual(["compare.gateway.same", "compare.family.same"]);
});

test("compare() sees a change that took effect and did not cure", () => {
  const { changeTookEffect, cured } = compare(failing, side([opened, auth([1468, 1112], false)]));
  expect([changeTookEffect, cured]).toEqual([true, false]);
});

test("compare() sees that the change did not take effect, whatever else got better", () => {
  const { changeTookEffect, cured } = compare(failing, side([opened, auth([1500, 1080], true)]));
  expect([changeTookEffect, cured]).toEqual([false, true]);
});

test("compare() says nothing about what one side does not show", () => {
  const { differences, changeTookEffect, cured } = compare(failing, side([opened]));
  expect(keys(differences)).toEqual(["compare.verdict"]);
  expect([changeTookEffect, cured]).toEqual([null, null]);
});

/** A login that was answered only after it was sent three times. */
const slow = side([
  opened,
  exchange({
    exchangeType: AUTH,
    requests: [1_000, 2_000, 3_000].map((at) => sent(at, 2528, [1500, 1080])),
    responses: [sent(3_200, 1552, [1500, 104])],
  }),
]);
/** A capture that ends before the login. */
const unproven = side([opened]);
const well = side([opened, auth([1500, 1080], true)]);
const blocked = (port: 500 | 4500): ComparedSide => {
  const probes = [500, 4500].map((each) => {
    const answer = each === port ? { outcome: "silent" as const } : {};
    return probe({ purpose: "baseline", port: each, ...answer });
  });
  const all = observations({ probes });
  return { observations: all, diagnosis: diagnoseObservations(all) };
};

test("a slow gateway is a problem for compare(), as it is for the exit code", () => {
  expect(slow.diagnosis.verdict).toBe("slow-gateway");
  expect(VERDICTS["slow-gateway"].isProblem).toBe(true);
});

test.each([
  { name: "a slow gateway that is slow no more", before: slow, after: well, cured: true },
  { name: "a slow gateway that is as slow as before", before: slow, after: slow, cured: false },
  { name: "a slow gateway that now answers nothing", before: slow, after: failing, cured: false },
  { name: "a login that is answered, though slowly", before: failing, after: slow, cured: true },
  { name: "a blocked port, and now another one", before: blocked(500), after: blocked(4500), cured: false },
  { name: "nothing that is proven, and now a login that works", before: unproven, after: well, cured: null },
  { name: "nothing that is proven, and now a slow login", before: unproven, after: slow, cured: null },
  { name: "nothing that is proven, and now a failure", before: unproven, after: failing, cured: null },
])("compare() says of $name whether the first problem is gone", ({ before, after, cured }) => {
  expect(compare(before, after).cured).toBe(cured);
});

test("compare() finds nothing to cure where the first was well", () => {
  expect(compare(well, failing)).toMatchObject({ changeTookEffect: null, cured: null });
});
