/** What is remembered of reports: it is shown only while it is true, and only to who may see it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { Remembered } from "../../api/reports/remembered.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { ANALYZER } from "../../shared/diagnose/diagnose.ts";
import {
  json,
  ORIGIN,
  openService,
  playRun,
  type Service,
  seedFile,
  startTestRun,
} from "../support/service.ts";

const DAY_MS = 86_400_000;

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1_000 });
});
afterEach(() => service.close());

type App = ReturnType<typeof createApp>;
/** Another instance of the service on the same stores: it hears of nothing that is done through the first. */
function anotherInstance(maxBytes = 16 * 1024 * 1024): { app: App; remembered: Remembered } {
  const remembered = new Remembered(maxBytes);
  return { app: createApp({ ...service.deps, remembered }), remembered };
}

const VIEWS = [
  ["card", "/r/", null],
  ["card as JSON", "/v1/reports/", null],
  ["report", "/console/reports/", "staff"],
  ["report for admins", "/console/reports/", "admin"],
  ["report as JSON", "/v1/reports/", "staff"],
] as const;

const LANGUAGES = ["en", "ja"] as const;

/** What one reader is shown: status, ETag and body. */
async function viewBy(
  app: App,
  reportId: string,
  [, path, role]: (typeof VIEWS)[number],
  language: string,
): Promise<string> {
  const response = await app.request(`${ORIGIN}${path}${reportId}?lang=${language}`, {
    headers: {
      accept: path.startsWith("/v1/") ? "application/json" : "text/html",
      ...(role === null ? {} : { authorization: `Bearer ${service.tokens[role]}` }),
    },
  });
  const body = (await response.text()).replaceAll(response.headers.get("x-request-id") ?? "-", "");
  return `${response.status} ${response.headers.get("etag")} ${body}`;
}

/** What each reader is shown, in each language, by one instance for all or by a new one for each. */
async function shownBy(app: App | "new", reportId: string): Promise<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const view of VIEWS)
    for (const language of LANGUAGES) {
      const asked = app === "new" ? anotherInstance().app : app;
      shown[`${view[0]}, ${language}`] = await viewBy(asked, reportId, view, language);
    }
  return shown;
}

/** A case, a run of it, and the run's report. */
async function makeRun() {
  const opened = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway: "vpn.example.com", label: "T-1234" },
  });
  const { code, caseId } = await json<{ code: string; caseId: string }>(opened);
  const run = await startTestRun(service, code);
  return { caseId, run, ...(await playRun(service, run)) };
}

const admin = () => ({ token: service.tokens.admin });

test("each change of a report shows at once, also where another instance made it", async () => {
  const { caseId, run, reportId } = await makeRun();
  const path = `/v1/reports/${reportId}`;
  const form = new FormData();
  form.append("gateway", new File([await seedFile("wired-fail.pcapng")], "gateway.pcapng"));
  const fileId = async () => {
    const found = await service.request("GET", `/v1/cases/${caseId}`, admin());
    return (await json<{ files: { fileId: string }[] }>(found)).files[0]?.fileId ?? "";
  };
  const changes: [name: string, change: () => Promise<Response | null>, seenOnCard: boolean][] = [
    [
      "a review",
      () =>
        service.request("PATCH", `${path}/review`, {
          ...admin(),
          headers: { "if-match": "*" },
          json: { status: "reviewed", note: "seen" },
        }),
      true,
    ],
    [
      "a capture",
      async () =>
        service.request("PUT", `/v1/runs/${run.runId}/capture`, {
          token: run.runToken,
          headers: { "content-type": "application/octet-stream" },
          body: await seedFile("wired-fail.pcapng"),
        }),
      true,
    ],
    [
      "an override",
      () =>
        service.request("PATCH", `${path}/review`, {
          ...admin(),
          headers: { "if-match": "*" },
          json: { override: { verdict: "healthy", reason: "why" } },
        }),
      true,
    ],
    [
      "a new analysis",
      async () => {
        const objects = await service.deps.reports.objects(reportId);
        const key = objects.findLast(({ kind }) => kind === "diagnosis")?.key ?? "";
        const kept = await new Response(await service.deps.blobs.get(key)).text();
        // Of an older analyzer: what is found again as it was changes nothing.
        const older = kept.replace(ANALYZER, "ikefrag 0.0.1");
        await service.deps.blobs.put(key, new TextEncoder().encode(older));
        return service.request("POST", `${path}/reanalyze`, admin());
      },
      false,
    ],
    [
      "a file of the gateway's side",
      async () => {
        const encoded = new Response(form);
        return service.request("POST", `/v1/cases/${caseId}/gateway-files`, {
          ...admin(),
          headers: { "content-type": encoded.headers.get("content-type") ?? "" },
          body: await encoded.arrayBuffer(),
        });
      },
      false,
    ],
    [
      "the end of that file",
      async () => service.request("DELETE", `/v1/cases/${caseId}/gateway-files/${await fileId()}`, admin()),
      false,
    ],
    [
      "the end of the capture's days",
      async () => {
        service.clock.now = new Date(service.clock.now.getTime() + 15 * DAY_MS);
        await sweep(service.deps);
        return null;
      },
      false,
    ],
    ["its deletion", () => service.request("DELETE", path, admin()), true],
  ];
  const { app } = anotherInstance();
  for (const [name, change, seenOnCard] of changes) {
    const before = await shownBy(app, reportId);
    expect(await shownBy(app, reportId), `again before ${name}`).toEqual(before);
    const answer = await change();
    expect(answer?.ok ?? true, `${name}: ${answer?.status}`).toBe(true);
    const after = await shownBy(app, reportId);
    expect(after, name).toEqual(await shownBy("new", reportId));
    for (const language of LANGUAGES) {
      expect(after[`report as JSON, ${language}`], name).not.toBe(before[`report as JSON, ${language}`]);
      expect(after[`report, ${language}`], name).not.toBe(before[`report, ${language}`]);
      if (seenOnCard) expect(after[`card, ${language}`], name).not.toBe(before[`card, ${language}`]);
    }
  }
});

test("nobody is given what was made for somebody else, in whatever order they ask", async () => {
  const { reportId } = await makeRun();
  const expected = await shownBy("new", reportId);
  expect(new Set(Object.values(expected)).size).toBe(LANGUAGES.length * VIEWS.length);
  const { app } = anotherInstance();
  for (const view of [...VIEWS, ...VIEWS.toReversed(), ...VIEWS])
    for (const language of LANGUAGES)
      expect(await viewBy(app, reportId, view, language), view[0]).toBe(expected[`${view[0]}, ${language}`]);
});

test("the objects of a report are read once for a version and a language, and not at all for a 304", async () => {
  const { reportId } = await makeRun();
  let reads = 0;
  const { blobs } = service.deps;
  const counting = Object.assign(Object.create(blobs), {
    get: (key: string) => {
      reads++;
      return blobs.get(key);
    },
  });
  const app = createApp({ ...service.deps, blobs: counting, remembered: new Remembered(16 * 1024 * 1024) });
  await shownBy(app, reportId);
  expect(reads).toBeGreaterThan(0);
  reads = 0;
  await shownBy(app, reportId);
  expect(reads).toBe(0);
  const url = `${ORIGIN}/v1/reports/${reportId}`;
  const etag = (await app.request(url)).headers.get("etag") ?? "";
  const notModified = await app.request(url, { headers: { "if-none-match": etag } });
  expect([notModified.status, await notModified.text(), reads]).toEqual([304, "", 0]);
});

test("what was deleted stays in no memory that hears of it", async () => {
  const { reportId } = await makeRun();
  const other = anotherInstance();
  await shownBy(service.app, reportId);
  await shownBy(other.app, reportId);
  expect(service.deps.remembered.bytes).toBeGreaterThan(0);
  expect(other.remembered.bytes).toBeGreaterThan(0);
  await service.request("DELETE", `/v1/reports/${reportId}`, admin());
  expect(service.deps.remembered.bytes).toBe(0);
  await other.app.request(`${ORIGIN}/r/${reportId}`);
  expect(other.remembered.bytes).toBe(0);

  const second = await makeRun();
  await shownBy(service.app, second.reportId);
  await sweep(service.deps);
  expect(service.deps.remembered.bytes).toBe(0);
});

const place = (reportId: string, stamp = "1", what = "card") => ({ reportId, what, stamp });
const made = (length: number) => async () => ({ text: "x".repeat(length) });

test("memory is bounded: what was not asked for the longest time goes, and what is too large never comes", async () => {
  const remembered = new Remembered(1_000);
  const isKept = async (reportId: string, what = "card") => {
    let isMade = false;
    await remembered
      .of(place(reportId, "1", what), async () => {
        isMade = true;
        throw new Error("not kept");
      })
      .catch(() => {});
    return !isMade;
  };
  for (const id of ["a", "b", "c", "d", "e"]) await remembered.of(place(id), made(100));
  expect(remembered.bytes).toBe(1_000);
  expect(await isKept("a")).toBe(true);
  await remembered.of(place("f"), made(100));
  expect(remembered.bytes).toBe(1_000);
  expect([await isKept("a"), await isKept("b"), await isKept("f")]).toEqual([true, false, true]);
  // Another language of one that is kept counts too.
  await remembered.of(place("f", "1", "card in Japanese"), made(100));
  expect(remembered.bytes).toBe(1_000);
  expect(await isKept("f", "card in Japanese")).toBe(true);
  await remembered.of(place("large"), made(126));
  expect([remembered.bytes, await isKept("large")]).toEqual([1_000, false]);
});

test("a newer version takes the place of the older one, and a failure that of nothing", async () => {
  const remembered = new Remembered(1_000);
  expect(await remembered.of(place("a", "1"), async () => ({ text: "one" }))).toEqual({ text: "one" });
  await expect(
    remembered.of(place("a", "2"), async () => {
      throw new Error("the disk reports an error");
    }),
  ).rejects.toThrow("the disk reports an error");
  expect(await remembered.of(place("a", "2"), async () => ({ text: "two" }))).toEqual({ text: "two" });
  expect(await remembered.of(place("a", "2"), made(1))).toEqual({ text: "two" });
  expect(remembered.bytes).toBe(6);
  remembered.forget("a");
  remembered.forget("a");
  expect(remembered.bytes).toBe(0);
});
