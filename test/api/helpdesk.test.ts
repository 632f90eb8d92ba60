/** A helpdesk's day: a case is a page of its own, its code can be seen again, and what comes is told. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, ORIGIN, openService, playRun, type Service, startTestRun } from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const OWN = { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" };
const post = (path: string, fields: Record<string, string> = {}) =>
  service.request("POST", path, {
    token: service.tokens.staff,
    body: new URLSearchParams(fields),
    headers: OWN,
  });
const page = async (path: string, language = "en"): Promise<string> => {
  const headers = { accept: "text/html", "accept-language": language };
  return (await service.request("GET", path, { token: service.tokens.staff, headers })).text();
};
/** Opens a case by the form. @returns the address of its page */
async function open(fields: Record<string, string> = {}): Promise<string> {
  const opened = await post("/console/cases", { gateway: "vpn.example.com", ...fields });
  expect(opened.status).toBe(303);
  return opened.headers.get("location") ?? "";
}
const CODE = /\/a\/([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5})/;
const codeOn = (text: string): string => CODE.exec(text)?.[1] ?? "";
const statusOf = async (code: string): Promise<number> =>
  (await service.request("GET", `/a/${code}.json`)).status;

test("a case's code is seen again by staff while it works, and stands in the index sealed only", async () => {
  const path = await open();
  const code = codeOn(await page(path));
  expect(await statusOf(code)).toBe(200);
  // Reloading opens nothing and shows the same.
  expect(codeOn(await page(path))).toBe(code);
  expect((await service.stored()).rows.cases).toBe(1);
  const rows = JSON.stringify(await service.database.all("SELECT * FROM cases"));
  expect(rows).not.toContain(code);
  expect(rows).not.toContain(code.replaceAll("-", ""));
  // With another key, nobody reads it; the code itself still works for who has the hash's key.
  const { pepper } = service.deps.config;
  service.deps.config.pepper = "q".repeat(32);
  expect(await page(path)).toContain("cannot be shown again");
  service.deps.config.pepper = pepper;
  // A sealed code is that of its own case: put into another row, it is not read.
  const other = await open();
  const move = "UPDATE cases SET sealed_code = (SELECT sealed_code FROM cases WHERE id = ?) WHERE id = ?";
  await service.database.run(move, [path.split("/").at(-1) ?? "", other.split("/").at(-1) ?? ""]);
  expect(codeOn(await page(other))).toBe("");
  service.clock.now = new Date(service.clock.now.getTime() + 73 * 3_600_000);
  const late = await page(path);
  expect(codeOn(late)).toBe("");
  expect(late).toContain("The time of the code is over");
});

test("a form that comes twice, as a double click sends it, opens one case", async () => {
  const shown = async () => /name="once" value="([^"]+)"/.exec(await page("/console/cases"))?.[1] ?? "";
  const once = await shown();
  expect(await shown()).not.toBe(once);
  const [first, second] = await Promise.all([open({ once }), open({ once })]);
  expect(await open({ once })).toBe(first === "/console/cases" ? second : first);
  expect((await service.stored()).rows.cases).toBe(1);
  // Who goes back and asks for something else gets that.
  expect(await open({ once, gateway: "vpn2.example.com" })).not.toBe(first);
  service.clock.now = new Date(service.clock.now.getTime() + 11 * 60_000);
  await open({ once });
  expect((await service.stored()).rows.cases).toBe(3);
});

test("a new code takes the old one's place, and a withdrawal can be undone for a moment", async () => {
  const path = await open({ label: "T-1" });
  const old = codeOn(await page(path));
  const replaced = await post(`${path}/code`);
  expect(replaced.status).toBe(303);
  const code = codeOn(await page(replaced.headers.get("location") ?? ""));
  expect(code).not.toBe(old);
  expect([await statusOf(old), await statusOf(code)]).toEqual([404, 200]);

  await post(`${path}/revoke`);
  expect(await statusOf(code)).toBe(410);
  expect(codeOn(await page(path))).toBe("");
  expect(await page(path)).toContain(`action="${path}/restore"`);
  expect((await post(`${path}/restore`)).status).toBe(303);
  expect(await statusOf(code)).toBe(200);

  await post(`${path}/revoke`);
  service.clock.now = new Date(service.clock.now.getTime() + 61_000);
  expect(await page(path)).not.toContain("/restore");
  expect((await post(`${path}/restore`)).status).toBe(404);
  expect(await statusOf(code)).toBe(410);
  const actions = (await service.deps.audit.from(0, 100)).map(({ action }) => action);
  expect(actions).toEqual(["case-opened", "code-replaced", "case-revoked", "case-restored", "case-revoked"]);
});

test("the message is in the user's language, the page in that of staff", async () => {
  service.deps.config.contact = "03-0000-0000";
  const path = await open({ language: "ja", gateway: "vpn.example.co.jp" });
  const text = await page(path);
  const code = codeOn(text);
  expect(text).toContain("Copy the message");
  const message =
    /<pre class="wrap message" id="message" lang="ja"[^>]*>([\s\S]*?)<\/pre>/.exec(text)?.[1] ?? "";
  expect(message).toContain("VPN（vpn.example.co.jp）に接続できない原因");
  expect(message).toContain(`${ORIGIN}/a/${code}`);
  expect(message).toMatch(/Example helpdesk\n03-0000-0000$/);
  expect(message).toContain(`-Server ${ORIGIN} -Code ${code} `);
  expect(message).toContain('<time datetime="2026-11-26T06:00:00.000Z">');
  const mail = new URL(/href="(mailto:[^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "");
  expect(mail.searchParams.get("body")).toContain(`${ORIGIN}/a/${code}`);
  expect(mail.searchParams.get("body")).toContain("2026-11-26 06:00 UTC");
  const english = await page(`${path}?message=en`);
  expect(english).toContain('<pre class="wrap message" id="message" lang="en"');
  expect(english).toContain("Hello,");
});

test("the gateway and the user's language are those of the last case", async () => {
  expect(await page("/console/cases")).toContain('name="gateway" value=""');
  service.deps.config.defaultGateway = "vpn0.example.com";
  expect(await page("/console/cases")).toContain('name="gateway" value="vpn0.example.com"');
  await open({ gateway: "vpn1.example.com", language: "ja" });
  const text = await page("/console/cases");
  expect(text).toContain('name="gateway" value="vpn1.example.com"');
  expect(text).toMatch(/<option value="ja" selected/);
});

interface News {
  stamp: string;
  reports: number;
  says: string;
}

test("what happens in a case is told: its run, each round, and the report", async () => {
  const path = await open();
  const code = codeOn(await page(path));
  const news = async (): Promise<News> =>
    json(await service.request("GET", `${path}/events`, { token: service.tokens.staff }));
  const stampOn = async () => /data-live-stamp="(\w+)"/.exec(await page(path))?.[1];
  const first = await news();
  expect(first).toMatchObject({ reports: 0, stamp: await stampOn() });
  expect(await page(path)).toContain("Nothing has come yet");

  const run = await startTestRun(service, code);
  const begun = await news();
  expect(begun.says).toBe("The check is running, round 1");
  expect(begun.stamp).not.toBe(first.stamp);
  expect(begun.stamp).toBe(await stampOn());
  expect(await page(path)).toContain("Running, round 1");

  const { reportId } = await playRun(service, run, CLEAR_PATH);
  const done = await news();
  expect(done).toMatchObject({ reports: 1, stamp: await stampOn() });
  expect(done.says).toMatch(/^A report has come: /);
  expect(await page(path)).toContain(`href="/console/reports/${reportId}"`);

  await startTestRun(service, code);
  service.clock.now = new Date(service.clock.now.getTime() + 11 * 60_000);
  expect(await page(path)).toContain("Ended without a report");
});

test("a stream of events tells at once how it stands, and the page hears of each change", async () => {
  const path = await open();
  const code = codeOn(await page(path));
  const response = await service.request("GET", `${path}/events`, {
    token: service.tokens.staff,
    headers: { accept: "text/event-stream" },
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<News> => {
    for (;;) {
      const { value = "", done } = (await reader?.read()) ?? {};
      const [, data] = /^data: (.*)$/m.exec(value) ?? [];
      if (data !== undefined) return JSON.parse(data);
      if (done) throw new Error("The stream has ended");
    }
  };
  expect(await next()).toMatchObject({ reports: 0 });
  const run = await startTestRun(service, code);
  expect((await next()).says).toBe("The check is running, round 1");
  await playRun(service, run);
  for (let news = await next(); news.reports === 0; ) news = await next();
  await reader?.cancel();
});

test("what a page asks for by itself keeps no session from ending", async () => {
  const signedIn = await service.request("POST", "/console/sign-in", {
    body: new URLSearchParams({ token: service.tokens.staff }),
    headers: OWN,
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const path = await open();
  const seenAt = async () => (await service.database.all("SELECT seen_at FROM sessions"))[0]?.seen_at;
  const ask = (of: string) => service.request("GET", of, { headers: { cookie } });
  const before = await seenAt();
  service.clock.now = new Date(service.clock.now.getTime() + 10 * 60_000);
  for (const of of [`${path}/events`, "/console/cases/events"]) expect((await ask(of)).status).toBe(200);
  await service.request("GET", path, { headers: { cookie, "x-ikefrag-background": "1" } });
  expect(await seenAt()).toBe(before);
  await ask(path);
  expect(await seenAt()).toBe(service.clock.now.toISOString());
});

test("what is analyzed for a case is a report of it, about its gateway; of no case, nothing is kept", async () => {
  const path = await open({ gateway: "203.0.113.25", label: "T-9" });
  const caseId = path.split("/").at(-1) ?? "";
  expect(await page(`/console/analyze?case=${caseId}`)).toContain(
    `<option value="${caseId}" selected>T-9 · 203`,
  );
  const send = async (fields: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return service.request("POST", "/console/analyze", {
      token: service.tokens.staff,
      body: form,
      headers: OWN,
    });
  };
  const text = "Pinging 192.0.2.1 with 1400 bytes of data:\nRequest timed out.";
  const taken = await send({ text, gateway: "192.0.2.1", case: caseId });
  expect(taken.status).toBe(303);
  const reportId = taken.headers.get("location")?.split("/").at(-1) ?? "";
  expect(await service.deps.reports.get(reportId)).toMatchObject({
    ...{ caseId, gateway: "203.0.113.25", label: "T-9" },
  });
  expect(await page(path)).toContain(`href="/console/reports/${reportId}"`);
  expect((await send({ text, case: "none" })).status).toBe(404);
  expect((await service.stored()).rows.reports).toBe(1);
});
