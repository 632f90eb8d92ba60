/** The tables of a report: everything that the evidence holds, row by row. */
import { anchorOf } from "../chart/anchor.ts";
import { type Markable, type Markup, markup } from "../chart/markup.ts";
import { icmpRef, type Observations } from "../evidence/observations.ts";
import { type Language, mannerOf } from "../language.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** Evidence comes from strangers and may have any length; a page shows this many rows of a table. */
const MOST_ROWS = 200;

/** A cell: a number stands to the right, a stranger's text may break, everything else stays on one line. */
type Cell = number | string | null | { free: string };
interface Line {
  ref: EvidenceRef | null;
  cells: Cell[];
}

/**
 * What the evidence holds, as tables. Rows carry the `id`s that findings link to, except those that a drawing
 * has already.
 *
 * @param taken the `id`s that are on the page; those of the rows are added
 */
export function evidenceTables(o: Observations, language: Language, taken: Set<string>): Markup {
  const view: View = { language, words: reportWords(language) };
  const { words } = view;
  const table = (title: string, heads: string[], lines: readonly Line[]): Markup | null => {
    if (lines.length === 0) return null;
    const used = heads.map((_, n) => lines.some(({ cells }) => (cells[n] ?? "") !== ""));
    const rows = lines.slice(0, MOST_ROWS).map(({ ref, cells }) => {
      const anchor = ref === null ? null : anchorOf(ref);
      const isNew = anchor !== null && !taken.has(anchor);
      if (isNew) taken.add(anchor);
      return markup`<tr${isNew && markup` id="${anchor}"`}>${cells.filter((_, n) => used[n]).map(dataCell)}</tr>\n`;
    });
    const more = lines.length - MOST_ROWS;
    const headCells = heads.map(
      (head, n) =>
        used[n] === true &&
        markup`<th scope="col"${lines.some((l) => typeof l.cells[n] === "number") && markup` class="number"`}>${head}</th>`,
    );
    return markup`<h3>${title}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${headCells}</tr></thead><tbody>
${rows}</tbody></table></div>
${more > 0 && markup`<p class="soft">${words.more({ count: more })}</p>`}`;
  };
  const { agent } = o;
  return markup`${table(
    words.captures,
    [words.captureName, words.captureFrames, words.captureIke, words.captureDamage],
    o.captures.map(({ capture, frames, ikeMessages, quality }) => ({
      ref: null,
      cells: [{ free: capture }, frames, ikeMessages, quality.damage[0]?.byteOffset ?? null],
    })),
  )}
${table(
  words.interfaces,
  [words.index, words.name, "IPv4 MTU", "IPv6 MTU", words.connected],
  o.interfaces.map((i) => ({
    ref: i.ref,
    cells: [
      i.index,
      { free: i.name },
      i.mtuV4,
      i.mtuV6,
      i.connected === null ? null : i.connected ? words.yes : words.no,
    ],
  })),
)}
${
  o.vpn !== null &&
  table(
    words.vpnProfiles,
    [words.name, words.vpnServer, words.tunnelType],
    o.vpn.profiles.map((p) => ({
      ref: p.ref.kind === "text" ? p.ref : null,
      cells: [{ free: p.name }, { free: p.serverAddress }, { free: p.tunnelType }],
    })),
  )
}
${
  o.vpn !== null &&
  table(
    words.rasFailures,
    [words.failedAt, words.name, words.errorCode],
    o.vpn.rasFailures.map((f) => ({
      ref: f.ref.kind === "text" ? f.ref : null,
      cells: [f.at === null ? null : { free: f.at }, { free: f.connection ?? "" }, f.code],
    })),
  )
}
${table(
  words.probes,
  // The result stands in front: on a narrow screen the end of a row is out of sight.
  [words.probeKind, words.result, words.ipBytes, words.ipFragments, words.userMtu, words.tries, words.target],
  [
    ...o.echoes.map((e) => echoLine(e, view)),
    ...o.probes.map((p) => probeLine(p, view)),
    ...o.rehearsed.map((p) => probeLine(p, view)),
    ...o.reflections.map((r) => reflectionLine(r, view)),
  ],
)}
${table(
  words.paths,
  [words.captureName, words.result, words.ipBytes, words.from, words.target],
  o.pathReports.map(({ ref, outcome, nextHopMtu, ipBytes, router, target }) => ({
    ref,
    cells: [
      ref.kind === "text" ? { free: words.line({ line: ref.line, source: ref.source }) } : null,
      {
        free: remark(
          words.pathOutcomes[outcome],
          nextHopMtu === null ? null : words.nextHop({ mtu: nextHopMtu }),
          language,
        ),
      },
      ipBytes,
      router,
      target,
    ],
  })),
)}
${table(
  words.icmp,
  [words.from, words.result, words.ipBytes],
  o.icmpErrors.map((e) => ({
    ref: icmpRef(e),
    cells: [
      e.source,
      remark(
        words.icmpKinds[e.kind],
        e.nextHopMtu === null ? null : words.nextHop({ mtu: e.nextHopMtu }),
        language,
      ),
      e.quoted?.ipBytes ?? null,
    ],
  })),
)}
${table(
  words.notUnderstood,
  [words.captureName, words.lineText],
  o.notUnderstood.map(({ source, line, text }) => ({
    ref: { kind: "text", source, line },
    cells: [{ free: words.line({ line, source }) }, { free: text }],
  })),
)}
${
  agent !== null &&
  markup`<p class="soft">${words.measuredBy}${agent.name} ${agent.version}, ${agent.runtime}, ${agent.osVersion ?? agent.platform}${
    agent.elevated === true && `, ${words.elevatedAgent}`
  }</p>`
}`;
}

function dataCell(cell: Cell): Markable {
  if (cell === null) return markup`<td></td>`;
  if (typeof cell === "number") return markup`<td class="number">${cell}</td>`;
  if (typeof cell === "string") return markup`<td>${cell}</td>`;
  return markup`<td class="free">${cell.free}</td>`;
}

/** What the rows are written with. */
interface View {
  language: Language;
  words: ReportWords;
}

/** What came of something, with more about it in brackets. */
function remark(result: string, more: string | null, language: Language): string {
  const [open, close] = mannerOf(language).brackets;
  return more === null || more === "" ? result : result + open + more + close;
}

function echoLine(e: Observations["echoes"][number], { words, language }: View): Line {
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
    cells: [
      remark(ping, String(e.pingPayloadBytes), language),
      { free: remark(result, nextHop, language) },
      e.ipBytes,
      null,
      null,
      null,
      e.target,
    ],
  };
}

function probeLine(p: Observations["probes"][number], { words, language }: View): Line {
  const notifies = (p.answer?.notifies ?? []).slice(0, 3).map((n) => n.name);
  const said =
    p.answer?.kind === "refused" || p.answer?.kind === "cookie"
      ? notifies.join(mannerOf(language).listJoiner)
      : "";
  return {
    ref: p.ref,
    cells: [
      words.purposes[p.purpose],
      { free: remark(words.outcomes[p.outcome], said || p.detail, language) },
      p.ipBytes,
      p.ipFragmentBytes.join(" + "),
      p.userMtu,
      p.tries,
      p.target.includes(":") ? `[${p.target}]:${p.port}` : `${p.target}:${p.port}`,
    ],
  };
}

function reflectionLine(r: Observations["reflections"][number], { words, language }: View): Line {
  const result = remark(words.outcomes[r.outcome], r.detail, language);
  return {
    ref: r.ref,
    cells: [words.purposes.reflection, { free: result }, r.ipBytes, null, null, r.tries, r.host],
  };
}
