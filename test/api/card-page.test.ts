/** The fix card as the person in front of the PC sees it. */
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, makeReport, openService, openTestCase, type Service, seedFile } from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const page = async (path: string, language = "en"): Promise<string> =>
  (
    await service.request("GET", path, { headers: { accept: "text/html", "accept-language": language } })
  ).text();
/** What is shown before anybody unfolds anything. */
const firstScreen = (html: string): string =>
  html.slice(html.indexOf('<div class="report card">'), html.indexOf('<details class="fold'));

test("a card with a command: what is wrong, how to open a prompt, the line, and the line that undoes it", async () => {
  const { reportId } = await makeReport(service);
  const first = firstScreen(await page(`/r/${reportId}`));
  for (const part of [
    "Your network loses large messages",
    "Run as administrator",
    "netsh interface ipv4 set interface 19 mtu=1472",
    "netsh interface ipv4 set interface 19 mtu=1500",
    "can be undone",
    `/r/${reportId}`,
  ])
    expect(first).toContain(part);
  // Neither a code nor a word of the trade.
  expect(first).not.toMatch(/outbound-fragments|IP fragment|RFC|MTU \(/);
  expect(firstScreen(await page(`/r/${reportId}`, "ja"))).toContain("管理者として実行");
});

test("a card of a capture that asks for more says so in words that a user can follow", async () => {
  const stored = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const { reportId } = await json<{ reportId: string }>(stored);
  const first = firstScreen(await page(`/r/${reportId}`));
  expect(first).toMatch(/Ask .+ for a line to run on this PC/);
  expect(first).not.toMatch(/supply|value below|Run the probe/);
});

test("a healthy path is said to be one, in the words of the diagnosis", async () => {
  const { reportId } = await makeReport(service, CLEAR_PATH);
  const first = firstScreen(await page(`/r/${reportId}`));
  expect(first).toContain("No network problem found");
  // Nobody is sent away with "nothing": there is somebody to tell what does not work.
  expect(first).toMatch(/tell .+ which error it shows/);
  expect(first).not.toContain("as administrator");
});

test.each([
  { contact: "+81 3 1234 5678", shown: '<a href="tel:+81312345678">+81 3 1234 5678</a>' },
  { contact: "it@example.com", shown: '<a href="mailto:it@example.com">it@example.com</a>' },
  { contact: "https://help.example.com/vpn", shown: '<a href="https://help.example.com/vpn"' },
  { contact: "Room <b>7</b>", shown: "<bdi>Room &lt;b&gt;7&lt;/b&gt;</bdi>" },
  { contact: "javascript:alert(1)", shown: "<bdi>javascript:alert(1)</bdi>" },
])(
  "users are told whom to ask, on the card and where there is none: $contact",
  async ({ contact, shown }) => {
    Object.assign(service.deps.config, { operator: "Example IT", contact });
    const { reportId } = await makeReport(service);
    for (const path of [`/r/${reportId}`, "/r/IKF-00000-00000-1", "/a/AAAA-AAAA-AAAAA"]) {
      const html = await page(path);
      expect(html, path).toContain("Example IT");
      expect(html, path).toContain(shown);
    }
  },
);

test("the agent says whom to ask too, before anything runs", async () => {
  Object.assign(service.deps.config, { operator: "Example IT", contact: "+81 3 1234 5678" });
  const facts = await json(await service.request("GET", `/a/${await openTestCase(service)}.json`));
  expect(facts.operator).toBe("Example IT · +81 3 1234 5678");
});

test("an overridden card shows the text for the user first, and no line to run", async () => {
  const { reportId } = await makeReport(service);
  const override = {
    verdict: "gateway-rejects",
    reason: "for colleagues",
    userText: "A new certificate comes today.\n<b>Wait</b>",
  };
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    headers: { "if-match": "*" },
    json: { override },
  });
  const html = await page(`/r/${reportId}`);
  expect(firstScreen(html)).toContain("A new certificate comes today.\n&lt;b&gt;Wait&lt;/b&gt;");
  expect(html).not.toMatch(/for colleagues|netsh|1472/);
  expect(html).toContain("What the analyzer had said");
});

test.each([
  { accepts: "gzip, deflate, br", packed: true },
  { accepts: "gzip;q=0, identity", packed: false },
  { accepts: "identity", packed: false },
])(
  "a card is under 60 KiB with all that it loads, gzipped where that is taken: $accepts",
  async ({ accepts, packed }) => {
    const { reportId } = await makeReport(service);
    const html = await page(`/r/${reportId}`, "ja");
    let bytes = Buffer.byteLength(html);
    for (const [, path = ""] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      const answer = await service.request("GET", path, { headers: { "accept-encoding": accepts } });
      const sent = Buffer.from(await answer.arrayBuffer());
      expect(answer.headers.get("content-encoding")).toBe(packed ? "gzip" : null);
      expect(answer.headers.get("vary")).toBe("Accept-Encoding");
      const plain = await (await service.request("GET", path)).arrayBuffer();
      expect((packed ? gunzipSync(sent) : sent).equals(Buffer.from(plain))).toBe(true);
      bytes += sent.length;
    }
    if (packed) expect(bytes).toBeLessThan(60 * 1024);
    // No page is gzipped: it may hold what somebody typed beside what is secret.
    const again = await service.request("GET", `/r/${reportId}`, {
      headers: { accept: "text/html", "accept-encoding": accepts },
    });
    expect(again.headers.get("content-encoding")).toBeNull();
  },
);
