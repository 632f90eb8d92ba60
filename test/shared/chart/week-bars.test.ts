/** Small drawings of reports by week, on one scale. */
import { expect, test } from "vitest";
import { weekBars } from "../../../shared/chart/week-bars.ts";

const draw = (counts: Parameters<typeof weekBars>[0], most: number, language: "en" | "ja" = "en"): string =>
  String(weekBars(counts, { since: "2026-11-02", weeks: 4, most }, "Reports of <b>", language));
const heights = (svg: string, tone: string): number[] =>
  [...svg.matchAll(/height="([\d.]+)rem" fill="var\(--(\w+)/g)].flatMap(([, height, of]) =>
    of === tone ? [Number(height)] : [],
  );

test("a bar is as high as its share of the tallest one of the page, and red as far as something was wrong", () => {
  const svg = draw([{ week: "2026-11-09", reports: 10, problems: 5 }], 20);
  expect(heights(svg, "soft")).toEqual([1.75]);
  expect(heights(svg, "bad")).toEqual([0.875]);
  // The second of four weeks.
  expect(svg).toMatch(/<rect x="28\.75%"/);
});

test("one report among thousands is seen, and a week without any has no bar", () => {
  const counts = [
    { week: "2026-11-02", reports: 5_000, problems: 0 },
    { week: "2026-11-23", reports: 1, problems: 1 },
  ];
  const svg = draw(counts, 5_000);
  expect(heights(svg, "soft")).toEqual([3.5, 0.15]);
  expect(heights(svg, "bad")).toEqual([0.15]);
});

test("it says its weeks in words, in each language, and that there are none", () => {
  const counts = [{ week: "2026-11-09", reports: 10, problems: 5 }];
  expect(draw(counts, 10)).toContain(
    "<desc>week of 2026-11-09: 10 reports, 5 of them with a problem.</desc>",
  );
  expect(draw(counts, 10, "ja")).toContain("2026-11-09の週：レポート10件、うち問題あり5件");
  expect(draw([], 0)).toContain("<desc>No reports in these weeks.</desc>");
  expect(draw(counts, 10)).toContain('aria-label="Reports of &lt;b&gt;"');
});

test("weeks that the drawing has no room for are left out", () => {
  expect(heights(draw([{ week: "2026-10-26", reports: 3, problems: 3 }], 3), "bad")).toEqual([]);
});
