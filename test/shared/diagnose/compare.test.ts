import { expect, test } from "vitest";
import { type ComparedSide, compare } from "../../../shared/diagnose/compare.ts";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { VERDICTS } from "../../../shared/schema/verdicts.ts";
import { exchange, initiation, observations, sent } from "../../support/observations.ts";

const SA_INIT = 34;
const AUTH = 35;
const opened = exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)], responses: [sent(90, 301)] });
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

test("compare() finds nothing to cure where the first was well", () => {
  const well = side([opened, auth([1500, 1080], true)]);
  expect(compare(well, failing)).toMatchObject({ changeTookEffect: null, cured: null });
});

/** A login that was answered only after it had been sent again. */
const late = side([
  opened,
  exchange({
    exchangeType: AUTH,
    requests: [1_000, 2_000, 3_000, 4_000].map((at) => sent(at, 2528, [1500, 1080])),
    responses: [sent(4_500, 1552, [1500, 104])],
  }),
]);

test("compare() calls it cured where the login is answered late: that is another problem than the first's", () => {
  expect(late.diagnosis.verdict).toBe("slow-gateway");
  expect(compare(failing, late).cured).toBe(true);
});

test("compare() takes a slow gateway for a problem, as the exit code does", () => {
  expect(VERDICTS["slow-gateway"].isProblem).toBe(true);
  expect(compare(late, late).cured).toBe(false);
  expect(compare(late, failing).cured).toBe(false);
});
