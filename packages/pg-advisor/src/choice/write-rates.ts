import type { IndexDefinition, IndexMethod } from "../candidates/candidate.ts";
import type { TableTree } from "../candidates/table-tree.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Index, RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { perHour } from "../workload/window-rates.ts";
import type { WorkloadWindow } from "../workload/workload.ts";
import { touchesColumn } from "./index-columns.ts";
import { type WalRates, walPerEntryIn } from "./wal-rates.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** What keeping an index costs writers, an hour. */
export interface IndexWriteCost {
  /** Rows that enter it. */
  readonly entriesPerHour: number;
  /** Updates that stay HOT today, and would enter every index of their table with it. */
  readonly hotUpdatesLostPerHour: number;
  /** Entries in the table's other indexes that these updates would bring. */
  readonly otherEntriesPerHour: number;
  readonly walBytesPerHour: number;
}

/** The write cost of an index on one table. */
export type WriteRates = (definition: IndexDefinition) => IndexWriteCost;

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 24;
/** The first version in which an update of a column that only BRIN indexes hold may stay HOT. */
const SUMMARIZING_SINCE = 160_000;

/**
 * Work of one entry as a multiple of a B-tree's: GIN splits a value into many keys, which its pending list softens; GiST descends several
 * pages; BRIN writes once a range of pages. Estimates.
 */
const WORK_OF_ENTRY: Readonly<Record<IndexMethod, number>> = {
  btree: 1,
  hash: 1,
  gin: 4,
  gist: 2,
  brin: 0.05,
};

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
 * index always enters it, and no longer stays HOT, so that it enters the table's other indexes as well (manual, 66.7); of
 * other updates only those enter it that are not HOT today.
 */
export function createWriteRates(
  traced: readonly TracedStatement[],
  window: WorkloadWindow,
  snapshot: Snapshot,
  tree: TableTree,
): WriteRates {
  const writes = writesByTable(traced, window, tree);
  const indexes = indexesByTable(snapshot);
  const walPerEntry = walPerEntryIn(traced, snapshot, tree);
  const usages = new Map<string, UsageSum>();
  return (definition) => {
    const key = keyOf(definition.table);
    const own = writes.get(key);
    const usage = usages.get(key) ?? usageBelow(definition.table, snapshot, tree);
    usages.set(key, usage);
    if (own === undefined && window.source !== "file") return costOf(0, 0, 0, key, walPerEntry);
    const others = indexes.get(key) ?? [];
    const hotShare = usage.updated > 0 ? usage.hot / usage.updated : 0;
    if (own === undefined) {
      const hours = hoursSinceStart(snapshot);
      const cold = usage.updated * (1 - hotShare);
      return costOf((usage.inserted + cold + usage.deleted) / hours, 0, 0, key, walPerEntry);
    }
    const allowsHot =
      definition.method === "brin" && snapshot.server.versionNumber >= SUMMARIZING_SINCE;
    let entries = 0;
    let lost = 0;
    for (const { role, rowsPerHour, columns } of own) {
      const concerns = role !== "update" || touchesColumn(definition, columns);
      entries += rowsPerHour * (concerns ? 1 : 1 - hotShare);
      const isHotToday = role === "update" && !others.some((one) => touchesColumn(one, columns));
      if (isHotToday && concerns && !allowsHot) lost += rowsPerHour * hotShare;
    }
    const work = entries * WORK_OF_ENTRY[definition.method];
    return costOf(work, lost, lost * others.length, key, walPerEntry);
  };
}

function costOf(
  entriesPerHour: number,
  hotUpdatesLostPerHour: number,
  otherEntriesPerHour: number,
  table: string,
  walPerEntry: WalRates,
): IndexWriteCost {
  return {
    entriesPerHour,
    hotUpdatesLostPerHour,
    otherEntriesPerHour,
    walBytesPerHour: (entriesPerHour + otherEntriesPerHour) * walPerEntry(table),
  };
}

function writesByTable(
  traced: readonly TracedStatement[],
  window: WorkloadWindow,
  tree: TableTree,
): ReadonlyMap<string, readonly Write[]> {
  const writes = new Map<string, Write[]>();
  for (const { statement, uses } of traced) {
    for (const { role, relation, written } of uses) {
      if (role === "read") continue;
      const key = keyOf(tree.rootOf(relation));
      const rowsPerHour = perHour(statement.rows, window);
      const known = writes.get(key);
      const write = { role, rowsPerHour, columns: written };
      if (known === undefined) writes.set(key, [write]);
      else known.push(write);
    }
  }
  return writes;
}

function indexesByTable({ indexes }: Snapshot): ReadonlyMap<string, readonly Index[]> {
  const found = new Map<string, Index[]>();
  for (const index of indexes) {
    const key = keyOf(index.table);
    const known = found.get(key);
    if (known === undefined) found.set(key, [index]);
    else known.push(index);
  }
  return found;
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
