/** The exit codes of the agent and of the program `ikefrag`. */

/** What each exit code says. */
export const ExitCode = {
  HEALTHY: 0,
  PROBLEM: 1,
  USAGE: 2,
  NO_NETWORK: 3,
  REFUSED: 4,
  UPLOAD_FAILED: 5,
} as const;
/** One of the exit codes. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
