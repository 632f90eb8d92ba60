/** Fills an empty store through the service's own use cases, as twelve weeks at a helpdesk would have. */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { createApp } from "../../api/app.ts";
import { type AuditAction, addEntry } from "../../api/auth/audit-log.ts";
import { addMember } from "../../api/auth/credentials.ts";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { createCase } from "../../api/cases/create-case.ts";
import { makeGatewayLink } from "../../api/cases/gateway-code.ts";
import { startRun } from "../../api/cases/start-run.ts";
import { DEFAULT_CONFIG, type Deps, REMEMBERED_BYTES } from "../../api/deps.ts";
import { Metrics } from "../../api/metrics.ts";
import { Remembered } from "../../api/reports/remembered.ts";
import { saveReview } from "../../api/reports/save-review.ts";
import { EvidenceIntake } from "../../api/reports/take-evidence.ts";
import { createReport } from "../../api/reports/write-report.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { INDEX_FILE, OBJECTS_FOLDER, PEPPER_FILE } from "../../api/store/backup.ts";
import { migrate } from "../../api/store/database.ts";
import { directoryBlobStore } from "../../api/store/directory.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import type { Language } from "../../shared/language.ts";
import type { ReviewPatch } from "../../shared/schema/api.ts";
import { type DemoEvidence, type Recorded, readDemoEvidence } from "./evidence.ts";
import { GATEWAYS, HISTORY } from "./history.ts";
import { DEMO_WORDS } from "./words.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What a run takes. */
const RUN_MS = 70_000;
const ORIGIN = "http://127.0.0.1";

/** Makes the store of a demonstration. @param dataDir an empty directory */
export async function fillStore(dataDir: string, language: Language): Promise<void> {
  const pepper = randomBytes(32).toString("hex");
  const objects = join(dataDir, OBJECTS_FOLDER);
  await mkdir(objects, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, PEPPER_FILE), pepper, { mode: 0o600 });
  const database = openSqlite(join(dataDir, INDEX_FILE));
  try {
    // Nothing of it has to outlive a power cut, and waiting for the disk would take half of the time.
    await database.run("PRAGMA synchronous = OFF", []);
    await migrate(database, await readMigrations(), new Date(), sha256Hex);
    const clock = { now: new Date() };
    const deps: Deps = {
      ...sqlStores(database),
      blobs: directoryBlobStore(objects),
      now: () => clock.now,
      random: (count) => randomBytes(count),
      clientAddress: () => "198.51.100.4",
      config: { ...DEFAULT_CONFIG, pepper, language, plainHttp: true, uploadsPerMinute: 1_000 },
      remembered: new Remembered(REMEMBERED_BYTES),
      agentBundle: "",
      windowsAgent: "",
      posixAgent: "",
      pageFiles: { names: { style: "", script: "", analyzer: "" }, read: async () => null },
      metrics: new Metrics(),
      log: () => {},
      withLogFields: (_fields, run) => run(),
      postWebhook: () => Promise.reject(new Error("A demonstration tells nobody")),
      webhooksDue: () => {},
    };
    await new Helpdesk(deps, clock, language, await readDemoEvidence()).work();
  } finally {
    database.close();
  }
}

/** A case that is open, and what its runs need. */
interface OpenDemoCase {
  caseId: string;
  code: string;
  gateway: { name: string; address: string };
}

class Helpdesk {
  readonly #deps: Deps;
  readonly #clock: { now: Date };
  readonly #language: Language;
  readonly #evidence: DemoEvidence;
  readonly #startedMs: number;
  #tickets = 40_300;

  constructor(deps: Deps, clock: { now: Date }, language: Language, evidence: DemoEvidence) {
    this.#deps = deps;
    this.#clock = clock;
    this.#language = language;
    this.#evidence = evidence;
    this.#startedMs = clock.now.getTime();
  }

  get #words() {
    return DEMO_WORDS[this.#language];
  }

  async work(): Promise<void> {
    await this.#people();
    for (const { daysAgo, ...story } of this.#past()) await this.#pastReport(daysAgo, story);
    await this.#thisWeek();
  }

  #at(daysAgo: number, minutes = 0): void {
    this.#clock.now = new Date(this.#startedMs - daysAgo * DAY_MS + minutes * MINUTE_MS);
  }

  /** Who looks after what is new, and a search that is kept. */
  async #queue(reportIds: readonly string[]): Promise<void> {
    const admin = await this.#deps.people.firstAdmin();
    if (admin === null)
      throw new Error("Cannot fill the queue of the demonstration: it has no administrator");
    const owner = `member:${admin.id}`;
    for (const reportId of reportIds)
      await this.#deps.reports.assign(reportId, { id: owner, name: admin.name });
    const query = `status:new gateway:${GATEWAYS.branch.name}`;
    const createdAt = this.#clock.now.toISOString();
    await this.#deps.views.save({ id: "demo", owner, name: this.#words.view, query, createdAt }, 10);
  }

  async #people(): Promise<void> {
    this.#at(84);
    const { admin, staff, operator } = this.#words;
    await addMember(this.#deps, { name: admin, role: "admin", createdBy: "operator" });
    for (const name of staff) await addMember(this.#deps, { name, role: "staff", createdBy: admin });
    const at = this.#clock.now.toISOString();
    const decided = {
      operator,
      contact: "helpdesk@example.com",
      language: this.#language,
      defaultGateway: GATEWAYS.main.name,
    };
    await this.#deps.settings.change(decided, at, admin);
  }

  /** The reports of twelve weeks, oldest first, and each in the hours of work. */
  #past() {
    const today = this.#startedMs - (this.#startedMs % DAY_MS);
    const opensAt = this.#language === "ja" ? 0 : 8; // UTC
    return HISTORY.flatMap(({ count, fromWeek, toWeek, ...story }, row) =>
      Array.from({ length: count }, (_, n) => {
        const days = Math.round(
          7 * (fromWeek - ((fromWeek - toWeek) * n) / Math.max(1, count - 1)) + (n % 5),
        );
        const minutes = opensAt * 60 + ((n * 97 + row * 211) % 500);
        const atMs = today - days * DAY_MS + minutes * MINUTE_MS;
        return { ...story, daysAgo: (this.#startedMs - atMs) / DAY_MS, n };
      }),
    ).sort((a, b) => b.daysAgo - a.daysAgo);
  }

  async #pastReport(
    daysAgo: number,
    {
      gateway,
      evidence,
      adapter,
      n,
    }: { gateway: keyof typeof GATEWAYS; evidence: Recorded; adapter: Adapter; n: number },
  ): Promise<void> {
    this.#at(daysAgo);
    const open = await this.#openCase(GATEWAYS[gateway]);
    const reportId = await this.#run(open, evidence, adapter);
    const { notes, staff, admin } = this.#words;
    this.#at(daysAgo, 47);
    const old = daysAgo > 14;
    if (evidence === "healthy" || n % 4 === 3)
      return void (old && (await this.#review(reportId, { status: "reviewed" }, staff[1])));
    const note =
      evidence === "outboundLimit" || evidence === "outboundRehearsed"
        ? notes.fixed
        : evidence === "natTraversalBlocked"
          ? notes.hotel
          : notes.carrier;
    await this.#review(
      reportId,
      { status: old ? "fixed" : "reviewed", note },
      n % 2 === 0 ? admin : staff[0],
    );
    if (old && n % 3 === 0) await this.#review(reportId, { status: "confirmed" }, staff[0]);
  }

  /** What a newcomer sees first. */
  async #thisWeek(): Promise<void> {
    const { override, admin, staff, notes } = this.#words;

    // Both ends: a run, and the log of the gateway.
    this.#at(4.2);
    const pair = await this.#openCase({ name: "198.51.100.2", address: "198.51.100.2" });
    await this.#run(pair, "bothEndsRun", null);
    this.#at(4.2, 95);
    await this.#sendFromGateway(pair, "bothEndsLog", "charon.log");

    // Two captures of one login, and a story told by one capture and what Windows printed.
    this.#at(3.3);
    await this.#analysis([
      ["pairClient", "client.pcapng", "client"],
      ["pairGateway", "gateway.pcapng", "gateway"],
    ]);
    this.#at(2.6);
    await this.#analysis([
      ["wiredCapture", "wired-fail.pcapng", "client"],
      ["wiredInterfaces", "netsh.txt", null],
      ["wiredPing1472", "ping-1472.txt", null],
      ["wiredPing1473", "ping-1473.txt", null],
    ]);
    this.#at(2.2);
    await this.#analysis([["slowCapture", "meeting-room.pcapng", "client"]]);

    // An administrator knows better.
    this.#at(1.9);
    const wrong = await this.#run(await this.#openCase(GATEWAYS.partner), "inboundLost", "cable");
    this.#at(1.9, 130);
    const { reason, userText } = override;
    await this.#review(
      wrong,
      { status: "reviewed", override: { verdict: "gateway-rejects", reason, userText } },
      admin,
    );

    // Before and after.
    this.#at(1.1);
    const mended = await this.#openCase(GATEWAYS.branch);
    const before = await this.#run(mended, "outboundLimit", "tether");
    this.#at(1.1, 22);
    const after = await this.#run(mended, "healthy", "tether");
    await this.#review(before, { status: "fixed", note: notes.fixed }, staff[0]);
    await this.#review(after, { status: "confirmed" }, staff[0]);

    this.#at(0.9);
    await this.#run(await this.#openCase(GATEWAYS.main), "recentFailure", "wifi");
    this.#at(0.3);
    await this.#run(await this.#openCase(GATEWAYS.main), "inboundLost", "wifi");
    this.#at(0.2);
    const dropped = await this.#run(await this.#openCase(GATEWAYS.branch), "outboundDropped", "modem");
    this.#at(0, -65);
    const newest = await this.#run(await this.#openCase(GATEWAYS.branch), "outboundLimit", "tether");
    await this.#queue([dropped, newest]);
    // One that nobody ran yet, and one that is running now.
    this.#at(0, -18);
    await this.#openCase(GATEWAYS.main);
    this.#at(0, -2);
    const running = await this.#openCase(GATEWAYS.main);
    this.#at(0, -1);
    const { runId } = await this.#startRun(running);
    await this.#deps.cases.reachRound(runId, 3, this.#clock.now.toISOString());
  }

  async #openCase(gateway: OpenDemoCase["gateway"]): Promise<OpenDemoCase> {
    const { staff, users } = this.#words;
    const ticket = ++this.#tickets;
    const by = { name: staff[ticket % 2] ?? staff[0], role: "staff" as const };
    const label = `INC-${ticket} ${users[ticket % users.length]}`;
    const request = { gateway: gateway.name, label, language: this.#language, ask: [], rehearsal: true };
    const { caseId, code } = await createCase(this.#deps, ORIGIN, by, request);
    await this.#note("case-opened", caseId, by.name);
    return { caseId, code, gateway };
  }

  #startRun({ code }: OpenDemoCase) {
    const agent = {
      name: "ikefrag-agent",
      version: "0.1.0",
      platform: "windows",
      osVersion: "10.0.26100",
      runtime: "powershell 5.1",
      language: this.#language,
      elevated: false,
    } as const;
    return startRun(this.#deps, { code, agent }, "198.51.100.4", async () => {});
  }

  /** @param adapter `null`: the run is told as it was recorded */
  async #run(open: OpenDemoCase, name: Recorded, adapter: Adapter | null): Promise<string> {
    const { runId } = await this.#startRun(open);
    const [run, entry] = [await this.#deps.cases.getRun(runId), await this.#deps.cases.get(open.caseId)];
    if (run === null || entry === null) throw new Error("Cannot tell a run of the demonstration: it is gone");
    const startedAt = this.#clock.now;
    this.#clock.now = new Date(startedAt.getTime() + RUN_MS);
    const evidence = { ...this.#evidence.run(name, startedAt, this.#swaps(open, adapter)), agent: run.agent };
    const { reportId } = await createReport(this.#deps, {
      source: "run",
      evidence: { ...evidence, gateway: open.gateway.name },
      transcripts: [],
      captures: [],
      run: { run, case: entry },
      operator: adapter === null ? null : this.#words.networks[adapter],
    });
    return reportId;
  }

  #swaps({ gateway }: OpenDemoCase, adapter: Adapter | null): (readonly [string, string])[] | null {
    if (adapter === null) return null;
    const [name, description] = this.#words.adapters[adapter];
    return [
      ["vpn.example.com", gateway.name],
      ['"192.0.2.1"', JSON.stringify(gateway.address)],
      ["イーサネット 5", name],
      ["Apple Mobile Device Ethernet", description],
    ];
  }

  async #analysis(
    files: readonly (readonly [Recorded, fileName: string, end: "client" | "gateway" | null])[],
  ) {
    const intake = new EvidenceIntake(this.#deps, { gateway: null, keep: true });
    const { signal } = new AbortController();
    for (const [name, fileName, end] of files) {
      const bytes = this.#evidence.bytes(name);
      const body = (async function* () {
        yield bytes;
      })();
      await intake.takeFile({ fileName, body, bytesLeft: bytes.length, signal }, end);
    }
    const { reportId } = await intake.finish(this.#language);
    if (reportId !== null) await this.#note("analysis-stored", reportId, this.#words.staff[1]);
  }

  async #sendFromGateway({ caseId }: OpenDemoCase, name: Recorded, fileName: string): Promise<void> {
    const { code } = await makeGatewayLink(this.#deps, ORIGIN, caseId);
    const form = new FormData();
    form.append("file", new File([this.#evidence.bytes(name)], fileName));
    const answer = await createApp(this.#deps).request(`${ORIGIN}/v1/gateway-files/${code}`, {
      method: "POST",
      body: form,
    });
    if (!answer.ok) throw new Error(`Cannot tell of the gateway's log: ${await answer.text()}`);
  }

  async #review(reportId: string, patch: z.infer<typeof ReviewPatch>, by: string): Promise<void> {
    const entry = await this.#deps.reports.get(reportId);
    if (entry === null) throw new Error("Cannot review a report of the demonstration: it is gone");
    await saveReview(this.#deps, entry, entry.version, patch, by);
    await this.#note("report-reviewed", reportId, by);
  }

  async #note(action: AuditAction, subject: string, by: string): Promise<void> {
    await addEntry(this.#deps, {
      at: this.#clock.now.toISOString(),
      actor: "member:demo",
      actorName: by,
      action,
      subject,
      detail: "{}",
      requestId: "demo",
    });
  }
}

type Adapter = keyof (typeof DEMO_WORDS)["en"]["adapters"];
