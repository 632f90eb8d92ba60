/** The administrator's report page in Chromium: by mouse, by keyboard alone, and without scripts. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { LANGUAGE_TAGS, type Language } from "../../shared/language.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let server: RunningServer;
let directory: string;
let token: string;
let reportId: string;

async function store(): Promise<string> {
  const capture = await readFile(join(import.meta.dirname, "../cases/seed/wired-fail.pcapng"));
  const response = await fetch(`${server.url}/v1/analyses?store=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
    body: capture,
  });
  return ((await response.json()) as { reportId: string }).reportId;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-administrator-"));
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: directory,
    publicUrl: null,
    log: () => {},
  });
  token = server.firstStart?.apiToken ?? "";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  reportId = await store();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Violations of the page's policy, and scripts that failed. */
let complaints: string[];
beforeEach(() => {
  complaints = [];
});
afterEach(() => expect(complaints).toEqual([]));

async function signedIn(
  language: Language,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ locale: language, ...options });
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(`${server.url}/console/sign-in`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await page.waitForURL((url) => !url.pathname.endsWith("/sign-in"));
  return { page, context };
}

async function violations(page: Page): Promise<string[]> {
  // The policy lets no script in by an element: a debugger's does not need one.
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run()")) as {
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}

const WORDS = {
  en: { auth: "IKE_AUTH request", length: "2528 bytes, IKE header included", next: "Next message" },
  ja: { auth: "IKE_AUTH 要求", length: "2528バイト（IKEヘッダーを含む）", next: "次のメッセージ" },
} as const satisfies Record<Language, unknown>;

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("href") ?? document.activeElement?.id ?? "");

test.each(LANGUAGE_TAGS)(
  "a message of the drawing opens its fields and its bytes beside it (%s)",
  async (language) => {
    const { page, context } = await signedIn(language);
    await page.goto(`${server.url}/console/reports/${reportId}`);
    const dialog = page.locator("#message-dialog");
    expect(await dialog.isVisible()).toBe(false);
    // The second IP fragment of the first IKE_AUTH: both carry one message.
    await page.locator(".chart a", { hasText: "#5" }).click();
    await dialog.locator("text=45 00 05 dc").waitFor();
    expect(await dialog.locator("h2").innerText()).toContain(WORDS[language].auth);
    expect(await dialog.innerText()).toContain(WORDS[language].length);
    const bytes = await dialog.locator("pre").innerText();
    expect(bytes).toMatch(/^#4\n0000 {2}45 00 05 dc/);
    expect(bytes).toContain("\n#5\n0000  45 00 04 38");
    expect(await violations(page)).toEqual([]);

    // On with the keyboard, and back to where one was.
    await page.keyboard.press("ArrowRight");
    expect(await dialog.locator("h2").innerText()).toContain("#7");
    await page.getByRole("button", { name: WORDS[language].next }).click();
    expect(await dialog.locator("h2").innerText()).toContain("#9");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await focused(page)).toBe("#message-9-capture");
    await context.close();
  },
);

test("a statement that is pointed at, or has the focus, lights up what carries it", async () => {
  const { page, context } = await signedIn("en");
  await page.goto(`${server.url}/console/reports/${reportId}`);
  const lit = page.locator(".chart .lit");
  expect(await lit.count()).toBe(0);
  const statement = page.locator("#finding-ike-auth-unanswered");
  await statement.hover();
  expect(await lit.count()).toBeGreaterThanOrEqual(6);
  await page.locator("h1").hover();
  expect(await lit.count()).toBe(0);
  await statement.locator(".refs a").first().focus();
  expect(await lit.count()).toBeGreaterThanOrEqual(6);
  await context.close();
});

test("with the keyboard alone the review is three steps away, and a message opens and closes", async () => {
  const { page, context } = await signedIn("en");
  await page.goto(`${server.url}/console/reports/${reportId}`);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("Tab");
  expect(await focused(page)).toBe("#main");
  await press("Enter", "Tab");
  expect(await focused(page)).toBe("#review");
  await press("Enter", "Tab");
  expect(await focused(page)).toBe("review-status");

  await page.goto(`${server.url}/console/reports/${reportId}`);
  await page.locator(".chart a").first().focus();
  await press("Enter");
  await page.locator("#message-dialog", { hasText: "45 00 02 8c" }).waitFor();
  await press("Escape");
  expect(await focused(page)).toBe("#message-2-capture");
  await press("Tab");
  expect(await focused(page)).toBe("#message-3-capture");
  await context.close();
});

test.each(LANGUAGE_TAGS)(
  "without scripts the same links lead to the fields and to the bytes (%s)",
  async (language) => {
    const { page, context } = await signedIn(language, { javaScriptEnabled: false });
    await page.goto(`${server.url}/console/reports/${reportId}`);
    const fields = page.locator("#message-5-capture");
    expect(await fields.isVisible()).toBe(false);
    await page.locator(".chart a", { hasText: "#5" }).click();
    // A fold opens by itself for what a link leads to.
    await fields.waitFor({ state: "visible" });
    expect(await fields.innerText()).toContain(WORDS[language].length);
    await fields.locator("a.bytes").click();
    await page.waitForURL(`**/messages/5?capture=capture`);
    expect(await page.locator("main").innerText()).toContain("0000  45 00 05 dc");
    await page.locator("a[rel=next]").click();
    await page.waitForURL(`**/messages/7?capture=capture`);
    await context.close();
  },
);

test("from the queue to a finished review takes four clicks at most, with scripts and without", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const own = await store();
    const { page, context } = await signedIn("en", { javaScriptEnabled });
    let clicks = 0;
    const click = async (selector: string) => {
      clicks++;
      await page.click(selector);
    };
    await page.goto(`${server.url}/console/reports`);
    await click(`a[href="/console/reports/${own}"]`);
    await page.waitForURL(`**/console/reports/${own}`);
    // A choice in a list is a click that opens it and one that chooses.
    clicks += 2;
    await page.selectOption("#review-status", "fixed");
    await click("#review button.primary");
    await page.waitForURL(/done=saved/);
    expect(clicks).toBeLessThanOrEqual(4);
    expect(await page.locator("#history").innerText()).toContain("status new → fixed");
    await context.close();
  }
});

test.each([
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
  { width: 320, colorScheme: "light" },
] as const)(
  "a corrected report and a message hold WCAG 2.2 AA at $width px, $colorScheme",
  async ({ width, colorScheme }) => {
    for (const language of LANGUAGE_TAGS) {
      const own = await store();
      const { page, context } = await signedIn(language, { viewport: { width, height: 800 }, colorScheme });
      await page.goto(`${server.url}/console/reports/${own}`);
      await page.locator("#review details > summary").click();
      await page.selectOption("#review-override", "not-ikev2");
      await page.fill("#review-reason", "<b>L2TP</b>");
      await page.fill("#review-user-text", "<i>Wait.</i>");
      await page.click("#review button.primary");
      await page.waitForURL(/done=saved/);
      expect(await page.locator(".verdict").first().innerText()).toContain("<i>Wait.</i>");
      await page.locator(".refuted > summary").click();
      for (const path of [`/console/reports/${own}`, `/console/reports/${own}/messages/5?capture=capture`]) {
        if (!page.url().includes(path)) await page.goto(server.url + path);
        expect(await violations(page), path).toEqual([]);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(tooWide, path).toBeLessThanOrEqual(0);
      }
      await context.close();
    }
  },
);
