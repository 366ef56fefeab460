import type { TurnEvent } from "../../src/turn/events.ts";
import { afterEvent, initialState, type TurnState } from "../../src/turn/turn-state.ts";
import { aFinding, aProof, aVerification } from "./findings.ts";

const at = "2026-01-01T00:00:00.000Z";

/** The events of a turn that found one thing, proved, applied and verified it. */
export const WHOLE_STORY: readonly TurnEvent[] = [
  { at, kind: "turn started", run: "1", target: "db:5432/shop", goal: "verify" },
  { at, kind: "stage started", stage: "observe" },
  { at, kind: "stage finished", stage: "observe", durationMs: 800 },
  { at, kind: "stage started", stage: "diagnose" },
  {
    at,
    kind: "observed",
    observed: {
      server: {
        versionNumber: 180_004,
        version: "18.4",
        database: "shop",
        user: "me",
        host: "db",
        port: 5432,
        startedAt: at,
        isReplica: false,
        blockSizeBytes: 8_192,
        collation: "C.UTF-8",
        encoding: "UTF8",
      },
      window: { source: "counters since reset", from: at, to: at, durationMs: 3_600_000 },
      statements: 41,
      calls: 12_300,
      totalMs: 812_000,
      tables: 9,
      indexes: 12,
    },
  },
  {
    at,
    kind: "diagnosed",
    declined: [
      {
        candidate: "CREATE INDEX ON orders (note)",
        reason: "gain-too-small",
        explanation: "It would save 3 ms an hour.",
      },
    ],
    declinedStatements: [],
    search: null,
  },
  { at, kind: "finding", finding: aFinding(), state: "found" },
  { at, kind: "stage finished", stage: "diagnose", durationMs: 1_900 },
  { at, kind: "stage started", stage: "prove" },
  { at, kind: "proof started", finding: "index-missing-1" },
  { at, kind: "proof", finding: "index-missing-1", proof: aProof() },
  { at, kind: "stage finished", stage: "prove", durationMs: 9_000 },
  { at, kind: "stage started", stage: "apply" },
  { at, kind: "apply started", finding: "index-missing-1" },
  {
    at,
    kind: "application",
    finding: "index-missing-1",
    application: { appliedAt: at, durationMs: 700, steps: [] },
  },
  { at, kind: "stage finished", stage: "apply", durationMs: 20_000 },
  { at, kind: "stage started", stage: "verify" },
  { at, kind: "verification", finding: "index-missing-1", verification: aVerification() },
  { at, kind: "stage finished", stage: "verify", durationMs: 20_000 },
  { at, kind: "turn ended", outcome: "finished" },
];

/** The state after these events. */
export function stateAfter(events: readonly TurnEvent[]): TurnState {
  return events.reduce(afterEvent, initialState("db:5432/shop", "verify"));
}
