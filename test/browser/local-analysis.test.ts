/** The landing page's analysis: the same as the program's, in the browser, with nothing sent anywhere. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { diagnoseLoaded, loadEvidence } from "../../cli/load-evidence.ts";
import { UnusableInputError } from "../../shared/evidence/unusable-input.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { speak } from "../../shared/text/speak.ts";
import { makeCapture } from "../bench/make-capture.ts";
import { readIndex } from "../support/corpus.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROOT = join(import.meta.dirname, "../..");
const CASES = join(ROOT, "test/cases");

let browser: Browser;
let server: RunningServer;
let directory: string;
let token: string;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-local-"));
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
  const where = { host: "127.0.0.1", port: 0, dataDir: directory, publicUrl: null };
  server = await startServer({ ...where, log: () => {} });
  token = server.firstStart?.apiToken ?? "";
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

/** The page, what it complained about, and what was asked of any server since it was there. */
async function openPage(options: Parameters<Browser["newContext"]>[0] = {}) {
  const context = await browser.newContext({ locale: "en", ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(server.url);
  context.on("request", (request) => {
    if (!request.url().startsWith("blob:")) requests.push(new URL(request.url()).pathname);
  });
  return { context, page, complaints, requests };
}

const RESULT = '[data-part="result"]';

/** What the page found, as its link to save JSON has it; or why nothing. */
async function analyzed(page: Page, files: readonly string[]): Promise<string> {
  await page.evaluate(() => {
    for (const away of document.querySelectorAll<HTMLElement>('[data-part="file-away"]')) away.click();
  });
  await page.setInputFiles('[data-part="choose"]', [...files]);
  await page.waitForFunction(() => {
    const isAtWork = document.querySelector<HTMLElement>('[data-part="cancel"]')?.hidden === false;
    return !isAtWork && document.querySelector('[data-part="status"]')?.textContent !== "";
  });
  if (!(await page.locator(RESULT).isVisible())) return page.locator('[data-part="status"]').innerText();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click('[data-part="save-json"]')]);
  return readFile(await saved.path(), "utf8");
}

/** What `ikefrag analyze --json` prints in the folder of the files; or what it says is wrong. */
async function printed(files: readonly string[]): Promise<string> {
  const short = (text: string) => files.reduce((said, file) => said.replaceAll(file, basename(file)), text);
  try {
    const { diagnosis } = diagnoseLoaded(await loadEvidence(files));
    return short(`${JSON.stringify(speak(diagnosis, "en"), null, 2)}\n`);
  } catch (error) {
    if (error instanceof UnusableInputError) return short(`None of this can be used: ${error.message}`);
    throw error;
  }
}

test("what these tests take for the program's output is the program's output", async () => {
  const files = ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt"];
  const words = [join(ROOT, "cli/main.ts"), "analyze", "--json", "--lang", "en", ...files];
  const seed = join(CASES, "seed");
  const run = promisify(execFile)(process.execPath, words, { cwd: seed });
  // It found a problem, and its exit code says so.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toBe(await printed(files.map((file) => join(seed, file))));
});

interface Case {
  name: string;
  files: string[];
}
const stories: [name: string, files: string[]][] = readdirSync(CASES).flatMap((story) => {
  const list = join(CASES, story, "cases.json");
  if (!existsSync(list)) return [];
  const cases = JSON.parse(readFileSync(list, "utf8")) as Case[];
  return cases.map(({ name, files }): [string, string[]] => [
    `${story}/${name}`,
    files.map((file) => join(CASES, story, file)),
  ]);
});

test("of every case of this repository, and of every pasted text, it finds what the program finds", async () => {
  const texts = readdirSync(join(CASES, "formats"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".txt"))
    .map((file): [string, string[]] => [file, [join(CASES, "formats", file)]]);
  const { context, page, complaints, requests } = await openPage();
  expect(stories.length).toBeGreaterThan(60);
  expect(texts.length).toBeGreaterThan(60);
  for (const [name, files] of [...stories, ...texts])
    expect(await analyzed(page, files), name).toBe(await printed(files));
  expect(complaints).toEqual([]);
  // The analyzer's own script, and nothing else; the browser may fetch it from its cache again.
  expect(new Set(requests.map((path) => path.replace(/[0-9a-f]{16}/, "HASH")))).toEqual(
    new Set(["/assets/analyzer-HASH.js"]),
  );
  await context.close();
}, 900_000);

const CORPUS = join(ROOT, "../shared/corpus");
const hasCorpus = existsSync(join(CORPUS, "INDEX.tsv"));
if (!hasCorpus) console.log(`${CORPUS} is not there: the browser is not held against the corpus`);

test.skipIf(!hasCorpus)(
  "of every capture of the corpus with IKE or IP fragments too",
  async () => {
    const { context, page, complaints, requests } = await openPage();
    const captures = readIndex(CORPUS).filter(({ category }) => category === "ike" || category === "ipfrag");
    expect(captures.length).toBeGreaterThan(60);
    for (const { name, file } of captures) {
      const files = [join(CORPUS, "files", file)];
      expect(await analyzed(page, files), name).toBe(await printed(files));
    }
    expect(complaints).toEqual([]);
    expect(new Set(requests.map((path) => path.replace(/[0-9a-f]{16}/, "HASH")))).toEqual(
      new Set(["/assets/analyzer-HASH.js"]),
    );
    await context.close();
  },
  900_000,
);

const settled = (page: Page) =>
  page.waitForFunction(() => document.querySelector<HTMLElement>('[data-part="cancel"]')?.hidden === true);

test("50 MB leave the page free, and take less than 200 MB; and they can be cancelled", async () => {
  const file = join(directory, "large.pcap");
  makeCapture(file, 62_500);
  expect(statSync(file).size).toBeGreaterThan(48 << 20);
  const { context, page, complaints } = await openPage();
  await page.evaluate(() => {
    const counted = globalThis as unknown as { frames: number };
    counted.frames = 0;
    const next = () => {
      counted.frames++;
      requestAnimationFrame(next);
    };
    next();
  });
  const framesNow = () => page.evaluate(() => (globalThis as unknown as { frames: number }).frames);
  const devtools = await context.newCDPSession(page);
  const workerSession = new Promise<string>((resolve) =>
    devtools.on("Target.attachedToTarget", ({ sessionId }) => resolve(sessionId)),
  );
  await devtools.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  await page.setInputFiles('[data-part="choose"]', file);
  const sessionId = await workerSession;
  let largest = 0;
  let asked = 0;
  /** What the worker's heap has now; `null`: the worker is gone. */
  const heapNow = async (): Promise<number | null> => {
    const id = ++asked;
    const answered = new Promise<number>((resolve) => {
      const listen = ({ message }: { message: string }) => {
        const { id: of, result } = JSON.parse(message) as { id?: number; result?: Record<string, number> };
        if (of !== id) return;
        devtools.off("Target.receivedMessageFromTarget", listen);
        // Beside objects the bytes that they hold, of chunks above all.
        resolve((result?.usedSize ?? 0) + (result?.backingStorageSize ?? 0));
      };
      devtools.on("Target.receivedMessageFromTarget", listen);
    });
    const gone = new Promise<null>((resolve) =>
      devtools.once("Target.detachedFromTarget", () => resolve(null)),
    );
    try {
      const message = JSON.stringify({ id, method: "Runtime.getHeapUsage" });
      await devtools.send("Target.sendMessageToTarget", { sessionId, message });
    } catch {
      return null;
    }
    return Promise.race([answered, gone]);
  };
  await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("progress")?.value);
  const before = await framesNow();
  let samples = 0;
  for (let used = await heapNow(); used !== null; used = await heapNow(), samples++)
    largest = Math.max(largest, used);
  await page.locator(RESULT).waitFor();
  const frames = (await framesNow()) - before;
  console.log(`50 MB: heap ${Math.round(largest / 1e6)} MB at most (${samples} samples), ${frames} frames`);
  expect(samples).toBeGreaterThan(0);
  expect(largest).toBeGreaterThan(1e6);
  expect(largest).toBeLessThan(200e6);
  // The page itself went on meanwhile: had it read the file, there were none.
  expect(frames).toBeGreaterThan(2);

  await page.click('[data-part="file-away"]');
  const started = page.waitForEvent("worker");
  const ended = started.then((worker) => worker.waitForEvent("close"));
  expect(complaints).toEqual([]);
  await page.setInputFiles('[data-part="choose"]', file);
  // Whatever ran in the worker, the browser would let none of it out.
  const tried = await (await started).evaluate(() =>
    fetch("/").then(
      () => "connected",
      () => "refused",
    ),
  );
  expect(tried).toBe("refused");
  await page.locator('[data-part="cancel"]').click();
  expect(await page.locator('[data-part="status"]').innerText()).toBe("Cancelled. Nothing was analyzed.");
  expect(await page.locator(RESULT).isVisible()).toBe(false);
  await ended;
  expect(complaints.filter((said) => !/Content Security Policy/.test(said))).toEqual([]);
  await context.close();
}, 240_000);

test("what is sent to a case is what was shown: minimised, and with nobody's addresses", async () => {
  const opened = await fetch(`${server.url}/v1/cases`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway: "vpn.example.com", label: "INC-7" }),
  });
  const { code } = (await opened.json()) as { code: string };
  const { context, page, complaints, requests } = await openPage();
  const seed = join(CASES, "seed");
  await page.setInputFiles('[data-part="choose"]', [
    join(seed, "wired-fail.pcapng"),
    join(seed, "ping-1472-ja.txt"),
    join(CASES, "run-fragments-1472/run.json"),
  ]);
  await settled(page);
  await page.locator('[data-part="file-end"]').first().selectOption("client");
  await settled(page);
  await page.click('[data-part="prepare"]');
  const shown = page.locator('[data-part="prepared"]');
  await shown.waitFor();
  expect(await shown.innerText()).toContain("run.json: is not sent");
  await shown.locator("summary").first().click();
  expect(await shown.innerText()).toMatch(/IKE_AUTH/);
  // Neither the capture's addresses nor that of the pasted ping are in anything that may be sent.
  const before = requests.length;
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    shown.locator('[data-part="prepared-save"]').first().click(),
  ]);
  const bytes = await readFile(await saved.path());
  for (const address of [
    [198, 51, 100, 4],
    [203, 0, 113, 25],
  ])
    expect(bytes.includes(Buffer.from(address))).toBe(false);
  const text = (await page.locator('[data-part="prepared-shown"]').allTextContents()).join("\n");
  for (const address of ["198.51.100.4", "203.0.113.25", "122.28.47.86"]) expect(text).not.toContain(address);
  expect(requests.length).toBe(before);

  await page.fill('[data-part="code"]', "0000-0000-00000");
  await page.click('[data-part="send-button"]');
  await page.locator('[data-part="sent"].bad').waitFor();
  await page.fill('[data-part="code"]', code.toLowerCase());
  await page.click('[data-part="send-button"]');
  const link = page.locator('[data-part="sent"] a');
  await link.waitFor();
  expect(requests.slice(before).map((path) => path.replace(/\/[^/]*$/, "/CODE"))).toEqual(
    Array(2).fill("/v1/case-analyses/CODE"),
  );
  const reportId = (await link.textContent()) ?? "";
  const report = await fetch(`${server.url}/v1/reports/${reportId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const stored = (await report.json()) as { label: string; captures: { name: string }[]; evidence: Evidence };
  expect(stored.label).toBe("INC-7");
  expect(stored.captures.map(({ name }) => name)).toEqual(["wired-fail.pcapng"]);
  expect(stored.evidence.texts.map(({ name }) => name)).toEqual(["ping-1472-ja.txt"]);
  expect(stored.evidence.recordedAt).toMatchObject({ "wired-fail.pcapng": "client" });
  expect(JSON.stringify(stored)).not.toMatch(/122\.28\.47\.86|203\.0\.113\.25/);
  // The refusal of the wrong code is an answer with status 404, and that is all the browser complains about.
  expect(complaints.filter((said) => !said.includes("status of 404"))).toEqual([]);
  await context.close();
});

test("without scripts it says so and what to do, and the report's ID still opens", async () => {
  const { context, page } = await openPage({ javaScriptEnabled: false });
  expect(await page.locator("noscript").innerText()).toContain("ikefrag analyze");
  expect(await page.locator('[data-part="form"]').isVisible()).toBe(false);
  await page.fill("#id", "IKF-00000-00000-0");
  await page.press("#id", "Enter");
  await page.waitForURL(`${server.url}/r?id=*`);
  await context.close();
});

test.each([
  { language: "en", width: 1280, colorScheme: "light" },
  { language: "ja", width: 320, colorScheme: "dark" },
] as const)(
  "in $language at $width px, axe finds nothing, and the keyboard does everything",
  async (view) => {
    const { language, width, colorScheme } = view;
    const { context, page, complaints } = await openPage({
      locale: language,
      colorScheme,
      viewport: { width, height: 900 },
    });
    const examine = async (state: string) => {
      const found = await page.evaluate(`${axe};axe.run({ resultTypes: ["violations"] })`);
      const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        state,
      ).toEqual([]);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(tooWide, `${state} scrolls sideways`).toBeLessThanOrEqual(0);
    };
    await examine("landing");
    // A pasted text, by the keyboard alone.
    await page.locator("summary", { hasText: language === "en" ? "Paste text" : "テキスト" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.insertText(readFileSync(join(CASES, "seed/ping-1472-ja.txt"), "utf8"));
    await page.keyboard.press("Tab");
    await page.keyboard.type("122.28.47.86");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(RESULT).waitFor();
    // Whose answers they are decides what pings prove.
    expect(await page.locator(".report .chips").first().innerText()).toContain("122.28.47.86");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    const hostile = '\u202e<img src=x onerror=alert(1)>"&.txt';
    await page.setInputFiles('[data-part="choose"]', {
      name: hostile,
      mimeType: "text/plain",
      buffer: readFileSync(join(CASES, "seed/netsh-ja.txt")),
    });
    await settled(page);
    await page.locator('[data-part="prepare"]').focus();
    await page.keyboard.press("Enter");
    await page.locator('[data-part="preview"]').waitFor();
    expect(await page.locator('[data-part="prepared-name"]').first().textContent()).toContain("<img src=x");
    expect(await page.locator("main img").count()).toBe(0);
    await examine("analyzed");
    expect(complaints).toEqual([]);
    await context.close();
  },
);
