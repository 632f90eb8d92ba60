/** How `npm test` runs: all tests but those that start daemons, browsers or other runtimes. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest. They start first, so that no worker waits for one of them at the end. */
const SLOW = [
  "test/agent/windows/",
  "test/contract/cloudflare",
  "test/contract/s3",
  "test/cli/",
  "test/infra/",
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((part) => moduleId.includes(part));
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These start daemons, browsers or other runtimes; `.ci/run` and their own scripts call them.
    exclude: ["test/lab/**", "test/browser/**", "test/runtime/**", "test/fuzz/**", "test/bench/**"],
    // These only end what hangs: under load a test in workerd may take half a minute.
    testTimeout: 120_000,
    // `npm run coverage`. Programs that tests start as processes of their own are not counted.
    coverage: {
      include: ["{shared,agent,cli,api,infra}/**/*.ts"],
      reporter: ["text-summary", "lcovonly"],
    },
    hookTimeout: 60_000,
    // One worker for each processor; the default leaves one idle. A worker keeps its modules from file to
    // file, and so the PowerShell engine: a test that changes the process (environment, directory) puts it
    // back.
    maxWorkers: "100%",
    isolate: false,
    sequence: { sequencer: SlowFirst },
  },
});
