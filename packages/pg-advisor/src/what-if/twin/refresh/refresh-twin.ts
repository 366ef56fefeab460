import type { Client } from "pg";
import type { Cluster } from "../../../cluster/cluster.ts";
import { applySchema } from "../../../schema/apply-schema.ts";
import { keyOf } from "../../../schema/identifiers.ts";
import type { SchemaScript, SkippedObject } from "../../../schema/schema-script.ts";
import type { Index, Snapshot } from "../../../snapshot/snapshot.ts";
import { Absences } from "../absences.ts";
import { StatisticsByColumn } from "../btree-facts.ts";
import { clearColumnStatistics, restoreColumnStatistics } from "../column-statistics.ts";
import { clearExtendedStatistics, restoreExtendedStatistics } from "../extended-statistics.ts";
import { IndexRegistry, readIndexTrees } from "../index-registry.ts";
import {
  availableExtensionsOf,
  GIVE_SCHEMAS_TO_PLANNER,
  isMadeByAdmin,
  type LoadedSchema,
  playOlderPlanner,
  scriptFor,
} from "../load-schema.ts";
import { loadTwin, readInFormatsOf } from "../load-twin.ts";
import type { TwinParts } from "../planner-twin.ts";
import { type FileSize, RelationFiles } from "../relation-files.ts";
import { restoreRelationStatistics } from "../relation-statistics.ts";
import { fileSizesOf } from "../size-plan.ts";
import { readStoredIndexes, readStoredRelations } from "../twin-catalogue.ts";
import { dropDatabase, openDatabase, type TwinDatabase } from "../twin-database.ts";
import { evictAllBuffers, withClient } from "../twin-server.ts";
import { type SchemaDifference, schemaDifference } from "./schema-difference.ts";
import { type StatisticsDifference, statisticsDifference } from "./statistics-difference.ts";

/** What a refresh did to a twin. */
export interface TwinRefresh {
  /** `anew` where what others stand on changed, and all was made again. */
  readonly how: "by difference" | "anew";
  /** Tables and views that were made or made again. */
  readonly relationsMade: number;
  /** Relations, columns and objects of extended statistics that were told something new. */
  readonly statisticsChanged: number;
  readonly sizesChanged: number;
}

/** A twin's parts as they are now, and what was done. */
export interface RefreshedTwin {
  readonly parts: TwinParts;
  readonly done: TwinRefresh;
}

/** Makes of a loaded twin that of another snapshot. No other connection to it may be open. */
export async function refreshTwin(parts: TwinParts, after: Snapshot): Promise<RefreshedTwin> {
  const { cluster, database, context } = parts;
  context.signal.throwIfAborted();
  const isCleared = await withClient(database.adminUrl, (admin) => dropCandidates(admin, parts));
  if (!isCleared) return makeAnew(parts, after);
  const changed = await refreshByDifference(cluster, database, {
    before: parts.snapshot,
    after,
    skipped: parts.skipped,
    signal: context.signal,
  });
  if (changed === null) return makeAnew(parts, after);
  const registry = new IndexRegistry(await withClient(database.adminUrl, readIndexTrees));
  const { skipped, absences, ...done } = changed;
  const all = [...database.skipped, ...skipped];
  return { parts: { ...parts, snapshot: after, registry, skipped: all, absences }, done };
}

async function makeAnew(parts: TwinParts, after: Snapshot): Promise<RefreshedTwin> {
  const { cluster, context } = parts;
  await dropDatabase(cluster, parts.database);
  const database = await openDatabase(cluster, after);
  const { skipped, absences } = await loadTwin(cluster, database, after, context);
  const registry = new IndexRegistry(await withClient(database.adminUrl, readIndexTrees));
  const all = [...database.skipped, ...skipped];
  return {
    parts: { ...parts, database, snapshot: after, registry, skipped: all, absences },
    done: {
      how: "anew",
      relationsMade: after.relations.length,
      statisticsChanged: after.columnStatistics.length,
      sizesChanged: after.relations.length + after.indexes.length,
    },
  };
}

/** The indexes that candidates made, each the top of its tree; and whether a tree adopted an index of the watched database. */
const CANDIDATE_TREES = `
select coalesce(array_agg(pg_catalog.format('%I.%I', n.nspname, c.relname)) filter (where p.inhparent is null), '{}') as roots,
       exists (select from pg_catalog.pg_inherits as h
               where h.inhparent = any ($1) and h.inhrelid <> all ($1)) as "hasAdopted"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_inherits as p on p.inhrelid = c.oid and p.inhparent = any ($1)
where c.oid = any ($1)`;

/** Returns whether that was possible: what a candidate's tree adopted cannot be parted from it. */
async function dropCandidates(admin: Client, { registry }: TwinParts): Promise<boolean> {
  const oids = registry.defined().flatMap((candidate) => candidate.oids);
  if (oids.length === 0) return true;
  const { rows } = await admin.query<{
    readonly roots: readonly string[];
    readonly hasAdopted: boolean;
  }>(CANDIDATE_TREES, [oids]);
  const [found] = rows;
  if (found === undefined || found.hasAdopted) return false;
  if (found.roots.length > 0) await admin.query(`drop index ${found.roots.join(", ")}`);
  return true;
}

interface RefreshInput {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** What the twin lacks of the first snapshot. */
  readonly skipped: readonly SkippedObject[];
  readonly signal: AbortSignal;
}

/**
 * Makes of a twin of one snapshot that of another, by what differs. No other connection may be open, and no candidate be there.
 *
 * @returns null where the twin must be made anew; it may hold anything then
 */
async function refreshByDifference(
  cluster: Cluster,
  database: TwinDatabase,
  input: RefreshInput,
): Promise<(TwinRefresh & LoadedSchema) | null> {
  const { before, after } = input;
  if (!isSameGround(before, after)) return null;
  const files = new RelationFiles(cluster);
  return withClient(database.adminUrl, (admin) =>
    withClient(database.plannerUrl, async (planner) => {
      const extensions = await availableExtensionsOf(admin);
      const [old, next] = [scriptFor(before, extensions), scriptFor(after, extensions)];
      const unmade = new Set(input.skipped.map(({ object }) => object));
      const schema = schemaDifference(
        { snapshot: before, script: old },
        { snapshot: after, script: next },
        unmade,
      );
      if (schema === null) return null;
      await emptyTables(admin, cluster, files, before, schema.extended);
      const failed = await changeSchema(admin, planner, schema, input.signal);
      if (failed === null) return null;
      if (failed.some(({ object }) => !unmade.has(object))) return null;
      await playOlderPlanner(admin, after);
      const isFresh = freshIn(schema, before, after);
      const statistics = statisticsDifference(before, after, isFresh);
      await readInFormatsOf(planner, after);
      const untold = await changeStatistics(admin, planner, after, statistics);
      await evictAllBuffers(cluster);
      const sizes = await changedSizes(
        admin,
        before,
        after,
        (name) => isFresh(name) || schema.extended.has(keyOf(name)),
      );
      await files.resize(sizes);
      const skipped = [...next.skipped, ...failed, ...untold];
      return {
        how: "by difference",
        skipped,
        absences: new Absences(after, extensions, skipped),
        relationsMade: after.relations.filter((one) => schema.remade.has(keyOf(one))).length,
        statisticsChanged:
          statistics.relations.length + statistics.columns.length + statistics.extended.length,
        sizesChanged: sizes.length,
      };
    }),
  );
}

/** Collation, encoding and blocks are the database's own, and no difference can change them. */
function isSameGround({ server: one }: Snapshot, { server: other }: Snapshot): boolean {
  return (
    one.collation === other.collation &&
    one.encoding === other.encoding &&
    one.blockSizeBytes === other.blockSizeBytes
  );
}

/** Returns what could not be made; null where something could not be dropped. */
async function changeSchema(
  admin: Client,
  planner: Client,
  { drops, makes }: SchemaDifference,
  signal: AbortSignal,
): Promise<readonly SkippedObject[] | null> {
  if (drops.length > 0) {
    try {
      await admin.query(drops.join(";\n"));
    } catch {
      return null;
    }
  }
  const first = await applySchema(admin, stagesOf(makes, true), { signal });
  await admin.query(GIVE_SCHEMAS_TO_PLANNER);
  const second = await applySchema(planner, stagesOf(makes, false), { signal });
  return [...first.skipped, ...second.skipped];
}

function stagesOf(script: SchemaScript, isOfAdmin: boolean): SchemaScript {
  return {
    stages: script.stages.filter(({ name }) => isMadeByAdmin(name) === isOfAdmin),
    skipped: [],
  };
}

/** Whatever makes an index or checks a constraint shall find nothing to read. */
async function emptyTables(
  admin: Client,
  cluster: Cluster,
  files: RelationFiles,
  before: Snapshot,
  extended: ReadonlySet<string>,
): Promise<void> {
  if (extended.size === 0) return;
  const stored = (await readStoredRelations(admin)).filter((one) => extended.has(keyOf(one)));
  if (stored.length === 0 || before.relations.length === 0) return;
  await evictAllBuffers(cluster);
  await files.empty(stored.map(({ path }) => path));
}

type IsFresh = (relation: { readonly schema: string; readonly name: string }) => boolean;

/** Relations that were made, all of their indexes, and the new indexes of others. */
function freshIn(schema: SchemaDifference, before: Snapshot, after: Snapshot): IsFresh {
  const definitionOf = ({ definition, table }: Index): string => `${keyOf(table)} ${definition}`;
  const old = new Set(before.indexes.map(definitionOf));
  const indexes = after.indexes.filter(
    (index) => schema.remade.has(keyOf(index.table)) || !old.has(definitionOf(index)),
  );
  const fresh = new Set([...schema.remade, ...indexes.map(keyOf)]);
  const counted = new Set([...fresh, ...schema.extended]);
  return (relation) => counted.has(keyOf(relation));
}

async function changeStatistics(
  admin: Client,
  planner: Client,
  after: Snapshot,
  difference: StatisticsDifference,
): Promise<readonly SkippedObject[]> {
  await clearColumnStatistics(planner, difference.columnsToClear);
  await clearExtendedStatistics(admin, difference.extendedToClear);
  const relations = await restoreRelationStatistics(planner, difference.relations);
  const columns = await restoreColumnStatistics(planner, difference.columns);
  const extended = await restoreExtendedStatistics(admin, planner, {
    ...(after.ownTypes === undefined ? {} : { ownTypes: after.ownTypes }),
    extendedStatistics: difference.extended,
  });
  return [...relations, ...columns, ...extended];
}

async function changedSizes(
  admin: Client,
  before: Snapshot,
  after: Snapshot,
  isFresh: IsFresh,
): Promise<readonly FileSize[]> {
  const stored = await readStoredRelations(admin);
  const indexes = await readStoredIndexes(admin);
  const fresh = new Set(stored.filter(isFresh).map(({ path }) => path));
  const sizesIn = (snapshot: Snapshot): readonly FileSize[] =>
    fileSizesOf(snapshot, stored, indexes, new StatisticsByColumn(snapshot));
  const old = new Map(sizesIn(before).map((size) => [size.path, JSON.stringify(size)]));
  return sizesIn(after).filter(
    (size) => fresh.has(size.path) || old.get(size.path) !== JSON.stringify(size),
  );
}
