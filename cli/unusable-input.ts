// As in file-pieces.ts, which `decode` loads too.
const { statSync } = process.getBuiltinModule("node:fs");

/** Input that cannot be used, in words for the person who gave it: what, where, what to do. Exit code 2. */
export class UnusableInputError extends Error {
  override name = "UnusableInputError";
}

/** @throws {UnusableInputError} the file is missing, not to be read, a directory, or empty */
export function sizeOf(file: string): number {
  let facts: ReturnType<typeof statSync>;
  try {
    facts = statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EACCES"
          ? "reading it is not permitted"
          : String(code);
    throw new UnusableInputError(`Cannot read "${file}": ${why}`);
  }
  if (facts.isDirectory()) {
    throw new UnusableInputError(`Cannot read "${file}": it is a directory. Name the files in it`);
  }
  if (facts.isFile() && facts.size === 0) {
    throw new UnusableInputError(`Cannot read "${file}": it is empty (0 bytes)`);
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

/** What keeps a file from being written, in the same words. */
export const cannotWrite = (target: string, { code, message }: NodeJS.ErrnoException): UnusableInputError =>
  new UnusableInputError(`Cannot write "${target}": ${WHY[code ?? ""] ?? message}`);
