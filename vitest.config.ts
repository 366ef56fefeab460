import { defineConfig } from "vitest/config";
import LongTestsFirst from "./test/support/long-tests-first.ts";

export default defineConfig({
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongTestsFirst },
    // Real servers and measured proofs share two cores: what fails is run once more, and told as a retry; twice is a failure.
    retry: 1,
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    coverage: {
      provider: "v8",
      include: [
        "packages/core/src/**/*.ts",
        "packages/cache/src/**/*.ts",
        "packages/telemetry/src/**/*.ts",
        "packages/agent/src/**/*.ts",
        "packages/monitor/src/**/*.ts",
        "packages/postgres/src/**/*.ts",
        "packages/pg-advisor/src/**/*.ts",
      ],
      reporter: ["text-summary", "json-summary"],
    },
  },
});
