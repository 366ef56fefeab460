import type { Client } from "pg";
import type { Cluster } from "../../cluster/cluster.ts";
import type { RunContext } from "../../context.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { StatisticsByColumn } from "./btree-facts.ts";
import { restoreColumnStatistics } from "./column-statistics.ts";
import { restoreExtendedStatistics } from "./extended-statistics.ts";
import { type LoadedSchema, loadSchema } from "./load-schema.ts";
import { applySettings, plannerSettings } from "./planner-settings.ts";
import { RelationFiles } from "./relation-files.ts";
import { restoreRelationStatistics } from "./relation-statistics.ts";
import { fileSizesOf, relationStatisticsOf } from "./size-plan.ts";
import { readStoredIndexes, readStoredRelations } from "./twin-catalogue.ts";
import type { TwinDatabase } from "./twin-database.ts";
import { evictAllBuffers, withClient } from "./twin-server.ts";

const STEPS = 4;

/** Makes an empty database a twin: schema, statistics, sizes. Tells what could not be carried over. */
export function loadTwin(
  cluster: Cluster,
  database: TwinDatabase,
  snapshot: Snapshot,
  context: RunContext,
): Promise<LoadedSchema> {
  const begin = (step: number, activity: string): void => {
    context.signal.throwIfAborted();
    context.onProgress({ activity, done: step, total: STEPS, unit: "steps" });
    context.signal.throwIfAborted();
  };
  return withClient(database.adminUrl, (admin) =>
    withClient(database.plannerUrl, async (planner) => {
      begin(0, "copying the schema to the twin");
      const { skipped, absences } = await loadSchema(admin, planner, snapshot, context.signal);
      begin(1, "copying planner statistics to the twin");
      const withoutStatistics = await loadStatistics(admin, planner, snapshot);
      begin(2, "giving the twin's relations their sizes");
      await evictAllBuffers(cluster);
      await setSizes(admin, new RelationFiles(cluster), snapshot);
      begin(3, "connecting to the twin");
      return { skipped: [...skipped, ...withoutStatistics], absences };
    }),
  );
}

/** Texts of statistics are read in the watched server's own formats of dates and intervals. */
export async function readInFormatsOf(planner: Client, snapshot: Snapshot): Promise<void> {
  const formats = /^(?:DateStyle|IntervalStyle|TimeZone)$/i;
  await applySettings(
    planner,
    plannerSettings(snapshot).filter(({ name }) => formats.test(name)),
  );
}

async function loadStatistics(
  admin: Client,
  planner: Client,
  snapshot: Snapshot,
): Promise<readonly SkippedObject[]> {
  await readInFormatsOf(planner, snapshot);
  const relations = await restoreRelationStatistics(planner, relationStatisticsOf(snapshot));
  const columns = await restoreColumnStatistics(planner, snapshot.columnStatistics);
  const extended = await restoreExtendedStatistics(admin, planner, snapshot);
  return [...relations, ...columns, ...extended];
}

async function setSizes(client: Client, files: RelationFiles, snapshot: Snapshot): Promise<void> {
  const stored = await readStoredRelations(client);
  const indexes = await readStoredIndexes(client);
  await files.resize(fileSizesOf(snapshot, stored, indexes, new StatisticsByColumn(snapshot)));
}
