/**
 * Takes a picture of every page of the demonstration: `npm run screenshots [-- FOLDER [en|ja]…]`. In both
 * languages, wide and narrow, light and dark, and as it is printed. Somebody looks at them; nothing is
 * compared. With `--readme` it takes the four of the README anew, into docs/screenshots.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { RunningServer } from "../../api/runtime/start-server.ts";
import { startDemo } from "../../cli/demo/serve-demo.ts";
import { isLanguage, type Language } from "../../shared/language.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROOT = join(import.meta.dirname, "../..");
const SEED = join(ROOT, "test/cases/seed");

const VIEWS = [1280, 390].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);
/** A4 at 96 dots an inch. */
const PAPER = { width: 794, height: 1123 };
/** What leads to no page: a file, or another language of the same. */
const NO_PAGE =
  /[?&](?:lang|format|cursor)=|\/(?:capture|export|html|pcap|eml|zip|sign-out|events)\b|\.(?:csv|jsonl|html|zip|eml|md|json)\b/;
const MOST_PAGES = 60;

/** A page: what its picture is called, and where it is. */
interface Shot {
  name: string;
  path: string;
}

/** The same name for all reports, for all cases, and for all of one filter. */
const nameOf = (path: string): string =>
  path
    .replace(/^(\/console\/(?:reports|cases|insights|analyze))\?.*/, "$1")
    .replace(/IKF-[\w-]+/g, "REPORT")
    .replace(/[a-z0-9]{20}/g, "ID")
    .replace(/problems\/.*/, "problem")
    .replace(/=[^&]*/g, "")
    .replace(/^\/(?:console\/)?/, "")
    .replace(/[^\w]+/g, "-")
    .replace(/^-|-$/g, "") || "home";

async function signedIn(browser: Browser, server: RunningServer, locale: Language): Promise<BrowserContext> {
  // Most users have Windows, and the agent's page shows what it looks like there.
  const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
  const context = await browser.newContext({ locale, userAgent });
  const page = await context.newPage();
  await page.goto(await server.newSignInLink());
  await page.locator("main form button").first().click();
  await page.waitForURL("**/console/account**");
  return context;
}

/** Every kind of page that links lead to from here, one of each. */
async function findPages(page: Page, server: RunningServer): Promise<Shot[]> {
  const found = new Map<string, string>();
  const open = ["/console/reports", "/console/cases", "/", "/docs", "/r/IKF-00000-00000-0"];
  while (open.length > 0 && found.size < MOST_PAGES) {
    const path = open.shift() ?? "";
    const name = nameOf(path);
    if (found.has(name)) continue;
    const answer = await page.request.get(server.url + path, { maxRedirects: 0 });
    const { location } = answer.headers();
    if (location !== undefined && !found.has(nameOf(location))) open.push(location);
    if (answer.status() >= 300 && answer.status() !== 404) continue;
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    found.set(name, path);
    await page.goto(server.url + path);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => (a as HTMLAnchorElement).href));
    for (const link of links) {
      const { origin, pathname, search } = new URL(link);
      const to = pathname + search;
      if (origin === server.url && !NO_PAGE.test(to) && !found.has(nameOf(to))) open.push(to);
    }
  }
  return [...found].map(([name, path]) => ({ name, path }));
}

/** One report of each verdict, as staff and as users see it; and the agent's page of a case that is open. */
async function storyPages(page: Page, server: RunningServer): Promise<Shot[]> {
  await page.goto(`${server.url}/console/reports`);
  const rows = await page.$$eval('a[href^="/console/reports/IKF-"]', (links) =>
    links.map((link) => ({
      id: link.getAttribute("href")?.split("/").at(-1) ?? "",
      title: link.textContent ?? "",
    })),
  );
  const shots: Shot[] = [];
  const seen = new Set<string>();
  for (const { id, title } of rows) {
    if (seen.has(title) || title.trim() === "") continue;
    seen.add(title);
    const n = String(seen.size).padStart(2, "0");
    shots.push(
      { name: `report-${n}`, path: `/console/reports/${id}` },
      { name: `card-${n}`, path: `/r/${id}` },
    );
  }
  await page.goto(`${server.url}/console/cases`);
  const cases = await page.$$eval('a[href^="/console/cases/"]', (links) =>
    [...new Set(links.map((link) => link.getAttribute("href") ?? ""))].filter((to) =>
      /^\/console\/cases\/[a-z0-9]{20}$/.test(to),
    ),
  );
  for (const [n, path] of cases.slice(0, 6).entries()) {
    shots.push({ name: `case-${n + 1}`, path });
    await page.goto(server.url + path);
    const agent = /\/a\/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}/.exec(
      (await page.textContent("main")) ?? "",
    )?.[0];
    if (agent !== undefined && !shots.some(({ name }) => name === "agent"))
      shots.push({ name: "agent", path: agent });
  }
  return shots;
}

const whole = (page: Page, folder: string, name: string) =>
  page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });

async function takeAll(browser: Browser, folder: string, language: Language): Promise<void> {
  const server = await startDemo({ host: "127.0.0.1", port: 0, log: () => {} }, language);
  try {
    const context = await signedIn(browser, server, language);
    const page = await context.newPage();
    const shots = [...(await storyPages(page, server)), ...(await findPages(page, server))];
    for (const { name, path } of shots) {
      for (const { width, colorScheme } of VIEWS) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ media: "screen", colorScheme });
        await page.goto(server.url + path);
        await whole(page, folder, `${name}.${language}.${width}.${colorScheme}`);
      }
      if (!/^(?:report|card|forward|compare|agent|case)/.test(name)) continue;
      await page.setViewportSize(PAPER);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await writeFile(join(folder, `${name}.${language}.pdf`), await page.pdf({ format: "A4" }));
      await whole(page, folder, `${name}.${language}.print`);
    }
    for (const { width, colorScheme } of VIEWS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ media: "screen", colorScheme });
      await page.goto(server.url);
      await page.setInputFiles('[data-part="choose"]', [
        join(SEED, "wired-fail.pcapng"),
        join(SEED, "netsh-ja.txt"),
      ]);
      await page.locator('[data-part="result"]').waitFor();
      await page.click('[data-part="prepare"]');
      await page.locator('[data-part="preview"]').waitFor();
      await whole(page, folder, `local.${language}.${width}.${colorScheme}`);
    }
    console.log(`${language}: ${shots.map(({ name }) => name).join(" ")}`);
    await context.close();
  } finally {
    await server.close();
  }
}

/** What the README shows: the first screen of four pages. */
async function takeForReadme(browser: Browser): Promise<void> {
  const folder = join(ROOT, "docs/screenshots");
  await mkdir(folder, { recursive: true });
  const server = await startDemo({ host: "127.0.0.1", port: 0, log: () => {} }, "en");
  try {
    const context = await signedIn(browser, server, "en");
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(`${server.url}/console/reports`);
    const report = await page.locator('a[href^="/console/reports/IKF-"]').first().getAttribute("href");
    const id = report?.split("/").at(-1);
    const shots = {
      queue: { path: "/console/reports", width: 1280, height: 560 },
      report: { path: `/console/reports/${id}`, width: 1100, height: 880 },
      card: { path: `/r/${id}`, width: 900, height: 880 },
      insights: { path: "/console/insights", width: 1280, height: 640 },
    };
    for (const [name, { path, ...size }] of Object.entries(shots)) {
      await page.setViewportSize(size);
      await page.goto(server.url + path);
      await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
    }
    await context.close();
  } finally {
    await server.close();
  }
}

const words = process.argv.slice(2).filter((word) => word !== "--readme");
const folder = words.find((word) => !isLanguage(word)) ?? join(ROOT, "screenshots");
const languages = words.filter(isLanguage);
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  if (process.argv.includes("--readme")) await takeForReadme(browser);
  else
    for (const language of languages.length > 0 ? languages : (["en", "ja"] as const))
      await takeAll(browser, folder, language);
} finally {
  await browser.close();
}
process.exit(0);
