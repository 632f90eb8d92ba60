/** What administrators decide about the service: what holds then, where, and what the environment keeps. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { isFirstRun } from "../../api/people/service-settings.ts";
import { sweep } from "../../api/reports/sweep.ts";
import type { SettingsInfo } from "../../shared/schema/settings.ts";
import { json, makeReport, openService, openTestCase, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ fixed: ["captureDays"], captureDays: 3 });
});
afterEach(() => service.close());

const read = async () =>
  json<SettingsInfo>(await service.request("GET", "/v1/settings", { token: service.tokens.staff }));
/** A form of our own page. */
const FORM = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
const change = (patch: unknown) =>
  service.request("PATCH", "/v1/settings", { token: service.tokens.admin, json: patch });

test("what is decided holds at once, and null gives it back to the environment", async () => {
  const before = await read();
  expect(before).toMatchObject({ fixed: ["captureDays"], updatedAt: null });
  expect((await change({ operator: "Example Inc.", reportDays: 30, language: "ja" })).status).toBe(200);
  const after = await read();
  expect(after.settings).toEqual({
    ...before.settings,
    operator: "Example Inc.",
    reportDays: 30,
    language: "ja",
  });
  expect(after.updatedBy).toBe("admin token");
  // Whoever asks for no language gets the decided one.
  expect(await (await service.request("GET", "/", { headers: { accept: "text/html" } })).text()).toContain(
    '<html lang="ja">',
  );
  await change({ operator: null, reportDays: null, language: null });
  expect((await read()).settings).toEqual(before.settings);
});

test("what the environment decides cannot be changed, and nothing beside it is", async () => {
  const answer = await change({ captureDays: 9, reportDays: 9 });
  expect(answer.status).toBe(409);
  expect(await json(answer)).toMatchObject({ type: expect.stringContaining("setting-fixed") });
  expect((await read()).settings).toMatchObject({ captureDays: 3, reportDays: 90 });
});

test.each([
  { operator: "" },
  { operator: "two\nlines" },
  { contact: "x".repeat(121) },
  { defaultGateway: "https://vpn.example.com/" },
  { reportDays: 0 },
  { captureDays: 1.5 },
  { pepper: "x" },
])("%o is refused", async (patch) => {
  expect((await change(patch)).status).toBe(400);
  expect((await read()).updatedAt).toBeNull();
});

test("another instance follows after half a minute, and not with every request", async () => {
  const other = { ...service.deps, config: { ...service.deps.config } };
  const asked = { count: 0 };
  const app = createApp({
    ...other,
    settings: {
      ...other.settings,
      read: () => {
        asked.count += 1;
        return other.settings.read();
      },
    },
  });
  const title = async () => (await (await app.request("http://127.0.0.1/readyz")).text()).length;
  await title();
  await change({ contact: "+81 3 0000 0000" });
  await title();
  expect(asked.count).toBe(1);
  expect(other.config.contact).toBeNull();
  service.clock.now = new Date(service.clock.now.getTime() + 30_000);
  await title();
  expect(asked.count).toBe(2);
  expect(other.config.contact).toBe("+81 3 0000 0000");
});

test("the first run is over with the first case, or the first decision", async () => {
  expect(await isFirstRun(service.deps)).toBe(true);
  await openTestCase(service);
  expect(await isFirstRun(service.deps)).toBe(false);
});

test("the console says in the reader's language what is wrong, keeps what was typed, and saves nothing", async () => {
  const body = new URLSearchParams({ operator: "Example", reportDays: "0", defaultGateway: "no host" });
  const answer = await service.request("POST", "/console/settings", {
    token: service.tokens.admin,
    body: body.toString(),
    headers: { ...FORM, "accept-language": "ja" },
  });
  const text = await answer.text();
  expect(answer.status).toBe(400);
  expect(text).toContain("1～3,650の整数を入力してください。");
  expect(text).toContain('value="no host"');
  expect((await read()).updatedAt).toBeNull();
});

test("the first run's three answers are kept, and the first case is open", async () => {
  const body = new URLSearchParams({ defaultGateway: "vpn.example.org", operator: "Example", contact: "" });
  const answer = await service.request("POST", "/console/welcome", {
    token: service.tokens.admin,
    body: body.toString(),
    headers: FORM,
  });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toMatch(/^\/console\/cases\/\w+$/);
  expect((await read()).settings).toMatchObject({ defaultGateway: "vpn.example.org", operator: "Example" });
  expect(await isFirstRun(service.deps)).toBe(false);
});

test("a store that was away makes no decision permanent: what is taken back is taken back", async () => {
  await change({ operator: "Example Inc." });
  const { deps, clock } = service;
  const whole = deps.settings.read;
  deps.settings.read = () => Promise.reject(new Error("the index is away"));
  clock.now = new Date(clock.now.getTime() + 60_000);
  expect((await service.request("GET", "/healthz")).status).toBe(200);
  expect(deps.config.operator).toBe("Example Inc.");
  deps.settings.read = whole;
  await change({ operator: null });
  expect((await read()).settings.operator).toBe("Example helpdesk");
});

test("an instance that has just started deletes nothing by another number of days than was decided", async () => {
  const { reportId } = await makeReport(service);
  await change({ reportDays: 365 });
  const now = new Date(service.clock.now.getTime() + 100 * 86_400_000);
  // As a process begins: with what the environment says, and no request yet.
  const started = { ...service.deps, config: { ...service.deps.config, reportDays: 90 }, now: () => now };
  expect((await sweep(started, "--anyway")).reports).toBe(0);
  expect(started.config.reportDays).toBe(365);
  const away = {
    ...started,
    settings: { ...started.settings, read: () => Promise.reject(new Error("away")) },
  };
  await expect(sweep(away)).rejects.toThrow("away");
  expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(200);
});
