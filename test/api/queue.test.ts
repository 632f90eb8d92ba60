/** The queue of reports: tabs with counts, search, many changed at once and undone, assignees, views. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { addMember, memberAsCaller, startSession } from "../../api/auth/credentials.ts";
import type { Role } from "../../api/store/people-port.ts";
import { json, makeReport, ORIGIN, openService, type Service } from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const OWN = { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" };
const page = async (path: string, role: Role = "admin"): Promise<string> =>
  (
    await service.request("GET", path, {
      token: service.tokens[role],
      headers: { accept: "text/html", "accept-language": "en" },
    })
  ).text();
const post = (path: string, fields: [string, string][], role: Role = "admin") =>
  service.request("POST", path, {
    token: service.tokens[role],
    body: new URLSearchParams(fields),
    headers: OWN,
  });
const chosen = (ids: readonly string[]): [string, string][] => ids.map((id) => ["report", id]);
const statusOf = async (id: string) => (await service.deps.reports.get(id))?.status;
const listed = (text: string): string[] =>
  [...text.matchAll(/data-report="([^"]+)"/g)].map(([, id = ""]) => id);
/** The tabs with their counts. */
const tabsOf = (text: string): string[] =>
  [...text.matchAll(/>([A-Z]\w+) <span class="count">([^<]+)</g)].map(
    ([, name, count]) => `${name} ${count}`,
  );
const hrefOf = (text: string, tab: string): string =>
  new RegExp(`href="([^"]+)"[^>]*>${tab} <span`).exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";

async function threeReports(): Promise<string[]> {
  const ids: string[] = [];
  for (const path of [undefined, undefined, CLEAR_PATH])
    ids.unshift((await makeReport(service, path)).reportId);
  return ids;
}

test("tabs count what there is, or what a search finds, and lead there", async () => {
  const [healthy = "", second = "", first = ""] = await threeReports();
  await post("/console/reports/status", [["status", "fixed"], ...chosen([first])]);
  const all = await page("/console/reports");
  expect(tabsOf(all)).toEqual([
    ...["All 3", "New 2", "Reviewed 0", "Fixed 1", "Confirmed 0", "Mine 0", "Unassigned 3"],
  ]);
  expect(listed(all)).toEqual([healthy, second, first]);
  expect(listed(await page(hrefOf(all, "Fixed")))).toEqual([first]);

  const search = await page("/console/reports?q=verdict%3Afragments");
  expect(tabsOf(search).slice(0, 4)).toEqual(["All 2", "New 1", "Reviewed 0", "Fixed 1"]);
  expect(listed(await page(hrefOf(search, "New")))).toEqual([second]);
  expect(listed(await page(hrefOf(search, "Unassigned")))).toEqual([second, first]);
  // One tab takes the place of another, also where the search names it.
  expect(hrefOf(await page("/console/reports?q=status:fixed+is:mine+vpn"), "New")).toBe(
    "/console/reports?q=vpn&status=new",
  );
});

test("a search that cannot be read is said, keeps its text, and finds nothing", async () => {
  await makeReport(service);
  const text = await page("/console/reports?q=mtu%3Amany+vpn");
  expect(text).toContain("has mtu:many, which means nothing");
  expect(text).toContain('value="mtu:many vpn"');
  expect(listed(text)).toEqual([]);
});

test("the status of many is set in one go, and undone but where somebody was since", async () => {
  const [one = "", two = "", three = ""] = await threeReports();
  await post("/console/reports/status", [["status", "fixed"], ...chosen([two])]);
  const made = await post("/console/reports/status", [
    ["status", "reviewed"],
    ["back", "q=vpn&status=new&done=deleted&undo=x"],
    ...chosen([one, two, three]),
  ]);
  const to = made.headers.get("location") ?? "";
  expect(to).toMatch(/^\/console\/reports\?q=vpn&status=new&undo=[^&]+$/);
  expect(await Promise.all([one, two, three].map(statusOf))).toEqual(["reviewed", "reviewed", "reviewed"]);
  const shown = await page(to);
  expect(shown).toContain("3 reports have the status “reviewed” now.");
  const undo = new URL(to, ORIGIN).searchParams.get("undo") ?? "";

  // Nobody else can be led to undo it, and nobody can write one.
  expect(await page(to, "staff")).not.toContain("have the status");
  expect(
    (await post("/console/reports/undo", [["undo", `${undo.slice(0, -4)}AAAA`]])).headers.get("location"),
  ).toBe("/console/reports?done=too-late");
  await post("/console/reports/status", [["status", "confirmed"], ...chosen([three])]);
  const undone = await post("/console/reports/undo", [["undo", undo]]);
  expect(undone.headers.get("location")).toBe("/console/reports?done=partly-undone");
  expect(await Promise.all([one, two, three].map(statusOf))).toEqual(["new", "fixed", "confirmed"]);

  const again = await post("/console/reports/status", [["status", "new"], ...chosen([one])]);
  expect(again.headers.get("location")).toBe("/console/reports?done=unchanged");
  service.clock.now = new Date(service.clock.now.getTime() + 10 * 60_000 + 1);
  expect(await page(to)).not.toContain("have the status");
  const late = await post("/console/reports/undo", [["undo", undo]]);
  expect(late.headers.get("location")).toBe("/console/reports?done=too-late");
});

test("each report of many is written down, and webhooks are told of each", async () => {
  const ids = await threeReports();
  await post("/console/reports/status", [["status", "reviewed"], ...chosen(ids)]);
  const entries = await service.deps.audit.from(0, 100);
  const reviewed = entries.filter(({ action }) => action === "report-reviewed");
  expect(reviewed.map(({ subject }) => subject).sort()).toEqual([...ids].sort());
});

test.each([
  { name: "no report", fields: [["status", "fixed"]] },
  {
    name: "no ID",
    fields: [
      ["status", "fixed"],
      ["report", "x"],
    ],
  },
  { name: "no status", fields: [["report", "IKF-SVX07-TRXNF-T"]] },
] as { name: string; fields: [string, string][] }[])(
  "many are not changed with $name",
  async ({ fields }) => {
    expect((await post("/console/reports/status", fields)).status).toBe(400);
  },
);

test("staff assign reports and change no status", async () => {
  const [one = "", two = ""] = await threeReports();
  expect(
    (await post("/console/reports/status", [["status", "fixed"], ...chosen([one])], "staff")).status,
  ).toBe(403);
  const ada = await addMember(service.deps, { name: "Ada", role: "staff", createdBy: "test" });
  expect(
    (await post("/console/reports/assign", [["assignee", "me"], ...chosen([one])], "staff")).headers.get(
      "location",
    ),
  ).toBe(`/console/reports/${one}`);
  await post("/console/reports/assign", [["assignee", ada.id], ["back", ""], ...chosen([two])], "staff");
  expect(listed(await page("/console/reports?q=is:mine", "staff"))).toEqual([one]);
  expect(listed(await page("/console/reports?q=is:mine", "admin"))).toEqual([]);
  const cookie = `__Host-ikefrag-session=${await startSession(service.deps, memberAsCaller(ada))}`;
  const hers = await service.request("GET", "/console/reports?q=is:mine", { headers: { cookie, ...OWN } });
  expect(listed(await hers.text())).toEqual([two]);
  expect(await page("/console/reports")).toContain('title="Ada"');
  await post("/console/reports/assign", [["assignee", ""], ["back", ""], ...chosen([two])], "staff");
  expect((await service.deps.reports.get(two))?.assignee).toBeNull();
  expect((await post("/console/reports/assign", [["assignee", "nobody"], ...chosen([two])])).status).toBe(
    404,
  );
});

test("a view is kept by name for who made it, and leads back to its search", async () => {
  const name = `Mine & "<b>new</b>"`;
  const saved = await post(
    "/console/reports/views",
    [
      ["name", name],
      ["back", "q=is:mine&status=new&cursor="],
    ],
    "staff",
  );
  expect(saved.headers.get("location")).toBe("/console/reports?q=is%3Amine&status=new&done=view-saved");
  const text = await page("/console/reports", "staff");
  expect(text).toContain(
    '<a href="/console/reports?q=is%3Amine&amp;status=new"><bdi>Mine &amp; &quot;&lt;b&gt;new',
  );
  expect(await page("/console/reports", "admin")).not.toContain("Mine &amp; &quot;");
  const remove = /action="(\/console\/reports\/views\/[^"]+\/delete)"/.exec(text)?.[1] ?? "";
  await post(remove, [], "admin");
  expect(await page("/console/reports", "staff")).toContain("<bdi>Mine");
  await post(remove, [], "staff");
  expect(await page("/console/reports", "staff")).not.toContain("<bdi>Mine");
  for (let at = 0; at < 20; at++)
    await post(
      "/console/reports/views",
      [
        ["name", `v${at}`],
        ["back", ""],
      ],
      "staff",
    );
  const full = await post(
    "/console/reports/views",
    [
      ["name", "one more"],
      ["back", ""],
    ],
    "staff",
  );
  expect(full.headers.get("location")).toBe("/console/reports?done=views-full");
});

test("a page learns how many reports of what it shows have come", async () => {
  await makeReport(service);
  const eventsOn = async (path: string) =>
    /data-arrivals="([^"]+)"/.exec(await page(path))?.[1]?.replaceAll("&amp;", "&") ?? "";
  const [all, healthy] = [
    await eventsOn("/console/reports"),
    await eventsOn("/console/reports?verdict=healthy"),
  ];
  const come = async (path: string) =>
    (await json<{ reports: number }>(await service.request("GET", path, { token: service.tokens.staff })))
      .reports;
  expect(await come(all)).toBe(0);
  await makeReport(service);
  expect([await come(all), await come(healthy)]).toEqual([1, 0]);
  await makeReport(service, CLEAR_PATH);
  expect([await come(all), await come(healthy)]).toEqual([2, 1]);
});

test("the API makes a new code, once for each key, and assigns reports", async () => {
  const token = service.tokens.staff;
  const { reportId } = await makeReport(service);
  const { cases } = await json<{ cases: { caseId: string }[] }>(
    await service.request("GET", "/v1/cases", { token }),
  );
  const path = `/v1/cases/${cases[0]?.caseId}/code`;
  const make = async (key: string) =>
    json<{ code: string; maxRuns: number }>(
      await service.request("POST", path, { token, headers: { "idempotency-key": key } }),
    );
  const [one, same, other] = [await make("a"), await make("a"), await make("b")];
  expect(same).toEqual(one);
  expect(other.code).not.toBe(one.code);
  // One run was before, and as many come as a new case has.
  expect(other.maxRuns).toBe(1 + service.deps.config.runsPerCode);
  expect((await service.request("POST", "/v1/cases/none/code", { token })).status).toBe(404);

  const assign = (assignee: unknown) =>
    service.request("PUT", `/v1/reports/${reportId}/assignee`, { token, json: { assignee } });
  expect(await json(await assign("me"))).toEqual({ assignee: "staff token" });
  const read = async () =>
    json<{ assignee: string | null }>(await service.request("GET", `/v1/reports/${reportId}`, { token }));
  expect((await read()).assignee).toBe("staff token");
  expect(await json(await assign(null))).toEqual({ assignee: null });
  expect((await read()).assignee).toBeNull();
  expect((await assign("nobody")).status).toBe(404);
});
