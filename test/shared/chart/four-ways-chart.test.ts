import { expect, test } from "vitest";
import { printFourWays } from "../../../cli/print-four-ways.ts";
import { chooseStyle, printReport, widthOf, wrap } from "../../../cli/print-report.ts";
import { fourWaysChart } from "../../../shared/chart/four-ways-chart.ts";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import type { Language } from "../../../shared/language.ts";
import { fourWaysSection, notesOnWays } from "../../../shared/report/four-ways-section.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import type { FourWays } from "../../../shared/schema/diagnosis.ts";
import { speak } from "../../../shared/text/speak.ts";
import { checkMarkup, drawnTexts } from "../../support/markup-check.ts";
import { observations } from "../../support/observations.ts";
import { CLEAR_PATH, OPEN, probesOn, type RehearsedPath, rehearse } from "../../support/rehearsed-path.ts";

const { gateway } = CLEAR_PATH;
const DROPPED: Partial<RehearsedPath> = { back: { ...OPEN, mostFragmentBytes: 0 } };
const CERTIFICATES: Partial<RehearsedPath> = { gateway: { ...gateway, takes: "certificates" } };
const seenOn = (path: Partial<RehearsedPath>) => {
  const whole = { ...CLEAR_PATH, ...path };
  return observations({ probes: probesOn(whole), rehearsal: rehearse(whole) });
};
const waysOn = (path: Partial<RehearsedPath>): FourWays => {
  const { fourWays } = diagnoseObservations(seenOn(path));
  if (fourWays === null) throw new Error("no login was rehearsed");
  return fourWays;
};
const style = chooseStyle({}, {});
const printed = (path: Partial<RehearsedPath>, language: Language = "en") =>
  printFourWays(waysOn(path), language, { wrap, widthOf, width: 80, style });

test("each way says in words what became of it", () => {
  const svg = String(fourWaysChart(waysOn(DROPPED), "en"));
  checkMarkup(svg);
  expect(drawnTexts(svg)).toEqual([
    "This PC",
    "VPN gateway",
    "IP fragments",
    "arrived: 2968 bytes",
    "lost, 16 times: 3472 bytes",
    "IKE fragments",
    "arrived: 2736 bytes",
    "arrived: 3472 bytes",
  ]);
  expect(svg).toContain("IP fragments to this PC: lost, 16 times: 3472 bytes");
});

test("no state is told by its colour alone: the lost one ends at a cross, the open one is dashed", () => {
  const lines = (svg: string) => svg.match(/<line [^>]*>/g) ?? [];
  const lost = String(fourWaysChart(waysOn(DROPPED), "en"));
  expect(lines(lost).filter((l) => l.includes('x2="50%"'))).toHaveLength(1);
  const open = String(fourWaysChart(waysOn(CERTIFICATES), "en"));
  expect(lines(open).filter((l) => l.includes("stroke-dasharray"))).toHaveLength(2);
  expect(lines(lost).filter((l) => l.includes("stroke-dasharray"))).toHaveLength(0);
});

test("a reason that two ways share is said once, with both named", () => {
  expect(notesOnWays(waysOn(CERTIFICATES), "en")).toEqual([
    expect.stringMatching(
      /^IP fragments to this PC · IKE fragments to this PC: The way back was not tested: .*certificates/,
    ),
  ]);
  const stopped = diagnoseObservations(
    observations({ rehearsal: { logins: [], gateway: null, stopped: "left-out" } }),
  ).fourWays;
  expect(stopped && notesOnWays(stopped, "ja").at(-1)).toMatch(/ログインを試さない設定/);
});

test.each(["en", "ja"] as const)("the terminal draws the same, in line: %s", (language) => {
  const lines = printed(DROPPED, language);
  expect(lines).toHaveLength(4);
  expect(lines.map((line) => /[<x]?[- ]{4,}[>x]? ?/.test(line))).toEqual([true, true, true, true]);
  const arrows = lines.map((line) => widthOf(line.slice(0, line.indexOf("PC"))));
  expect(new Set(arrows).size).toBe(1);
  expect(lines[1]).toContain("    x----");
  expect(printed(CERTIFICATES, language).join("\n")).toContain("< - -?- -");
});

test.each(["en", "ja"] as const)(
  "it is the first thing after the verdict, on paper and in a terminal: %s",
  (language) => {
    const o = seenOn(DROPPED);
    const spoken = speak(diagnoseObservations(o), language);
    const page = htmlReport(spoken, o, ruleReference);
    checkMarkup(page);
    expect([...page.matchAll(/<section (?:id="([\w-]+)"|class)/g)].slice(0, 2).map((m) => m[1])).toEqual([
      undefined,
      "four-ways",
    ]);
    const text = printReport(spoken, style);
    expect(text.indexOf("x----")).toBeGreaterThan(0);
    expect(text.indexOf("x----")).toBeLessThan(text.indexOf(spoken.text.observed[0]?.slice(0, 20) ?? "?"));
  },
);

test("without a rehearsal nothing is drawn", () => {
  expect(fourWaysSection(null, "en")).toBeNull();
  const o = observations({ probes: probesOn(CLEAR_PATH) });
  const spoken = speak(diagnoseObservations(o), "en");
  expect(htmlReport(spoken, o, ruleReference)).not.toContain("four-ways");
});
