/** The landing page's analysis: the same as the program's, in the browser, with nothing sent anywhere. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { diagnoseLoaded, loadEvidence } from "../../cli/load-evidence.ts";
import { UnusableInputError } from "../../shared/evidence/unusable-input.ts";
import { speak } from "../../shared/text/speak.ts";
import { readIndex } from "../support/corpus.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROOT = join(import.meta.dirname, "../..");
const CASES = join(ROOT, "test/cases");

let browser: Browser;
let server: RunningServer;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-local-"));
  process.env.IKEFRAG_UPLOADS_PER_MINUTE = "1000";
  const where = { host: "127.0.0.1", port: 0, dataDir: directory, publicUrl: null };
  server = await startServer({ ...where, log: () => {} });
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
