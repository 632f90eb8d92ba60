/** The client of the interface: its types are the interface's, and its methods do what they say. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { type Client, createClient, ProblemError, type ReportList } from "../../api/client/client.ts";
import { OPERATIONS } from "../../api/http/operations.ts";
import { clientTypes } from "../../infra/client-types.ts";
import { AGENT, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
const clientOf = (token?: string, language?: string): Client =>
  createClient({
    url: ORIGIN,
    ...(token === undefined ? {} : { token }),
    ...(language === undefined ? {} : { language }),
    fetch: async (url, init) => service.app.request(url, init),
  });
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

test("its operations are written anew whenever the interface changes: npm run client", async () => {
  const written = readFileSync(new URL("../../api/client/operations.ts", import.meta.url), "utf8");
  expect(written === (await clientTypes())).toBe(true);
  expect(Object.keys(clientOf()).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
});

test("a helpdesk's day: a case, a run, its report, a review, a capture, and the end", async () => {
  const admin = clientOf(service.tokens.admin);
  const opened = await admin.createCase({ body: { gateway: "vpn.example.com" }, idempotencyKey: "once" });
  expect(await admin.createCase({ body: { gateway: "vpn.example.com" }, idempotencyKey: "once" })).toEqual(
    opened,
  );
  const started = await clientOf().startRun({ body: { code: opened.code, agent: AGENT } });
  expect(started.gateway).toBe("vpn.example.com");

  const { run, reportId } = await makeReport(service);
  const capture = await seedFile("wired-fail.pcapng");
  const revised = await clientOf(run.runToken).putCapture({
    runId: run.runId,
    body: capture,
    contentType: "application/vnd.tcpdump.pcap",
  });
  expect(revised.reportId).toBe(reportId);
  const list = await admin.listReports({ limit: 10, gateway: "vpn.example.com" });
  expectTypeOf(list).toEqualTypeOf<ReportList | Response>();
  if (list instanceof Response) throw new Error("JSON was asked for");
  expect(list.reports.map((report) => report.reportId)).toEqual([reportId]);
  const review = await admin.reviewReport({ reportId, ifMatch: "*", body: { status: "fixed" } });
  expect(review.status).toBe("fixed");
  const file = await admin.getCapture({ reportId });
  expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
  expect(await admin.deleteReport({ reportId })).toBeUndefined();
});

test("what the service refuses is an error with its problem document", async () => {
  const refused = await clientOf(undefined, "ja")
    .getReport({ reportId: "IKF-00000-00000-0" })
    .catch((error: unknown) => error);
  if (!(refused instanceof ProblemError)) throw refused;
  expect(refused).toMatchObject({ status: 404, code: "report-not-found" });
  expect(refused.message).toMatch(/[ぁ-ん]/);
  const between = createClient({ url: ORIGIN, fetch: async () => new Response("<html>", { status: 502 }) });
  const lost = await between.getHealth().catch((error: unknown) => error);
  expect(lost).toMatchObject({ status: 502, problem: null, code: null });
});

test("what stands in a path is taken for nothing else", async () => {
  const asked: string[] = [];
  const spy = createClient({
    url: ORIGIN,
    fetch: async (url) => {
      asked.push(url);
      return new Response(null, { status: 204 });
    },
  });
  await spy.deleteReport({ reportId: "../../a?b#c" });
  await spy.listReports({ q: "a&b=c" });
  expect(asked).toEqual([`${ORIGIN}/v1/reports/..%2F..%2Fa%3Fb%23c`, `${ORIGIN}/v1/reports?q=a%26b%3Dc`]);
});
