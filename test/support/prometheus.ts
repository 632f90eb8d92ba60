/** Reads the text format 0.0.4 of Prometheus, and takes nothing that its description does not allow. */

/** A metric with its samples, by `name{labels}` with the labels in the order of their names. */
export interface ReadMetric {
  type: string;
  help: string;
  samples: Map<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (NaN|[+-]Inf|[+-]?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};

function readLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (let rest = text; rest !== ""; ) {
    const [all, name = "", value = ""] = LABEL.exec(rest) ?? [];
    if (all === undefined || labels.has(name)) throw new Error(`Cannot read labels: ${text}`);
    labels.set(name, value);
    rest = rest.slice(all.length);
    if (rest === "" && all.endsWith(","))
      throw new Error(`Cannot read labels that end with a comma: ${text}`);
  }
  return labels;
}

const keyOf = (name: string, labels: Map<string, string>): string => {
  const sorted = [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}="${value}"`);
  return sorted.length === 0 ? name : `${name}{${sorted.join(",")}}`;
};

/** @throws {Error} that names the line which is not allowed */
export function readMetrics(text: string): Map<string, ReadMetric> {
  if (!text.endsWith("\n")) throw new Error("The last line has no end");
  const metrics = new Map<string, ReadMetric>();
  let current: (ReadMetric & { name: string }) | null = null;
  let help: { name: string; text: string } | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line) ?? [];
    if (kind === "HELP") {
      if (metrics.has(name) || help !== null) throw new Error(`A second HELP, or one without TYPE: ${line}`);
      if (/\\(?![\\n])/.test(rest)) throw new Error(`A backslash that escapes nothing: ${line}`);
      help = { name, text: rest };
    } else if (kind === "TYPE") {
      if (help?.name !== name) throw new Error(`TYPE without its HELP: ${line}`);
      if (!(rest in SUFFIXES)) throw new Error(`No such type: ${line}`);
      if (rest === "counter" && !name.endsWith("_total"))
        throw new Error(`A counter without _total: ${line}`);
      current = { name, type: rest, help: help.text, samples: new Map() };
      metrics.set(name, current);
      help = null;
    } else {
      const [, sample = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
      const ofType = SUFFIXES[current?.type ?? ""]?.map((suffix) => current?.name + suffix);
      if (current === null || help !== null || !ofType?.includes(sample))
        throw new Error(`Not a sample of what stands above it: ${line}`);
      const key = keyOf(sample, readLabels(labels));
      if (current.samples.has(key)) throw new Error(`A sample twice: ${line}`);
      if (current.type !== "gauge" && !(Number(value) >= 0)) throw new Error(`Less than nothing: ${line}`);
      current.samples.set(key, Number(value));
    }
  }
  for (const [name, { type, samples }] of metrics) if (type === "histogram") checkHistogram(name, samples);
  return metrics;
}

/** Buckets ascend and are cumulative, the last one has no end and all observations, and each has its sum. */
function checkHistogram(name: string, samples: Map<string, number>): void {
  const series = new Map<string, { bound: number; count: number }[]>();
  for (const [key, count] of samples) {
    if (!key.startsWith(`${name}_bucket{`)) continue;
    const labels = readLabels(key.slice(name.length + "_bucket{".length, -1));
    const le = labels.get("le");
    if (le === undefined) throw new Error(`A bucket without its bound: ${key}`);
    labels.delete("le");
    const of = keyOf("", labels);
    series.set(of, [...(series.get(of) ?? []), { bound: le === "+Inf" ? Infinity : Number(le), count }]);
  }
  for (const [labels, buckets] of series) {
    for (const [at, { bound, count }] of buckets.entries()) {
      const before = buckets[at - 1];
      if (before && (bound <= before.bound || count < before.count))
        throw new Error(`Buckets out of order: ${name}${labels}`);
    }
    const last = buckets.at(-1);
    if (last?.bound !== Infinity || last.count !== samples.get(`${name}_count${labels}`))
      throw new Error(`The last bucket has not all: ${name}${labels}`);
    if (!samples.has(`${name}_sum${labels}`)) throw new Error(`No sum: ${name}${labels}`);
  }
  if ([...samples.keys()].filter((key) => key.startsWith(`${name}_count`)).length !== series.size)
    throw new Error(`A count without buckets: ${name}`);
}
