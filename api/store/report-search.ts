/**
 * How the index of reports is searched: what is kept of a report's fields, and what is asked of the table
 * `report_search`, whose terms infra/migrations/0008_search_and_count_reports.sql makes.
 */
import type { ReportFilter } from "./port.ts";

/** Stands around each field, so that no text is found across two of them. */
const BETWEEN = "\u0001";

/**
 * A text as it is kept and looked for: letters without their case, full-width and half-width forms of the
 * same character alike, and one space in place of several, of line ends and of control characters.
 */
const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, " ");

/** What a search for text looks at. Fields that are `null` or empty are left out. */
export function searchedText(fields: readonly (string | null)[]): string {
  const texts = fields.filter((field) => field !== null && field !== "").map((field) => folded(field ?? ""));
  return [BETWEEN, ...texts.map((text) => text + BETWEEN)].join("");
}

const toHex = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();

/** As SQLite's lower() does it, which knows the letters of ASCII alone. */
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A word that reports must have somewhere in their text, as a phrase of FTS5. */
function phrase(text: string): string {
  const characters = [...text];
  if (characters.length < 3) return `${characters.length}${toHex(text)}`;
  const triples = characters.slice(2).map((_, at) => `3${toHex(characters.slice(at, at + 3).join(""))}`);
  return `"${triples.join(" ")}"`;
}

/**
 * The query for FTS5 that finds what a filter asks for; `null` where it asks for none of the terms. Whatever
 * a caller wrote is in it as hexadecimal digits, so that it cannot be read as syntax.
 */
export function searchQuery(
  filter: Pick<ReportFilter, "verdict" | "status" | "gateway" | "adapter" | "q">,
): string | null {
  const filters = [
    filter.verdict === null ? "" : `v${filter.verdict.replaceAll("-", "")}`,
    filter.status === null ? "" : `s${filter.status}`,
    filter.gateway === null ? "" : `g${toHex(asciiLower(filter.gateway))}`,
    filter.adapter === null ? "" : `a${toHex(asciiLower(filter.adapter))}`,
  ].join("");
  const words = folded(filter.q ?? "").split(" ");
  const terms = [filters, ...words.filter((word) => word !== "").map(phrase)].filter((term) => term !== "");
  return terms.length === 0 ? null : terms.join(" AND ");
}
