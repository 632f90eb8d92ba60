import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These start daemons, browsers or other runtimes; `.ci/run` and their own scripts call them.
    exclude: ["test/lab/**", "test/browser/**", "test/runtime/**", "test/fuzz/**", "test/bench/**"],
    testTimeout: 30_000,
  },
});
