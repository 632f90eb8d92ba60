/** The proof on its way to others, as an administrator sends it: few clicks, with scripts and without. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);
const WIRED_FAIL = join(import.meta.dirname, "../cases/seed/wired-fail.pcapng");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let server: RunningServer;
let directory: string;
let token: string;
let reportId: string;
/** The report of the same user over another network. */
let later: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-forward-"));
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: directory,
    publicUrl: null,
    log: () => {},
  });
  token = server.firstStart?.apiToken ?? "";
  const store = async (file: string): Promise<string> => {
    const stored = await fetch(`${server.url}/v1/analyses?store=1`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
      body: await readFile(file),
    });
    return ((await stored.json()) as { reportId: string }).reportId;
  };
  reportId = await store(WIRED_FAIL);
  later = await store(join(import.meta.dirname, "../cases/seed/wifi-ok.pcapng"));
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

async function open(options: Parameters<Browser["newContext"]>[0], complaints: string[]): Promise<Page> {
  const context = await browser.newContext(options);
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(`${server.url}/console/sign-in`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  // The first person to sign in is led elsewhere.
  await page.waitForURL((address) => !address.pathname.endsWith("/sign-in"));
  return page;
}

test.each(["en", "ja"])("from a capture to a text on the clipboard in 4 clicks, in %s", async (locale) => {
  const complaints: string[] = [];
  const permissions = ["clipboard-read", "clipboard-write"];
  const page = await open({ locale, permissions, timezoneId: "Asia/Tokyo" }, complaints);
  let clicks = 0;
  const click = async (selector: string) => {
    clicks++;
    await page.click(selector);
  };
  await click('nav a[href="/console/analyze"]');
  const chooser = page.waitForEvent("filechooser");
  await click("#file-files");
  await (await chooser).setFiles(WIRED_FAIL);
  await click("main form button.primary");
  await page.waitForSelector("#server");
  await click("#server [data-copies=forward-carrier] + button.copy");
  await page.waitForFunction("navigator.clipboard.readText().then((text) => text !== '')");
  const copied = String(await page.evaluate("navigator.clipboard.readText()"));
  expect(copied).toContain("1500 + 1080");
  expect(copied).toContain(locale === "ja" ? "3回中3回応答なし" : "3 of 3 not answered");
  expect(clicks).toBeLessThanOrEqual(4);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each([true, false])(
  "a report is forwarded with all that goes with it, scripts: %s",
  async (isScripted) => {
    const complaints: string[] = [];
    const page = await open(
      { locale: "en", javaScriptEnabled: isScripted, timezoneId: "Asia/Tokyo", acceptDownloads: true },
      complaints,
    );
    let clicks = 0;
    const click = async (selector: string) => {
      clicks++;
      await page.click(selector);
    };
    await page.goto(`${server.url}/console/reports/${reportId}`);
    await click(`main a[href="/console/reports/${reportId}/forward"] >> nth=0`);
    await page.waitForURL(isScripted ? "**/forward?zone=*" : "**/forward");
    const text = await page.textContent("#forward-text");
    // Only a script knows the time zone; without it there is UTC.
    expect(text?.includes("UTC+09:00")).toBe(isScripted);
    await click('.switch a[href*="to=carrier"]');
    await click('.switch a[href*="addresses=0"]');
    expect(await page.textContent("#forward-text")).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
    expect((await page.textContent("#forward-text"))?.includes("UTC+09:00")).toBe(isScripted);
    const download = page.waitForEvent("download");
    await click('.buttons a[href*="draft.eml"]');
    expect((await download).suggestedFilename()).toBe(`${reportId}.eml`);
    expect(clicks).toBe(4);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

test.each([
  { width: 1280, colorScheme: "light", locale: "en" },
  { width: 390, colorScheme: "dark", locale: "ja" },
  { width: 320, colorScheme: "light", locale: "ja" },
] as const)(
  "forwarding, comparing and insights have no fault that axe finds, and fit, at $width px in $locale",
  async (view) => {
    const complaints: string[] = [];
    const { width, ...rest } = view;
    const page = await open({ ...rest, viewport: { width, height: 900 } }, complaints);
    for (const path of [
      `/console/reports/${reportId}/forward?zone=UTC`,
      `/console/reports/${reportId}/forward?to=carrier&addresses=0&zone=UTC`,
      `/console/compare?a=${reportId}&b=${later}`,
      `/console/compare?a=nonsense&b=${later}`,
      "/console/insights",
      "/console/insights?by=network&weeks=52",
    ]) {
      await page.goto(server.url + path);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      await page.evaluate(axe);
      const { violations } = (await page.evaluate("axe.run(document)")) as {
        violations: { id: string; nodes: { target: string[] }[] }[];
      };
      expect(violations.map(({ id, nodes }) => `${path}: ${id} ${nodes[0]?.target}`)).toEqual([]);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
    // The mistyped ID is answered with 404, and said on the page.
    expect(complaints.filter((text) => !text.includes("status of 404"))).toEqual([]);
    await page.context().close();
  },
);
