/** The section of a report that lists what was sent to put sizes to the test, by kind and size. */
import { type Markup, markup } from "../chart/markup.ts";
import type { Observations } from "../evidence/observations.ts";
import { type Language, mannerOf } from "../language.ts";
import { evidenceTable, type Line, type ResultTone, remark } from "./evidence-table.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** A row, and by what it is sorted. */
interface Probe extends Line {
  /** Pings first, then IKE from small to large, as one would try by hand. */
  rank: number;
  /** Bytes of the whole IP packet, before it is cut into IP fragments. */
  ipBytes: number | null;
  host: string;
  /** The kind and the size, by which a finding names it. */
  name: string;
}

const KINDS = [
  "ping",
  "baseline",
  "size-control",
  "whole-packet",
  "ip-fragments",
  "what-if",
  "rehearsal",
  "reflection",
] as const satisfies readonly (keyof ReportWords["purposes"])[];

const TONES: Readonly<Partial<Record<keyof ReportWords["outcomes"], ResultTone>>> = {
  answered: "good",
  silent: "bad",
  timeout: "bad",
  "too-big-remotely": "bad",
  unreachable: "bad",
  unresolved: "bad",
};

/** The section, and how its rows are called; `null` where nothing was sent. */
export function probesSection(
  o: Observations,
  language: Language,
  taken: Set<string>,
): { section: Markup; nameOf: ReadonlyMap<string, string> } | null {
  const words = reportWords(language);
  const probes = [
    ...o.echoes.map((echo) => echoLine(echo, words, language)),
    ...o.probes.map((probe) => probeLine(probe, words, language)),
    ...o.rehearsed.map((probe) => probeLine(probe, words, language)),
    ...o.reflections.map((reflection) => reflectionLine(reflection, words)),
  ];
  if (probes.length === 0) return null;
  probes.sort((a, b) => a.rank - b.rank || (a.ipBytes ?? 0) - (b.ipBytes ?? 0));
  const hosts = new Set(probes.map(({ host }) => host));
  const [only = ""] = hosts;
  const isOne = hosts.size === 1;
  const heads = [
    words.result,
    words.probeKind,
    words.ipBytes,
    words.ipFragments,
    words.userMtu,
    words.port,
    words.tries,
    words.remark,
  ];
  const lines = probes.map(({ ref, cells, host }) => ({
    ref,
    cells: isOne ? cells : [...cells, { free: host }],
  }));
  return {
    section: markup`<section id="probes"><h2>${words.probes}</h2>
${isOne && markup`<p class="soft">${words.target} <bdi>${only}</bdi></p>`}
${evidenceTable(words.probes, isOne ? heads : [...heads, words.target], lines, { words, taken, isTitled: false })}
</section>`,
    nameOf: new Map(probes.flatMap(({ ref, name }) => (ref?.kind === "probe" ? [[ref.stepId, name]] : []))),
  };
}

function echoLine(e: Observations["echoes"][number], words: ReportWords, language: Language): Probe {
  const result = e.outcome === "answered" && e.replyCut ? words.replyCut : words.outcomes[e.outcome];
  const { ping: name } = words.purposes;
  const ping =
    e.dontFragment === null
      ? name
      : e.dontFragment
        ? `${name} DF`
        : [name, words.noDf].join(mannerOf(language).listJoiner);
  const nextHop = e.nextHopMtu === null ? null : words.nextHop({ mtu: e.nextHopMtu });
  return {
    ref: e.ref,
    rank: KINDS.indexOf("ping"),
    ipBytes: e.ipBytes,
    host: e.target ?? "",
    name: `${name} ${e.pingPayloadBytes}`,
    cells: [
      { result, tone: TONES[e.outcome] ?? "" },
      remark(ping, String(e.pingPayloadBytes), language),
      e.ipBytes,
      null,
      null,
      null,
      null,
      nextHop && { free: nextHop },
    ],
  };
}

function probeLine(p: Observations["probes"][number], words: ReportWords, language: Language): Probe {
  const notifies = (p.answer?.notifies ?? []).slice(0, 3).map((n) => n.name);
  const said =
    p.answer?.kind === "refused" || p.answer?.kind === "cookie"
      ? notifies.join(mannerOf(language).listJoiner)
      : "";
  return {
    ref: p.ref,
    rank: KINDS.indexOf(p.purpose),
    ipBytes: p.ipBytes,
    host: p.target,
    // What a trial MTU was for counts, not how large the message was that it cut.
    name: [words.purposes[p.purpose], p.userMtu ?? p.ipBytes].join(" "),
    cells: [
      { result: words.outcomes[p.outcome], tone: TONES[p.outcome] ?? "" },
      words.purposes[p.purpose],
      p.ipBytes,
      p.ipFragmentBytes.join(" + "),
      p.userMtu,
      p.port,
      p.tries,
      said || { free: p.detail ?? "" },
    ],
  };
}

function reflectionLine(r: Observations["reflections"][number], words: ReportWords): Probe {
  return {
    ref: r.ref,
    rank: KINDS.indexOf("reflection"),
    ipBytes: r.ipBytes,
    host: r.host,
    name: [words.purposes.reflection, r.ipBytes].filter((part) => part !== null).join(" "),
    cells: [
      { result: words.outcomes[r.outcome], tone: TONES[r.outcome] ?? "" },
      words.purposes.reflection,
      r.ipBytes,
      null,
      null,
      null,
      r.tries,
      { free: r.detail ?? "" },
    ],
  };
}
