/**
 * The story of who may run no program: plain commands from the page, their output pasted, sizes until it is
 * known, and the card. On a phone's screen, in both languages, with scripts and without.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { PLAIN_PATH, type Printed, type TypedPath, typeByHand } from "../support/hand-typed.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36";

let browser: Browser;
let server: RunningServer;
let directory: string;
let complaints: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-by-hand-"));
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
  process.env.IKEFRAG_OPERATOR = "Example IT";
  process.env.IKEFRAG_CONTACT = "+81 3 1234 5678";
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: directory,
    publicUrl: null,
    log: () => {},
  });
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  complaints = [];
});
afterEach(() => expect(complaints).toEqual([]));

async function openCase(): Promise<string> {
  const response = await fetch(`${server.url}/v1/cases`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.firstStart?.apiToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ gateway: "vpn.example.com" }),
  });
  return ((await response.json()) as { code: string }).code;
}

async function open(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  context.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4"))
      complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  return context.newPage();
}

/** No violation of any level, folds open or not, and nothing wider than the screen. */
async function check(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document)")) as {
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  expect(violations.map(({ id, nodes }) => `${page.url()}: ${id} ${nodes[0]?.target}`)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}

const LINES = ".by-hand [data-first]";
/** Types what the page asks for, pastes what comes of it, until the page asks for nothing more. */
async function typeAndPaste(
  page: Page,
  path: Partial<TypedPath>,
  printed: Printed,
  withAxe: boolean,
): Promise<number> {
  for (let rounds = 0; ; rounds++) {
    if (withAxe) await check(page);
    if ((await page.locator(LINES).count()) === 0) return rounds;
    const commands = ((await page.locator(LINES).textContent()) ?? "").split("\n");
    await page.fill("#text", typeByHand(commands, { ...PLAIN_PATH, ...path }, printed));
    await page.click("button[value=next]");
    expect(rounds).toBeLessThan(4);
  }
}

const STORIES = [
  { printed: "de", locale: "en", colorScheme: "light", userAgent: WINDOWS, says: "Example IT" },
  { printed: "ja", locale: "ja", colorScheme: "dark", userAgent: WINDOWS, says: "Example ITに送る" },
  { printed: "mac", locale: "en", colorScheme: "dark", userAgent: MAC, says: "Send it to Example IT" },
] as const;

test.each(STORIES)(
  "from the page to the card: $printed output, page in $locale, $colorScheme",
  async ({ printed, locale, colorScheme, userAgent, says }) => {
    const page = await open({ locale, colorScheme, userAgent });
    // The code's own page leads there, as one of the ways that the operator offers.
    await page.goto(`${server.url}/a/${await openCase()}`);
    await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
    await page.click('a[href$="/by-hand"]');
    await page.waitForURL("**/by-hand");
    const rounds = await typeAndPaste(page, { pathMtu: 1454, losesIpFragments: true }, printed, true);
    expect(rounds).toBeGreaterThan(1);
    // A reload sends the last paste again, and loses nothing.
    await page.reload();
    expect(await page.locator("input[type=hidden][name=text]").count()).toBe(rounds);
    const send = page.locator("button[value=send]");
    expect(await send.textContent()).toContain(says);
    await send.click();
    await page.waitForURL("**/r/IKF-*");
    await check(page);
    await page.context().close();
  },
  120_000,
);

test("without scripts every step works too", async () => {
  const page = await open({ userAgent: WINDOWS, locale: "en", javaScriptEnabled: false });
  await page.goto(`${server.url}/a/${await openCase()}/by-hand`);
  expect(await typeAndPaste(page, { pathMtu: 1400 }, "ja", false)).toBeGreaterThan(1);
  await page.click("button[value=send]");
  await page.waitForURL("**/r/IKF-*");
  await page.context().close();
});

test("what is not understood is said, and what was typed is still there", async () => {
  const page = await open({ userAgent: WINDOWS, locale: "ja", colorScheme: "light" });
  await page.goto(`${server.url}/a/${await openCase()}/by-hand`);
  await page.click("button[value=next]");
  await page.fill("#text", "つながりません");
  await page.click("button[value=next]");
  expect(await page.locator("[role=alert]").textContent()).toContain("ping");
  expect(await page.inputValue("#text")).toBe("つながりません");
  await check(page);
  const rounds = await typeAndPaste(page, { answersPings: false }, "ja", true);
  expect(rounds).toBe(1);
  expect(await page.locator("[role=status]").textContent()).toContain("pingに応答しません");
  await page.context().close();
});

test.each([
  { userAgent: IPHONE, locale: "ja", has: "iPhone" },
  { userAgent: ANDROID, locale: "en", has: "hotspot" },
])("a phone is told what can be done with it: $locale", async ({ userAgent, locale, has }) => {
  const page = await open({ userAgent, locale, isMobile: true });
  await page.goto(`${server.url}/a/${await openCase()}/by-hand`);
  expect(await page.locator("main").textContent()).toContain(has);
  expect(await page.locator("main").textContent()).toContain("1472, 1392, 1252");
  expect(await page.locator(LINES).count()).toBe(0);
  await check(page);
  await page.context().close();
});
