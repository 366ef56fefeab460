import { seededRandom } from "@streamgate/core";
import type { Collector } from "../../collectors/collector.ts";
import { planChangesOf } from "../../plans/history/plan-changes.ts";
import { readKeptPlans } from "../../plans/history/plan-table.ts";
import type { WatchedDatabase } from "../../platform/platform-configuration.ts";
import type { StorePool } from "../../platform/store-pool.ts";
import { noteWatchFindings } from "../../recommendations/watch-findings.ts";
import { readStatementRows } from "../statement-rows.ts";
import { statementKey } from "../statement-totals.ts";
import { findRegressed, type Regressed } from "./find-regressed.ts";
import { PastReader, type ReadSeries, STEP_MS } from "./read-pasts.ts";
import { type Beginning, type NotedChange, regressionCauses } from "./regression-causes.ts";
import { regressionFinding } from "./regression-finding.ts";

export interface RegressionCollectorParts {
  readonly tables: StorePool;
  /** Series of the history, read without being kept for others. */
  readonly readHistory: ReadSeries;
  /** Deploys, fixes and settings that were told of, between two instants in ms since 1970. */
  readonly readChanges: (fromMs: number, toMs: number) => Promise<readonly NotedChange[]>;
}

const TIMEOUT_MS = 60_000;
const HOUR_MS = 3_600_000;
const CHANGES_BEFORE_MS = 7 * HOUR_MS;

/** Looks every five minutes for statements of a database that became slower than their own past. */
export function regressionCollector(
  { name }: WatchedDatabase,
  { tables, readHistory, readChanges }: RegressionCollectorParts,
): Collector {
  let pasts = new PastReader(name, readHistory);
  return {
    source: {
      id: `regressions:${name}`,
      kind: "job",
      name: `statements of ${name} against their past`,
      everyMs: STEP_MS,
    },
    definition: JSON.stringify(["regressions", name]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async ({ atMs, signal }) => {
      const known = await pasts.read(atMs);
      const lateMs = known.reduce(
        (sum, { recent }) =>
          recent.slice(-HOUR_MS / STEP_MS).reduce((part, one) => part + one.totalMs, sum),
        0,
      );
      // The same look says the same each time that it is taken.
      const found = findRegressed(known, lateMs, seededRandom(1));
      signal.throwIfAborted();
      const findings = await told(found, { name, tables, readChanges, atMs });
      await noteWatchFindings(
        tables.query,
        { database: name, kind: "query/regressed", at: new Date(atMs) },
        findings,
      );
      return undefined;
    },
    rest: async () => {
      pasts = new PastReader(name, readHistory);
    },
  };
}

async function told(
  found: readonly Regressed[],
  look: Pick<RegressionCollectorParts, "tables" | "readChanges"> & {
    readonly name: string;
    readonly atMs: number;
  },
): Promise<ReturnType<typeof regressionFinding>[]> {
  if (found.length === 0) return [];
  const { name, tables, atMs } = look;
  const fingerprints = found.map(({ comparison }) => comparison.fingerprint);
  const [rows, plans, changes] = await Promise.all([
    readStatementRows(
      tables.query,
      fingerprints.map((fingerprint) => ({ database: name, fingerprint })),
    ),
    readKeptPlans(tables.query, name, fingerprints),
    look.readChanges(atMs - CHANGES_BEFORE_MS, atMs),
  ]);
  return found.flatMap((one) => {
    const { comparison } = one;
    const row = rows.get(statementKey(name, comparison.fingerprint));
    if (row === undefined) return [];
    const beginning = beginningOf(comparison.slowSteps, atMs);
    const planChanges = planChangesOf(plans.get(comparison.fingerprint) ?? []);
    const causes = regressionCauses(comparison, beginning, { planChanges, changes });
    const at = new Date(atMs).toISOString();
    return [regressionFinding(one, { database: name, text: row.text, at, beginning, causes })];
  });
}

/** It began in the step in which it was slow first. */
function beginningOf(slowSteps: number | null, atMs: number): Beginning {
  if (slowSteps === null || slowSteps === 0) return null;
  const fromMs = Math.floor(atMs / STEP_MS) * STEP_MS - slowSteps * STEP_MS;
  return { fromMs, toMs: fromMs + STEP_MS };
}
