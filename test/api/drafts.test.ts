/** What was typed when the session had ended is kept through the sign-in, and sent by who then wants to. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type IdentityProviderOfTests, openIdentityProvider } from "../support/identity-provider.ts";
import { makeReport, ORIGIN, openService, type Service } from "../support/service.ts";

let provider: IdentityProviderOfTests;
let service: Service;
beforeEach(async () => {
  provider = await openIdentityProvider();
  service = await openService({ identityProvider: provider.settings });
});
afterEach(async () => {
  await service.close();
  await provider.close();
});

const OWN = { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" };
const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  service.request("POST", path, { body, headers: { ...OWN, ...headers } });
const form = (fields: Record<string, string>) => new URLSearchParams(fields);

const plain = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
const draftIn = (page: string): string => plain(/name="draft" value="([^"]*)"/.exec(page)?.[1] ?? "");
/** The form of the page to go on, as a browser would send it. */
function goOn(page: string): { action: string; fields: [string, string][] } {
  const [, action = "", inner = ""] =
    /<form method="post" action="([^"]+)"[^>]*>((?:<input type="hidden"[^>]*>)*)<p class="buttons">/.exec(
      page,
    ) ?? [];
  const fields = [...inner.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]): [string, string] => [plain(name), plain(value)],
  );
  return { action, fields };
}

const NOTE = `ten minutes of text,\nin <b>two</b> lines & "quotes", 日本語`;

test("a review is carried through a sign-in by token, past a wrong one, and saved", async () => {
  const { reportId } = await makeReport(service);
  const path = `/console/reports/${reportId}/review`;
  const fields = { version: "1", status: "reviewed", note: NOTE, override: "", reason: "" };
  const asked = await post(path, form(fields));
  expect(asked.status).toBe(401);
  const first = await asked.text();
  expect(first).toContain("What you typed is kept");
  expect(first).not.toContain("<b>two</b>");

  const wrong = await post("/console/sign-in", form({ token: "ikf_wrong", draft: draftIn(first) }));
  expect(wrong.status).toBe(401);
  const signedIn = await post(
    "/console/sign-in",
    form({ token: service.tokens.admin, draft: draftIn(await wrong.text()) }),
  );
  const page = await signedIn.text();
  expect(page).toContain("You are signed in as admin token.");
  expect(page).toContain("ten minutes of text");
  const { action, fields: sent } = goOn(page);
  expect(action).toBe(path);
  expect(Object.fromEntries(sent)).toEqual(fields);
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const saved = await post(action, new URLSearchParams(sent), { cookie });
  expect(saved.status).toBe(303);
  expect((await service.deps.reports.get(reportId))?.review).toMatchObject({
    status: "reviewed",
    note: NOTE,
  });
});

test("somebody whom a proxy or a link has signed in goes on from the page that kept the form", async () => {
  const asked = await post("/console/cases", form({ gateway: "vpn.example.com", label: "T-7" }));
  const draft = draftIn(await asked.text());
  const notYet = await post("/console/resume", form({ draft }));
  expect(notYet.status).toBe(401);
  expect(draftIn(await notYet.text())).toBe(draft);
  const vouched = { [provider.settings.header]: await provider.token({ groups: ["helpdesk"] }) };
  const page = await (await post("/console/resume", form({ draft }), vouched)).text();
  const { action, fields } = goOn(page);
  const opened = await post(action, new URLSearchParams(fields), vouched);
  expect(opened.headers.get("location")).toMatch(/^\/console\/cases\/\w+$/);
});

test("text is carried without the files beside it", async () => {
  const sent = new FormData();
  sent.append("text", "Reply from 192.0.2.1");
  sent.append("files", new File(["x".repeat(2_000)], "a.pcap"));
  const body = await new Response(sent).arrayBuffer();
  const type = new Response(sent).headers.get("content-type") ?? "";
  const boundary = new TextDecoder().decode(body).split("\r\n")[0]?.slice(2) ?? "";
  const headers = {
    "content-type": type.replace(/boundary=.*/, `boundary=${boundary}`),
    "content-length": String(body.byteLength),
  };
  const asked = await post("/console/analyze", body, headers);
  expect(asked.status).toBe(401);
  const draft = draftIn(await asked.text());
  expect(JSON.parse(draft)).toEqual({
    path: "/console/analyze",
    fields: [["text", "Reply from 192.0.2.1"]],
    hadFiles: true,
  });
  const page = await (await post("/console/sign-in", form({ token: service.tokens.staff, draft }))).text();
  expect(page).toContain("Files cannot be kept");
  // What would have to be received whole is not received at all.
  const large = await post("/console/analyze", body, { ...headers, "content-length": String(50_000_000) });
  expect(large.status).toBe(303);
});

test.each([
  { name: "another site", draft: { path: "https://evil.example/", fields: [], hadFiles: false } },
  { name: "a way out of the console", draft: { path: "/v1/cases", fields: [], hadFiles: false } },
  { name: "a way up", draft: { path: "/console/../v1/cases", fields: [], hadFiles: false } },
  { name: "signing out", draft: { path: "/console/sign-out", fields: [], hadFiles: false } },
  { name: "secrets of webhooks", draft: { path: "/console/webhooks", fields: [], hadFiles: false } },
  {
    name: "too much",
    draft: { path: "/console/cases", fields: [["note", "x".repeat(210_000)]], hadFiles: false },
  },
  { name: "no JSON", draft: "{" },
])("nothing is carried to $name", async ({ draft }) => {
  const carried = typeof draft === "string" ? draft : JSON.stringify(draft);
  const signedIn = await post("/console/sign-in", form({ token: service.tokens.admin, draft: carried }));
  expect(signedIn.status).toBe(303);
  expect(signedIn.headers.get("location")).toBe("/console");
});

test("no other site's page puts a form before somebody", async () => {
  const draft = JSON.stringify({ path: "/console/cases", fields: [["gateway", "x"]], hadFiles: false });
  const resumed = await post("/console/resume", form({ draft }), { "sec-fetch-site": "cross-site" });
  expect(resumed.status).toBe(403);
});

test("a page that carries a form has no link that would lose it", async () => {
  const asked = await post("/console/cases", form({ gateway: "vpn.example.com" }));
  expect(await asked.text()).not.toContain("?lang=");
});
