/** The tables of a report that hold the rest of the evidence, row by row. */
import { type Markup, markup } from "../chart/markup.ts";
import { icmpRef, type Observations } from "../evidence/observations.ts";
import type { Language } from "../language.ts";
import { evidenceTable, type Line, remark } from "./evidence-table.ts";
import { reportWords } from "./words.ts";

/**
 * What the evidence holds besides probes and what Windows recorded, as tables. Rows carry the `id`s that
 * findings link to, except those that a drawing has already.
 *
 * @param taken the `id`s that are on the page; those of the rows are added
 */
export function evidenceTables(o: Observations, language: Language, taken: Set<string>): Markup {
  const words = reportWords(language);
  const table = (title: string, heads: readonly string[], lines: readonly Line[]): Markup | null =>
    evidenceTable(title, heads, lines, { words, taken });
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
