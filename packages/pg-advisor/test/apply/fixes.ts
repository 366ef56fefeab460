import { type Fix, type SqlStep, seededRandom, systemClock } from "@streamgate/core";
import type { RunContext } from "../../src/context.ts";

/** A context for tests: real time, a fixed seed, and whatever the test wants to have otherwise. */
export function contextFor(changes: Partial<RunContext> = {}): RunContext {
  return {
    clock: systemClock,
    random: seededRandom(7),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  };
}

export function fixOf(...steps: readonly SqlStep[]): Fix {
  return {
    summary: "an index for the test",
    steps,
    risk: "low",
    riskReason: "it is a test",
    expectedDurationMs: 10,
    expectedSizeBytes: 8192,
  };
}

/** A step that makes `name` concurrently; `on` is the rest of the statement after ON. */
export function concurrentIndex(name: string, on: string, schema = "public"): SqlStep {
  return {
    kind: "sql",
    apply: `create index concurrently ${name} on ${on}`,
    revert: `drop index concurrently if exists ${schema}.${name}`,
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: false,
  };
}
