import type { IndexDefinition } from "../candidates/candidate.ts";
import type { TableTree } from "../candidates/table-tree.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { perHour } from "../workload/window-rates.ts";
import type { WorkloadWindow } from "../workload/workload.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** Rows an hour that enter or leave an index. */
export type WriteRates = (definition: IndexDefinition) => number;

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 24;

interface Write {
  readonly role: "insert" | "update" | "delete";
  readonly rowsPerHour: number;
  readonly columns: ReadonlySet<string>;
}

/**
 * How often an index would be written. The window's own INSERT, UPDATE and DELETE statements tell it
 * (`rows` of the counters; what COPY writes is not seen). A file says nothing of writers: for tables
 * that it does not write, the usage counters are spread over the time since the server started, a day
 * at least, so that the first load does not count as an hour's traffic. An update of a column of the
 * index always enters it; of other updates only those that were not HOT.
 */
export function createWriteRates(
  traced: readonly TracedStatement[],
  window: WorkloadWindow,
  snapshot: Snapshot,
  tree: TableTree,
): WriteRates {
  const writes = new Map<string, Write[]>();
  for (const { statement, uses } of traced) {
    for (const { role, relation, written } of uses) {
      if (role === "read") continue;
      const key = keyOf(tree.rootOf(relation));
      const rowsPerHour = perHour(statement.rows, window);
      writes.set(key, [...(writes.get(key) ?? []), { role, rowsPerHour, columns: written }]);
    }
  }
  return (definition) => {
    const own = writes.get(keyOf(definition.table));
    const usage = usageBelow(definition.table, snapshot, tree);
    const coldShare = usage.updated > 0 ? 1 - usage.hot / usage.updated : 1;
    if (own === undefined && window.source !== "file") return 0;
    if (own === undefined) {
      const hours = hoursSinceStart(snapshot);
      return (usage.inserted + usage.updated * coldShare + usage.deleted) / hours;
    }
    const keys = definition.keys.map(({ column }) => column);
    return own.reduce((sum, { role, rowsPerHour, columns }) => {
      const enters =
        role !== "update" || keys.some((column) => column !== null && columns.has(column))
          ? 1
          : coldShare;
      return sum + rowsPerHour * enters;
    }, 0);
  };
}

interface UsageSum {
  inserted: number;
  updated: number;
  hot: number;
  deleted: number;
}

function usageBelow(table: RelationName, snapshot: Snapshot, tree: TableTree): UsageSum {
  const sum: UsageSum = { inserted: 0, updated: 0, hot: 0, deleted: 0 };
  const own = snapshot.relations.find((relation) => keyOf(relation) === keyOf(table));
  const members = [...(own === undefined ? [] : [own]), ...tree.partitionsOf(table)];
  for (const member of members) {
    const { rowsInserted, rowsUpdated, rowsHotUpdated, rowsDeleted } = member.usage;
    sum.inserted += rowsInserted;
    sum.updated += rowsUpdated;
    sum.hot += rowsHotUpdated;
    sum.deleted += rowsDeleted;
  }
  return sum;
}

function hoursSinceStart({ takenAt, server }: Snapshot): number {
  const ms = Date.parse(takenAt) - Date.parse(server.startedAt);
  return Number.isFinite(ms) ? Math.max(LEAST_HOURS, ms / HOUR_MS) : LEAST_HOURS;
}
