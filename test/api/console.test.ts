import { afterEach, beforeEach, expect, test } from "vitest";
import { firstAdmin } from "../../api/auth/credentials.ts";
import { newSecret, SecretPrefix, sha256Hex } from "../../api/auth/secrets.ts";
import { json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const HTML = { accept: "text/html,application/xhtml+xml" };
const OWN = { "sec-fetch-site": "same-origin", origin: ORIGIN };

async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = OWN) {
  return service.request("POST", path, {
    body: new URLSearchParams(fields),
    headers: { ...HTML, ...headers },
  });
}
async function signIn(role: "staff" | "admin" = "admin"): Promise<Record<string, string>> {
  const response = await post("/console/sign-in", { token: service.tokens[role] });
  const cookie = response.headers.get("set-cookie") ?? "";
  return { cookie: cookie.split(";")[0] ?? "" };
}
const codeIn = (text: string): string => /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}/.exec(text)?.[0] ?? "";
const page = async (path: string, headers: Record<string, string> = {}) =>
  service.request("GET", path, { headers: { ...HTML, ...headers } });

test("who is not signed in is shown the way, and back afterwards", async () => {
  const sent = await page("/console/reports?status=new");
  expect(sent.status).toBe(303);
  const to = sent.headers.get("location") ?? "";
  expect(to).toBe("/console/sign-in?next=%2Fconsole%2Freports%3Fstatus%3Dnew");
  expect(await (await page(to)).text()).toContain('value="/console/reports?status=new"');
  const back = await post("/console/sign-in", {
    token: service.tokens.staff,
    next: "/console/reports?status=new",
  });
  expect(back.headers.get("location")).toBe("/console/reports?status=new");
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "/consolex", "javascript:alert(1)"])(
  "signing in never leads to %s",
  async (next) => {
    const response = await post("/console/sign-in", { token: service.tokens.staff, next });
    expect(response.headers.get("location")).toBe("/console");
  },
);

test("the session is a cookie of this host alone, and a hash in the database", async () => {
  const response = await post("/console/sign-in", { token: service.tokens.staff });
  const cookie = response.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^__Host-ikefrag-session=iks_[0-9a-z]{32}; /);
  for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=43200"])
    expect(cookie).toContain(part);
  const value = /=([^;]+)/.exec(cookie)?.[1] ?? "";
  expect(JSON.stringify(await service.database.all("SELECT * FROM sessions"))).not.toContain(value);
});

test("a session ends: by itself after 12 hours, and by signing out", async () => {
  const first = await signIn();
  expect((await page("/console/reports", first)).status).toBe(200);
  service.clock.now = new Date("2026-11-23T18:00:00Z");
  expect((await page("/console/reports", first)).status).toBe(303);
  const second = await signIn();
  await post("/console/sign-out", {}, { ...OWN, ...second });
  expect((await page("/console/reports", second)).status).toBe(303);
});

test("a wrong token is refused on the page, a run token too", async () => {
  for (const token of ["", "ikf_00000000000000000000000000000000", "ikr_00000000000000000000000000000000"]) {
    const response = await post("/console/sign-in", { token });
    expect(response.status).toBe(401);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).toContain('role="alert"');
  }
});

test("a one-time link works once, by its button alone", async () => {
  const link = newSecret(SecretPrefix.signInLink, service.deps.random);
  const { id } = await firstAdmin(service.deps);
  await service.deps.people.addLink(sha256Hex(link), id, "2026-11-24T06:00:00.000Z");
  for (let times = 0; times < 3; times++) expect((await page(`/console/link/${link}`)).status).toBe(200);
  const used = await post(`/console/link/${link}`, {});
  expect(used.status).toBe(303);
  const cookie = (used.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect((await page("/console/reports", { cookie })).status).toBe(200);
  const again = await post(`/console/link/${link}`, {});
  expect(again.status).toBe(401);
  expect(again.headers.get("set-cookie")).toBeNull();
  expect(JSON.stringify(service.log)).not.toContain(link);
});

const strangers: { name: string; headers: Record<string, string> }[] = [
  { name: "another site", headers: { "sec-fetch-site": "cross-site", origin: "https://evil.example" } },
  { name: "a sibling", headers: { "sec-fetch-site": "same-site", origin: "https://other.example.com" } },
  { name: "another origin, where the browser says no more", headers: { origin: "https://evil.example" } },
  { name: "an opaque origin", headers: { origin: "null" } },
  { name: "nobody at all", headers: {} },
];
test.each(strangers)("no form is taken from $name", async ({ headers }) => {
  const session = await signIn();
  const { reportId } = await makeReport(service);
  const before = await service.stored();
  for (const [path, fields] of [
    ["/console/sign-in", { token: service.tokens.admin }],
    ["/console/cases", { gateway: "vpn.example.com" }],
    [`/console/reports/${reportId}/delete`, { confirm: "yes" }],
    [`/console/reports/${reportId}/review`, { version: "1", status: "fixed", note: "" }],
  ] as const) {
    const response = await post(path, fields, { ...headers, ...session });
    expect(response.status, path).toBe(403);
  }
  // The interface, too, takes a session's change from our own pages only.
  const api = await service.request("DELETE", `/v1/reports/${reportId}`, {
    headers: { ...headers, ...session },
  });
  expect(api.status).toBe(403);
  expect(await service.stored()).toEqual(before);
});

test("the reports page lists, filters and pages", async () => {
  const session = await signIn("staff");
  expect(await (await page("/console/reports", session)).text()).toContain("There are no reports yet");
  const ids: string[] = [];
  for (let at = 0; at < 3; at++) ids.push((await makeReport(service)).reportId);
  const first = await (await page("/console/reports?limit=2", session)).text();
  expect(ids.filter((id) => first.includes(`/console/reports/${id}`))).toHaveLength(2);
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const second = await (await page(next, session)).text();
  expect(ids.filter((id) => second.includes(`/console/reports/${id}`))).toHaveLength(1);
  const none = await (await page("/console/reports?verdict=healthy", session)).text();
  expect(none).toContain("No report matches");
  expect((await page("/console/reports?verdict=x", session)).status).toBe(400);
});

test("names and texts of strangers stay text", async () => {
  const attack = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    json: { schema: "ikefrag/evidence/1", texts: [{ name: attack, text: attack }] },
  });
  const { reportId } = await json<{ reportId: string }>(response);
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    json: { note: attack, override: { verdict: "not-ikev2", reason: attack } },
    headers: { "if-match": "*" },
  });
  const session = await signIn();
  await post("/console/cases", { gateway: "vpn.example.com", label: attack }, { ...OWN, ...session });
  for (const path of [
    `/console/reports/${reportId}`,
    "/console/cases",
    `/console/reports?q=${encodeURIComponent(attack)}`,
  ]) {
    const text = await (await page(path, session)).text();
    expect(text, path).toContain("&lt;img src=x");
    expect(text, path).not.toContain("<img src=x");
    expect(text, path).not.toContain("<script>alert");
  }
});

test("a case is opened on the page; its code is shown and its line handed out", async () => {
  const session = await signIn("staff");
  const wrong = await post(
    "/console/cases",
    { gateway: "vpn;reboot", label: "keeps what was typed", ask: "capture" },
    { ...OWN, ...session },
  );
  expect(wrong.status).toBe(400);
  const form = await wrong.text();
  expect(form).toContain('value="keeps what was typed"');
  expect(form).toContain('aria-invalid="true"');
  expect(form).toMatch(/value="capture" checked/);
  expect(form).not.toMatch(/value="apply" checked/);
  expect((await service.stored()).rows.cases).toBe(0);

  const created = await post(
    "/console/cases",
    { gateway: "vpn.example.com", label: "T-1", language: "ja", ask: "capture" },
    { ...OWN, ...session },
  );
  expect(created.status).toBe(303);
  const path = created.headers.get("location") ?? "";
  const code = codeIn(await (await page(path, session)).text());
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ ask: ["capture"] });
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ rehearsal: true });
  expect(await (await page("/console/cases", session)).text()).toContain(`href="${path}"`);
  expect((await post(`${path}/revoke`, {}, { ...OWN, ...session })).status).toBe(303);
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(410);
});

test("a case is opened on the page that begins no login; where the operator allows none, nobody asks", async () => {
  const session = await signIn("staff");
  const fields = { gateway: "vpn.example.com", leaveOut: "rehearsal" };
  const wrong = await post("/console/cases", { ...fields, gateway: "vpn;reboot" }, { ...OWN, ...session });
  expect(await wrong.text()).toMatch(/name="leaveOut" value="rehearsal" checked/);
  const created = await post("/console/cases", fields, { ...OWN, ...session });
  const code = codeIn(await (await page(created.headers.get("location") ?? "", session)).text());
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ rehearsal: false });
  service.deps.config.rehearsal = false;
  expect(await (await page("/console/cases", session)).text()).not.toContain('name="leaveOut"');
});

test("a review is saved by the form; who comes second sees both and loses nothing", async () => {
  const session = await signIn();
  const { reportId } = await makeReport(service);
  const path = `/console/reports/${reportId}/review`;
  const empty = { override: "", reason: "" };
  const first = await post(
    path,
    { version: "1", status: "reviewed", note: "first", ...empty },
    { ...OWN, ...session },
  );
  expect(first.status).toBe(303);
  const second = await post(
    path,
    { version: "1", status: "fixed", note: "second", ...empty },
    { ...OWN, ...session },
  );
  expect(second.status).toBe(412);
  const shown = await second.text();
  expect(shown).toContain(">first</pre>");
  expect(shown).toContain(">second</textarea>");
  expect(shown).toContain('name="version" value="2"');
  const third = await post(
    path,
    { version: "2", status: "fixed", note: "first\r\nsecond", ...empty },
    { ...OWN, ...session },
  );
  expect(third.status).toBe(303);
  const report = await json(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report).toMatchObject({
    review: { status: "fixed", note: "first\nsecond", updatedBy: "admin token" },
  });
});

test("correcting the verdict needs a reason", async () => {
  const session = await signIn();
  const { reportId } = await makeReport(service);
  const path = `/console/reports/${reportId}/review`;
  const fields = { version: "1", status: "reviewed", note: "", override: "not-ikev2", reason: " " };
  const refused = await post(path, fields, { ...OWN, ...session });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("Say why the verdict is corrected");
  await post(path, { ...fields, reason: "L2TP" }, { ...OWN, ...session });
  const card = await (await page(`/r/${reportId}`)).text();
  expect(card).toContain("They found another cause than the program did");
  expect(card).not.toContain("L2TP");
});

test("staff read and admins change", async () => {
  const session = await signIn("staff");
  const { reportId } = await makeReport(service);
  const text = await (await page(`/console/reports/${reportId}`, session)).text();
  expect(text).toContain("Only administrators can change the review");
  expect(text).not.toContain("/delete");
  for (const what of ["review", "reanalyze", "delete"]) {
    const response = await post(
      `/console/reports/${reportId}/${what}`,
      { confirm: "yes", version: "1" },
      { ...OWN, ...session },
    );
    expect(response.status).toBe(403);
  }
});

test("a report is analyzed again and deleted from its page", async () => {
  const session = await signIn();
  const { reportId } = await makeReport(service);
  const again = await post(`/console/reports/${reportId}/reanalyze`, {}, { ...OWN, ...session });
  expect(again.status).toBe(303);
  const to = again.headers.get("location") ?? "";
  expect(await (await page(to, session)).text()).toContain("The evidence was analyzed again.");
  await post(`/console/reports/${reportId}/delete`, {}, { ...OWN, ...session });
  expect((await service.stored()).rows.reports).toBe(1);
  await post(`/console/reports/${reportId}/delete`, { confirm: "yes" }, { ...OWN, ...session });
  expect((await service.stored()).rows.reports).toBe(0);
  expect((await page(`/console/reports/${reportId}`, session)).status).toBe(404);
});

test("the landing page leads to the card, however the ID is typed", async () => {
  const { reportId } = await makeReport(service);
  const found = await page(`/r?id=${encodeURIComponent(` ${reportId.toLowerCase()} `)}`);
  expect(found.headers.get("location")).toBe(`/r/${reportId}`);
  const missed = await page("/r?id=IKF-1");
  expect(missed.status).toBe(404);
  expect(missed.headers.get("content-type")).toContain("text/html");
  expect(await missed.text()).toContain("There is no such report");
});

test("the language is what was asked for last: address, cookie, browser, operator", async () => {
  const languageOf = async (path: string, headers: Record<string, string> = {}) =>
    /<html lang="(\w+)"/.exec(await (await page(path, headers)).text())?.[1];
  expect(await languageOf("/")).toBe("en");
  expect(await languageOf("/", { "accept-language": "de, ja;q=0.8, en;q=0.5" })).toBe("ja");
  expect(await languageOf("/", { "accept-language": "ja", cookie: "ikefrag-language=en" })).toBe("en");
  expect(await languageOf("/?lang=ja", { cookie: "ikefrag-language=en" })).toBe("ja");
  expect(await languageOf("/?lang=de", { "accept-language": "fr" })).toBe("en");
  const chosen = await page("/?lang=ja");
  expect(chosen.headers.get("set-cookie")).toContain("ikefrag-language=ja");
});

test("pages are complete in both languages: none has a hole or a foreign word", async () => {
  const session = await signIn();
  const { reportId, code } = await makeReport(service);
  const analysis = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const { reportId: captured } = await json<{ reportId: string }>(analysis);
  const paths = [
    "/",
    `/a/${code}`,
    `/r/${reportId}`,
    "/console/reports",
    `/console/reports/${reportId}`,
    `/console/reports/${captured}`,
    "/console/cases",
    "/docs",
    "/problems/code-unknown",
    "/nowhere",
  ];
  for (const path of paths) {
    for (const language of ["en", "ja"]) {
      const text = await (await page(`${path}?lang=${language}`, session)).text();
      expect(text, path).toContain(`<html lang="${language}">`);
      expect(text.replace(/<code>[^<]*<\/code>/g, ""), path).not.toMatch(/\{\w+\}|undefined|\[object|NaN/);
      if (language === "ja") expect(text, path).toMatch(/[ぁ-ん]/);
      else
        expect(text.replaceAll("日本語", "").replaceAll("イーサネット", ""), path).not.toMatch(
          /[ぁ-んァ-ン]/,
        );
    }
  }
});

test("every page comes with a policy that lets nothing foreign in, and runs no inline script", async () => {
  const session = await signIn();
  const { reportId, code } = await makeReport(service);
  for (const path of [
    "/",
    `/a/${code}`,
    `/r/${reportId}`,
    `/console/reports/${reportId}`,
    "/console/cases",
    "/docs",
  ]) {
    const response = await page(path, session);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("strict-transport-security")).toContain("max-age=");
    const text = await response.text();
    expect(text).not.toMatch(/ style="| on\w+="|<script(?! src="\/assets\/)/);
    const [style = ""] = /\/assets\/style-[0-9a-f]+\.css/.exec(text) ?? [];
    const css = await page(style);
    expect(css.headers.get("cache-control")).toContain("immutable");
    expect(await css.text()).not.toMatch(/url\(|@import/);
  }
});
