/** Files of the gateway's side: the second link of a case, what staff add, and what reports make of it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { MAX_CASE_FILES, MAX_CASE_TEXT_BYTES } from "../../api/http/bounds.ts";
import { sweep } from "../../api/reports/sweep.ts";
import type { CaseDetail, GatewayFilesTaken, GatewayLink, Report } from "../../shared/schema/api.ts";
import {
  AGENT,
  json,
  makeReport,
  ORIGIN,
  openService,
  openTestCase,
  playRun,
  type Service,
  startTestRun,
} from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000 });
});
afterEach(() => service.close());

const pair = (end: "client" | "gateway-first-only") =>
  readFile(join(import.meta.dirname, `../cases/reports/29-pair-${end}.pcapng`)) as Promise<
    Uint8Array<ArrayBuffer>
  >;
/** A request of 408 bytes and its answer, as a gateway's charon writes them. */
const CHARON = ["received", "sent"]
  .map(
    (way) => `Nov 23 06:00:01 gw charon: 05[NET] ${way === "sent" ? "sending" : way} packet: from ${
      way === "sent" ? "203.0.113.25[500] to 198.51.100.99[500]" : "198.51.100.99[500] to 203.0.113.25[500]"
    } (408 bytes)
Nov 23 06:00:01 gw charon: 05[ENC] ${way === "sent" ? "generating IKE_SA_INIT response 0" : "parsed IKE_SA_INIT request 0"} [ SA KE No ]
`,
  )
  .join("");

type Parts = [name: string, content: BlobPart, fileName?: string][];
function formOf(parts: Parts): FormData {
  const form = new FormData();
  for (const [name, content, fileName] of parts)
    if (fileName === undefined) form.append(name, String(content));
    else form.append(name, new File([content], fileName));
  return form;
}

type Case = z.infer<typeof CaseDetail>;
const staff = () => ({ token: service.tokens.staff });
const admin = () => ({ token: service.tokens.admin });
const caseIdOf = async () =>
  (await json<{ cases: { caseId: string }[] }>(await service.request("GET", "/v1/cases", staff()))).cases[0]
    ?.caseId ?? "";
const readCase = async (caseId: string) =>
  json<Case>(await service.request("GET", `/v1/cases/${caseId}`, staff()));
const readReport = async (reportId: string) =>
  json<Report>(await service.request("GET", `/v1/reports/${reportId}`, staff()));
const makeLink = async (caseId: string) =>
  json<z.infer<typeof GatewayLink>>(
    await service.request("POST", `/v1/cases/${caseId}/gateway-link`, staff()),
  );
async function send(code: string, parts: Parts, headers: Record<string, string> = {}) {
  const encoded = new Response(formOf(parts));
  const body = await encoded.arrayBuffer();
  return service.request("POST", `/v1/gateway-files/${code}`, {
    body,
    headers: {
      "content-type": encoded.headers.get("content-type") ?? "",
      "content-length": String(body.byteLength),
      ...headers,
    },
  });
}

/** A case without a run, and its gateway link. */
async function openWithLink() {
  const code = await openTestCase(service);
  const caseId = await caseIdOf();
  return { code, caseId, link: await makeLink(caseId) };
}

describe("the gateway link", () => {
  test("is another kind of code: neither is ever taken for the other", async () => {
    const { code, link } = await openWithLink();
    expect(link.code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$/);
    for (const extension of ["", ".mjs", ".ps1", ".json"])
      expect((await service.request("GET", `/a/${link.code}${extension}`)).status).toBe(404);
    const run = await service.request("POST", "/v1/runs", { json: { code: link.code, agent: AGENT } });
    expect(run.status).toBe(404);
    expect((await service.request("GET", `/g/${code}`)).status).toBe(404);
    expect((await send(code, [["text", CHARON]])).status).toBe(404);
    expect((await service.request("GET", `/g/${link.code}`)).status).toBe(200);
    // Nor is it a token of anything.
    for (const path of ["/v1/cases", "/v1/reports", `/g/${link.code}`])
      expect((await service.request("GET", path, { token: link.code })).status).toBe(401);
  });

  test("of the same letters as the case's code is stored as something else", async () => {
    service.deps.random = (count) => new Uint8Array(count).fill(7);
    const { code, caseId, link } = await openWithLink();
    expect(link.code).toBe(code);
    const [row] = await service.database.all("SELECT code_hash, gateway_code_hash FROM cases WHERE id = ?", [
      caseId,
    ]);
    expect(row?.code_hash).not.toBe(row?.gateway_code_hash);
  });

  test("is typed as people type, renewed, and ends with the case", async () => {
    const { caseId, link } = await openWithLink();
    const typed = link.code.toLowerCase().replaceAll("-", " ");
    expect((await service.request("GET", `/g/${encodeURIComponent(typed)}`)).status).toBe(200);
    const renewed = await makeLink(caseId);
    expect((await send(link.code, [["text", CHARON]])).status).toBe(404);
    expect((await send(renewed.code, [["text", CHARON]])).status).toBe(200);

    service.clock.now = new Date("2026-11-26T06:00:00.001Z");
    const late = await send(renewed.code, [["text", CHARON]]);
    expect(late.status).toBe(410);
    expect(await json(late)).toMatchObject({ type: "/problems/code-expired" });
    const again = await service.request("POST", `/v1/cases/${caseId}/gateway-link`, staff());
    expect(again.status).toBe(410);
  });

  test("is withdrawn with the case's code", async () => {
    const { caseId, link } = await openWithLink();
    await service.request("DELETE", `/v1/cases/${caseId}`, staff());
    expect((await send(link.code, [["text", CHARON]])).status).toBe(410);
    expect((await service.request("GET", `/g/${link.code}`)).status).toBe(410);
    expect((await service.request("POST", `/v1/cases/${caseId}/gateway-link`, staff())).status).toBe(410);
    expect((await readCase(caseId)).files).toEqual([]);
  });

  test("works on when the runs are used up", async () => {
    await service.close();
    service = await openService({ uploadsPerMinute: 1000, runsPerCode: 1 });
    const { code, caseId, link } = await openWithLink();
    await startTestRun(service, code);
    expect((await readCase(caseId)).state).toBe("used-up");
    expect((await send(link.code, [["text", CHARON]])).status).toBe(200);
  });

  test.each(["en", "ja"])(
    "its page says who asks and what is kept, and nothing of the case (%s)",
    async (lang) => {
      const { caseId, link } = await openWithLink();
      await service.request("POST", `/v1/cases/${caseId}/gateway-files`, {
        ...staff(),
        body: formOf([["text", CHARON]]),
      });
      const headers = { accept: "text/html", "accept-language": lang };
      const response = await service.request("GET", `/g/${link.code}`, { headers });
      const page = await response.text();
      expect(page).toContain("Example helpdesk");
      expect(page).toContain("<code>vpn.example.com</code>");
      expect(page).toMatch(lang === "ja" ? /14日/ : /14 days/);
      expect(page).toContain("2026-11-26 06:00 UTC");
      expect(page).toContain("tcpdump");
      expect(page).toContain(`action="/g/${link.code}"`);
      for (const secret of ["T-1234", caseId, "pasted-log", "IKF-"]) expect(page).not.toContain(secret);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("referrer-policy")).toBe("same-origin");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    },
  );

  test("what was sent is answered in counts: no diagnosis, no report, no label", async () => {
    const { code, caseId, link } = await openWithLink();
    await playRun(service, await startTestRun(service, code));
    const capture = await pair("gateway-first-only");
    const response = await send(link.code, [["file", capture, "gw.pcapng"]]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const answer = await json<z.infer<typeof GatewayFilesTaken>>(response);
    expect(answer).toEqual({
      taken: [
        {
          name: "gw.pcapng",
          kind: "capture",
          recordedAt: "gateway",
          receivedBytes: capture.length,
          packets: expect.any(Number),
          ikeMessages: expect.any(Number),
          logLines: null,
          logins: 1,
        },
      ],
      refused: [],
    });
    expect(answer.taken[0]?.ikeMessages).toBeGreaterThan(1);
    const page = await service.request("POST", `/g/${link.code}`, {
      body: formOf([["text", CHARON]]),
      headers: { accept: "text/html", "sec-fetch-site": "same-origin", origin: ORIGIN },
    });
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain("lines about IKE messages: 4, attempts to log in: 1");
    const { reports } = await readCase(caseId);
    for (const secret of ["T-1234", "outbound", "gw.pcapng", ...reports.map(({ reportId }) => reportId)])
      expect(text).not.toContain(secret);
  });

  test("a form that another site's page sends is refused", async () => {
    const { caseId, link } = await openWithLink();
    const response = await service.request("POST", `/g/${link.code}`, {
      body: formOf([["text", CHARON]]),
      headers: { accept: "text/html", "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    });
    expect(response.status).toBe(403);
    expect((await readCase(caseId)).files).toEqual([]);
  });

  test("guesses are counted, and so are uploads", async () => {
    await service.close();
    service = await openService({ uploadsPerMinute: 2 });
    const { link } = await openWithLink();
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await send(link.code, [["text", CHARON]])).status);
    expect(statuses).toEqual([200, 200, 429]);
    service.client.address = "198.51.100.8";
    for (let n = 0; n < 60; n++)
      expect((await service.request("GET", "/g/0000-0000-00000")).status).toBe(404);
    expect((await service.request("GET", "/g/0000-0000-00000")).status).toBe(429);
  });
});

describe("the reports of the case", () => {
  const namesOf = (report: Report) => report.files.map(({ name, recordedAt }) => [name, recordedAt]);

  test("a client's capture that came as the gateway's is read as what it is, and warned of", async () => {
    const { code, link } = await openWithLink();
    const run = await startTestRun(service, code);
    const { reportId } = await playRun(service, run);
    const swapped = [
      ["between", await pair("gateway-first-only"), "fw.pcapng"],
      ["gateway", await pair("client"), "gw.pcapng"],
    ] satisfies Parts;
    expect((await send(link.code, swapped)).status).toBe(200);
    const { diagnosis } = await readReport(reportId);
    expect(diagnosis.warnings.map(({ source, phrase }) => [source, phrase.key])).toContainEqual([
      "gw.pcapng",
      "warning.end.gateway.client",
    ]);
    expect(
      diagnosis.bothEnds?.logins.map(({ places }) => places.map((p) => [p.source, p.end])),
    ).toContainEqual([
      ["gw.pcapng", "client"],
      ["fw.pcapng", "between"],
    ]);
  });

  test("a file that came before the run is in its report, and one after revises it", async () => {
    const { code, caseId, link } = await openWithLink();
    await send(link.code, [["text", CHARON]]);
    service.clock.now = new Date("2026-11-23T07:30:00.000Z");
    const run = await startTestRun(service, code);
    const { reportId } = await playRun(service, run);
    const before = await readReport(reportId);
    expect(before.files).toEqual([
      {
        name: "pasted-log",
        kind: "text",
        recordedAt: "gateway",
        receivedAt: "2026-11-23T06:00:00.000Z",
        expiresAt: "2027-02-21T06:00:00.000Z",
        bytes: CHARON.length,
      },
    ]);
    expect(before.evidence.texts).toEqual([{ name: "pasted-log", text: CHARON }]);
    expect(before.evidence.recordedAt).toMatchObject({ "pasted-log": "gateway", capture: "client" });
    expect(before.earlier).toEqual([]);

    service.clock.now = new Date("2026-11-23T08:00:00.000Z");
    const answer = await service.request("POST", `/v1/cases/${caseId}/gateway-files`, {
      ...staff(),
      body: formOf([["between", await pair("gateway-first-only"), "fw.pcapng"]]),
    });
    expect(await json(answer)).toMatchObject({ reports: [reportId] });
    const after = await readReport(reportId);
    expect(namesOf(after)).toEqual([
      ["pasted-log", "gateway"],
      ["fw.pcapng", "between"],
    ]);
    expect(after.captures.map(({ name }) => name)).toEqual(["fw.pcapng"]);
    expect(after.earlier).toHaveLength(1);
    const files = (await readCase(caseId)).files;
    expect(files.map(({ sentBy, receivedAt }) => [sentBy, receivedAt])).toEqual([
      [null, "2026-11-23T06:00:00.000Z"],
      ["staff token", "2026-11-23T08:00:00.000Z"],
    ]);

    // The run's own capture comes last, and takes nothing of them away.
    await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: { "content-type": "application/octet-stream" },
      body: await pair("client"),
    });
    const last = await readReport(reportId);
    expect(namesOf(last)).toEqual([["capture", "client"], ...namesOf(after)]);
    expect(last.earlier).toHaveLength(2);
    const again = await service.request("POST", `/v1/reports/${reportId}/reanalyze`, admin());
    expect((await json<Report>(again)).diagnosis).toEqual(last.diagnosis);
  });

  test("each run of the case has them, and the page shows what came when", async () => {
    const { code, caseId, link } = await openWithLink();
    const first = await playRun(service, await startTestRun(service, code));
    await send(link.code, [["file", await pair("gateway-first-only"), "gw.pcapng"]]);
    const second = await playRun(service, await startTestRun(service, code));
    for (const { reportId } of [first, second]) {
      expect(namesOf(await readReport(reportId))).toEqual([["gw.pcapng", "gateway"]]);
      const page = await service.request("GET", `/console/reports/${reportId}`, staff());
      const text = await page.text();
      expect(text).toMatch(/gw\.pcapng[^\n]*at the gateway[^\n]*2026-11-23 06:00 UTC/);
      expect(text).toContain(`href="/console/cases/${caseId}"`);
    }
    const download = await service.request(
      "GET",
      `/v1/reports/${first.reportId}/capture?name=gw.pcapng`,
      admin(),
    );
    expect(download.status).toBe(200);
    expect((await readCase(caseId)).reports.map(({ reportId }) => reportId).sort()).toEqual(
      [first, second].map(({ reportId }) => reportId).sort(),
    );
    // Without a name, the run's own capture is meant.
    expect((await service.request("GET", `/v1/reports/${first.reportId}/capture`, admin())).status).toBe(200);
  });

  test("both ends of the pair give what one of them alone does not", async () => {
    const { code, link } = await openWithLink();
    const run = await startTestRun(service, code);
    const { reportId } = await playRun(service, run);
    const put = () =>
      service
        .request("PUT", `/v1/runs/${run.runId}/capture`, {
          token: run.runToken,
          headers: { "content-type": "application/octet-stream" },
          body: pairClient,
        })
        .then((response) => json<{ diagnosis: Report["diagnosis"] }>(response));
    const pairClient = await pair("client");
    const alone = await put();
    expect(alone.diagnosis.findings.length).toBeGreaterThan(0);
    await send(link.code, [["file", await pair("gateway-first-only"), "gw.pcapng"]]);
    const { diagnosis } = await readReport(reportId);
    expect(JSON.stringify(diagnosis.findings)).toContain("gw.pcapng");
    // What the gateway's side shows is not for the run's user to read.
    const told = await put();
    expect(JSON.stringify(told)).not.toContain("gw.pcapng");
    expect(told.diagnosis).toMatchObject({ findings: [], readings: [], warnings: [], bothEnds: null });
    expect(told.diagnosis.verdict).toBe((await readReport(reportId)).diagnosis.verdict);
  });

  test("many uploads and reports at once: none is missing from the diagnosis in force", async () => {
    const { code, caseId, link } = await openWithLink();
    const runs = [await startTestRun(service, code), await startTestRun(service, code)];
    const capture = await pair("gateway-first-only");
    const done = await Promise.all([
      ...runs.map((run) => playRun(service, run)),
      ...[1, 2, 3].map((n) => send(link.code, [["text", CHARON.repeat(n)]])),
      ...[capture, await pair("client")].map((file) => send(link.code, [["file", file, "gw.pcapng"]])),
    ]);
    for (const each of done) if (each instanceof Response) expect(each.status).toBe(200);
    const names = (await readCase(caseId)).files.map(({ name }) => name).sort();
    expect(names).toEqual(["gw.pcapng", "gw.pcapng (2)", "pasted-log", "pasted-log (2)", "pasted-log (3)"]);
    for (const { reportId } of (await readCase(caseId)).reports) {
      const { diagnosis } = await readReport(reportId);
      expect([...new Set(diagnosis.readings.map(({ source }) => source))].sort()).toEqual(names.slice(2));
      const again = await service.request("POST", `/v1/reports/${reportId}/reanalyze`, admin());
      expect((await json<Report>(again)).diagnosis).toEqual(diagnosis);
    }
  });

  test("what the gateway's log says of other clients changes nothing for this one", async () => {
    const { code, link } = await openWithLink();
    const { reportId } = await playRun(service, await startTestRun(service, code));
    const before = (await readReport(reportId)).diagnosis;
    const refusal = (client: string) =>
      [
        `received packet: from ${client}[500] to 203.0.113.25[500] (408 bytes)`,
        "parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) ]",
        `${client} is initiating an IKE_SA`,
        "generating IKE_SA_INIT response 0 [ SA KE No ]",
        `sending packet: from 203.0.113.25[500] to ${client}[500] (336 bytes)`,
        `received packet: from ${client}[4500] to 203.0.113.25[4500] (1200 bytes)`,
        "parsed IKE_AUTH request 1 [ IDi CERT AUTH SA TSi TSr ]",
        "generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]",
        `sending packet: from 203.0.113.25[4500] to ${client}[4500] (80 bytes)`,
      ]
        .map((line) => {
          const group = / packet:/.test(line) ? "NET" : /initiating/.test(line) ? "IKE" : "ENC";
          return `Nov 23 03:00:01 gw charon: 05[${group}] ${line}\n`;
        })
        .join("");
    await send(link.code, [["text", refusal("192.0.2.1") + refusal("192.0.2.2")]]);
    const { verdict, confidence, recommendation } = (await readReport(reportId)).diagnosis;
    expect([verdict, confidence]).toEqual([before.verdict, before.confidence]);
    expect(recommendation.interfaceMtu).toBe(before.recommendation.interfaceMtu);
  });

  test("a file that is deleted is taken out of the reports again", async () => {
    const { caseId, link, code } = await openWithLink();
    const { reportId } = await playRun(service, await startTestRun(service, code));
    const before = await readReport(reportId);
    const objects = (await service.stored()).objects.length;
    await send(link.code, [["file", await pair("gateway-first-only"), "gw.pcapng"]]);
    const [file] = (await readCase(caseId)).files;
    const path = `/v1/cases/${caseId}/gateway-files/${file?.fileId}`;
    expect((await service.request("DELETE", path, staff())).status).toBe(403);
    expect((await service.request("DELETE", path, admin())).status).toBe(204);
    expect((await service.request("DELETE", path, admin())).status).toBe(404);
    const after = await readReport(reportId);
    expect(after.files).toEqual([]);
    expect(after.diagnosis).toEqual(before.diagnosis);
    // Two more diagnoses, and no capture.
    expect((await service.stored()).objects).toHaveLength(objects + 2);
  });

  test("deleting the last report of a case deletes them, and so does time", async () => {
    const { reportId } = await makeReport(service);
    const caseId = await caseIdOf();
    const { code } = await makeLink(caseId);
    await send(code, [
      ["file", await pair("gateway-first-only"), "gw.pcapng"],
      ["text", CHARON],
    ]);
    await service.request("DELETE", `/v1/reports/${reportId}`, admin());
    expect((await readCase(caseId)).files).toEqual([]);
    expect((await service.stored()).objects).toEqual([]);

    await send(code, [
      ["file", await pair("gateway-first-only"), "gw.pcapng"],
      ["text", CHARON],
    ]);
    const daysLater = (days: number) => new Date(Date.UTC(2026, 10, 23, 6) + days * 86_400_000);
    service.clock.now = daysLater(14.1);
    expect(await sweep(service.deps)).toMatchObject({ captures: 1, orphans: 0 });
    expect((await readCase(caseId)).files.map(({ kind }) => kind)).toEqual(["text"]);
    for (const day of [50, 90.1]) {
      service.clock.now = daysLater(day);
      await sweep(service.deps);
    }
    expect((await readCase(caseId)).files).toEqual([]);
    expect((await service.stored()).objects).toEqual([]);
  });
});

describe("what is sent", () => {
  test("a second time is there once, unless it was recorded elsewhere", async () => {
    const { code, caseId, link } = await openWithLink();
    const { reportId } = await playRun(service, await startTestRun(service, code));
    const parts: Parts = [
      ["file", await pair("gateway-first-only"), "gw.pcapng"],
      ["file", CHARON, "gw.log"],
    ];
    const first = await json(await send(link.code, parts));
    const again = await json(await send(link.code, parts));
    expect(again).toEqual(first);
    expect((await readCase(caseId)).files.map(({ name }) => name)).toEqual(["gw.pcapng", "gw.log"]);
    expect((await readReport(reportId)).earlier).toHaveLength(1);
    const elsewhere = await send(link.code, [["between", CHARON, "gw.log"]]);
    // Who sends it does not learn that there is another one of that name.
    expect(await json(elsewhere)).toMatchObject({ taken: [{ name: "gw.log" }] });
    expect((await readCase(caseId)).files.map(({ name }) => name)).toEqual([
      "gw.pcapng",
      "gw.log",
      "gw.log (2)",
    ]);
    // Evidence, three diagnoses, three files.
    expect((await service.stored()).objects).toHaveLength(7);
  });

  test("and breaks off in the middle loses the rest alone", async () => {
    const { code, caseId, link } = await openWithLink();
    const { reportId } = await playRun(service, await startTestRun(service, code));
    const part = (name: string) =>
      new TextEncoder().encode(
        `\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`,
      );
    const capture = await pair("gateway-first-only");
    const wholes = [capture, await pair("client"), new TextEncoder().encode(CHARON)];
    const halves = [
      capture.subarray(0, capture.length - 40),
      gzipSync(capture).subarray(0, 600),
      new TextEncoder().encode(CHARON.repeat(2)),
    ];
    for (const [at, whole] of wholes.entries()) {
      const pieces = [part("whole.pcapng"), whole, part("half"), halves[at]];
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const piece = pieces.shift();
          if (piece === undefined) controller.error(new Error("connection reset"));
          else controller.enqueue(piece);
        },
      });
      const response = await service.request("POST", `/v1/gateway-files/${link.code}`, {
        body,
        headers: { "content-type": "multipart/form-data; boundary=b" },
      });
      expect(response.status).toBe(400);
      expect(await json(response)).toMatchObject({ type: "/problems/client-gone" });
    }
    expect((await readReport(reportId)).files.map(({ name }) => name)).toEqual([
      "whole.pcapng",
      "whole.pcapng (2)",
      "whole.pcapng (3)",
    ]);
    expect((await readCase(caseId)).files).toHaveLength(3);
    // Evidence, four diagnoses, three files.
    expect((await service.stored()).objects).toHaveLength(8);
  });

  test("is named where it cannot be used, and the rest is taken", async () => {
    const { caseId, link } = await openWithLink();
    const evidence = JSON.stringify({ schema: "ikefrag/evidence/1", gateway: "vpn.example.com" });
    const ping = "C:\\>ping -l 1400 198.51.100.53\nReply from 198.51.100.53: bytes=1400 time=8ms TTL=57\n";
    const response = await send(
      link.code,
      [
        ["file", "nothing that is known", "notes.txt"],
        ["file", evidence, "run.json"],
        ["file", ping, "ping.txt"],
        ["file", "PK\x03\x04 and so on", "logs.zip"],
        ["file", CHARON, "__proto__"],
        ["file", CHARON.repeat(2), "C:\\logs\\run"],
      ],
      { "accept-language": "ja" },
    );
    const { taken, refused } = await json<z.infer<typeof GatewayFilesTaken>>(response);
    expect(taken.map(({ name }) => name)).toEqual(["file", "run"]);
    expect(refused.map(({ name, problem }) => [name, problem])).toEqual([
      ["notes.txt", "unknown-text"],
      ["run.json", "unknown-json"],
      ["ping.txt", "no-login-messages"],
      ["logs.zip", "unreadable-capture"],
    ]);
    for (const { detail } of refused.slice(0, 3)) expect(detail).toMatch(/[ぁ-ん]/);
    expect((await readCase(caseId)).files.map(({ name }) => name)).toEqual(["file", "run (2)"]);
    expect((await service.stored()).objects).toHaveLength(2);
  });

  test.each<[string, Parts, number, string]>([
    ["nothing", [], 400, "empty-body"],
    ["a client's file", [["client", CHARON, "a.log"]], 400, "invalid-fields"],
    ["no log", [["text", "Dear helpdesk"]], 422, "unknown-text"],
  ])("%s is refused", async (_what, parts, status, code) => {
    const { link } = await openWithLink();
    const response = await send(link.code, parts);
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject({ type: `/problems/${code}` });
    expect((await service.stored()).objects).toEqual([]);
  });

  test("is a form, and nothing else", async () => {
    const { link } = await openWithLink();
    const response = await service.request("POST", `/v1/gateway-files/${link.code}`, {
      body: await pair("client"),
      headers: { "content-type": "application/octet-stream" },
    });
    expect(response.status).toBe(415);
  });

  test("is bounded: files, bytes of logs, and bytes in all", async () => {
    const { caseId, link } = await openWithLink();
    const capture = await pair("gateway-first-only");
    const filler = "x".repeat(79);
    const log = `${CHARON}${`${filler}\n`.repeat(MAX_CASE_TEXT_BYTES / 80 / 3)}`;
    const logs = await send(
      link.code,
      Array.from({ length: 4 }, (_, n) => ["file", `${log}${n}\n`, `${n}.log`]),
    );
    const answer = await json<z.infer<typeof GatewayFilesTaken>>(logs);
    expect(answer.taken).toHaveLength(2);
    expect(answer.refused.map(({ problem }) => problem)).toEqual(["case-files-full", "case-files-full"]);
    const many = Array.from({ length: MAX_CASE_FILES }, (_, n): Parts[number] => [
      "file",
      CHARON.repeat(n + 1),
      `${n}`,
    ]);
    const rest = await json<z.infer<typeof GatewayFilesTaken>>(await send(link.code, many));
    expect(rest.taken).toHaveLength(MAX_CASE_FILES - 2);
    expect((await readCase(caseId)).files).toHaveLength(MAX_CASE_FILES);
    expect((await service.stored()).objects).toHaveLength(MAX_CASE_FILES);

    await service.close();
    service = await openService({ uploadsPerMinute: 1000, uploadBytesPerCase: capture.length * 3 });
    const small = await openWithLink();
    const announced = (bytes: number) => ({ "content-length": String(bytes) });
    const one: Parts = [["file", capture, "a.pcapng"]];
    expect((await send(small.link.code, one)).status).toBe(200);
    expect((await send(small.link.code, one)).status).toBe(200);
    const full = await send(small.link.code, one);
    expect(await json(full)).toMatchObject({ type: "/problems/case-quota" });
    // The user's own run has an allowance of its own.
    const run = await startTestRun(service, small.code);
    await playRun(service, run);
    const own = await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: { "content-type": "application/octet-stream", ...announced(capture.length) },
      body: capture,
    });
    expect(own.status).toBe(200);
  });
});

describe("the case's page in the console", () => {
  const OWN = { accept: "text/html", "sec-fetch-site": "same-origin", origin: ORIGIN };

  test("has the link once, what came, and a form for more", async () => {
    const { reportId } = await makeReport(service);
    const caseId = await caseIdOf();
    const path = `/console/cases/${caseId}`;
    const list = await (await service.request("GET", "/console/cases", staff())).text();
    expect(list).toContain(`href="${path}"`);
    const made = await service.request("POST", `${path}/gateway-link`, { ...staff(), headers: OWN });
    expect(made.status).toBe(201);
    const [, code = ""] = /\/g\/([0-9A-Z-]+)</.exec(await made.text()) ?? [];
    expect((await service.request("GET", `/g/${code}`)).status).toBe(200);

    const added = await service.request("POST", `${path}/gateway-files`, {
      ...staff(),
      headers: OWN,
      body: formOf([
        ["file", await pair("gateway-first-only"), "<i>gw</i>.pcapng"],
        ["between", "nothing", "notes.txt"],
      ]),
    });
    const page = await added.text();
    expect(page).toContain('role="alert"');
    expect(page).toContain("<strong>notes.txt</strong>");
    expect(page).toContain("i&gt;.pcapng");
    expect(page).not.toContain("<i>");
    expect(page).not.toContain(code);
    expect(page).toContain(`href="/console/reports/${reportId}"`);
    expect(page).not.toContain("/delete");
    const asAdmin = await (await service.request("GET", path, admin())).text();
    const [, action = ""] = /action="([^"]+\/delete)"/.exec(asAdmin) ?? [];
    const removed = await service.request("POST", action, { ...admin(), headers: OWN });
    expect(removed.status).toBe(303);
    expect((await readCase(caseId)).files).toEqual([]);
  });

  test("is for staff alone, and for a form of its own", async () => {
    await openWithLink();
    const path = `/console/cases/${await caseIdOf()}`;
    const anyone = await service.request("GET", path, { headers: { accept: "text/html" } });
    expect(anyone.status).toBe(303);
    const cross = { ...OWN, "sec-fetch-site": "cross-site" };
    for (const to of [`${path}/gateway-link`, `${path}/gateway-files`]) {
      const response = await service.request("POST", to, {
        ...staff(),
        headers: cross,
        body: formOf([["text", CHARON]]),
      });
      expect(response.status).toBe(403);
    }
    const nothing = await service.request("POST", `${path}/gateway-files`, {
      ...staff(),
      headers: OWN,
      body: formOf([["text", " "]]),
    });
    expect(nothing.status).toBe(400);
    expect(await nothing.text()).toContain("Nothing came: choose a file");
    expect((await service.request("GET", "/console/cases/none", staff())).status).toBe(404);
  });
});
