import { afterEach, beforeEach, expect, test } from "vitest";
import { json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

interface Summary {
  reportId: string;
  createdAt: string;
  verdict: string;
}
interface List {
  reports: Summary[];
  nextCursor: string | null;
}
const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
  service.request("GET", path, { token, headers });
const patch = (reportId: string, etag: string | null, body: unknown, token = service.tokens.admin) =>
  service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token,
    json: body,
    headers: etag === null ? {} : { "if-match": etag },
  });

test.each(["evidence", "diagnoses"])(
  "a report whose %s are lost says so to everyone, and the log says which object it is",
  async (kind) => {
    const { reportId } = await makeReport(service);
    const objects = await service.deps.reports.objects(reportId);
    const lost = objects.find(({ key }) => key.startsWith(kind))?.key ?? "";
    expect(lost).not.toBe("");
    const damage: [string, () => Promise<void>][] = [
      ["it is damaged", () => service.deps.blobs.put(lost, new TextEncoder().encode('{"cut'))],
      ["it is gone", () => service.deps.blobs.delete([lost])],
    ];
    for (const [why, harm] of damage) {
      await harm();
      for (const [path, headers] of [
        [`/v1/reports/${reportId}`, {}],
        [`/console/reports/${reportId}`, { accept: "text/html" }],
      ] as const) {
        service.log.length = 0;
        const response = await get(path, service.tokens.admin, headers);
        expect(response.status, path).toBe(410);
        expect(await response.text()).toContain("a part of it is no longer stored");
        const logged = service.log.filter(({ level }) => level === "error").map(({ message }) => message);
        expect(logged).toEqual([`Cannot read the object ${lost}: ${why}`]);
      }
    }
    // The list and all other reports are as they were.
    expect((await get("/v1/reports", service.tokens.staff)).status).toBe(200);
  },
);

test("a report ID opens the fix card, which names no person and no network", async () => {
  const { reportId } = await makeReport(service);
  for (const language of ["en", "ja"]) {
    const response = await get(`/v1/reports/${reportId}?lang=${language}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    const card = JSON.parse(text);
    expect(Object.keys(card).sort()).toEqual(
      [
        "confidence",
        "createdAt",
        "direction",
        "expiresAt",
        "override",
        "overrideText",
        "recommendation",
        "reportId",
        "reviewStatus",
        "text",
        "verdict",
      ].sort(),
    );
    expect(card.text.language).toBe(language);
    for (const secret of [
      "vpn.example.com",
      "192.0.2.1",
      "198.51.100.4",
      "イーサネット",
      "Apple",
      "T-1234",
      "10.0.26100",
    ]) {
      expect(text).not.toContain(secret);
    }
  }
});

test("nor does the card of an uploaded capture, whose diagnosis names gateway, adapter and files", async () => {
  const named = async (name: string) => ({ name, text: new TextDecoder().decode(await seedFile(name)) });
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    json: {
      schema: "ikefrag/evidence/1",
      gateway: "vpn.example.com",
      texts: [await named("netsh-ja.txt"), await named("ping-1472-ja.txt"), await named("ping-1473-ja.txt")],
      captures: [
        {
          name: "wired-fail.pcapng",
          base64: Buffer.from(await seedFile("wired-fail.pcapng")).toString("base64"),
        },
      ],
    },
  });
  const diagnosis = await response.text();
  const { reportId } = JSON.parse(diagnosis);
  const secret = /vpn\.example\.com|\d+\.\d+\.\d+\.\d+|イーサネット|Wi-Fi|wired-fail|netsh-ja|ping-147/;
  expect(diagnosis).toMatch(secret);
  for (const path of [`/v1/reports/${reportId}`, `/r/${reportId}`]) {
    const card = await (await get(path)).text();
    expect(card.replaceAll("ikefrag 0.1.0", ""), path).not.toMatch(secret);
  }
});

test("a report ID is taken as people type it", async () => {
  const { reportId } = await makeReport(service);
  for (const typed of [
    reportId.toLowerCase(),
    reportId.replaceAll("-", ""),
    reportId.slice(4),
    ` ${reportId} `,
  ]) {
    expect((await get(`/v1/reports/${encodeURIComponent(typed)}`)).status, typed).toBe(200);
  }
});

test("mistyped, unknown and deleted IDs get one and the same answer", async () => {
  const { reportId } = await makeReport(service);
  const last = reportId.slice(-1) === "0" ? "1" : "0";
  await service.request("DELETE", `/v1/reports/${reportId}`, { token: service.tokens.admin });
  const bodies = new Set<string>();
  for (const id of [
    `${reportId.slice(0, -1)}${last}`,
    "IKF-00000-00000-0",
    "IKF-ZZZZZ-ZZZZZ-Z",
    "x",
    reportId,
  ]) {
    const response = await get(`/v1/reports/${id}`);
    expect(response.status).toBe(404);
    const { requestId: _different, ...problem } = await json<Record<string, unknown>>(response);
    bodies.add(JSON.stringify(problem));
  }
  expect(bodies.size).toBe(1);
});

test("the ETag is the representation's: it answers 304 until something changes", async () => {
  const { reportId } = await makeReport(service);
  const path = `/v1/reports/${reportId}`;
  const etags = new Set<string>();
  for (const [query, token] of [
    ["?lang=en", undefined],
    ["?lang=ja", undefined],
    ["?lang=en", service.tokens.staff],
  ] as const) {
    const etag = (await get(path + query, token)).headers.get("etag") ?? "";
    etags.add(etag);
    expect((await get(path + query, token, { "if-none-match": etag })).status).toBe(304);
  }
  expect(etags.size).toBe(3);
  const etag = (await get(path)).headers.get("etag");
  expect((await patch(reportId, etag, { status: "reviewed" })).status).toBe(200);
  expect((await get(path, undefined, { "if-none-match": etag ?? "" })).status).toBe(200);
});

test("a review needs If-Match, and a stale one is refused", async () => {
  const { reportId } = await makeReport(service);
  const etag = (await get(`/v1/reports/${reportId}`, service.tokens.staff)).headers.get("etag");
  const without = await patch(reportId, null, { status: "reviewed" });
  expect(without.status).toBe(428);
  expect(await json(without)).toMatchObject({ type: "/problems/precondition-required" });

  const first = await patch(reportId, etag, { status: "reviewed", note: "Router of the 3rd floor" });
  expect(first.status).toBe(200);
  expect(await json(first)).toEqual({
    status: "reviewed",
    note: "Router of the 3rd floor",
    override: null,
    updatedAt: "2026-11-23T06:00:00.000Z",
    updatedBy: "admin token",
  });
  const stale = await patch(reportId, etag, { status: "fixed" });
  expect(stale.status).toBe(412);
  expect(await json(stale)).toMatchObject({ type: "/problems/review-stale" });

  const second = await patch(reportId, first.headers.get("etag"), { status: "fixed" });
  expect(await json(second)).toMatchObject({ status: "fixed", note: "Router of the 3rd floor" });
  for (const wrong of ["1", '"abc"', 'W/"1-00"'])
    expect((await patch(reportId, wrong, { note: "" })).status).toBe(412);
});

test("of many reviews at once with one ETag, one is saved", async () => {
  const { reportId } = await makeReport(service);
  const etag = (await get(`/v1/reports/${reportId}`, service.tokens.staff)).headers.get("etag");
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, at) => patch(reportId, etag, { note: `note ${at}` })),
  );
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(responses.filter(({ status }) => status === 412)).toHaveLength(19);
});

test("an override files the report anew and leaves the analyzer's verdict standing", async () => {
  const { reportId } = await makeReport(service);
  const override = { verdict: "not-ikev2", reason: "The profile is L2TP", userText: "We ring you up." };
  expect((await patch(reportId, "*", { override })).status).toBe(200);
  const report = await json<{ verdict: string }>(await get(`/v1/reports/${reportId}`, service.tokens.staff));
  expect(report).toMatchObject({
    verdict: expect.stringMatching(/^outbound/),
    override: "not-ikev2",
    review: { override },
  });
  const filed = await json<List>(await get("/v1/reports?verdict=not-ikev2", service.tokens.staff));
  expect(filed.reports.map((each) => each.reportId)).toEqual([reportId]);
  const card = await (await get(`/v1/reports/${reportId}`)).text();
  expect(JSON.parse(card)).toMatchObject({ override: "not-ikev2", overrideText: "We ring you up." });
  expect(card).not.toContain("L2TP");
  // Who has no words for the user says none: an empty text is none either.
  for (const none of [{}, { userText: null }, { userText: "" }]) {
    const silent = { verdict: "not-ikev2", reason: "The profile is L2TP", ...none };
    expect((await patch(reportId, "*", { override: silent })).status).toBe(200);
    expect(await json(await get(`/v1/reports/${reportId}`))).toMatchObject({ overrideText: null });
  }
  await patch(reportId, "*", { override: null });
  expect(await json(await get(`/v1/reports/${reportId}`))).toMatchObject({
    override: null,
    overrideText: null,
  });
});

test.each([
  { field: "status", value: "done" },
  { field: "note", value: "x".repeat(10_001) },
  { field: "override", value: { verdict: "no-such", reason: "" } },
  { field: "verdict", value: "healthy" },
])("PATCH review refuses a wrong $field", async ({ field, value }) => {
  const { reportId } = await makeReport(service);
  const response = await patch(reportId, "*", { [field]: value });
  expect(response.status).toBe(400);
  expect((await json<{ errors: { pointer: string }[] }>(response)).errors[0]?.pointer).toMatch(
    new RegExp(`^/${field}`),
  );
});

test("the list filters by each field, newest first", async () => {
  const story = await makeReport(service);
  service.clock.now = new Date("2026-11-24T06:00:00Z");
  const clear = await makeReport(service, CLEAR_PATH);
  await patch(clear.reportId, "*", { status: "confirmed", note: "50% 件名" });
  const list = async (query: string) =>
    (await json<List>(await get(`/v1/reports${query}`, service.tokens.staff))).reports.map(
      ({ reportId }) => reportId,
    );
  const both = [clear.reportId, story.reportId];
  const expected: [query: string, reports: string[]][] = [
    ["", both],
    ["?verdict=healthy", [clear.reportId]],
    ["?verdict=&status=", both],
    ["?status=new", [story.reportId]],
    ["?gateway=VPN.example.com", both],
    ["?gateway=vpn.example.org", []],
    [`?adapter=${encodeURIComponent("イーサネット 5")}`, both],
    ["?since=2026-11-24", [clear.reportId]],
    ["?since=2026-11-24T15:00:00%2B09:00", [clear.reportId]],
    [`?q=${encodeURIComponent("件名")}`, [clear.reportId]],
    ["?q=50%25", [clear.reportId]],
    ["?q=%25", [clear.reportId]],
    ["?q=t-1234", both],
    [`?q=${story.reportId.toLowerCase().replaceAll("-", "")}`, [story.reportId]],
  ];
  for (const [query, reports] of expected) expect(await list(query), query).toEqual(reports);
});

test.each(["verdict=x", "status=x", "since=yesterday", "limit=0", "limit=101", "limit=x", "cursor=x"])(
  "the list refuses ?%s and says which",
  async (query) => {
    const response = await get(`/v1/reports?${query}`, service.tokens.staff);
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ errors: [{ pointer: `/${query.split("=")[0]}` }] });
  },
);

test("pages follow each other without a gap, though times are the same and reports keep coming", async () => {
  const made: string[] = [];
  for (let at = 0; at < 7; at++) made.push((await makeReport(service, CLEAR_PATH)).reportId);
  const seen: string[] = [];
  let next: string | null = "/v1/reports?limit=3";
  let late = false;
  while (next !== null) {
    const response: Response = await get(next, service.tokens.staff);
    seen.push(...(await json<List>(response)).reports.map(({ reportId }) => reportId));
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
    if (!late) {
      late = true;
      service.clock.now = new Date("2026-11-23T06:00:01Z");
      await makeReport(service, CLEAR_PATH);
    }
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(new Set(made));
});

test("DELETE removes the rows and the objects", async () => {
  const { reportId, run } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  expect((await service.stored()).objects).toHaveLength(4);
  const gone = await service.request("DELETE", `/v1/reports/${reportId}`, { token: service.tokens.admin });
  expect(gone.status).toBe(204);
  const { rows, objects } = await service.stored();
  expect(rows).toMatchObject({ reports: 0, objects: 0 });
  expect(objects).toEqual([]);
  expect(
    (await service.request("DELETE", `/v1/reports/${reportId}`, { token: service.tokens.admin })).status,
  ).toBe(404);
  // The run's last round, repeated, must not bring it back.
  const repeated = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round: 3, startedAt: "2026-11-23T06:00:00Z", measurements: [] },
  });
  expect(repeated.status).toBe(410);
});

test("a report without a capture says so", async () => {
  const { reportId } = await makeReport(service);
  const response = await get(`/v1/reports/${reportId}/capture`, service.tokens.admin);
  expect(response.status).toBe(404);
  expect(await json(response)).toMatchObject({ type: "/problems/capture-not-found" });
});

test("reportUrl opens the card as a page", async () => {
  const { reportId } = await makeReport(service);
  const page = await service.request("GET", `/r/${reportId}`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(`${ORIGIN}/r/${reportId}`).toMatch(/^https:\/\/[^/]+\/r\/IKF-/);
});
