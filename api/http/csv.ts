/** CSV, RFC 4180, that a spreadsheet opens as text and computes nothing of. */

/** With it, Excel reads UTF-8. */
export const CSV_BEGINNING = "\uFEFF";

/**
 * What a spreadsheet may take for a formula (OWASP, "CSV Injection"), in full width too: Japanese input
 * writes it so.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One record. A text that would be a formula gets an apostrophe before it; `null` is an empty field. */
export function csvRecord(values: readonly (string | number | null)[]): string {
  const fields = values.map((value) => {
    if (typeof value === "number") return String(value);
    const text = value === null || !FORMULA.test(value) ? (value ?? "") : `'${value}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${fields.join(",")}\r\n`;
}
