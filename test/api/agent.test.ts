import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptWords } from "../../agent/words/posix.ts";
import { VERSION } from "../../api/cases/release-files.ts";
import {
  AGENT_BUNDLE,
  json,
  ORIGIN,
  openService,
  openTestCase,
  POSIX_AGENT,
  type Service,
  sha256,
  WINDOWS_AGENT,
} from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const SCRIPTS = [
  { extension: "mjs", type: "text/javascript", agent: AGENT_BUNDLE },
  { extension: "sh", type: "text/plain", agent: POSIX_AGENT },
  { extension: "ps1", type: "text/plain", agent: WINDOWS_AGENT },
];

test.each(SCRIPTS)(
  "GET /a/CODE.$extension gives fixed bytes plus code and address; its ETag is their SHA-256",
  async ({ extension, type, agent }) => {
    const code = await openTestCase(service);
    const response = await service.request("GET", `/a/${code}.${extension}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    const text = await response.text();
    expect(text).toBe(agent.replace("__IKEFRAG_CODE__", code).replace("__IKEFRAG_URL__", ORIGIN));
    expect(response.headers.get("etag")).toBe(`"${sha256(text)}"`);
    const again = await service.request("GET", `/a/${code}.${extension}`, {
      headers: { "if-none-match": `"${sha256(text)}"` },
    });
    expect(again.status).toBe(304);
  },
);

/**
 * Who asks, in what language, from where, for which case: 500 times each of the two, and the same bytes each
 * time.
 */
test.each(SCRIPTS)(
  "everyone gets the same bytes of CODE.$extension, whoever they say they are",
  async ({ extension, agent }) => {
    const userAgents = ["WindowsPowerShell/5.1.26100", "curl/8", "Mozilla/5.0", ""];
    const languages = ["en", "ja", "de-DE,de;q=0.9", "*"];
    const codes: string[] = [];
    for (let at = 0; at < 10; at++) codes.push(await openTestCase(service, `vpn${at}.example.com`));
    const seen = new Set<string>();
    for (let at = 0; at < 500; at++) {
      const code = codes[at % codes.length] ?? "";
      service.client.address = `198.51.100.${at % 250}`;
      const response = await service.request(
        "GET",
        `/a/${code}.${extension}${at % 3 === 0 ? "?lang=ja" : ""}`,
        {
          headers: {
            "user-agent": userAgents[at % userAgents.length] ?? "",
            "accept-language": languages[at % 3] ?? "",
            accept: at % 2 ? "*/*" : "text/html",
          },
        },
      );
      expect(response.status).toBe(200);
      seen.add(
        sha256((await response.text()).replace(code, "__IKEFRAG_CODE__").replace(ORIGIN, "__IKEFRAG_URL__")),
      );
    }
    expect([...seen]).toEqual([sha256(agent)]);
  },
);

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
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await json(response)).toEqual({
      operator: "Example helpdesk",
      gateway: "vpn.example.com",
      reflector: null,
      rehearsal: true,
      language: "en",
      expiresAt: "2026-11-26T06:00:00.000Z",
      ask: [],
      agentWords: scriptWords("en"),
    });
  },
);

test("what a case asks for besides is in CODE.json and on the page, and nowhere where nothing is asked", async () => {
  const request = { gateway: "vpn.example.com", ask: ["apply", "capture", "apply"] };
  const created = await service.request("POST", "/v1/cases", { token: service.tokens.staff, json: request });
  const { code, ask } = await json<{ code: string; ask: string[] }>(created);
  expect(ask).toEqual(["capture", "apply"]);
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ ask });
  const page = async (of: string) => (await service.request("GET", `/a/${of}?lang=en`)).text();
  for (const words of [
    "To record packets to and from the gateway",
    "send the recording to this service",
    "To try the recommended MTU",
  ]) {
    expect(await page(code)).toContain(words);
    expect(await page(await openTestCase(service))).not.toContain(words);
  }
});

test.each([
  { what: "unless it is left out", asked: {}, operator: true, begins: true },
  { what: "where the case says so", asked: { rehearsal: true }, operator: true, begins: true },
  { what: "not where the case leaves it out", asked: { rehearsal: false }, operator: true, begins: false },
  {
    what: "not where the operator leaves it out",
    asked: { rehearsal: true },
    operator: false,
    begins: false,
  },
])("logins are begun, and the user is told so, $what", async ({ asked, operator, begins }) => {
  service.deps.config.rehearsal = operator;
  const request = { gateway: "vpn.example.com", ...asked };
  const created = await service.request("POST", "/v1/cases", { token: service.tokens.staff, json: request });
  const { code, rehearsal } = await json<{ code: string; rehearsal: boolean }>(created);
  expect(rehearsal).toBe(begins);
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ rehearsal: begins });
  const page = async (language: string) =>
    (await service.request("GET", `/a/${code}?lang=${language}`)).text();
  const [english, japanese] = [await page("en"), await page("ja")];
  expect(english.includes("Begins VPN logins with the gateway and finishes none")).toBe(begins);
  expect(english.includes("may ban yours for a while")).toBe(begins);
  expect(japanese.includes("お使いのアドレスがしばらく遮断される")).toBe(begins);
});

test("a case that is open keeps its answer, and an operator who says no later is obeyed", async () => {
  const code = await openTestCase(service);
  service.deps.config.rehearsal = false;
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ rehearsal: false });
});

test("the page says who asks, about what, and which bytes will run: the Windows script whole", async () => {
  const agent = await readFile(join(import.meta.dirname, "../../agent/windows.ps1"), "utf8");
  service.deps.windowsAgent = agent;
  const code = await openTestCase(service);
  // The published files where those are run; the case's own where the quick form comes first.
  for (const [delivery, path, language, words] of [
    ["file", `/agent/${VERSION}/ikefrag`, "en", "asks you to run"],
    ["quick", `/a/${code}`, "ja", "依頼しています"],
  ] as const) {
    service.deps.config.delivery = [delivery];
    const script = async (extension: string) => (await service.request("GET", `${path}.${extension}`)).text();
    const windows = await script("ps1");
    const page = await (await service.request("GET", `/a/${code}?lang=${language}`)).text();
    expect(page).toContain(`<html lang="${language}">`);
    const hashes = [sha256(await script("mjs")), sha256(windows)];
    for (const part of [words, "Example helpdesk", "vpn.example.com", code, ...hashes])
      expect(page).toContain(part);
    const shown = /<pre[^>]*>([^<]*)<\/pre>/.exec(page)?.[1] ?? "";
    const characters: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
    expect(shown.replace(/&(#?\w+);/g, (whole, name) => characters[name] ?? whole)).toBe(windows);
  }
});

test("CODE.json has the scripts' words in the language asked for", async () => {
  const code = await openTestCase(service);
  const words = async (language: string) => {
    const headers = { "accept-language": language };
    return (await json(await service.request("GET", `/a/${code}.json`, { headers }))).agentWords;
  };
  expect(await words("ja")).toEqual(scriptWords("ja"));
  expect(await words("en")).toEqual(scriptWords("en"));
});

test.each([
  { name: "a mistyped code", file: "AAAA-BBBB-CCCCC.mjs", status: 404, type: "code-unknown" },
  { name: "no code", file: "x.json", status: 404, type: "code-unknown" },
])("GET /a refuses $name", async ({ file, status, type }) => {
  const response = await service.request("GET", `/a/${file}`);
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ type: `/problems/${type}` });
});

test("another extension is answered with the files that there are", async () => {
  const code = await openTestCase(service);
  const response = await service.request("GET", `/a/${code}.exe`);
  expect(response.status).toBe(404);
  const { detail } = await json<{ detail: string }>(response);
  for (const extension of ["mjs", "ps1", "sh"]) expect(detail).toContain(`${ORIGIN}/a/${code}.${extension}`);
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

test("who guesses codes gets no answer any more, not for a right one either", async () => {
  const code = await openTestCase(service);
  const statuses: number[] = [];
  for (let at = 0; at < 61; at++)
    statuses.push((await service.request("GET", "/a/AAAA-BBBB-CCCCC.json")).status);
  expect(statuses.slice(0, 60).every((status) => status === 404)).toBe(true);
  expect(statuses[60]).toBe(429);
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(429);
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
