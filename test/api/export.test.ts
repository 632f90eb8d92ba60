/** What leaves the service as a file: a case as a zip, and the list of reports as CSV and JSON lines. */
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { csvRecord } from "../../api/http/csv.ts";
import { exportList } from "../../api/reports/export-list.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { CaseExport } from "../../shared/schema/api.ts";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { json, makeReport, openService, type Service, seedFile, sha256 } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** The files of a zip by its central directory (APPNOTE.TXT §4.3.12), each held against its CRC-32. */
function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  expect(view.getUint32(end, true)).toBe(END_OF_DIRECTORY);
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    expect(view.getUint32(at, true)).toBe(DIRECTORY_ENTRY);
    const [nameBytes, extraBytes] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameBytes));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const bytes = zip.subarray(start, start + view.getUint32(at + 20, true));
    expect(crc32(bytes), name).toBe(view.getUint32(at + 16, true));
    files.set(name, bytes);
    at += 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
  }
  return files;
}

const textOf = (files: Map<string, Uint8Array>, name: string): string => {
  expect([...files.keys()]).toContain(name);
  return new TextDecoder().decode(files.get(name));
};

async function download(caseId: string): Promise<Map<string, Uint8Array>> {
  const response = await service.request("GET", `/v1/cases/${caseId}/export`, {
    token: service.tokens.admin,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/zip");
  expect(response.headers.get("content-disposition")).toBe(
    `attachment; filename="ikefrag-case-${caseId}.zip"`,
  );
  return unzip(new Uint8Array(await response.arrayBuffer()));
}

/** A case with a report, its capture, and two files of the gateway's side, one of a nasty name. */
async function makeCase() {
  const { run, reportId } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const caseId = (await service.deps.reports.get(reportId))?.caseId ?? "";
  const form = new FormData();
  const log = "Nov 23 06:00:01 gw charon: 05[ENC] parsed IKE_SA_INIT request 0 [ SA KE No ]\n";
  form.append("file", new File([log], "..\\..\\evil.log"));
  form.append("file", new File([await seedFile("wired-fail.pcapng")], "東京.pcapng"));
  const sent = await service.request("POST", `/v1/cases/${caseId}/gateway-files`, {
    token: service.tokens.staff,
    body: form,
  });
  expect((await json<{ refused: unknown[] }>(sent)).refused).toEqual([]);
  return { reportId, caseId, log };
}

test("a case as a zip holds all that is kept of it, each file with its SHA-256", async () => {
  const { reportId, caseId, log } = await makeCase();
  const files = await download(caseId);
  const of = `reports/${reportId}`;
  const names = [...files.keys()];
  expect(names.filter((name) => !/^[\w-]/.test(name) || name.includes("..") || name.includes("\\"))).toEqual(
    [],
  );
  expect(names.filter((name) => name.startsWith("gateway/"))).toHaveLength(2);
  expect(names.filter((name) => name.startsWith("gateway/")).map((name) => name.slice(-10))).toEqual([
    "evil.log.txt".slice(-10),
    "東京.pcapng.pcapng".slice(-10),
  ]);
  expect(textOf(files, names.find((name) => name.endsWith("evil.log.txt")) ?? "")).toBe(log);

  Evidence.parse(JSON.parse(textOf(files, `${of}/evidence.json`)));
  const diagnosis = Diagnosis.parse(JSON.parse(textOf(files, `${of}/diagnosis.json`)));
  expect(diagnosis.verdict).toBe((await service.deps.reports.get(reportId))?.verdict);
  expect(names).toContain(`${of}/earlier/1.json`);
  expect(JSON.parse(textOf(files, `${of}/review.json`))).toMatchObject({ status: "new" });
  expect(JSON.parse(textOf(files, "case.json"))).toMatchObject({ caseId, label: "T-1234" });
  const capture = files.get(`${of}/1-capture.pcapng`);
  const [kept] = (await service.deps.reports.objects(reportId)).filter(({ kind }) => kind === "capture");
  expect(sha256(capture ?? "")).toBe(kept?.sha256);
  const page = textOf(files, `${of}/report.html`);
  expect(page).toContain("<!doctype html>");
  expect(page).toContain('id="sequence"');

  const [noted] = await service.database.all(
    "SELECT action, subject FROM audit_log ORDER BY place DESC LIMIT 1",
  );
  expect(noted).toEqual({ action: "case-exported", subject: caseId });

  const manifest = CaseExport.parse(JSON.parse(textOf(files, "manifest.json")));
  expect(manifest.isWhole).toBe(true);
  expect(new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]))).toEqual(
    new Map(
      [...files].filter(([name]) => name !== "manifest.json").map(([name, bytes]) => [name, sha256(bytes)]),
    ),
  );
});

test("what is lost is named, and the rest is there", async () => {
  const { reportId, caseId } = await makeCase();
  const objects = await service.deps.reports.objects(reportId);
  const keyOf = (kind: string) => objects.find((object) => object.kind === kind)?.key ?? "";
  const [log, capture] = await service.deps.cases.files(caseId);
  await service.deps.blobs.delete([keyOf("evidence")]);
  await service.deps.blobs.put(keyOf("capture"), new Uint8Array(7));
  const { get } = service.deps.blobs;
  service.deps.blobs.get = async (key) => {
    if (key === log?.key) throw new StoreUnavailableError("Cannot read it", { retryHelps: true });
    if (key !== capture?.key) return get.call(service.deps.blobs, key);
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(3));
        controller.error(new Error("the disk is gone"));
      },
    });
  };
  const files = await download(caseId);
  const manifest = CaseExport.parse(JSON.parse(textOf(files, "manifest.json")));
  expect(manifest.isWhole).toBe(false);
  const states = new Map(manifest.files.map(({ path, state }) => [path, state]));
  const of = `reports/${reportId}`;
  expect(states.get(`${of}/evidence.json`)).toBe("gone");
  expect(files.has(`${of}/evidence.json`)).toBe(false);
  expect(states.get(`${of}/1-capture.pcapng`)).toBe("damaged");
  expect(states.get(`${of}/report.html`)).toBe("unreadable");
  expect([...states].filter(([path]) => path.startsWith("gateway/")).map(([, state]) => state)).toEqual([
    "unreadable",
    "unreadable",
  ]);
  expect(states.get(`${of}/diagnosis.json`)).toBe("whole");
  Diagnosis.parse(JSON.parse(textOf(files, `${of}/diagnosis.json`)));
});

const listAs = (query: string, accept: string) =>
  service.request("GET", `/v1/reports${query}`, { token: service.tokens.staff, headers: { accept } });

/** RFC 4180, read plainly. */
const recordsOf = (csv: string): string[][] =>
  [...csv.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)].map(
    ([, record]) =>
      [...`,${record}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
  );

test("the list is a file of all pages, by Accept or by format, and computes nothing", async () => {
  const labels = ["=1+1", "+81 3", "-1", "@SUM(A1)", "\t=1", "＝1", 'a "b", c', "two\nlines", "東京"];
  for (const [at, label] of labels.entries())
    await service.deps.reports.create(
      {
        reportId: `IKF-${at}`,
        runId: null,
        caseId: null,
        createdAt: "2026-11-23T05:00:00.000Z",
        source: "analysis",
        verdict: at === 0 ? "slow-gateway" : "healthy",
        confidence: "high",
        direction: null,
        interfaceMtu: at === 1 ? 1472 : null,
        gateway: "vpn.example.com",
        adapter: null,
        network: "wifi",
        label,
      },
      [],
    );
  const csv = await listAs("?limit=1", "text/csv");
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(csv.headers.get("content-disposition")).toBe('attachment; filename="ikefrag-reports.csv"');
  const bytes = new Uint8Array(await csv.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes);
  const [names = [], ...rows] = recordsOf(text);
  expect(rows.map((row) => row[names.indexOf("label")])).toEqual(
    labels.map((label) => (/^[=+\-@\t＝]/.test(label) ? `'${label}` : label)).reverse(),
  );
  expect(rows.map((row) => row[names.indexOf("interfaceMtu")]).filter((mtu) => mtu !== "")).toEqual(["1472"]);
  expect(rows.every((row) => row.length === names.length)).toBe(true);

  for (const response of [
    await listAs("?limit=1", "application/x-ndjson, */*;q=0.1"),
    await listAs("?limit=1", "application/jsonl"),
    await listAs("?limit=1&format=jsonl", "*/*"),
  ]) {
    expect(response.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).label)).toEqual(labels.toReversed());
  }
  const filtered = await (await listAs("?verdict=slow-gateway&format=jsonl", "*/*")).text();
  expect(
    filtered
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).reportId),
  ).toEqual(["IKF-0"]);
  const page = await service.request("GET", "/console/reports?verdict=slow-gateway&q=&lang=en", {
    token: service.tokens.staff,
    headers: { accept: "text/html" },
  });
  expect(await page.text()).toContain('href="/v1/reports?verdict=slow-gateway&amp;format=csv"');
});

test("a file that would be too long says where to go on, and nothing is lost between", async () => {
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) ids.unshift((await makeReport(service)).reportId);
  const filter = {
    verdict: null,
    status: null,
    gateway: null,
    adapter: null,
    since: null,
    q: null,
    limit: 100,
  };
  const linesOf = async (cursor: string | undefined, form: "csv" | "jsonl") =>
    (await new Response(await exportList(service.deps, { ...filter, cursor }, form, 3)).text())
      .trimEnd()
      .split(/\r?\n/);
  const first = (await linesOf(undefined, "jsonl")).map((line) => JSON.parse(line));
  const { nextCursor } = first.pop();
  const rest = (await linesOf(nextCursor, "jsonl")).map((line) => JSON.parse(line));
  expect([...first, ...rest].map(({ reportId }) => reportId)).toEqual(ids);
  expect((await linesOf(undefined, "csv")).at(-1)).toBe(`nextCursor,${nextCursor}`);
  const wrong = await listAs("?cursor=x", "text/csv");
  expect(wrong.status).toBe(400);
});

test("a record of CSV: quotes, line ends, numbers and nothing", () => {
  expect(csvRecord(["a", null, 1, -1, "-1", 'q"', "\r"])).toBe(`a,,1,-1,'-1,"q""","'\r"\r\n`);
});
