/**
 * The report as one file, opened from a disk as people do: in Chromium, wide and narrow, light and dark, in
 * both languages.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadEvidence } from "../../cli/load-evidence.ts";
import { diagnoseObservations, ruleReference } from "../../shared/diagnose/diagnose.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { htmlReport } from "../../shared/report/html-report.ts";
import { speak } from "../../shared/text/speak.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test reports: there is no Chromium at ${executablePath}`);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const cases = join(import.meta.dirname, "../cases");

const stories: Record<string, string[]> = {
  seed: ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"].map((f) => `seed/${f}`),
  "what-if": ["run-fragments-1472/run.json"],
  inbound: ["inbound-fragments-lost/only-last.pcapng"],
  "both-ends": ["client", "gateway"].map(
    (end) => `both-ends/outbound-fragments-non-first-ipv6-${end}.pcapng`,
  ),
};

let browser: Browser;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-report-"));
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  for (const [story, files] of Object.entries(stories)) {
    const { evidence, transcripts } = await loadEvidence(files.map((f) => join(cases, f)));
    const observations = observe(evidence, transcripts);
    for (const language of ["ja", "en"] as const) {
      const page = htmlReport(
        speak(diagnoseObservations(observations), language),
        observations,
        ruleReference,
      );
      await writeFile(join(directory, `${story}-${language}.html`), page);
    }
  }
});
afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

interface Look {
  width: number;
  colorScheme: "light" | "dark";
}
async function open(
  name: string,
  { width, colorScheme }: Look,
): Promise<{ page: Page; complaints: string[] }> {
  // The policy of the page stands: only what the test itself runs goes past it.
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(join(directory, `${name}.html`)).href);
  return { page, complaints };
}

const looks: Look[] = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
];
for (const story of Object.keys(stories)) {
  for (const language of ["ja", "en"]) {
    for (const look of looks) {
      test(`${story}, ${language}, ${look.width} px, ${look.colorScheme}: fits, reads, and is well-formed`, async () => {
        const { page, complaints } = await open(`${story}-${language}`, look);
        const found = await page.evaluate(() => {
          const root = document.documentElement;
          const drawings = [...document.querySelectorAll("svg.chart")];
          const xml = drawings.map((svg) => {
            const source = new XMLSerializer().serializeToString(svg);
            return (
              new DOMParser().parseFromString(source, "image/svg+xml").querySelector("parsererror") === null
            );
          });
          // Letters that leave their drawing are cut off.
          const outside = drawings.flatMap((svg) => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")]
              .filter((text) => {
                const box = text.getBoundingClientRect();
                return (
                  box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 1
                );
              })
              .map((text) => text.textContent);
          });
          const covered = drawings.flatMap((svg) => {
            const texts = [...svg.querySelectorAll("text")].map((text) => ({
              words: text.textContent,
              box: text.getBoundingClientRect(),
            }));
            return texts.flatMap(({ words, box }, n) =>
              texts
                .slice(n + 1)
                .filter(
                  ({ box: other }) =>
                    Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
                    Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4,
                )
                .map((other) => `${words} | ${other.words}`),
            );
          });
          const styled = getComputedStyle(document.body).margin === "0px";
          return {
            wider: root.scrollWidth - root.clientWidth,
            drawings: drawings.length,
            xml,
            outside,
            covered,
            styled,
          };
        });
        expect(found.styled, "the policy lets the style through").toBe(true);
        expect(found.wider).toBe(0);
        expect(found.drawings).toBeGreaterThan(0);
        expect(found.xml).not.toContain(false);
        expect(found.outside).toEqual([]);
        expect(found.covered, "no words on other words").toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      });
    }
  }
}

test("axe finds nothing in any of them", async () => {
  for (const story of Object.keys(stories)) {
    const context = await browser.newContext({ bypassCSP: true, colorScheme: "dark" });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(directory, `${story}-ja.html`)).href);
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      for (const details of document.querySelectorAll("details")) details.open = true;
      const run = (
        globalThis as unknown as {
          axe: { run: (o: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe;
      const { violations } = await run.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      } as object);
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations, story).toEqual([]);
    await context.close();
  }
});

test("a finding's link marks its frame in the drawing", async () => {
  const { page } = await open("seed-en", { width: 1280, colorScheme: "light" });
  const link = page.locator('#why a[href^="#frame-4-"]').first();
  await link.click();
  const target = await page.evaluate(() => {
    const marked = document.querySelector(":target text");
    const plain = document.querySelector("#sequence svg g:not(:target) text");
    const colour = (element: Element | null) => element && getComputedStyle(element).fill;
    return { marked: colour(marked), plain: colour(plain) };
  });
  expect(target.marked).not.toBeNull();
  expect(target.marked).not.toBe(target.plain);
  await page.close();
});

test("on paper no fold stands closed: what was opened is whole, and the rest is away", async () => {
  const { page } = await open("seed-en", { width: 800, colorScheme: "dark" });
  const opened = page.locator("details:not(.message):has(li)").first();
  await opened.locator("summary").first().click();
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => {
    const folds = [...document.querySelectorAll<HTMLDetailsElement>("details:not(.message)")];
    const isSeen = (element: Element) => element.checkVisibility();
    return {
      folds: folds.length,
      // A line that promises more, with nothing below it, is what makes a reader on paper ask.
      closed: folds.filter((fold) => !fold.open && isSeen(fold)).length,
      lines: folds
        .filter((fold) => fold.open)
        .flatMap((fold) => [...fold.querySelectorAll("li")].map(isSeen)),
    };
  });
  expect(found.folds).toBeGreaterThan(3);
  expect(found.closed).toBe(0);
  expect(found.lines.length).toBeGreaterThan(0);
  expect(new Set(found.lines)).toEqual(new Set([true]));
  await page.close();
});
