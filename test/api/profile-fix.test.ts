/** The lines for the switch in a VPN profile: who is shown them, and that an override takes them back. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FixCard } from "../../shared/schema/api.ts";
import type { PhonebookEntry } from "../../shared/schema/client-settings.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { phonebookEntry } from "../support/client-settings.ts";
import { json, openService, type Service } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await openService({ uploadsPerMinute: 1_000_000 });
});
afterAll(() => service.close());

const CASE = "test/cases/outbound-fragments-dropped/profile-switched-off.json";

/** A stored report of the run on a path that drops IP fragments, with these connections in the phone book. */
async function reportOf(phonebook: Partial<PhonebookEntry>[]) {
  const evidence = Evidence.parse(JSON.parse(readFileSync(CASE, "utf8")));
  for (const { step, outcome } of evidence.measurements) {
    if (step.kind === "vpn-profiles" && outcome.status === "measured" && "settings" in outcome)
      Object.assign(outcome.settings ?? {}, { phonebook: phonebook.map(phonebookEntry) });
  }
  const kept = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    json: evidence,
  });
  return (await json<{ reportId: string }>(kept)).reportId;
}

const OFF = { ikeFragmentation: false };
const HOME = { name: "Home", serverAddress: "home.example.net", ikeFragmentation: true };

const SURFACES = [
  { name: "card, JSON", path: "/v1/reports/ID", accept: "application/json" },
  { name: "card, Markdown", path: "/v1/reports/ID", accept: "text/markdown" },
  { name: "card, page", path: "/r/ID", accept: "text/html" },
  { name: "card, page in Japanese", path: "/r/ID", accept: "text/html", language: "ja" },
  { name: "report, JSON", path: "/v1/reports/ID", accept: "application/json", staff: true },
  { name: "report, Markdown", path: "/v1/reports/ID", accept: "text/markdown", staff: true },
  { name: "report, page", path: "/console/reports/ID", accept: "text/html", staff: true },
  {
    name: "report, page in Japanese",
    path: "/console/reports/ID",
    accept: "text/html",
    language: "ja",
    staff: true,
  },
  { name: "report, HTML", path: "/console/reports/ID/forward/report.html", accept: "text/html", staff: true },
];
type Surface = (typeof SURFACES)[number];

async function read({ path, accept, language = "en", staff }: Surface, reportId: string): Promise<string> {
  const answer = await service.request("GET", path.replace("ID", reportId), {
    ...(staff && { token: service.tokens.staff }),
    headers: { accept, "accept-language": language },
  });
  expect(answer.status).toBe(200);
  return await answer.text();
}

const LINES = /rasphone\.pbk(?:\\?"|&quot;|&#34;)/g;

test.each(SURFACES)("the lines are shown, and an override takes them back: $name", async (surface) => {
  const reportId = await reportOf([OFF]);
  const shown = await read(surface, reportId);
  expect(shown.match(LINES)?.length ?? 0).toBeGreaterThanOrEqual(2);
  const override = (to: object | null) =>
    service.request("PATCH", `/v1/reports/${reportId}/review`, {
      token: service.tokens.admin,
      headers: { "if-match": "*" },
      json: { override: to },
    });
  expect((await override({ verdict: "slow-gateway", reason: "seen" })).status).toBe(200);
  expect(await read(surface, reportId)).not.toMatch(LINES);
  await override(null);
  expect(await read(surface, reportId)).toMatch(LINES);
});

test("lines that name a connection are the staff's, and the card says what to do without", async () => {
  const reportId = await reportOf([{ ...OFF, name: "Jane Works" }, HOME]);
  const staff = { path: "/v1/reports/ID", accept: "application/json", staff: true, name: "" };
  expect(await read(staff, reportId)).toContain("Jane Works");
  const card = FixCard.parse(JSON.parse(await read({ ...staff, staff: false }, reportId)));
  expect(card.recommendation.profileCommands).toBeNull();
  expect(card.recommendation.actions[0]?.key).toBe("action.profile-on.by-hand");
  for (const surface of SURFACES.filter((s) => !s.staff)) {
    const shown = await read(surface, reportId);
    expect(shown).not.toContain("Jane");
    expect(shown).not.toMatch(LINES);
  }
  expect(await read({ ...staff, path: "/r/ID", accept: "text/html", staff: false }, reportId)).toContain(
    "one setting of the VPN on this PC ends this",
  );
});

test("the card of a user says what is wrong of the VPN's settings, and that the machine's take an administrator", async () => {
  const card = { name: "", path: "/r/ID", accept: "text/html" };
  const own = await read(card, await reportOf([OFF]));
  expect(own).toContain("A setting of your VPN keeps it from connecting here");
  expect(own).not.toContain("Run as administrator");
  expect(await read(card, await reportOf([{ ...OFF, ofAllUsers: true }]))).toContain("Run as administrator");
});
