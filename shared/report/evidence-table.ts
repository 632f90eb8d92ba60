/** The tables of a report: rows that carry the `id`s which findings link to. */
import { anchorOf } from "../chart/anchor.ts";
import { type Markable, type Markup, markup } from "../chart/markup.ts";
import { type Language, mannerOf } from "../language.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { ReportWords } from "./words.ts";

/** Evidence comes from strangers and may have any length; a page shows this many rows of a table. */
const MOST_ROWS = 200;

/**
 * A cell: a number stands to the right, a stranger's text may break, what came of something has its tone;
 * everything else stays on one line.
 */
export type Cell = number | string | null | Markup | { free: string } | { result: string; tone: ResultTone };
/** Whether something went well, for those who look for what did not. */
export type ResultTone = "good" | "bad" | "note" | "";
/** A row, and where findings refer to it. */
export interface Line {
  ref: EvidenceRef | null;
  cells: Cell[];
}

/**
 * A table with its title; columns that are empty in all rows are left out. `null`: there are no rows.
 *
 * @param about `taken`: the `id`s that are on the page, to which those of the rows are added; `isTitled`:
 *   false where a heading that says the same stands above it
 */
export function evidenceTable(
  title: string,
  heads: readonly string[],
  lines: readonly Line[],
  { words, taken, isTitled = true }: { words: ReportWords; taken: Set<string>; isTitled?: boolean },
): Markup | null {
  if (lines.length === 0) return null;
  const used = heads.map((_, n) => lines.some(({ cells }) => !isEmpty(cells[n] ?? null)));
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
  return markup`${isTitled && markup`<h3>${title}</h3>\n`}<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${headCells}</tr></thead><tbody>
${rows}</tbody></table></div>
${more > 0 && markup`<p class="soft">${words.more({ count: more })}</p>`}`;
}

const isEmpty = (cell: Cell): boolean =>
  cell === null || cell === "" || (typeof cell === "object" && "free" in cell && cell.free === "");

function dataCell(cell: Cell): Markable {
  if (cell === null) return markup`<td></td>`;
  if (typeof cell === "number") return markup`<td class="number">${cell}</td>`;
  if (typeof cell === "string") return markup`<td>${cell}</td>`;
  if ("free" in cell) return markup`<td class="free"><bdi>${cell.free}</bdi></td>`;
  if ("result" in cell) return markup`<td class="result ${cell.tone}">${cell.result}</td>`;
  return markup`<td>${cell}</td>`;
}

/** What came of something, with more about it in brackets. */
export function remark(result: string, more: string | null, language: Language): string {
  const [open, close] = mannerOf(language).brackets;
  return more === null || more === "" ? result : result + open + more + close;
}
