/** Insights: what many reports say together, held against reports that runs made. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NewReport } from "../../api/store/port.ts";
import { PrefixTable } from "../../shared/packet/prefix-table.ts";
import type { Insights } from "../../shared/schema/api.ts";
import { json, makeReport, openService, type Service, STORY_PATH } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const ask = async (query: string, language = "en"): Promise<Insights> => {
  const response = await service.request("GET", `/v1/insights?${query}`, {
    token: service.tokens.staff,
    headers: { "accept-language": language },
  });
  expect(response.status).toBe(200);
  return json<Insights>(response);
};

let serial = 0;
const add = (changes: Partial<NewReport>) =>
  service.deps.reports.create(
    {
      reportId: `IKF-${++serial}`,
      runId: null,
      caseId: null,
      createdAt: "2026-11-23T05:00:00.000Z",
      source: "analysis",
      verdict: "outbound-fragments-too-large",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1472,
      gateway: "VPN.example.com",
      adapter: "Wi-Fi",
      network: "wifi",
      label: null,
      ...changes,
    },
    [],
  );

test("a helpdesk reads what is wrong on a gateway, over which networks, and what would help", async () => {
  for (const network of ["cellular", "cellular", "cellular", "wifi", "unknown"] as const)
    await add({ network });
  await add({ verdict: "inbound-fragments-lost" });
  await add({ verdict: "healthy", createdAt: "2026-09-07T00:00:00.000Z" });
  await add({ verdict: "healthy", createdAt: "2026-09-06T23:59:59.999Z" });
  for (let at = 0; at < 9; at++) await add({ verdict: "insufficient-evidence", gateway: "other.example" });
  await add({ gateway: null });

  const found = await ask("");
  expect(found).toMatchObject({ by: "gateway", weeks: 12, since: "2026-09-07", reports: 17 });
  expect(found.groups.map(({ name, reports }) => [name, reports])).toEqual([
    ["other.example", 9],
    ["vpn.example.com", 7],
    [null, 1],
  ]);
  const [other, vpn, unnamed] = found.groups;
  expect(vpn).toEqual({
    name: "vpn.example.com",
    reports: 7,
    verdicts: [
      {
        verdict: "outbound-fragments-too-large",
        reports: 5,
        networks: [
          { network: "cellular", reports: 3 },
          { network: "unknown", reports: 1 },
          { network: "wifi", reports: 1 },
        ],
      },
      { verdict: "healthy", reports: 1, networks: [{ network: "wifi", reports: 1 }] },
      { verdict: "inbound-fragments-lost", reports: 1, networks: [{ network: "wifi", reports: 1 }] },
    ],
    weeks: [
      { week: "2026-09-07", reports: 1, problems: 0 },
      { week: "2026-11-23", reports: 6, problems: 6 },
    ],
    sentence:
      "5 of 7 reports for vpn.example.com: IP fragments from this PC get lost. Networks of these 5: mobile network 3, not known 1, Wi-Fi 1. Turn on IKE fragmentation (RFC 7383) at this gateway: it would help in 6 of all.",
  });
  // What is not proven is called no problem, and what names no gateway gets no advice about one.
  expect(other?.sentence).toBe(
    "9 of 9 reports for other.example: Not enough to tell. No problem was proven. Networks of these 9: Wi-Fi 9.",
  );
  expect(unnamed?.sentence).not.toContain("RFC 7383");
  expect((await ask("", "ja")).groups[1]?.sentence).toBe(
    "vpn.example.comのレポート7件のうち5件：「このPCが送るIPフラグメントが届いていません」。この5件のネットワーク：モバイル回線 3件、不明 1件、Wi-Fi 1件。このゲートウェイでIKEフラグメンテーション（RFC 7383）を有効にすると、全体のうち6件で効果があります。",
  );

  const ways = await ask("by=network&weeks=1");
  expect(ways.groups.map(({ name, reports }) => [name, reports])).toEqual([
    ["wifi", 12],
    ["cellular", 3],
    ["unknown", 1],
  ]);
  expect(ways.groups[1]?.sentence).toBe(
    "3 of 3 reports over this network (mobile network): IP fragments from this PC get lost. With gateways that have IKE fragmentation (RFC 7383) switched on, 3 of all would connect here.",
  );
  expect((await ask("by=adapter")).groups).toMatchObject([{ name: "wi-fi", reports: 17 }]);
});

test("a run over a phone is counted as such, and an override under its own verdict", async () => {
  const { reportId } = await makeReport(service, STORY_PATH);
  const list = await json<{ reports: unknown[] }>(
    await service.request("GET", "/v1/reports", { token: service.tokens.staff }),
  );
  expect(list.reports).toMatchObject([{ reportId, network: "cellular" }]);
  const override = { verdict: "slow-gateway", reason: "seen" };
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    json: { override },
    headers: { "if-match": "*" },
  });
  expect((await ask("by=network")).groups).toMatchObject([
    { name: "cellular", reports: 1, verdicts: [{ verdict: "slow-gateway", reports: 1 }] },
  ]);
});

test("weeks and groupings that there are none of are refused, and no week without a report is shown", async () => {
  for (const query of ["weeks=0", "weeks=105", "weeks=x", "by=label"]) {
    const response = await service.request("GET", `/v1/insights?${query}`, { token: service.tokens.staff });
    expect(response.status, query).toBe(400);
  }
  expect(await ask("weeks=104")).toMatchObject({ reports: 0, groups: [] });
});

test("the page leads to the reports that it counts, and a stranger's name stays text", async () => {
  await add({ gateway: "<b>.example", verdict: "healthy" });
  const page = async (query: string) => {
    const response = await service.request("GET", `/console/insights${query}`, {
      token: service.tokens.staff,
      headers: { accept: "text/html" },
    });
    expect(response.status).toBe(200);
    return response.text();
  };
  const text = await page("");
  expect(text).toContain("1 of 1 reports for <bdi>&lt;b&gt;.example</bdi>: No network problem found.");
  const link = /href="(\/console\/reports\?verdict[^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const listed = await service.request("GET", link, {
    token: service.tokens.staff,
    headers: { accept: "text/html" },
  });
  expect(await listed.text()).toContain(`IKF-${serial}`);
  for (const query of ["?by=network", "?by=adapter&lang=ja"]) expect(await page(query)).toContain("Wi-Fi");
});

test("where the deployment knows whose network a run came over, it is grouped by that, and no address is kept", async () => {
  await service.close();
  service = await openService({
    networks: new PrefixTable({ "198.51.100.0/24": "Example Mobile", "198.51.0.0/16": "others" }),
  });
  const { reportId } = await makeReport(service, STORY_PATH);
  service.client.address = "203.0.113.9";
  await makeReport(service, STORY_PATH);
  expect((await ask("by=network")).groups.map(({ name, reports }) => [name, reports])).toEqual([
    ["Example Mobile", 1],
    ["cellular", 1],
  ]);
  expect((await ask("")).groups[0]?.verdicts[0]?.networks).toEqual([{ network: "cellular", reports: 2 }]);
  // Judged again, and reviewed, it stays of that network.
  await service.request("POST", `/v1/reports/${reportId}/reanalyze`, { token: service.tokens.admin });
  expect((await ask("by=network")).groups.map(({ name }) => name)).toEqual(["Example Mobile", "cellular"]);
  const rows = await service.database.all("SELECT * FROM reports", []);
  expect(JSON.stringify(rows)).not.toContain("198.51.100.7");
  const page = await service.request("GET", "/console/insights?by=network", {
    token: service.tokens.staff,
    headers: { accept: "text/html" },
  });
  expect(await page.text()).toContain("<bdi>Example Mobile</bdi>");
});
