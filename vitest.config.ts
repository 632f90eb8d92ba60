import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These start daemons, browsers or other runtimes; `.ci/run` and their own scripts call them.
    exclude: ["test/lab/**", "test/browser/**", "test/runtime/**", "test/fuzz/**", "test/bench/**"],
    // Only to end what hangs: under load a test in workerd may take half a minute.
    testTimeout: 120_000,
    // `npm run coverage`. Programs that tests start as processes of their own are not counted.
    coverage: {
      include: ["{shared,agent,cli,api,infra}/**/*.ts"],
      reporter: ["text-summary", "lcovonly"],
    },
  },
});
