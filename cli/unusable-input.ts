/** Files that cannot be read or written, in words for the person who named them. */
import { emptyInput, UnusableInputError } from "../shared/evidence/unusable-input.ts";

export { UnusableInputError };

// Not imported, as in file-chunks.ts.
const { statSync } = process.getBuiltinModule("node:fs");

/** There is no such file: most likely its name was mistyped. */
export class MissingInputError extends UnusableInputError {
  override name = "MissingInputError";
}

/**
 * The size of an input file in bytes.
 *
 * @throws {MissingInputError} there is no such file
 * @throws {UnusableInputError} the file is a directory or empty, or may not be read
 */
export function sizeOf(file: string): number {
  let facts: ReturnType<typeof statSync>;
  try {
    facts = statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new MissingInputError(`Cannot read "${file}": there is no such file`);
    const why = code === "EACCES" ? "reading it is not permitted" : String(code);
    throw new UnusableInputError(`Cannot read "${file}": ${why}`);
  }
  if (facts.isDirectory()) {
    throw new UnusableInputError(`Cannot read "${file}": it is a directory. Name the files in it`);
  }
  if (facts.isFile() && facts.size === 0) {
    throw emptyInput(file);
  }
  return facts.size;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder does not exist",
  EEXIST: "there is a file of that name already. Name a new one",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a directory. Name a file in it",
  ENAMETOOLONG: "the name is too long",
};

/** Why a file cannot be written. */
export const cannotWrite = (target: string, { code, message }: NodeJS.ErrnoException): UnusableInputError =>
  new UnusableInputError(`Cannot write "${target}": ${WHY[code ?? ""] ?? message}`);
