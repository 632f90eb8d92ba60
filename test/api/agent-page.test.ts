/** The page of a case's code: the line for the computer that asks, and how far the run is. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  json,
  ORIGIN,
  openService,
  openTestCase,
  playRun,
  type Service,
  startTestRun,
} from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const page = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await service.request("GET", path, { headers: { accept: "text/html", ...headers } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("vary")).toContain("User-Agent");
  return answer.text();
};
/** What is shown before anybody unfolds anything. */
const firstScreen = (html: string): string =>
  html.slice(html.indexOf("<main"), html.indexOf('<details class="fold'));

const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
const SAFARI =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const PIXEL =
  "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";

const POWERSHELL = /powershell -NoProfile -ExecutionPolicy RemoteSigned -Command &quot;irm/;
const QUICK = /powershell -c &quot;irm/;
const SHELL = /sh -c &#39;f=ikefrag\.mjs h=[0-9a-f]{64}; if command -v node/;
test.each([
  { name: "Windows", headers: { "user-agent": EDGE }, has: POWERSHELL, step: "Press Start" },
  { name: "a Mac", headers: { "user-agent": SAFARI }, has: SHELL, step: "⌘V" },
  { name: "Linux", headers: { "user-agent": FIREFOX }, has: SHELL, step: "Ctrl+Shift+V" },
  { name: "an iPhone", headers: { "user-agent": IPHONE }, has: null, step: "Open this page on the PC" },
  { name: "Android", headers: { "user-agent": PIXEL }, has: null, step: "Open this page on the PC" },
  {
    name: "nothing that is known",
    headers: { "user-agent": "curl/8" },
    has: POWERSHELL,
    step: "Press Start",
  },
  {
    name: "a hint that says more than the name",
    headers: { "user-agent": FIREFOX, "sec-ch-ua-platform": '"Windows"' },
    has: POWERSHELL,
    step: "Press Start",
  },
  {
    name: "a phone that says it is a computer",
    headers: { "user-agent": FIREFOX, "sec-ch-ua-platform": '"Linux"', "sec-ch-ua-mobile": "?1" },
    has: null,
    step: "Open this page on the PC",
  },
])("one line for the computer that asks: $name", async ({ headers, has, step }) => {
  const code = await openTestCase(service);
  const first = firstScreen(await page(`/a/${code}`, headers));
  expect(first).toContain(step);
  for (const line of [POWERSHELL, SHELL]) {
    const isThere = line.test(first.replace(/<ol class="how">.*?<\/ol>/s, ""));
    expect(isThere, String(line)).toBe(line === has);
  }
});

test("another computer's page is a link away, and a phone gets the address as a QR code", async () => {
  const code = await openTestCase(service);
  const html = await page(`/a/${code}?for=phone`, { "user-agent": EDGE });
  // Scripts draw it; without them the address stands alone.
  expect(html).toContain(`<div data-qr="${ORIGIN}/a/${code}" data-qr-name="QR code of `);
  expect(html).toContain(`<code>${ORIGIN.replace("https://", "")}/a/${code}</code>`);
  expect(firstScreen(await page(`/a/${code}?for=mac`, { "user-agent": EDGE }))).toContain("⌘V");
  expect(firstScreen(await page(`/a/${code}?for=amiga`, { "user-agent": EDGE }))).toContain("Press Start");
});

test("a case that asks for what only an administrator may do says how to be one", async () => {
  const made = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway: "vpn.example.com", ask: ["capture"] },
  });
  const { code } = await json<{ code: string }>(made);
  expect(firstScreen(await page(`/a/${code}`))).toContain("Run as administrator");
  expect(firstScreen(await page(`/a/${await openTestCase(service)}`))).not.toContain("Run as administrator");
});

interface News {
  stamp: string;
  says: string;
}
const stateOf = async (code: string): Promise<Record<string, unknown>> => {
  const answer = await service.request("GET", `/a/${code}/state`);
  expect(answer.status).toBe(200);
  return JSON.parse((await json<News & Record<string, unknown>>(answer)).stamp);
};
const wait = (minutes: number) => {
  service.clock.now = new Date(service.clock.now.getTime() + minutes * 60_000);
};

test("the page says that the run waits, goes on, has stopped, and is done, with the ID and the card", async () => {
  const code = await openTestCase(service);
  expect(await stateOf(code)).toEqual({ state: "waiting" });
  const run = await startTestRun(service, code);
  expect(await stateOf(code)).toEqual({ state: "running", round: 1 });
  wait(5);
  expect(await stateOf(code)).toEqual({ state: "stopped" });
  const { reportId } = await playRun(service, run);
  expect(await stateOf(code)).toEqual({ state: "done", reportId });
  const html = await page(`/a/${code}`);
  expect(html).toContain(`href="/r/${reportId}"`);
  wait(31);
  expect(await stateOf(code)).toEqual({ state: "waiting" });
  expect(await page(`/a/${code}`)).not.toContain(reportId);
});

test("a code that its last run used up still shows that run, and no line", async () => {
  const code = await openTestCase(service);
  for (let used = 1; used < service.deps.config.runsPerCode; used++) await startTestRun(service, code);
  wait(1);
  const { reportId } = await playRun(service, await startTestRun(service, code));
  expect(await stateOf(code)).toEqual({ state: "done", reportId });
  const html = await page(`/a/${code}`);
  expect(html).toContain("takes no more runs");
  expect(html).not.toMatch(POWERSHELL);
  wait(31);
  expect((await service.request("GET", `/a/${code}`)).status).toBe(410);
  expect((await service.request("GET", `/a/${code}/state`)).status).toBe(410);
});

test("the code of a fleet tells nobody of others' runs", async () => {
  const made = await service.request("POST", "/v1/cases", {
    token: service.tokens.admin,
    json: { gateway: "vpn.example.com", maxRuns: 100 },
  });
  const { code } = await json<{ code: string }>(made);
  await playRun(service, await startTestRun(service, code));
  expect(await stateOf(code)).toEqual({ state: "waiting" });
});

test("asking how far it is is no miss, and guessing a code there is one", async () => {
  const code = await openTestCase(service);
  for (let at = 0; at < 70; at++) expect((await service.request("GET", `/a/${code}/state`)).status).toBe(200);
  const statuses: number[] = [];
  for (let at = 0; at < 61; at++)
    statuses.push((await service.request("GET", "/a/AAAA-BBBB-CCCCC/state")).status);
  expect(statuses.at(0)).toBe(404);
  expect(statuses.at(-1)).toBe(429);
});

test("the operator's first way stands large, the others fold, and a phone gets what needs no program", async () => {
  const code = await openTestCase(service);
  const code13 = new RegExp(`<p class="spelled"><code>${code}</code></p>`);
  const byHand = new RegExp(`href="/a/${code}/by-hand"`);
  for (const [delivery, large, folded] of [
    [["file", "by-hand", "quick"], POWERSHELL, [byHand, QUICK]],
    [["quick", "file"], QUICK, [POWERSHELL]],
    [["installed", "file"], code13, [POWERSHELL]],
    [["by-hand", "installed"], byHand, [code13]],
  ] as const) {
    service.deps.config.delivery = delivery;
    const html = await page(`/a/${code}`, { "user-agent": EDGE });
    const first = firstScreen(html);
    for (const each of [POWERSHELL, QUICK, code13, byHand])
      expect(each.test(first), `${delivery}: ${each}`).toBe(each === large);
    const rest = html.slice(html.indexOf('<details class="fold'));
    for (const each of folded) expect(rest, `${delivery}: ${each}`).toMatch(each);
    for (const other of ["/blocked", "/security"]) {
      expect(html).toContain(`href="${other}"`);
      expect((await service.request("GET", other)).status).toBe(200);
    }
    const phone = await page(`/a/${code}`, { "user-agent": IPHONE });
    expect(byHand.test(phone)).toBe((delivery as readonly string[]).includes("by-hand"));
  }
  service.deps.config.delivery = ["installed"];
  expect(await page(`/a/${code}`, { "user-agent": SAFARI })).toContain(
    "Windows PCs on which ikefrag is installed",
  );
});
