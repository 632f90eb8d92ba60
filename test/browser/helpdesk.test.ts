/** A helpdesk's day in Chromium, with scripts and without, in both languages: clicks and fields counted. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { wordsIn } from "../../api/pages/words.ts";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import type { Language } from "../../shared/language.ts";
import { RoundReply, RunStarted } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { playRecorded } from "../support/play-run.ts";
import { freePort } from "../support/runtimes.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);

const CASES = join(import.meta.dirname, "../cases");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let server: RunningServer;
let directory: string;
let origin: string;
let port: number;
let token: string;
let recorded: Evidence;

async function start(): Promise<void> {
  const options = { host: "127.0.0.1", port, dataDir: directory, publicUrl: origin, log: () => {} };
  server = await startServer(options);
}
async function call(method: string, path: string, body: unknown, bearer = token): Promise<unknown> {
  const response = await fetch(origin + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response.json();
}
const begin = async (code: string): Promise<Begun> =>
  RunStarted.parse(await call("POST", "/v1/runs", { code, agent: recorded.agent }));
type Begun = ReturnType<typeof RunStarted.parse>;
async function finish(run: Begun): Promise<string> {
  const post = async (body: unknown) =>
    RoundReply.parse(await call("POST", `/v1/runs/${run.runId}/rounds`, body, run.runToken));
  return (await playRecorded(recorded, run.round, post)).reportId;
}
/** A report by pasted text, which is as good as any in a list. */
async function pasted(label: string): Promise<string> {
  const text = `Pinging 192.0.2.1 with 1400 bytes of data:\nRequest timed out.\n${label}`;
  const body = { schema: "ikefrag/evidence/1", texts: [{ name: "paste", text }] };
  return ((await call("POST", "/v1/analyses?store=1", body)) as { reportId: string }).reportId;
}

beforeAll(async () => {
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  recorded = Evidence.parse(JSON.parse(await readFile(join(CASES, "run-fragments-1472/run.json"), "utf8")));
});
afterAll(() => browser?.close());

let complaints: string[];
beforeEach(async () => {
  complaints = [];
  directory = await mkdtemp(join(tmpdir(), "ikefrag-helpdesk-"));
  port = await freePort();
  origin = `http://localhost:${port}`;
  await start();
  token = server.firstStart?.apiToken ?? "";
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
  expect(complaints).toEqual([]);
});

/** Somebody at a desk, whose clicks and typed fields are counted. */
class Agent {
  clicks = 0;
  typed = 0;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly t: ReturnType<typeof wordsIn>;

  constructor(context: BrowserContext, page: Page, language: Language) {
    this.context = context;
    this.page = page;
    this.t = wordsIn(language);
  }
  async click(what: Locator): Promise<void> {
    this.clicks++;
    await what.click();
  }
  async type(what: Locator, text: string): Promise<void> {
    this.typed++;
    await what.fill(text);
  }
  /** To open a list and choose from it are two clicks. */
  async choose(what: Locator, value: string): Promise<void> {
    this.clicks += 2;
    await what.selectOption(value);
  }
  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
}
type View = { locale: Language; javaScriptEnabled: boolean };
const VIEWS: View[] = [
  { locale: "en", javaScriptEnabled: true },
  { locale: "ja", javaScriptEnabled: true },
  { locale: "en", javaScriptEnabled: false },
  { locale: "ja", javaScriptEnabled: false },
];

async function signedIn(view: View = { locale: "en", javaScriptEnabled: true }): Promise<Agent> {
  const context = await browser.newContext({ ...view, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(20_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  context.on("console", (message) => {
    const isExpected = /status of 4|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE/;
    if (message.type() === "error" && !isExpected.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(`${origin}/console/sign-in`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await page.waitForURL(/\/console\/(?:reports|welcome)$/);
  return new Agent(context, page, view.locale);
}
const onCase = (page: Page) => page.waitForURL(/\/console\/cases\/[\w-]+$/);
const messageOn = async (page: Page): Promise<string> =>
  (await page.locator("pre.message").textContent()) ?? "";
const codeOn = async (page: Page): Promise<string> =>
  /\/a\/([0-9A-Z-]{15})/.exec(await messageOn(page))?.[1] ?? "";

interface AxeResult {
  violations: { id: string; nodes: { target: string[] }[] }[];
}
async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document)")) as AxeResult;
  expect(
    violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target}`),
    where,
  ).toEqual([]);
}

test.each(VIEWS)("a case is opened and its line sent, $locale, scripts: $javaScriptEnabled", async (view) => {
  const agent = await signedIn(view);
  const { page, t } = agent;
  await page.goto(`${origin}/console/reports`);
  // The very first case: nobody knows the gateway yet.
  await agent.click(page.getByRole("link", { name: t("navCases"), exact: true }));
  await agent.type(page.locator("#gateway"), "vpn.example.com");
  await page.keyboard.press("Enter");
  await onCase(page);
  const message = await messageOn(page);
  expect(message).toContain(`${origin}/a/${await codeOn(page)}`);
  expect(message).toContain("powershell -NoProfile -ExecutionPolicy RemoteSigned");
  if (view.javaScriptEnabled) {
    await agent.click(agent.button(t("messageCopy")));
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.replaceAll("\r\n", "\n")).toBe(message);
  }
  expect(agent.clicks).toBeLessThanOrEqual(2);
  expect(agent.typed).toBeLessThanOrEqual(1);

  // Reloading opens no second case, and the code is still there.
  const code = await codeOn(page);
  await page.reload();
  expect(await codeOn(page)).toBe(code);
  const { cases } = (await call("GET", "/v1/cases", undefined)) as { cases: unknown[] };
  expect(cases).toHaveLength(1);

  // The next one: the field has the gateway, and the cursor is in it.
  await page
    .getByRole("link", { name: t("navCases"), exact: true })
    .first()
    .click();
  await page.locator("#gateway:focus").waitFor();
  await page.keyboard.press("Enter");
  await onCase(page);
  expect(await codeOn(page)).not.toBe(code);
});

test("runs and reports come to a case's page by themselves, past a restart of the service", async () => {
  const agent = await signedIn();
  const { page, t } = agent;
  await page.goto(`${origin}/console/cases`);
  await page.fill("#gateway", "vpn.example.com");
  await page.keyboard.press("Enter");
  await onCase(page);
  const code = await codeOn(page);
  await page.getByText(t("caseWaiting")).waitFor();
  const run = await begin(code);
  await page.getByRole("cell", { name: t("runRound", { round: 1 }), exact: true }).waitFor();
  await expectAccessible(page, "a case with a run");
  const reportId = await finish(run);
  await page.locator(`a[href="/console/reports/${reportId}"]`).waitFor();
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  expect(await page.getByRole("status").last().textContent()).toMatch(/^A report has come: /);

  await server.close();
  await start();
  const second = await finish(await begin(code));
  await page.locator(`a[href="/console/reports/${second}"]`).waitFor();
  await expect.poll(() => page.title()).toMatch(/^\(2\) /);
  // What came later is as alive as what was there: times of here, and a comparison with the one before.
  const compare = page.locator(`a[href="/console/compare?a=${reportId}&b=${second}"]`).first();
  await compare.waitFor();
  expect(await page.locator("#case-now time").first().getAttribute("title")).toContain("UTC");
});

test.each(VIEWS)(
  "a code is withdrawn, restored, replaced: $locale, scripts: $javaScriptEnabled",
  async (view) => {
    const { code } = (await call("POST", "/v1/cases", { gateway: "vpn.example.com" })) as { code: string };
    const agent = await signedIn(view);
    const { page, t } = agent;
    await page.goto(`${origin}/console/cases`);
    await page.locator("tr.link a").first().click();
    await onCase(page);
    expect(await codeOn(page)).toBe(code);
    const statusOf = async () => (await fetch(`${origin}/a/${code}.json`)).status;
    await page.locator("#code summary").click();
    await agent.button(t("caseRevoke")).click();
    await page.getByText(t("caseRevoked")).waitFor();
    expect(await statusOf()).toBe(410);
    await agent.button(t("undo")).click();
    await page.locator("pre.message").waitFor();
    expect(await statusOf()).toBe(200);
    const reportId = await finish(await begin(code));
    await page.reload();
    await page.locator(`a[href="/console/reports/${reportId}"]`).waitFor();
    await page.locator("#code summary").click();
    await agent.button(t("codeRunAgain")).click();
    await page.locator("pre.message").waitFor();
    expect(await codeOn(page)).not.toBe(code);
    expect(await statusOf()).toBe(404);
  },
);

test.each(VIEWS)(
  "from the queue to a finished review: $locale, scripts: $javaScriptEnabled",
  async (view) => {
    const ids: string[] = [];
    for (let at = 0; at < 20; at++) ids.push(await pasted(`${at}`));
    const agent = await signedIn(view);
    const { page, t } = agent;
    await page.goto(`${origin}/console/reports`);
    const rows = page.locator("tr[data-report]");
    expect(await rows.count()).toBe(20);
    const boxes = await Promise.all((await rows.all()).map((row) => row.boundingBox()));
    expect(boxes.filter((box) => box !== null && box.y + box.height <= 800).length).toBeGreaterThanOrEqual(
      18,
    );

    // The whole row leads to the report, not its title alone.
    agent.clicks++;
    await rows.nth(4).click({ position: { x: 900, y: 12 } });
    await page.waitForURL(`${origin}/console/reports/${ids[15]}`);
    await agent.choose(page.locator("#review-status"), "fixed");
    await agent.click(agent.button(t("reviewSave")));
    await page.getByText(t("reviewSaved")).waitFor();
    expect(agent.clicks).toBeLessThanOrEqual(4);

    // Many at once, and back.
    await page.goto(`${origin}/console/reports`);
    for (const at of [0, 1]) await rows.nth(at).getByRole("checkbox").check();
    await page.locator("#bulk-status").selectOption("confirmed");
    await agent.button(t("bulkStatus")).click();
    await page.getByText(t("statusesChanged", { reports: 2, status: t("status.confirmed") })).waitFor();
    expect(await rows.first().textContent()).toContain(t("status.confirmed"));
    await agent.button(t("undo")).click();
    await page.getByText(t("undone"), { exact: true }).waitFor();
    expect(await rows.first().textContent()).toContain(t("status.new"));

    // A search, kept as a view, and its reports taken.
    await page.fill("#q", "is:unassigned status:fixed");
    await page.press("#q", "Enter");
    await page.waitForURL(/q=is/);
    expect(await rows.count()).toBe(1);
    await page.locator("details.menu > summary", { hasText: t("viewsTitle") }).click();
    await page.fill("#view-name", "朝の<b>確認</b>");
    await agent.button(t("viewSave")).click();
    await page.getByText(t("viewSaved")).waitFor();
    await rows.first().getByRole("checkbox").check();
    await agent.button(t("bulkAssign")).click();
    await page.getByText(t("assigned")).waitFor();
    expect(await rows.count()).toBe(0);
    await page.locator("details.menu > summary", { hasText: t("viewsTitle") }).click();
    await page.getByRole("link", { name: "朝の<b>確認</b>" }).waitFor();
    await page.goto(`${origin}/console/reports?q=is:mine`);
    expect(await rows.count()).toBe(1);
  },
);

test("the queue by keyboard alone, and what has come since is said", async () => {
  const ids = [await pasted("a"), await pasted("b"), await pasted("c")].reverse();
  const agent = await signedIn();
  const { page, t } = agent;
  await page.clock.install();
  await page.goto(`${origin}/console/reports`);
  const focused = () => page.evaluate(() => document.activeElement?.closest("tr")?.dataset.report);
  await page.keyboard.press("j");
  expect(await focused()).toBe(ids[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  expect(await focused()).toBe(ids[2]);
  await page.keyboard.press("k");
  expect(await focused()).toBe(ids[1]);
  await page.keyboard.press("x");
  expect(await page.locator("[data-chosen]").textContent()).toBe(t("bulkChosen", { reports: 1 }));
  expect(await focused()).toBe(ids[1]);
  await expectAccessible(page, "a queue with a chosen report");
  await page.keyboard.press("?");
  await page.locator("#help[open]").waitFor();
  await expectAccessible(page, "the queue's help");
  await page.keyboard.press("Escape");
  expect(await page.locator("#help[open]").count()).toBe(0);
  await page.keyboard.press("/");
  await page.locator("#q:focus").waitFor();
  // In a field, the keys are letters.
  await page.keyboard.type("xj?");
  expect(await page.inputValue("#q")).toBe("xj?");

  await page.reload();
  await pasted("d");
  await page.clock.fastForward(10_000);
  const arrived = page.getByRole("link", { name: t("reportsArrived", { reports: 1 }) });
  await arrived.waitFor();
  expect(await page.title()).toMatch(/^\(1\) /);
  await arrived.click();
  await page.locator("tr[data-report]").nth(3).waitFor();

  // Single keys can be turned off: who speaks to the computer would press many.
  await page.keyboard.press("?");
  await agent.button(t("shortcutsOff")).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  expect(await focused()).toBeUndefined();
  await page.locator("#help summary").click();
  await agent.button(t("shortcutsOn")).click();
  await page.locator("#help summary").click();
  await page.keyboard.press("j");
  expect(await focused()).toBeDefined();
  await page.keyboard.press("e");
  await page.waitForURL(/#review$/);
});

test.each(VIEWS)("a review outlives the session: $locale, scripts: $javaScriptEnabled", async (view) => {
  const reportId = await pasted("a");
  const agent = await signedIn(view);
  const { page, t, context } = agent;
  const note = "十分間の文章\nten minutes of <text> & more";
  await page.goto(`${origin}/console/reports/${reportId}`);
  await page.locator("#review-status").selectOption("reviewed");
  await page.locator("#review-note").fill(note);
  await context.clearCookies();
  await agent.button(t("reviewSave")).click();
  await page.getByText(t("draftKept")).waitFor();
  await page.fill("#token", "ikf_wrong");
  await page.press("#token", "Enter");
  await page.getByText(t("signInFailed")).waitFor();
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await page.getByText(t("draftTitle")).first().waitFor();
  expect(await page.locator("dl.draft").textContent()).toContain(note);
  await agent.button(t("draftSend")).click();
  await page.getByText(t("reviewSaved")).waitFor();
  expect(await page.locator("#review-note").inputValue()).toBe(note);
});

test("a form outlives the session through a sign-in by passkey", async () => {
  const agent = await signedIn();
  const { page, t, context } = agent;
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await page.goto(server.firstStart?.signInLink ?? "");
  await agent.button(t("linkButton")).click();
  await page.getByLabel(t("passkeyName")).fill("laptop");
  await agent.button(t("passkeyAdd")).click();
  await page.getByRole("cell", { name: "laptop", exact: true }).waitFor();
  await page.goto(`${origin}/console/cases`);
  await page.fill("#gateway", "vpn.example.net");
  await context.clearCookies();
  await page.keyboard.press("Enter");
  await page.getByText(t("draftKept")).waitFor();
  await expectAccessible(page, "the sign-in with a draft");
  await agent.button(t("signInPasskey")).click();
  await page.getByText(t("draftTitle")).first().waitFor();
  await expectAccessible(page, "what was typed");
  await agent.button(t("draftSend")).click();
  await onCase(page);
  await page.getByText("vpn.example.net").first().waitFor();
});

test("captures and pasted text together are analyzed wherever they are dropped, or attached to the case", async () => {
  const agent = await signedIn();
  const { page, t } = agent;
  const capture = (await readFile(join(CASES, "seed/wired-fail.pcapng"))).toString("base64");
  const drop = () =>
    page.evaluate((base64) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], "<i>mailed.pcapng"));
      for (const type of ["dragover", "drop"])
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
        );
    }, capture);
  const paste = (text: string) =>
    page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      document.body.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
      );
    }, text);
  const dialog = page.locator("dialog.drop[open]");

  await page.goto(`${origin}/console/people`);
  await drop();
  await dialog.waitFor();
  expect(await dialog.locator("[data-names]").textContent()).toBe("<i>mailed.pcapng");
  await paste("Pinging 203.0.113.25 with 1400 bytes of data:\nRequest timed out.");
  expect(await dialog.locator("textarea").inputValue()).toContain("Request timed out.");
  await expectAccessible(page, "the dialogue for what was dropped");
  await dialog.getByRole("button", { name: t("analyzeButton"), exact: true }).click();
  await page.waitForURL(`${origin}/console/analyze`);
  await page.locator("svg.chart").first().waitFor();

  // On a case's page it becomes a report of the case.
  const { caseId } = (await call("POST", "/v1/cases", { gateway: "203.0.113.25" })) as { caseId: string };
  await page.goto(`${origin}/console/cases/${caseId}`);
  await drop();
  await dialog.getByRole("button", { name: t("analyzeButton"), exact: true }).click();
  await page.waitForURL(/\/console\/reports\/IKF-/);
  const reportId = page.url().split("/").at(-1);
  await page.goto(`${origin}/console/cases/${caseId}`);
  await page.locator(`a[href="/console/reports/${reportId}"]`).waitFor();

  // What was recorded at the gateway goes to the gateway's side.
  await drop();
  await dialog.getByLabel(t("dropWhere")).selectOption("gateway");
  await dialog.getByRole("button", { name: t("analyzeButton"), exact: true }).click();
  await page.getByText(t("gatewayReceived")).waitFor();
  await page.getByRole("cell", { name: "<i>mailed.pcapng", exact: true }).waitFor();
});

test.each(["en", "ja"] as const)(
  "what a user sent is attached to a case without scripts, %s",
  async (locale) => {
    const { caseId } = (await call("POST", "/v1/cases", { gateway: "203.0.113.25" })) as { caseId: string };
    const agent = await signedIn({ locale, javaScriptEnabled: false });
    const { page, t } = agent;
    await page.goto(`${origin}/console/cases/${caseId}`);
    await page.getByRole("link", { name: t("caseAttach") }).click();
    await page.locator("#text").fill("Pinging 203.0.113.25 with 1400 bytes of data:\nRequest timed out.");
    await page.locator("#file-client").setInputFiles(join(CASES, "seed/wired-fail.pcapng"));
    await agent.button(t("analyzeButton")).click();
    await page.waitForURL(/\/console\/reports\/IKF-/);
    await page.locator(`a[href="/console/cases/${caseId}"]`).first().click();
    await page.locator(`tr.link a[href^="/console/reports/"]`).waitFor();
  },
);

test.each([
  { locale: "en", colorScheme: "light", width: 1280 },
  { locale: "ja", colorScheme: "dark", width: 390 },
  { locale: "ja", colorScheme: "light", width: 320 },
] as const)(
  "empty and full pages hold at $width px, $locale, $colorScheme",
  async ({ width, colorScheme, locale }) => {
    const { page, context } = await signedIn({ locale, javaScriptEnabled: true });
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const check = async (where: string) => {
      await expectAccessible(page, where);
      expect(
        await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
        where,
      ).toBeLessThanOrEqual(0);
    };
    for (const path of ["/console/reports", "/console/cases"]) {
      await page.goto(origin + path);
      expect(await page.locator("ol.steps li").count()).toBe(3);
      await check(`${path}, empty`);
    }
    const label = `<b>"T-1"</b> ${"長いラベル".repeat(20)}`;
    const { code, caseId } = (await call("POST", "/v1/cases", { gateway: "vpn.example.com", label })) as {
      code: string;
      caseId: string;
    };
    await finish(await begin(code));
    await begin(code);
    for (const path of [
      "/console/reports",
      "/console/cases",
      `/console/cases/${caseId}`,
      "/console/reports?q=zzz",
    ]) {
      await page.goto(origin + path);
      await check(path);
    }
    await context.close();
  },
);
