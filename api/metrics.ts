/**
 * What the service counts of itself, in Prometheus' text format 0.0.4. On Workers each instance counts for
 * itself; on Node and Deno there is one.
 */
import { Verdict } from "../shared/schema/diagnosis.ts";

/** What `/metrics` is answered as. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A value for each label of a metric, in their order. Only values of bounded sets: each makes a series. */
type Values<Labels extends readonly string[]> = { readonly [At in keyof Labels]: string };

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
const toLabels = (names: readonly string[], values: readonly string[]): string =>
  names.map((name, at) => `${name}="${escaped(values[at] ?? "")}"`).join(",");
const line = (name: string, labels: string, value: number): string =>
  `${name}${labels === "" ? "" : `{${labels}}`} ${value}\n`;

/** A metric with all its series. */
abstract class Metric {
  readonly #head: string;
  protected readonly name: string;
  constructor(name: string, type: "counter" | "gauge" | "histogram", help: string) {
    this.name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }
  toString(): string {
    return `${this.#head}${this.series()}`;
  }
  protected abstract series(): string;
}

/** What only grows, or, as a gauge, goes up and down. */
class Count<const Labels extends readonly string[]> extends Metric {
  readonly #labels: Labels;
  readonly #values = new Map<string, number>();
  constructor(name: string, help: string, labels: Labels, type: "counter" | "gauge" = "counter") {
    super(name, type, help);
    this.#labels = labels;
    if (labels.length === 0) this.#values.set("", 0);
  }
  add(values: Values<Labels>, by = 1): void {
    const labels = toLabels(this.#labels, values);
    this.#values.set(labels, (this.#values.get(labels) ?? 0) + by);
  }
  set(values: Values<Labels>, value: number): void {
    this.#values.set(toLabels(this.#labels, values), value);
  }
  protected override series(): string {
    return [...this.#values].map(([labels, value]) => line(this.name, labels, value)).join("");
  }
}

/** How values spread over bounds. */
class Histogram<const Labels extends readonly string[]> extends Metric {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { counts: number[]; sum: number; count: number }>();
  /** @param bounds the upper ends of the buckets, ascending; one without an end is added */
  constructor(name: string, help: string, labels: Labels, bounds: readonly number[]) {
    super(name, "histogram", help);
    this.#labels = labels;
    this.#bounds = bounds;
  }
  observe(values: Values<Labels>, value: number): void {
    const labels = toLabels(this.#labels, values);
    const series = this.#series.get(labels) ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    this.#series.set(labels, series);
    // Each bucket has all that is not above its bound.
    for (const [at, bound] of this.#bounds.entries())
      if (value <= bound) series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
    series.count++;
  }
  protected override series(): string {
    let text = "";
    for (const [labels, { counts, sum, count }] of this.#series) {
      const before = labels === "" ? "" : `${labels},`;
      for (const [at, bound] of this.#bounds.entries())
        text += line(`${this.name}_bucket`, `${before}le="${bound}"`, counts[at] ?? 0);
      text += line(`${this.name}_bucket`, `${before}le="+Inf"`, count);
      text += line(`${this.name}_sum`, labels, sum) + line(`${this.name}_count`, labels, count);
    }
    return text;
  }
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The routes that take captures, logs and texts, by what sends them. */
const UPLOADS: Readonly<Record<string, "run" | "analysis" | "gateway">> = {
  "PUT /v1/runs/:runId/capture": "run",
  "POST /v1/analyses": "analysis",
  "POST /v1/case-analyses/:code": "analysis",
  "POST /a/:code/by-hand": "analysis",
  "POST /console/analyze": "analysis",
  "POST /v1/gateway-files/:code": "gateway",
  "POST /v1/cases/:caseId/gateway-files": "gateway",
  "POST /g/:code": "gateway",
  "POST /console/cases/:caseId/gateway-files": "gateway",
};

/** What the runtime knows of its process, all since its start. */
export interface ProcessFacts {
  residentBytes: number;
  heapBytes: number;
  cpuSeconds: number;
  startedAtSeconds: number;
}

/** What the sweeper left; times in seconds since 1970. */
export interface SweepFacts {
  lastAtSeconds: number | null;
  isExpiryHeldBack: boolean;
  areOrphansHeldBack: boolean;
}

/** A request that was answered. `route` is a pattern, and never the path. */
export interface AnsweredRequest {
  method: string;
  route: string;
  status: number;
  ms: number;
  receivedBytes: number;
}

/** All metrics of a service. */
export class Metrics {
  readonly inFlight = new Count(
    "ikefrag_http_requests_in_flight",
    "Requests that are not answered yet.",
    [],
    "gauge",
  );
  /** By the code of the problem that says so. */
  readonly limits = new Count(
    "ikefrag_limits_hit_total",
    "Requests refused because a limit on rate, size or number was hit.",
    ["limit"],
  );
  readonly runs = new Count("ikefrag_runs_total", "Runs that were started.", []);
  readonly reports = new Count(
    "ikefrag_reports_total",
    "Reports that were stored, by the verdict that they had first.",
    ["verdict"],
  );
  readonly storeErrors = new Count(
    "ikefrag_store_errors_total",
    "What the stores could not do: unavailable, lost (an object that the index names) or unready (/readyz).",
    ["kind"],
  );
  readonly webhookAttempts = new Count(
    "ikefrag_webhook_attempts_total",
    "Messages sent to webhooks, each attempt by what came of it.",
    ["outcome"],
  );
  readonly eventLoopLag = new Histogram(
    "ikefrag_event_loop_lag_seconds",
    "How much later than asked a timer came: how long the process was busy.",
    [],
    SECONDS,
  );
  readonly #requests = new Count(
    "ikefrag_http_requests_total",
    "Answered requests by the pattern of their route, their method and the class of their status.",
    ["route", "method", "status"],
  );
  readonly #durations = new Histogram(
    "ikefrag_http_request_duration_seconds",
    "From a request's header to the beginning of its answer.",
    ["route", "method"],
    SECONDS,
  );
  readonly #received = new Count("ikefrag_received_bytes_total", "Bytes of bodies that came.", []);
  readonly #uploads = new Count("ikefrag_uploads_total", "Uploads of captures, logs and texts.", [
    "from",
    "status",
  ]);
  readonly #uploadBytes = new Count("ikefrag_upload_bytes_total", "Bytes of such uploads, as they came.", [
    "from",
  ]);

  constructor() {
    // A rate is known from the second scrape on, where a series is there from the first.
    for (const verdict of Verdict.options) this.reports.set([verdict], 0);
    for (const kind of ["unavailable", "lost", "unready"]) this.storeErrors.set([kind], 0);
    for (const outcome of ["delivered", "failed"]) this.webhookAttempts.set([outcome], 0);
    for (const from of new Set(Object.values(UPLOADS))) this.#uploadBytes.set([from], 0);
  }

  answered({ method: said, route, status, ms, receivedBytes }: AnsweredRequest): void {
    const method = METHODS.has(said) ? said : "other";
    const statusClass = `${Math.floor(status / 100)}xx`;
    this.#requests.add([route, method, statusClass]);
    this.#durations.observe([route, method], ms / 1_000);
    this.#received.add([], receivedBytes);
    const from = UPLOADS[`${method} ${route}`];
    if (from === undefined) return;
    this.#uploads.add([from, statusClass]);
    this.#uploadBytes.add([from], receivedBytes);
  }

  /**
   * All of it as text.
   *
   * @param version of the program, for `ikefrag_build_info`
   * @param ofProcess `null` where the runtime knows none
   * @param sweep `null` where there was no sweep yet
   */
  text(version: string, ofProcess: ProcessFacts | null, sweep: SweepFacts | null): string {
    const gauge = (name: string, help: string, value: number): Metric => {
      const metric = new Count(name, help, [], "gauge");
      metric.set([], value);
      return metric;
    };
    const build = new Count(
      "ikefrag_build_info",
      "Which program runs, on what.",
      ["version", "runtime"],
      "gauge",
    );
    build.set([version, globalThis.navigator?.userAgent ?? "unknown"], 1);
    const cpu = new Count("process_cpu_seconds_total", "Processor time that was used.", []);
    cpu.set([], ofProcess?.cpuSeconds ?? 0);
    const heldBack = new Count(
      "ikefrag_sweep_held_back",
      "1 where the sweeper holds something back: ikefrag sweep says why.",
      ["kind"],
      "gauge",
    );
    heldBack.set(["expiry"], Number(sweep?.isExpiryHeldBack ?? false));
    heldBack.set(["orphans"], Number(sweep?.areOrphansHeldBack ?? false));
    return [
      build,
      this.#requests,
      this.#durations,
      this.inFlight,
      this.#received,
      this.#uploads,
      this.#uploadBytes,
      this.runs,
      this.reports,
      this.limits,
      this.webhookAttempts,
      this.storeErrors,
      ...(sweep === null ? [] : [heldBack]),
      ...(sweep?.lastAtSeconds == null
        ? []
        : [gauge("ikefrag_sweep_last_timestamp_seconds", "When the last sweep began.", sweep.lastAtSeconds)]),
      ...(ofProcess === null
        ? []
        : [
            this.eventLoopLag,
            gauge("process_resident_memory_bytes", "Memory of the process.", ofProcess.residentBytes),
            gauge("process_heap_bytes", "JavaScript's heap that is in use.", ofProcess.heapBytes),
            gauge("process_start_time_seconds", "When the process began.", ofProcess.startedAtSeconds),
            cpu,
          ]),
    ].join("");
  }
}
