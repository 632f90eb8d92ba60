/** What strangers call things is text on every page: it runs nothing, breaks nothing and moves nothing. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { withoutUnfit } from "../../shared/chart/markup.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { HOSTILE_NAMES, hostileNames } from "../support/hostile-names.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath))
  throw new Error(`Cannot test pages: there is no Chromium at ${executablePath}`);

const CASES = join(import.meta.dirname, "../cases");
const NAMES = hostileNames();

let browser: Browser;
let server: RunningServer;
let directory: string;
let context: BrowserContext;
let page: Page;
let token: string;
const complaints: string[] = [];
/** By the name: the report that has it wherever a stranger's name goes. */
const reports: { name: string; reportId: string }[] = [];

const authorized = (headers: Record<string, string> = {}) => ({
  authorization: `Bearer ${token}`,
  ...headers,
});

/** A report whose interface, VPN profile, log, capture and agent carry the name. */
async function report(recorded: Evidence, capture: Uint8Array<ArrayBuffer>, name: string): Promise<string> {
  const text = JSON.stringify(recorded)
    .replaceAll("イーサネット 5", JSON.stringify(name).slice(1, -1))
    .replaceAll("10.0.26100", JSON.stringify(name).slice(1, -1));
  const evidence = JSON.parse(text) as Evidence;
  const profiles = evidence.measurements.find(({ step }) => step.kind === "vpn-profiles");
  if (profiles === undefined) throw new Error("the recorded run has no step for VPN profiles");
  const failure = { at: "2026-11-23T05:59:00Z", connection: name, code: 809 };
  const profile = {
    name,
    serverAddress: name,
    tunnelType: name,
    authenticationMethods: [name],
    connected: false,
  };
  profiles.outcome = { status: "measured", profiles: [profile], rasFailures: [failure] };
  const form = new FormData();
  form.append("file", new File([JSON.stringify(evidence)], "run.json"));
  form.append("file", new File([capture], `${name}.pcapng`));
  form.append("file", new File([`note ${name}\n2026-11-23 05:59 charon: ${name}\n`], `${name}.txt`));
  const answer = await fetch(`${server.url}/v1/analyses?store=1`, {
    method: "POST",
    headers: authorized({ "user-agent": encodeURIComponent(name) }),
    body: form,
  });
  const said = await answer.text();
  expect(answer.status, `${name}: ${said.slice(-400)}`).toBe(200);
  return (JSON.parse(said) as { reportId: string }).reportId;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-hostile-"));
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "100000";
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: directory,
    publicUrl: null,
    log: () => {},
  });
  token = server.firstStart?.apiToken ?? "";
  const recorded = Evidence.parse(
    JSON.parse(await readFile(join(CASES, "run-fragments-1472/run.json"), "utf8")),
  );
  const capture = new Uint8Array(await readFile(join(CASES, "seed/wired-fail.pcapng")));
  for (const name of NAMES) {
    reports.push({ name, reportId: await report(recorded, capture, name) });
    const opened = await fetch(`${server.url}/v1/cases`, {
      method: "POST",
      headers: authorized({ "content-type": "application/json" }),
      body: JSON.stringify({ gateway: "vpn.example.com", label: name }),
    });
    expect(opened.status, name).toBe(201);
  }
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  context = await browser.newContext({ locale: "en", viewport: { width: 1280, height: 800 } });
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page = await context.newPage();
  await page.goto(`${server.url}/console/sign-in`);
  await page.fill("#token", token);
  await page.press("#token", "Enter");
  await page.waitForURL("**/console/**");
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

/** What is wrong with a page that shows names which begin with `ZQ`. */
async function faults(): Promise<{ faults: string[]; text: string }> {
  return page.evaluate(() => {
    const found: string[] = [];
    if ("pwned" in window) found.push("a script of a stranger ran");
    if (document.querySelector("base, iframe[srcdoc], main style, bdo, math") !== null)
      found.push("a stranger's element");
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`${document.documentElement.scrollWidth - innerWidth} px too wide`);
    const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? "").trim();
      if (!text.includes("ZQ") || !RIGHT_TO_LEFT.test(text)) continue;
      // In a sentence a name is isolated by characters; alone in its element, by the element.
      if (text.indexOf("\u2068") >= 0 && text.indexOf("\u2068") <= text.search(RIGHT_TO_LEFT)) continue;
      let element = node.parentElement;
      while (element !== null) {
        const { display, unicodeBidi } = getComputedStyle(element);
        if (element.closest("svg") !== null || element.tagName === "TEXTAREA") break;
        if (display === "inline") {
          if (unicodeBidi.includes("isolate") || unicodeBidi === "plaintext") break;
        } else {
          // Blocks are isolated from each other: what counts is what else stands in this one.
          const whole = (element.textContent ?? "").trim();
          const place = `${element.tagName}.${element.className}`;
          if (whole !== text) found.push(`${place} mixes ${text.slice(0, 40)} with ${whole.slice(0, 80)}`);
          break;
        }
        element = element.parentElement;
      }
    }
    return { faults: found, text: document.body.textContent ?? "" };
  });
}

/** As people see it: what no page may hold is replaced, and spaces are one. */
const asShown = (text: string): string =>
  withoutUnfit(text)
    .replace(/[\u2068\u2069\ufffd]/g, "")
    .replace(/\s+/g, " ")
    .trim();

test(`promise: each of ${HOSTILE_NAMES} names that strangers choose is text in its report, and moves nothing`, async () => {
  expect(NAMES).toHaveLength(HOSTILE_NAMES);
  const found: string[] = [];
  for (const { name, reportId } of reports) {
    for (const path of [`/console/reports/${reportId}`, `/r/${reportId}`]) {
      await page.goto(server.url + path);
      const { faults: wrong, text } = await faults();
      found.push(...wrong.map((fault) => `${path} ${name}: ${fault}`));
      const isCard = path.startsWith("/r/");
      if (!isCard && !asShown(text).includes(asShown(name))) found.push(`${path} ${name}: is not shown`);
    }
  }
  expect([...new Set(found)].slice(0, 20)).toEqual([]);
  expect(complaints).toEqual([]);
}, 600_000);

test("the same names are text in every list, and move nothing", async () => {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const list of ["/console/reports", "/console/cases", "/console/insights?by=adapter"]) {
    let path: string | null = list;
    while (path !== null) {
      await page.goto(new URL(path, server.url).href);
      const { faults: wrong, text } = await faults();
      found.push(...wrong.map((fault) => `${list}: ${fault}`));
      const shown = asShown(text);
      for (const name of NAMES) if (shown.includes(asShown(name))) seen.add(`${list} ${name}`);
      const next = page.locator('a[rel="next"]');
      path = (await next.count()) > 0 ? await next.first().getAttribute("href") : null;
    }
  }
  expect([...new Set(found)].slice(0, 20)).toEqual([]);
  const missing = ["/console/reports", "/console/cases"].flatMap((list) =>
    NAMES.filter((name) => !seen.has(`${list} ${name}`)).map((name) => `${list} ${name}`),
  );
  expect(missing.slice(0, 20)).toEqual([]);
  expect(complaints).toEqual([]);
}, 600_000);
