/**
 * The user's story: the page of the line, the run beside it, the card, and the card on paper; in both
 * languages, with scripts and without.
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
import { RoundReply, RunStarted } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { playRecorded } from "../support/play-run.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const cases = join(import.meta.dirname, "../cases");
const recorded = Evidence.parse(
  JSON.parse(await readFile(join(cases, "run-fragments-1472/run.json"), "utf8")),
);
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";

let browser: Browser;
let server: RunningServer;
let directory: string;
let token: string;

async function call(method: string, path: string, body?: unknown, bearer = token, headers = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}
const openCase = async () => String((await call("POST", "/v1/cases", { gateway: "vpn.example.com" })).code);
/** Starts a run; what comes back plays the rest of it. */
async function startRun(code: string): Promise<() => Promise<string>> {
  const run = RunStarted.parse(await call("POST", "/v1/runs", { code, agent: recorded.agent }));
  const post = async (body: unknown) =>
    RoundReply.parse(await call("POST", `/v1/runs/${run.runId}/rounds`, body, run.runToken));
  return async () => (await playRecorded(recorded, run.round, post)).reportId;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-user-"));
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
  token = server.firstStart?.apiToken ?? "";
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

/** What a page complained about: violations of its own policy, scripts that failed. */
let complaints: string[];
beforeEach(() => {
  complaints = [];
});
afterEach(() => expect(complaints).toEqual([]));

async function open(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4"))
      complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  return context.newPage();
}

/** Violations of any level, with all folds open, and whether the page is wider than the screen. */
async function check(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document)")) as {
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  expect(violations.map(({ id, nodes }) => `${page.url()}: ${id} ${nodes[0]?.target}`)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}

const STORY = [
  { locale: "en", colorScheme: "light", title: "Your network loses large messages" },
  {
    locale: "ja",
    colorScheme: "dark",
    title: "大きなメッセージが失われています",
    likely: "最も可能性が高い",
  },
] as const;

test.each(STORY)(
  "from the one line to the card, with the run shown as it goes on: $locale, $colorScheme",
  async ({ locale, colorScheme, title }) => {
    const code = await openCase();
    const page = await open({ locale, colorScheme, userAgent: WINDOWS });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(`${server.url}/a/${code}`);

    // One press takes the line, and it is said.
    const button = page.locator(".the-line button");
    await button.click();
    const line = await page.evaluate("navigator.clipboard.readText()");
    expect(line).toContain(`irm -UseBasicParsing ${server.url}/agent/`);
    expect(line).toContain(`-Server ${server.url} -Code ${code} `);
    const name = await button.getAttribute("aria-label");
    expect(await page.locator("[data-said]").textContent()).toContain(name?.split(": ")[1]);

    const finish = await startRun(code);
    await page.locator("#run.is-running").waitFor();
    await check(page);
    const reportId = await finish();
    await page.locator("#run.is-done").waitFor();
    expect(await page.locator("#run code").textContent()).toBe(reportId);
    await check(page);

    await page.click("#run a.button");
    await page.waitForURL(`**/r/${reportId}`);
    expect(await page.locator("h1").textContent()).toContain(title);
    const names = await page.locator("button.copy").evaluateAll((all) => all.map((b) => b.ariaLabel));
    expect(names.length).toBeGreaterThan(2);
    expect(new Set(names).size).toBe(names.length);
    // A line that has a button is no stop of the keyboard besides.
    expect(await page.locator("[data-copy][tabindex]").count()).toBe(0);

    // On paper: one page, dark on white whatever the screen is, and nothing that has to be unfolded.
    const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("h1").evaluate((h1) => getComputedStyle(h1).color)).toBe("rgb(0, 0, 0)");
    for (const summary of await page.locator("summary").all()) expect(await summary.isVisible()).toBe(false);
    for (const part of ["mtu=1472", "mtu=1500", reportId, "outbound-fragments-too-large", "+81 3 1234 5678"])
      expect(await page.locator("main").innerText()).toContain(part);
    await page.emulateMedia({ media: "screen" });
    await check(page);
    await page.context().close();
  },
);

test.each(STORY)("the same without scripts, by one link: $locale", async ({ locale, title }) => {
  const code = await openCase();
  const page = await open({ locale, userAgent: WINDOWS, javaScriptEnabled: false });
  await page.goto(`${server.url}/a/${code}`);
  const finish = await startRun(code);
  await page.click("#run button");
  await page.locator("#run.is-running").waitFor();
  const reportId = await finish();
  await page.click("#run button");
  await page.locator("#run.is-done").waitFor();
  await page.click("#run a.button");
  expect(page.url()).toContain(`/r/${reportId}`);
  expect(await page.locator("h1").textContent()).toContain(title);
  await page.context().close();
});

test.each(STORY)("a phone, and cards of other kinds, hold up: $locale", async ({ locale, colorScheme }) => {
  const code = await openCase();
  const phone = await open({
    locale,
    colorScheme,
    userAgent: IPHONE,
    viewport: { width: 320, height: 700 },
  });
  await phone.goto(`${server.url}/a/${code}`);
  await check(phone);
  expect(await phone.locator("svg.qr").isVisible()).toBe(true);
  const store = async (file: string, type: string) => {
    const answer = await fetch(`${server.url}/v1/analyses?store=1`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      body: await readFile(join(cases, file)),
    });
    return String(((await answer.json()) as { reportId: string }).reportId);
  };
  const overridden = await (await startRun(code))();
  const userText = "Do not change anything.\n‮<b>We ring you up.</b>";
  await call(
    "PATCH",
    `/v1/reports/${overridden}/review`,
    { override: { verdict: "gateway-rejects", reason: "r", userText } },
    token,
    { "if-match": "*" },
  );
  const failed = await store("gateway-rejects/error-809.json", "application/json");
  for (const id of [
    overridden,
    failed,
    await store("seed/wired-fail.pcapng", "application/octet-stream"),
    "IKF-00000-00000-1",
  ]) {
    await phone.goto(`${server.url}/r/${id}`);
    await check(phone);
    expect(await phone.locator("main").innerText()).toContain("+81 3 1234 5678");
  }
  await phone.goto(`${server.url}/r/${failed}`);
  expect(await phone.locator("h1").textContent()).toContain("809");
  await phone.context().close();
});
