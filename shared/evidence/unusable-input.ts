/** Input that cannot be used. The message says what, where and what to do. */
export class UnusableInputError extends Error {
  override name = "UnusableInputError";
}

/** What is said of an empty file. */
export const emptyInput = (path: string): UnusableInputError =>
  new UnusableInputError(`Cannot read "${path}": it is empty (0 bytes)`);
