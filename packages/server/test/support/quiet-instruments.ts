import type { Finding } from "@streamgate/core";
import type { Application, Snapshot, StatementWindow, Workload } from "@streamgate/pg-advisor";
import type { Instruments } from "../../src/turn/instruments.ts";
import { aProof, aVerification } from "./findings.ts";

const AN_APPLICATION: Application = {
  appliedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 5,
  steps: [],
};

const SNAPSHOT = {
  takenAt: "2026-01-01T00:10:00.000Z",
  server: { startedAt: "2026-01-01T00:00:00.000Z", database: "shop", version: "18.4" },
  statements: [],
  statementsSince: "2026-01-01T00:00:00.000Z",
  relations: [],
  indexes: [],
  warnings: [],
  settings: [],
} as unknown as Snapshot;

const WORKLOAD: Workload = {
  window: {
    source: "counters since reset",
    from: null,
    to: "2026-01-01T00:10:00.000Z",
    durationMs: 600_000,
  },
  statements: [
    {
      fingerprint: "f1",
      text: "select * from orders where user_id = $1",
      queryIds: ["1"],
      kind: "select",
      calls: 1_200,
      totalMs: 40_920,
      meanMs: 34.1,
      rows: 12,
      relations: [{ schema: "public", name: "orders" }],
      parameterCount: 1,
      samples: [],
    },
  ],
  declined: [],
};

/** What ran in a window: the statement that the findings are about, and one that nobody looks at. */
function aWindow(): StatementWindow {
  const counters = (queryId: string): StatementWindow["counters"][number] => ({
    queryId,
    isTopLevel: true,
    text: "select * from orders where secret = 'x'",
    calls: 100,
    totalMs: 3_410,
    meanMs: 34.1,
    stddevMs: 1,
    minMs: 30,
    maxMs: 40,
    rows: 100,
    sharedBlocksHit: 1,
    sharedBlocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
  });
  return {
    from: "2026-01-01T00:00:00.000Z",
    to: "2026-01-01T00:00:02.000Z",
    durationMs: 2_000,
    counters: [counters("1"), counters("999")],
    warnings: [],
  };
}

/** Instruments that note what is asked of them, in order, and do nothing. */
export function quietInstruments(
  findings: readonly Finding[],
  calls: string[] = [],
  change: Partial<Instruments> = {},
): Instruments {
  const noting =
    <Result>(call: string, result: () => Result) =>
    async (): Promise<Result> => {
      calls.push(call);
      return result();
    };
  const server = { serverPid: 1, skipped: [], close: async () => undefined };
  const quiet: Partial<Record<keyof Instruments, unknown>> = {
    readSnapshot: async () => SNAPSHOT,
    createTwin: noting("twin", () => server),
    besideTwin: (twin: unknown) => twin,
    buildWorkload: async () => WORKLOAD,
    generateCandidates: () => ({ candidates: [], declined: [] }),
    chooseIndexes: noting("choose", () => ({ chosen: [], declined: [] })),
    adviseIndexes: () => ({ findings, declined: [] }),
    adviseCaching: () => [],
    adviseRewrites: async () => ({ findings: [], declined: [] }),
    adviseSummaries: async () => ({ findings: [], declined: [] }),
    adviseStatistics: async () => ({ findings: [], declined: [] }),
    observeIndexes: async () => ({ indexes: [], takenAt: "2026-01-01T00:00:00.000Z" }),
    measureBloat: async () => [],
    adviseStatements: async () => [],
    adviseDrops: async () => ({ findings: [], declined: [], verdicts: [] }),
    tablesForProof: () => [],
    createLabCopy: noting("lab", () => server),
    proveFinding: noting("prove", () => aProof({ startedAt: new Date().toISOString() })),
    proveSet: async (input: { readonly findings: readonly Finding[] }) => ({
      kept: input.findings.map(({ id }) => id),
      members: [],
      whole: null,
    }),
    applyFix: noting("apply", () => AN_APPLICATION),
    revertFix: noting("revert", () => AN_APPLICATION),
    observeWindows: noting("watch", () => [aWindow(), aWindow()]),
    fixTables: async () => [{ schema: "public", name: "orders" }],
    verifyFix: () => aVerification(),
  };
  return { ...quiet, ...change } as unknown as Instruments;
}
