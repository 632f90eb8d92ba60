/** How an agent ends, as the whole program `ikefrag` does. */
export const ExitCode = {
  HEALTHY: 0,
  PROBLEM: 1,
  USAGE: 2,
  NO_NETWORK: 3,
  REFUSED: 4,
  UPLOAD_FAILED: 5,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
