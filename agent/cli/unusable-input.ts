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
