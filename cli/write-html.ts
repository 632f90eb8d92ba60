/** Writes the one-file report, and never over a file that is something else. */
import { open, realpath, stat, writeFile } from "node:fs/promises";
import { plain } from "../agent/io/console-text.ts";
import type { Language } from "../shared/language.ts";
import { reportWords } from "../shared/report/words.ts";
import type { SpokenDiagnosis } from "../shared/schema/api.ts";
import { cannotWrite, UnusableInputError } from "./unusable-input.ts";

/**
 * Whether a report may be written there, before anything else is done. A report is made again in a moment and
 * may be overwritten; a capture named by mistake may be the only one.
 *
 * @param inputs the files that are analyzed
 * @throws {UnusableInputError} it is a directory, or a file that is no HTML
 */
export async function checkHtmlTarget(target: string, inputs: readonly string[]): Promise<void> {
  const facts = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw cannotWrite(target, error);
  });
  if (facts === null) return;
  if (facts.isDirectory()) {
    throw new UnusableInputError(`Cannot write "${target}": it is a directory. Name a file in it`);
  }
  if (!facts.isFile() || facts.size === 0) return;
  const real = await realpath(target);
  for (const input of inputs) {
    if ((await realpath(input).catch(() => null)) === real) {
      throw new UnusableInputError(`Cannot write "${target}": it is one of the files to analyze`);
    }
  }
  if (!(await looksLikeHtml(target))) {
    throw new UnusableInputError(
      `Cannot write "${target}": there is a file of that name already, and it is no HTML. --html takes the name of the report to write`,
    );
  }
}

/** @throws {UnusableInputError} it can't be written, and why */
export async function writeHtml(target: string, page: string): Promise<void> {
  await writeFile(target, page).catch((error: NodeJS.ErrnoException) => {
    throw cannotWrite(target, error);
  });
}

/** What is said once the report is written. */
export const writtenTo = (target: string, language: Language): string =>
  reportWords(language).writtenTo({ file: plain(target) });

/** The same with the verdict, where nothing else is printed. */
export const inALine = (target: string, { verdict, text }: SpokenDiagnosis): string =>
  reportWords(text.language).htmlWritten({ title: plain(text.title), verdict, file: plain(target) });

async function looksLikeHtml(file: string): Promise<boolean> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw cannotWrite(file, error);
  });
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(64), 0, 64, 0);
    return /^\s*<(!doctype\s+html|html)\b/i.test(new TextDecoder().decode(buffer.subarray(0, bytesRead)));
  } finally {
    await handle.close();
  }
}
