/** What people type into the search for reports: which filter it stands for, and what the API finds by it. */
import { expect, test } from "vitest";
import { actorOf } from "../../api/auth/audit-log.ts";
import { readSearch } from "../../api/reports/search-text.ts";
import { json, makeReport, openService } from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

const NOW = new Date("2026-11-23T06:00:00.000Z");
const NOTHING = {
  ...{ verdict: null, status: null, gateway: null, adapter: null, label: null, mtu: null },
  ...{ assignee: null, since: null, q: null, notUnderstood: [] },
};
const FRAGMENTS = ["outbound-fragments-too-large", "outbound-fragments-dropped", "inbound-fragments-lost"];

test.each([
  { text: "", want: {} },
  { text: "  INC-1   203 ", want: { q: "INC-1 203" } },
  { text: "verdict:healthy", want: { verdict: ["healthy"] } },
  { text: "Verdict:bound-FRAGMENTS tokyo", want: { verdict: FRAGMENTS, q: "tokyo" } },
  { text: "verdict:nonsense", want: { notUnderstood: ["verdict:nonsense"] } },
  { text: "status:new", want: { status: "new" } },
  { text: "status:old", want: { notUnderstood: ["status:old"] } },
  { text: "status:new status:fixed", want: { status: "fixed" } },
  { text: "gateway:vpn.example.com", want: { gateway: "vpn.example.com" } },
  { text: 'adapter:"Intel(R) Wi-Fi 6" x', want: { adapter: "Intel(R) Wi-Fi 6", q: "x" } },
  { text: "label:INC-4", want: { label: "INC-4" } },
  { text: "label:", want: { notUnderstood: ["label:"] } },
  { text: "mtu:1400", want: { mtu: { from: 1400, to: 1400 } } },
  { text: "mtu:<1400", want: { mtu: { from: 0, to: 1399 } } },
  { text: "mtu:<=1400", want: { mtu: { from: 0, to: 1400 } } },
  { text: "mtu:>1400", want: { mtu: { from: 1401, to: 99_999 } } },
  { text: "mtu:>=1400", want: { mtu: { from: 1400, to: 99_999 } } },
  { text: "mtu:1400..1472", want: { mtu: { from: 1400, to: 1472 } } },
  { text: "mtu:1400-1472", want: { notUnderstood: ["mtu:1400-1472"] } },
  { text: "is:mine", want: { assignee: "member:me" } },
  { text: "is:unassigned", want: { assignee: "" } },
  { text: "is:theirs", want: { notUnderstood: ["is:theirs"] } },
  { text: "since:2026-11-01", want: { since: "2026-11-01T00:00:00.000Z" } },
  { text: "since:2026-11-01T09:00+09:00", want: { since: "2026-11-01T00:00:00.000Z" } },
  { text: "since:today", want: { since: "2026-11-23T00:00:00.000Z" } },
  { text: "since:7d", want: { since: "2026-11-16T06:00:00.000Z" } },
  { text: "since:12h", want: { since: "2026-11-22T18:00:00.000Z" } },
  { text: "since:2026-13-01", want: { notUnderstood: ["since:2026-13-01"] } },
  // Words with colons that are no tokens.
  { text: "fe80::1 12:30 note:x constructor:y", want: { q: "fe80::1 12:30 note:x constructor:y" } },
  // As a Japanese input method writes it.
  { text: "ｓｔａｔｕｓ：ｎｅｗ　東京", want: { status: "new", q: "東京" } },
  { text: "status:new ikf skvaq dy03s 5", want: { status: "new", q: "ikf skvaq dy03s 5" } },
])("the search “$text”", ({ text, want }) => {
  expect(readSearch(text, { now: NOW, asker: "member:me" })).toEqual({ ...NOTHING, ...want });
});

test("nobody's reports are those of nobody", () => {
  expect(readSearch("is:mine", { now: NOW, asker: null }).notUnderstood).toEqual(["is:mine"]);
});

test("the API finds by tokens and words, and says which token means nothing", async () => {
  const service = await openService();
  const { reportId: story } = await makeReport(service);
  const { reportId: healthy } = await makeReport(service, CLEAR_PATH);
  const token = service.tokens.staff;
  const found = async (q: string): Promise<string[]> => {
    const response = await service.request("GET", `/v1/reports?q=${encodeURIComponent(q)}`, { token });
    const { reports } = await json<{ reports: { reportId: string }[] }>(response);
    return reports.map(({ reportId }) => reportId);
  };
  expect(await found("verdict:outbound-fragments t-1234 vpn")).toEqual([story]);
  expect(await found("verdict:outbound-fragments mtu:>1472")).toEqual([]);
  expect(await found("mtu:<=1472")).toEqual([story]);
  expect(await found(`status:new ${healthy.toLowerCase().replaceAll("-", "")}`)).toEqual([healthy]);
  const [who] = await service.deps.people.tokens({ after: null, limit: 1 });
  await service.deps.reports.assign(healthy, {
    id: actorOf({ kind: "token", id: who?.id ?? "", name: "", role: "staff" }),
    name: "Ada",
  });
  const mine = await Promise.all(
    Object.values(service.tokens).map((each) =>
      service
        .request("GET", "/v1/reports?q=is:mine", { token: each })
        .then((response) => json<{ reports: { assignee: string }[] }>(response)),
    ),
  );
  expect(mine.map(({ reports }) => reports.map(({ assignee }) => assignee)).sort()).toEqual([[], ["Ada"]]);
  expect(await found("is:unassigned")).toEqual([story]);
  const wrong = await service.request("GET", "/v1/reports?q=mtu:many", { token });
  expect(wrong.status).toBe(400);
  expect(await json(wrong)).toMatchObject({
    errors: [{ pointer: "/q", detail: "has mtu:many, which means nothing" }],
  });
  await service.close();
});
