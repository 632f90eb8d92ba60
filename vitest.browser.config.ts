import { defineConfig } from "vitest/config";

/** Pages in a real browser: `npm run test:browser`, with Chromium from the system. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // One file for each processor: a page mostly waits.
    maxWorkers: "100%",
  },
});
