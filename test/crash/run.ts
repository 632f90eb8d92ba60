/**
 * `npm run test:crash`: kills the service with SIGKILL at random moments while it is used, starts it again on
 * the same data, and looks whether all that it had acknowledged is there. In the end two sweeps have to leave
 * nothing but what the index names.
 *
 *     node test/crash/run.ts [--kills 200] [--seed N] [--s3]
 *
 * Objects are in a directory; with `--s3` in a bucket of a real server that is started for it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DEFAULT_CONFIG, type Deps } from "../../api/deps.ts";
import { Metrics } from "../../api/metrics.ts";
import { Remembered } from "../../api/reports/remembered.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { readS3Settings } from "../../api/runtime/s3-settings.ts";
import { directoryBlobStore } from "../../api/store/directory.ts";
import type { BlobStore } from "../../api/store/port.ts";
import { s3BlobStore } from "../../api/store/s3.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { encodeIkeMessage } from "../../shared/ike/encode.ts";
import { ExchangeType, PayloadType } from "../../shared/ike/registry.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { encodePcapng } from "../support/capture-files.ts";
import { datagramFrames } from "../support/packet-builder.ts";
import { startS3Server, whyNoS3Server } from "../support/s3-server.ts";
import { CLEAR_PATH, measure } from "../support/simulated-path.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "dist/ikefrag.mjs");
const HOUR_MS = 3_600_000;
const START_TIMEOUT_MS = 60_000;
/** How the kills are shared between services that run at the same time. */
const LANES_SHARE = [0.5, 0.5];
/** How many requests are under way at once. */
const USERS = 4;
/**
 * A life ends at a random moment after so many answers at most, however slow the machine is; one of ten ends
 * while it starts.
 */
const MOST_ANSWERS = 30;
const LONGEST_REST_MS = 150;
const LONGEST_START_MS = 1_000;
const EARLY = 0.1;
/** So often a bucket is asked again what it refused. */
const MOST_REFUSALS = 20;
const REFUSAL_REST_MS = 1_000;

const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string" },
    s3: { type: "boolean", default: false },
    /** One of the lanes that are run side by side. */
    lane: { type: "boolean", default: false },
  },
});
const kills = Number(options.kills);
const seed = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  process.stderr.write("Cannot run: --kills and --seed are whole numbers\n");
  process.exit(2);
}
if (!existsSync(program)) {
  process.stderr.write("Cannot run: dist/ikefrag.mjs is missing. Run npm run build first\n");
  process.exit(2);
}

/**
 * Two services at a time, each on data of its own: while one starts, the other is used.
 *
 * @returns the exit code
 */
async function runLanes(): Promise<number> {
  process.stdout.write(`seed ${seed}, ${kills} kills\n`);
  const shares = LANES_SHARE.map((share) => Math.round(kills * share)).filter((share) => share > 0);
  const results = await Promise.all(
    shares.map(async (share, lane) => {
      const words = ["--kills", String(share), "--seed", String(seed + lane)];
      const child = spawn(
        process.execPath,
        [import.meta.filename, "--lane", ...words, ...(options.s3 ? ["--s3"] : [])],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      const [, passedHere = "0", failedHere = "0"] = /^(\d+) passed, (\d+) failed$/m.exec(said) ?? [];
      process.stdout.write(said.replace(/^\d+ passed, .*\n/m, ""));
      // A lane that ends without a sum failed before it could count.
      const failed = Number(failedHere) || (code === 0 ? 0 : 1);
      return { passed: Number(passedHere), failed };
    }),
  );
  const sum = (of: "passed" | "failed") => results.reduce((total, each) => total + each[of], 0);
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed\n`);
  return sum("failed") === 0 ? 0 : 1;
}
if (options.s3 && whyNoS3Server() !== null) process.exit(0);
if (!options.lane) process.exit(await runLanes());

let state = seed >>> 0;
/** The same numbers for the same seed (mulberry32). What the service does at a moment varies all the same. */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

/** What the service said of a report. What it was asked for and did not answer may be so or not. */
interface Known {
  deleted: "no" | "asked" | "yes";
  /** The note that it acknowledged, and those that it was asked for since. */
  note: string;
  notesAsked: string[];
  captureSha256: string | null;
}
const known = new Map<string, Known>();
const newKnown = (): Known => ({ deleted: "no", note: "", notesAsked: [], captureSha256: null });
const counts = {
  reports: 0,
  runs: 0,
  captures: 0,
  notes: 0,
  analyses: 0,
  deletions: 0,
  files: 0,
  refusals: 0,
};
/** Gateway files that were acknowledged, by case. */
const filesOf = new Map<string, number>();

const failures: string[] = [];
let passed = 0;

let service: { url: string; child: ChildProcess } | null = null;
let token = "";
const environment: Record<string, string | undefined> = {
  ...process.env,
  IKEFRAG_UPLOADS_PER_MINUTE: "100000",
  NO_COLOR: "1",
};

/** Starts the service. @param killAfterMs kills it so long after, ready or not */
function start(dataDir: string, killAfterMs: number | null): Promise<string | null> {
  const child = spawn(process.execPath, [program, "serve", "--port", "0", "--data", dataDir], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let isReady = false;
  return new Promise((resolve, reject) => {
    const early = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    const late = setTimeout(() => child.kill("SIGKILL"), START_TIMEOUT_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const [, url] = /ikefrag is ready: (\S+)/.exec(said) ?? [];
      if (url === undefined || !said.includes("Stop with Ctrl-C")) return;
      token ||= /^ {2}(ikf_\S+)$/m.exec(said)?.[1] ?? "";
      if (killAfterMs !== null || isReady) return;
      isReady = true;
      clearTimeout(late);
      service = { url, child };
      resolve(url);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      if (early !== null) clearTimeout(early);
      if (killAfterMs !== null && signal === "SIGKILL") resolve(null);
      else reject(new Error(`Cannot start the service (${code ?? signal}): ${said}`));
    });
  });
}

function end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const running = service;
  service = null;
  if (running === null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => running.child.once("exit", () => resolve()));
  running.child.kill(signal);
  return ended;
}

/** Asks the service. @throws when it is killed meanwhile */
async function ask(
  method: string,
  path: string,
  given: { body?: unknown; bytes?: Uint8Array; as?: string; headers?: Record<string, string> } = {},
) {
  const url = service?.url;
  if (url === undefined) throw new Error("it is not there");
  const { body, bytes, as = token, headers = {} } = given;
  const type = bytes === undefined ? "application/json" : "application/octet-stream";
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${as}`, "content-type": type, ...headers },
    body: bytes === undefined ? (body === undefined ? null : JSON.stringify(body)) : (bytes as BodyInit),
  });
  const text = await response.text();
  answers++;
  onAnswer();
  refuseForNow(response.status);
  return { status: response.status, text, headers: response.headers };
}
/**
 * A bucket may be too slow for a moment: what is answered with 503 is not acknowledged, and is asked for
 * again as what a kill broke off is. A directory has no such moments.
 *
 * @throws where it is so
 */
function refuseForNow(status: number): void {
  if (status !== 503 || !options.s3) return;
  counts.refusals++;
  throw new RefusedForNow();
}
class RefusedForNow extends Error {}
async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof RefusedForNow) || time === MOST_REFUSALS) throw error;
      await wait(REFUSAL_REST_MS);
    }
  }
}
let answers = 0;
let onAnswer = () => {};
/** Settles after so many answers of the service. */
function answered(count: number): Promise<void> {
  const wanted = answers + count;
  return new Promise((resolve) => {
    onAnswer = () => {
      if (answers >= wanted) resolve();
    };
  });
}
const fail = (what: string): null => {
  failures.push(what);
  process.stderr.write(`  ${what}\n`);
  return null;
};

const capture = new Uint8Array(await readFile(join(root, "test/cases/seed/wired-fail.pcapng")));
/** One of which more is kept than fits a part of an S3 upload: 5,000 IKE messages of 1,300 bytes. */
const largeCapture = encodePcapng(
  Array.from({ length: 5_000 }, (_, at) => {
    const message = encodeIkeMessage({
      initiatorSpi: (at + 1).toString(16).padStart(16, "0"),
      responderSpi: "00000000000000aa",
      exchangeType: ExchangeType.IKE_AUTH,
      initiator: true,
      response: false,
      messageId: 1,
      payloads: [
        { type: PayloadType.SK, nextPayload: PayloadType.IDi, body: new Uint8Array(1_268).fill(at) },
      ],
    });
    return datagramFrames({
      atMs: at,
      source: "192.0.2.10",
      destination: "198.51.100.1",
      sourcePort: 4500,
      destinationPort: 4500,
      payload: concatBytes([new Uint8Array(4), message]),
    });
  }).flat(),
);
/** With S3 one of so many is large. */
const LARGE_EVERY = 3;
let startedRuns = 0;
const log = new Uint8Array(await readFile(join(root, "test/cases/formats/charon-log/gateway-refuses.txt")));
const AGENT = {
  name: "ikefrag-agent",
  version: "0.1.0",
  platform: "windows",
  osVersion: null,
  runtime: "node 24",
  language: "en",
  elevated: false,
};
/** A plan that ends with its second round. */
const SMALL = { ...CLEAR_PATH, blockedPorts: [4500] };

/** What the users do, each until its answer is there or the service is not. */
const deeds = [analyse, runAnAgent, runAnAgent, remove, review, again];

async function analyse(): Promise<void> {
  const { status, text } = await ask("POST", "/v1/analyses?store=1", { bytes: capture });
  if (status !== 200) return void fail(`an analysis was answered with ${status}: ${text}`);
  const { reportId } = JSON.parse(text) as { reportId: string };
  known.set(reportId, newKnown());
  counts.reports++;
}

/** Runs that a kill broke off: their agents go on where they were. */
const broken: AgentRun[] = [];
interface AgentRun {
  caseId: string;
  runId: string;
  as: string;
  round: Round;
  /** Of all rounds so far, each of which is measured once. */
  measured: Map<number, Measurement[]>;
  done: string | null;
  capture: Uint8Array;
}

async function runAnAgent(): Promise<void> {
  const run = broken.pop() ?? (await startRun());
  if (run === null) return;
  try {
    await goOn(run);
  } catch (error) {
    broken.push(run);
    throw error;
  }
}

async function startRun(): Promise<AgentRun | null> {
  const opened = await ask("POST", "/v1/cases", { body: { gateway: "vpn.example.com" } });
  if (opened.status !== 201) return fail(`a case was answered with ${opened.status}: ${opened.text}`);
  const { code, caseId } = JSON.parse(opened.text) as { code: string; caseId: string };
  const started = await ask("POST", "/v1/runs", { body: { code, agent: AGENT } });
  if (started.status !== 201) return fail(`a run was answered with ${started.status}: ${started.text}`);
  const { runId, runToken, round } = JSON.parse(started.text) as {
    runId: string;
    runToken: string;
    round: Round;
  };
  const isLarge = options.s3 && ++startedRuns % LARGE_EVERY === 0;
  const sent = isLarge ? largeCapture : capture;
  return { caseId, runId, as: runToken, round, measured: new Map(), done: null, capture: sent };
}

async function goOn(run: AgentRun): Promise<void> {
  const { caseId, runId, as, measured } = run;
  while (run.done === null) {
    const { number } = run.round;
    measured.set(number, measured.get(number) ?? measure(SMALL, run.round));
    const body = {
      round: number,
      startedAt: "2026-11-27T06:00:00Z",
      measurements: [...measured.values()].flat(),
    };
    const answer = await ask("POST", `/v1/runs/${runId}/rounds`, { body, as });
    if (answer.status !== 200) return void fail(`a round was answered with ${answer.status}: ${answer.text}`);
    const reply = JSON.parse(answer.text) as { status: string; round: Round; reportId: string };
    if (reply.status === "done") run.done = reply.reportId;
    else run.round = reply.round;
  }
  const report = known.get(run.done) ?? newKnown();
  known.set(run.done, report);
  counts.runs++;
  // What somebody deletes meanwhile takes no capture any more.
  const isGone = () => report.deleted !== "no";
  // The same each time that it is sent: what a kill broke off may be stored all the same.
  const sent = await ask("PUT", `/v1/runs/${runId}/capture`, { bytes: run.capture, as });
  if (isGone()) return;
  if (sent.status !== 200) return void fail(`a capture was answered with ${sent.status}: ${sent.text}`);
  report.captureSha256 = "any";
  counts.captures++;
  await sendGatewayFile(caseId);
}

async function sendGatewayFile(caseId: string): Promise<void> {
  const form = new FormData();
  form.set("gateway", new Blob([log as BlobPart]), "charon.log");
  const url = service?.url;
  if (url === undefined) return;
  const answer = await fetch(`${url}/v1/cases/${caseId}/gateway-files`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  const text = await answer.text();
  refuseForNow(answer.status);
  if (answer.status !== 200) return void fail(`a gateway's file was answered with ${answer.status}: ${text}`);
  filesOf.set(caseId, (filesOf.get(caseId) ?? 0) + 1);
  counts.files++;
}

const some = (): [string, Known] | undefined =>
  oneOf([...known].slice(-40).filter(([, { deleted }]) => deleted === "no"));

async function remove(): Promise<void> {
  const [reportId, report] = some() ?? [];
  if (reportId === undefined || report === undefined || known.size < 10) return analyse();
  report.deleted = "asked";
  const { status, text } = await ask("DELETE", `/v1/reports/${reportId}`);
  if (status !== 204) return void fail(`a deletion was answered with ${status}: ${text}`);
  report.deleted = "yes";
  counts.deletions++;
}

async function review(): Promise<void> {
  const [reportId, report] = some() ?? [];
  if (reportId === undefined || report === undefined) return analyse();
  const note = `note ${Math.floor(random() * 1e9)}`;
  report.notesAsked.push(note);
  const { status, text } = await ask("PATCH", `/v1/reports/${reportId}/review`, {
    body: { note },
    headers: { "if-match": "*" },
  });
  if (report.deleted !== "no" || status === 412) return;
  if (status !== 200) return void fail(`a review was answered with ${status}: ${text}`);
  report.note = note;
  counts.notes++;
}

async function again(): Promise<void> {
  const [reportId, report] = some() ?? [];
  if (reportId === undefined || report === undefined) return analyse();
  const { status, text } = await ask("POST", `/v1/reports/${reportId}/reanalyze`);
  if (report.deleted !== "no") return;
  if (status !== 200) return void fail(`"analyze again" was answered with ${status}: ${text}`);
  counts.analyses++;
}

/** One user, for as long as the service lives. */
async function use(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    try {
      await oneOf(deeds)?.();
    } catch (error) {
      if (error instanceof RefusedForNow) continue;
      // A killed service breaks off whatever was under way. While it lives, nothing may break off.
      if (!isOver()) fail(`a request broke off: ${String(error)}`);
      return;
    }
  }
}

/** Holds what the service has against what it said. */
async function verify(reportIds: Iterable<string>): Promise<void> {
  for (const reportId of reportIds) {
    const report = known.get(reportId);
    if (report === undefined) continue;
    const { status, text } = await patiently(() => ask("GET", `/v1/reports/${reportId}`));
    if (report.deleted === "yes" && status !== 404) fail(`${reportId} was deleted, and is there (${status})`);
    if (report.deleted === "asked" && status === 404) report.deleted = "yes";
    if (report.deleted !== "no") continue;
    if (status !== 200) {
      fail(`${reportId} was acknowledged, and is answered with ${status}: ${text}`);
      continue;
    }
    const { review: stored } = JSON.parse(text) as { review: { note: string } };
    if (stored.note !== report.note && !report.notesAsked.includes(stored.note))
      fail(`${reportId} has the note "${stored.note}", and "${report.note}" was acknowledged`);
    report.note = stored.note;
    report.notesAsked = [];
    if (report.captureSha256 === null) continue;
    const stream = await patiently(() => ask("GET", `/v1/reports/${reportId}/capture`));
    const sha256 = createHash("sha256").update(stream.text).digest("hex");
    if (stream.status !== 200)
      fail(`the capture of ${reportId} is answered with ${stream.status}: ${stream.text}`);
    else if (report.captureSha256 !== "any" && report.captureSha256 !== sha256)
      fail(`the capture of ${reportId} is another one`);
    else report.captureSha256 = sha256;
  }
}

/** What is stored, seen from beside the service, which does not run now. */
async function verifyStores(dataDir: string): Promise<void> {
  const settings = readS3Settings(environment);
  const objects = join(dataDir, "objects");
  const store: BlobStore = settings === null ? directoryBlobStore(objects) : s3BlobStore(settings);
  let givenUp = 0;
  const blobs: BlobStore = {
    ...store,
    ...(store.removeUnfinished !== undefined && {
      async removeUnfinished(...given: Parameters<NonNullable<BlobStore["removeUnfinished"]>>) {
        const count = (await store.removeUnfinished?.(...given)) ?? 0;
        givenUp += count;
        return count;
      },
    }),
  };
  const database = openSqlite(join(dataDir, "ikefrag.sqlite"));
  const clock = { now: new Date() };
  const complaints: string[] = [];
  const deps: Deps = {
    ...sqlStores(database),
    blobs,
    now: () => clock.now,
    random: () => new Uint8Array(),
    clientAddress: () => "",
    config: { ...DEFAULT_CONFIG, pepper: "" },
    metrics: new Metrics(),
    remembered: new Remembered(0),
    agentBundle: "",
    windowsAgent: "",
    posixAgent: "",
    pageFiles: { names: { style: "", script: "", analyzer: "" }, read: async () => null },
    log: ({ level, message }) => void (level === "error" && complaints.push(message)),
    withLogFields: (_fields, run) => run(),
    postWebhook: () => Promise.reject(new Error("no webhook is there")),
    webhooksDue: () => {},
    shutdown: { hasBegun: false, isOver: new AbortController().signal },
  };
  try {
    let orphans = 0;
    // The service swept with its own clock at each start. These two come hours later.
    for (const hours of [3, 6]) {
      clock.now = new Date(Date.now() + hours * HOUR_MS);
      const swept = await sweep(deps, "--anyway");
      orphans += swept.orphans;
      for (const why of swept.refused) fail(`a sweep was refused: ${why}`);
    }
    for (const complaint of complaints) fail(complaint);
    const named = await database.all(
      "SELECT key, sha256 FROM objects UNION ALL SELECT key, sha256 FROM case_files",
    );
    const left = new Set<string>();
    for await (const { key } of blobs.list()) left.add(key);
    for (const { key, sha256 } of named) {
      const stream = left.delete(String(key)) ? await blobs.get(String(key)) : null;
      if (stream === null) {
        fail(`${key} is named by the index, and is not there`);
        continue;
      }
      const hash = createHash("sha256");
      for await (const chunk of stream) hash.update(chunk);
      if (hash.digest("hex") !== sha256) fail(`${key} is not what was written`);
    }
    for (const key of left) fail(`${key} outlived two sweeps, and nothing names it`);
    for (const { key } of await database.all("SELECT key FROM doomed_objects"))
      fail(`${key} is still doomed`);
    const begun = (await blobs.removeUnfinished?.(new Date(Date.now() + 24 * HOUR_MS), 1000)) ?? 0;
    if (begun > 0) fail(`${begun} uploads were begun and never given up`);
    if (settings === null) {
      for (const name of await readdir(objects, { recursive: true }))
        if (name.endsWith(".unfinished")) fail(`${name} was left half-written`);
    }
    for (const [caseId, count] of filesOf) {
      // Files go with the last report of their case.
      const reports = await deps.reports.ofCase(caseId);
      const files = await deps.cases.files(caseId);
      if (reports.length > 0 && files.length < count)
        fail(`case ${caseId} has ${files.length} files, and ${count} were acknowledged`);
    }
    process.stdout.write(
      `${where}: two sweeps found ${orphans} orphans and gave up ${givenUp} uploads; ` +
        `the index names ${named.length} objects\n`,
    );
  } finally {
    database.close();
  }
}

const directory = await mkdtemp(join(tmpdir(), "ikefrag-crash-"));
const dataDir = join(directory, "data");
const server = options.s3 ? await startS3Server() : null;
if (server !== null) {
  await server.makeBucket("crash");
  Object.assign(environment, server.environment("crash"));
}
const where = readS3Settings(environment) === null ? "a directory" : "S3";
try {
  await start(dataDir, null);
  for (let kill = 0; kill < kills; kill++) {
    const before = failures.length;
    const first = known.size;
    if (random() < EARLY && kill > 0) {
      await end("SIGKILL");
      await start(dataDir, random() * LONGEST_START_MS);
    } else {
      let isOver = false;
      const users = Array.from({ length: USERS }, () => use(() => isOver));
      await answered(1 + Math.floor(random() ** 2 * MOST_ANSWERS));
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_REST_MS));
      isOver = true;
      await end("SIGKILL");
      await Promise.all(users);
    }
    await start(dataDir, null);
    // What this life acknowledged, and what it changed of what was there before.
    await verify([...known.keys()].slice(Math.max(0, first - 10)));
    if (failures.length === before) passed++;
    else process.stderr.write(`kill ${kill + 1} failed\n`);
  }
  await verify(known.keys());
  await end("SIGTERM");
  await verifyStores(dataDir);
} catch (error) {
  fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await end("SIGKILL");
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
}
const done = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
process.stdout.write(`acknowledged: ${done.join(", ")}\n`);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);
