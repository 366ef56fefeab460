import type { Query } from "./database.ts";
import type { HistorySize } from "./history.ts";
import { listPartitions, type Partition } from "./partitions.ts";
import { measureBytes } from "./retention.ts";
import type { KeptTier } from "./tiers.ts";

/** How much is kept, and for how long. */
export async function measureSize(
  query: Query,
  kept: readonly KeptTier[],
  limitBytes: number,
): Promise<HistorySize> {
  const bytes = await measureBytes(query);
  const [counted] = await query<{ readonly series: number }>(
    "select count(*)::float8 as series from streamgate_monitor.series",
  );
  const tiers: HistorySize["tiers"][number][] = [];
  for (const tier of kept) {
    const partitions = await listPartitions(query, tier);
    tiers.push({
      stepMs: tier.stepMs,
      bytes: partitions.reduce((sum, partition) => sum + partition.bytes, 0),
      oldestMs: await oldestOf(query, partitions),
      retentionMs: tier.retentionMs,
    });
  }
  return { bytes, limitBytes, series: counted?.series ?? 0, tiers };
}

/** Start of the oldest window that holds anything. */
async function oldestOf(
  query: Query,
  partitions: readonly Partition[],
): Promise<number | undefined> {
  for (const { name } of partitions) {
    const [row] = await query<{ readonly first: number | null }>(
      `select (extract(epoch from min(starts_at)) * 1000)::float8 as first
      from streamgate_monitor.${name}`,
    );
    if (row !== undefined && row.first !== null) return row.first;
  }
  return undefined;
}
