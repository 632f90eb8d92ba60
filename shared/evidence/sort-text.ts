/** Tells what a text that somebody gives as evidence is: by what stands in it, never by its name. */
import { Evidence, MOST_TEXT_CHARACTERS, type PastedText } from "../schema/evidence.ts";
import { linesLeftOut, newestLines } from "./newest-lines.ts";
import { isLongLog, readPastedText } from "./text/read.ts";

/** What a text is. */
export type SortedText =
  /** Output of commands that is read here. */
  | { kind: "outputs"; pasted: PastedText }
  /** The evidence of a run, or of a report of the service. */
  | { kind: "evidence"; evidence: Evidence }
  /** Text in which nothing was found. */
  | { kind: "no-output" }
  /** Text that is longer than what is read of one. */
  | { kind: "too-long" }
  /** JSON that ends too early, or is none after all. */
  | { kind: "malformed-json"; why: string }
  /** JSON of something else; `where` is a JSON pointer, empty for the whole. */
  | { kind: "foreign-json"; where: string; why: string };

/**
 * Sorts a text. A shell's prompt begins like JSON, so what can be read as output is no JSON; but JSON that is
 * evidence is no output, whatever the lines of it look like.
 */
export function sortText(name: string, text: string): SortedText {
  const json = readJson(text);
  // A report of the service holds its evidence.
  const value = json?.value;
  const candidate =
    typeof value === "object" && value !== null && "evidence" in value ? value.evidence : value;
  const parsed = json?.why === null ? Evidence.safeParse(candidate) : null;
  if (parsed?.success) return { kind: "evidence", evidence: parsed.data };
  const pasted = { name, text: newestLines(text) };
  // Of a log the end is kept; what else is too long has its beginning and its end for a reason.
  const isTooLong =
    linesLeftOut(pasted.text) > 0 ? !isLongLog(pasted.text) : text.length > MOST_TEXT_CHARACTERS;
  if (!isTooLong && readPastedText(pasted).readings.length > 0) return { kind: "outputs", pasted };
  if (json === null) return { kind: isTooLong ? "too-long" : "no-output" };
  if (parsed === null) {
    // Prose that begins with a bracket is no cut JSON.
    if (!/^[\s\ufeff]*[{[]\s*["{[\]}]/.test(text)) return { kind: isTooLong ? "too-long" : "no-output" };
    return { kind: "malformed-json", why: json.why ?? "unknown" };
  }
  const [issue] = parsed.error.issues;
  const where = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  return { kind: "foreign-json", where, why: issue?.message ?? "unknown" };
}

/** @returns what the text holds as JSON, or why it is none; `null`: it does not even begin like JSON */
function readJson(text: string): { value: unknown; why: string | null } | null {
  if (!/^[\s\ufeff]*[{[]/.test(text)) return null;
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, "")), why: null };
  } catch (error) {
    return { value: null, why: (error as Error).message };
  }
}
