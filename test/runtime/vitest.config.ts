import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["test/runtime/*.test.ts"], testTimeout: 60_000 } });
