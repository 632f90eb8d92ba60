/** The agent's version, which is the package's. */
export const VERSION = "0.1.0";
