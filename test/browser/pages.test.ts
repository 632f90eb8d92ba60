/** The pages as people meet them: in Chromium, wide and narrow, light and dark, in both languages. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { RoundReply, RunStarted } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { playRecorded } from "../support/play-run.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);

const WIRED_FAIL = join(import.meta.dirname, "../cases/seed/wired-fail.pcapng");

let browser: Browser;
let server: RunningServer;
let directory: string;
let token: string;
let reportId: string;
/** The report of a stored capture. */
let captureReportId: string;
let code: string;
let caseId: string;
let gatewayCode: string;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function call(
  method: string,
  path: string,
  body: unknown,
  bearer = token,
): Promise<Record<string, unknown>> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-browser-"));
  // All views upload from one address.
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
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
  const recorded = Evidence.parse(
    JSON.parse(await readFile(join(import.meta.dirname, "../cases/run-fragments-1472/run.json"), "utf8")),
  );
  const label = `<b>"T-1"</b> ${"長いラベル".repeat(20)}`;
  code = String((await call("POST", "/v1/cases", { gateway: "vpn.example.com", label })).code);
  const run = RunStarted.parse(await call("POST", "/v1/runs", { code, agent: recorded.agent }));
  const rounds = `/v1/runs/${run.runId}/rounds`;
  const post = async (body: unknown) => RoundReply.parse(await call("POST", rounds, body, run.runToken));
  ({ reportId } = await playRecorded(recorded, run.round, post));
  await call("POST", "/v1/cases", { gateway: "vpn.example.com", label });
  const { cases } = (await call("GET", "/v1/cases", undefined)) as { cases: { caseId: string }[] };
  caseId = cases[0]?.caseId ?? "";
  gatewayCode = String((await call("POST", `/v1/cases/${caseId}/gateway-link`, undefined)).code);
  const form = new FormData();
  const gatewayFile = await readFile(WIRED_FAIL);
  form.append("file", new File([gatewayFile], `${"a-long-name".repeat(9)}.pcapng`));
  await fetch(`${server.url}/v1/gateway-files/${gatewayCode}`, { method: "POST", body: form });
  for (const [role, name] of [
    ["staff", "<i>x</i>"],
    ["admin", "長い名前".repeat(20)],
  ] as const)
    await call("POST", "/v1/members", { name, role });
  const stored = await fetch(`${server.url}/v1/analyses?store=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
    body: await readFile(WIRED_FAIL),
  });
  captureReportId = ((await stored.json()) as { reportId: string }).reportId;
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

async function open(options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en", ...options });
  context.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4"))
      complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return context;
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${server.url}/console/sign-in`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await page.waitForURL("**/console/reports");
}

interface AxeResult {
  violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
}
const paths = () => [
  "/",
  `/a/${code}`,
  `/g/${gatewayCode}`,
  `/r/${reportId}`,
  "/r/IKF-1",
  "/docs",
  "/security",
  "/blocked",
  "/console/reports",
  `/console/reports/${reportId}`,
  `/console/reports/${captureReportId}`,
  `/console/reports/${captureReportId}/forward`,
  `/console/reports/${reportId}/forward?to=carrier&addresses=0`,
  `/console/compare?a=${reportId}&b=${captureReportId}`,
  "/console/reports?q=zzzz",
  "/console/cases",
  `/console/cases/${caseId}`,
  "/console/analyze",
  "/console/insights",
  "/console/account",
  "/console/people",
  "/console/audit-log",
  "/console/settings",
  "/console/webhooks",
  "/console/welcome",
];

/** A ping to nobody knows whom, as a ticket quotes it. */
const PASTE = `Dear helpdesk,
> C:\\>ping -f -l 1400 198.51.100.53
> Ping wird ausgeführt für 198.51.100.53 mit 1400 Bytes Daten:
> Antwort von 198.51.100.53: Bytes=1400 Zeit=8ms TTL=57
`;

const VIEWS = [
  { width: 1280, colorScheme: "light", locale: "en" },
  { width: 1280, colorScheme: "dark", locale: "ja" },
  { width: 390, colorScheme: "light", locale: "ja" },
  { width: 390, colorScheme: "dark", locale: "en" },
] as const;
test.each(VIEWS)(
  "promise 9: pages hold WCAG 2.2 AA, break no policy of their own and fit at $width px, $colorScheme, $locale",
  async ({ width, ...view }) => {
    const context = await open({ ...view, viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${server.url}/console/sign-in`);
    const found: string[] = [];
    const check = async (path: string) => {
      await page.evaluate(axe);
      const result = (await page.evaluate(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
      )) as AxeResult;
      for (const { id, impact, nodes } of result.violations)
        found.push(`${path}: ${impact} ${id} ${nodes[0]?.target}`);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (Number(overflow) > 0) found.push(`${path}: ${overflow} px too wide`);
    };
    await check("/console/sign-in");
    await signIn(page);
    for (const path of paths()) {
      await page.goto(server.url + path);
      for (const summary of await page.locator("summary").all()) await summary.click();
      await check(path);
    }
    await page.goto(`${server.url}/console/analyze`);
    await page.fill("#text", PASTE);
    await page.fill("#gateway", "no gateway");
    await page.click("main button.primary");
    await page.locator("#gateway-error").waitFor();
    await check("/console/analyze, a wrong gateway");
    await page.fill("#gateway", "");
    await page.setInputFiles("#file-files", [
      { name: "notes.txt", mimeType: "", buffer: Buffer.from("no output") },
    ]);
    await page.click("main button.primary");
    await page.locator("#candidates").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await check("/console/analyze, its answer");
    // What the gateway's administrator sees after sending, with a file that cannot be used.
    await page.goto(`${server.url}/g/${gatewayCode}`);
    await page.setInputFiles("#file-gateway", [
      { name: "notes.txt", mimeType: "", buffer: Buffer.from("no log") },
      { name: "gw.pcapng", mimeType: "", buffer: await readFile(WIRED_FAIL) },
    ]);
    await page.click("main button.primary");
    await page.locator(".notice.good").waitFor();
    await check("/g/CODE, after sending");
    expect(found).toEqual([]);
    await context.close();
  },
);

test.each(VIEWS)(
  "the drawings of a report come right after its verdict, whole, at $width px, $colorScheme, $locale",
  async ({ width, ...view }) => {
    const context = await open({ ...view, viewport: { width, height: 900 } });
    const page = await context.newPage();
    await signIn(page);
    for (const { id, drawings } of [
      { id: reportId, drawings: ["four-ways", "ladder"] },
      { id: captureReportId, drawings: ["sequence", "ladder"] },
    ]) {
      await page.goto(`${server.url}/console/reports/${id}`);
      const found = await page.evaluate(() => ({
        sections: [...document.querySelectorAll(".report > section")].map((s) => s.id),
        drawn: [...document.querySelectorAll("svg.chart")].map((svg) => {
          const frame = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll("text")];
          // Letters that leave their drawing are cut off.
          const outside = texts.filter((text) => {
            const box = text.getBoundingClientRect();
            return box.right > frame.right + 1 || box.left < frame.left - 1;
          });
          const ground = svg.closest("section");
          return {
            hasLetters: texts.length > 5,
            outside: outside.map((text) => text.textContent),
            isSeen:
              ground !== null && getComputedStyle(svg).color !== getComputedStyle(ground).backgroundColor,
          };
        }),
      }));
      expect(found.sections.slice(0, drawings.length + 2)).toEqual(["", ...drawings, "why"]);
      expect(found.drawn).toEqual(drawings.map(() => ({ hasLetters: true, outside: [], isSeen: true })));
    }
    await context.close();
  },
);

test("from the one-time link to a reviewed report, with no script at all", async () => {
  const context = await open({ javaScriptEnabled: false });
  const page = await context.newPage();
  const link = server.firstStart?.signInLink ?? "";
  await page.goto(link);
  await page.getByRole("button", { name: "Sign this browser in" }).click();
  await page.waitForURL("**/console/account?welcome");
  await page.getByRole("link", { name: "Reports", exact: true }).click();

  await page.getByRole("link", { name: "IP fragments from this PC get lost" }).click();
  await page.waitForURL("**/console/reports/IKF-*");
  await page.getByLabel("Status").selectOption("reviewed");
  await page.getByLabel("Note").fill("second floor");
  await page.getByRole("button", { name: "Save the review" }).click();
  expect(await page.getByRole("status").textContent()).toBe("The review is saved.");
  expect(await page.getByLabel("Note").inputValue()).toBe("second floor");

  await page.getByRole("link", { name: "Cases" }).click();
  await page.getByLabel("New case for the VPN gateway").fill("vpn.example.com");
  await page.getByRole("button", { name: "Open the case" }).click();
  const line = await page.locator("code", { hasText: "powershell" }).textContent();
  expect(line).toContain(` -Server ${server.url} -Code `);

  await page.getByRole("button", { name: "Sign out" }).click();
  expect(await page.getByRole("status").textContent()).toBe("You are signed out.");
  await page.goto(`${server.url}/console/reports`);
  expect(page.url()).toContain("/console/sign-in");
  await context.close();
});

test("what a user sent is analyzed and kept, with no script at all", async () => {
  const context = await open({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page);
  await page.getByRole("link", { name: "Analyze" }).click();
  await page.getByLabel("Pasted text").fill(PASTE);
  await page.getByRole("button", { name: "Analyze" }).click();
  const said = page.getByText("German Windows ping to 198.51.100.53: one size (ping payload 1400), with -f");
  await said.waitFor();
  expect(await page.getByText("not kept").count()).toBe(1);

  // What was typed is still there, to be sent again with more.
  await page.getByText("Analyze again").click();
  expect(await page.getByLabel("Pasted text").inputValue()).toBe(PASTE);
  await page.getByLabel("VPN gateway", { exact: true }).fill("198.51.100.53");
  await page.getByLabel("Keep it as a report").check();
  const seed = join(import.meta.dirname, "../cases/seed");
  await page
    .getByLabel("Other files")
    .setInputFiles([join(seed, "netsh-ja.txt"), join(seed, "wired-fail.pcapng")]);
  await page.getByRole("button", { name: "Analyze" }).click();
  await page.waitForURL("**/console/reports/IKF-*");
  await said.waitFor();
  expect(await page.locator("#sequence").count()).toBe(1);
  await context.close();
});

test("two admins at one report: the second sees what the first wrote", async () => {
  const [one, two] = [await open(), await open()];
  const [first, second] = [await one.newPage(), await two.newPage()];
  for (const page of [first, second]) {
    await signIn(page);
    await page.goto(`${server.url}/console/reports/${reportId}`);
  }
  await first.getByLabel("Note").fill("from the first");
  await first.getByRole("button", { name: "Save the review" }).click();
  await first.getByRole("status").waitFor();
  await second.getByLabel("Note").fill("from the second");
  await second.getByRole("button", { name: "Save the review" }).click();
  await second.getByRole("alert").waitFor();
  expect(await second.locator("pre", { hasText: "from the first" }).count()).toBe(1);
  expect(await second.getByLabel("Note").inputValue()).toBe("from the second");
  await second.getByRole("button", { name: "Save the review" }).click();
  await second.getByRole("status").waitFor();
  await one.close();
  await two.close();
});

test("everything is reached by the keyboard, and shows where it is", async () => {
  const context = await open();
  const page = await context.newPage();
  await signIn(page);
  await page.goto(`${server.url}/console/reports/${reportId}`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.className")).toBe("skip");
  const reached = new Set<string>();
  for (let steps = 0; steps < 200; steps++) {
    const state = (await page.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { name: element.tagName + "#" + (element.id || element.textContent.trim().slice(0, 30)), body: element === document.body, seen: outlineStyle !== "none" && outlineWidth !== "0px" };
    })()`)) as { name: string; body: boolean; seen: boolean };
    if (state.body) break;
    expect(state.seen, `${state.name} shows its focus`).toBe(true);
    reached.add(state.name);
    await page.keyboard.press("Tab");
  }
  for (const name of [
    "SELECT#review-status",
    "TEXTAREA#review-note",
    "BUTTON#Save the review",
    "BUTTON#Copy",
  ]) {
    expect([...reached]).toContain(name);
  }
  await context.close();
});

test("the copy button copies the line, as it stands", async () => {
  const context = await open();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  const page = await context.newPage();
  await page.goto(`${server.url}/r/${reportId}`);
  await page.getByRole("button", { name: "Copy" }).first().click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
    "netsh interface ipv4 set interface 19 mtu=1472",
  );
  await context.close();
});
