/** Input that cannot be used. The message says what, where and what to do. */
export class UnusableInputError extends Error {
  override name = "UnusableInputError";
}
