import { afterEach, beforeEach, expect, test } from "vitest";
import {
  AGENT_BUNDLE,
  json,
  ORIGIN,
  openService,
  openTestCase,
  type Service,
  sha256,
} from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

test("GET /a/CODE.mjs gives fixed bytes plus code and address; its ETag is their SHA-256", async () => {
  const code = await openTestCase(service);
  const response = await service.request("GET", `/a/${code}.mjs`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const text = await response.text();
  expect(text).toBe(`run("${code}", "${ORIGIN}");\n`);
  expect(response.headers.get("etag")).toBe(`"${sha256(text)}"`);
  const again = await service.request("GET", `/a/${code}.mjs`, {
    headers: { "if-none-match": `"${sha256(text)}"` },
  });
  expect(again.status).toBe(304);
});

test("everyone gets the same bytes, whoever they say they are", async () => {
  const seen = new Set<string>();
  for (let at = 0; at < 40; at++) {
    const code =
      at % 4 === 0 ? await openTestCase(service, `vpn${at}.example.com`) : await openTestCase(service);
    service.client.address = `198.51.100.${at}`;
    const response = await service.request("GET", `/a/${code}.mjs`, {
      headers: { "user-agent": `agent-${at}`, "accept-language": at % 2 ? "ja" : "en", accept: "*/*" },
    });
    seen.add(
      sha256((await response.text()).replace(code, "__IKEFRAG_CODE__").replace(ORIGIN, "__IKEFRAG_URL__")),
    );
  }
  expect([...seen]).toEqual([sha256(AGENT_BUNDLE)]);
});

test.each(["lower case", "no hyphens", "spaces", "letters that look like digits"])(
  "a code is taken with %s",
  async (how) => {
    const code = await openTestCase(service);
    const typed = {
      "lower case": code.toLowerCase(),
      "no hyphens": code.replaceAll("-", ""),
      spaces: code.replaceAll("-", " "),
      "letters that look like digits": code.replaceAll("0", "o").replaceAll("1", "l"),
    }[how];
    const response = await service.request("GET", `/a/${encodeURIComponent(typed ?? "")}.json`);
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({
      operator: "Example helpdesk",
      gateway: "vpn.example.com",
      language: "en",
      expiresAt: "2026-11-26T06:00:00.000Z",
    });
  },
);

test("the page says who asks, about what, and which bytes will run", async () => {
  const code = await openTestCase(service);
  const script = await (await service.request("GET", `/a/${code}.mjs`)).text();
  for (const [language, words] of [
    ["en", "asks you to run"],
    ["ja", "依頼しています"],
  ] as const) {
    const page = await (await service.request("GET", `/a/${code}?lang=${language}`)).text();
    expect(page).toContain(`<html lang="${language}">`);
    for (const part of [words, "Example helpdesk", "vpn.example.com", code, sha256(script)])
      expect(page).toContain(part);
  }
});

test.each([
  { name: "a mistyped code", file: "AAAA-BBBB-CCCCC.mjs", status: 404, type: "code-unknown" },
  { name: "no code", file: "x.json", status: 404, type: "code-unknown" },
])("GET /a refuses $name", async ({ file, status, type }) => {
  const response = await service.request("GET", `/a/${file}`);
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ type: `/problems/${type}` });
});

test("CODE.ps1 is answered with the line that does work", async () => {
  const code = await openTestCase(service);
  const response = await service.request("GET", `/a/${code}.ps1`);
  expect(response.status).toBe(404);
  expect((await json<{ detail: string }>(response)).detail).toContain(`${ORIGIN}/a/${code}.mjs`);
});

test("a code is over after 72 hours", async () => {
  const code = await openTestCase(service);
  service.clock.now = new Date("2026-11-26T05:59:59.999Z");
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(200);
  service.clock.now = new Date("2026-11-26T06:00:00.000Z");
  const response = await service.request("GET", `/a/${code}.json`);
  expect(response.status).toBe(410);
  expect((await json<{ detail: string }>(response)).detail).toContain("2026-11-26T06:00:00.000Z");
});

test("who guesses codes is slowed down, who has one is not", async () => {
  const code = await openTestCase(service);
  const statuses: number[] = [];
  for (let at = 0; at < 61; at++)
    statuses.push((await service.request("GET", "/a/AAAA-BBBB-CCCCC.json")).status);
  expect(statuses.slice(0, 60).every((status) => status === 404)).toBe(true);
  expect(statuses[60]).toBe(429);
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(200);
});

test("a Host header that is no host gets nothing that could be pasted into a shell", async () => {
  const open = await openService({ publicUrl: null });
  try {
    const response = await open.app.request("http://$(reboot)/v1/cases", { headers: { host: "$(reboot)" } });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ type: "/problems/bad-host" });
  } finally {
    await open.close();
  }
});
