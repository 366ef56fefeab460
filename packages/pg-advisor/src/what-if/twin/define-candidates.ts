import type { Client } from "pg";
import type { Candidate } from "../../candidates/candidate.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { keyOf } from "../../schema/identifiers.ts";
import type { ColumnStatistics, RelationName, Snapshot } from "../../snapshot/snapshot.ts";
import { predictIndexSize } from "../sizes/predict-index-size.ts";
import { StatisticsByColumn } from "./btree-facts.ts";
import { candidateStatement } from "./candidate-statement.ts";
import { restoreColumnStatistics } from "./column-statistics.ts";
import { createDerivation, forPlanner } from "./derive-statistics.ts";
import type { ExpectedRows } from "./expected-rows.ts";
import { indexFacts } from "./index-facts.ts";
import { type IndexRegistry, readIndexTrees } from "./index-registry.ts";
import type { LeafTables } from "./leaf-tables.ts";
import { type FileSize, RelationFiles } from "./relation-files.ts";
import { type RelationStatistics, restoreRelationStatistics } from "./relation-statistics.ts";
import { fileSizesOf, relationStatisticsOf } from "./size-plan.ts";
import { readStoredIndexes, readStoredRelations, type StoredIndex } from "./twin-catalogue.ts";
import type { TwinDatabase } from "./twin-database.ts";
import { evictAllBuffers, withClient } from "./twin-server.ts";

const LONGEST_NAME_BYTES = 63;

export interface DefineInput {
  readonly candidates: readonly Candidate[];
  readonly snapshot: Snapshot;
  readonly leafTables: LeafTables;
  readonly expectedRows: ExpectedRows;
}

/**
 * Makes candidates on the twin. Their tables are emptied for that moment, so that CREATE INDEX has
 * nothing to read; afterwards all has the size that it would have. No other connection may be open.
 */
export async function defineCandidates(
  cluster: Cluster,
  database: TwinDatabase,
  registry: IndexRegistry,
  input: DefineInput,
): Promise<void> {
  const files = new RelationFiles(cluster);
  await withClient(database.adminUrl, async (admin) => {
    const tableSizes = await sizesOfTables(admin, input);
    await evictAllBuffers(cluster);
    await files.empty(tableSizes.map(({ path }) => path));
    let indexSizes: readonly FileSize[] = [];
    try {
      indexSizes = await withClient(database.plannerUrl, async (owner) => {
        await createAll(owner, registry, input.candidates);
        return describeAll(admin, owner, files, registry, input);
      });
    } finally {
      await restoreTables(admin, input);
      await evictAllBuffers(cluster);
      await files.resize([...tableSizes, ...indexSizes]);
    }
  });
}

async function sizesOfTables(client: Client, input: DefineInput): Promise<readonly FileSize[]> {
  const wanted = new Set(leafTablesOf(input).map(keyOf));
  const stored = (await readStoredRelations(client)).filter((relation) =>
    wanted.has(keyOf(relation)),
  );
  return fileSizesOf(input.snapshot, stored, [], new StatisticsByColumn(input.snapshot));
}

function leafTablesOf({ candidates, leafTables }: DefineInput): readonly RelationName[] {
  return candidates.flatMap(({ definition }) => leafTables.of(definition.table));
}

async function createAll(
  client: Client,
  registry: IndexRegistry,
  candidates: readonly Candidate[],
): Promise<void> {
  for (const candidate of candidates) {
    const problem = await create(client, candidate);
    if (problem !== null) registry.addUnmade(candidate.id, problem);
  }
}

async function create(client: Client, candidate: Candidate): Promise<string | null> {
  if (Buffer.byteLength(candidate.id) > LONGEST_NAME_BYTES) {
    return `its id is longer than the ${LONGEST_NAME_BYTES} bytes of a name`;
  }
  try {
    await client.query(candidateStatement(candidate));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Predicts the sizes of the new indexes, and hides the indexes until they are asked for. */
async function describeAll(
  client: Client,
  owner: Client,
  files: RelationFiles,
  registry: IndexRegistry,
  input: DefineInput,
): Promise<readonly FileSize[]> {
  const made = input.candidates.filter(({ id }) => !registry.isKnown(id));
  const trees = await readIndexTrees(client);
  const statistics = new StatisticsByColumn(input.snapshot);
  const tables = new Map(input.snapshot.relations.map((relation) => [keyOf(relation), relation]));
  const oidsOf = ({ id, definition }: Candidate): readonly number[] =>
    (trees.get(keyOf({ schema: definition.table.schema, name: id })) ?? []).filter(
      (oid) => !registry.isExisting(oid),
    );
  const indexes = new Map(
    (await readStoredIndexes(client, made.flatMap(oidsOf))).map((index) => [index.oid, index]),
  );
  const derive = await createDerivation(owner, statistics);
  const sizes: FileSize[] = [];
  const relations: RelationStatistics[] = [];
  const expressions: ColumnStatistics[] = [];
  for (const candidate of made) {
    const oids = oidsOf(candidate);
    let bytes = 0;
    for (const index of oids.flatMap((oid) => indexes.get(oid) ?? [])) {
      const rows = input.expectedRows(candidate.id, tableOf(index));
      const deduplicates =
        index.method === "btree" && (await files.allowsDeduplication(index.path));
      const table = tables.get(keyOf(tableOf(index)));
      const derived = await derive(index, table);
      const facts = indexFacts({ index, rows, deduplicates, table, statistics, derived });
      const size = predictIndexSize(facts);
      bytes += size.bytes;
      sizes.push({ path: index.path, pages: size.pages, form: size.form });
      relations.push(statisticsOf(index, size.pages, rows));
      expressions.push(...forPlanner(index, derived, rows));
    }
    const names = oids.flatMap((oid) => indexes.get(oid) ?? []);
    registry.add({
      id: candidate.id,
      oids,
      bytes,
      names: names.map(({ schema, name }) => ({ schema, name })),
    });
  }
  await hide(
    client,
    made.flatMap(({ id }) => registry.candidate(id).oids),
  );
  await restoreRelationStatistics(client, relations);
  await owner.query("set default_transaction_read_only = off");
  await restoreColumnStatistics(owner, expressions);
  return sizes;
}

function tableOf(btree: StoredIndex): RelationName {
  return { schema: btree.tableSchema, name: btree.table };
}

function statisticsOf(
  { schema, name }: StoredIndex,
  pages: number,
  rows: number,
): RelationStatistics {
  return { schema, name, pages, rows, allVisiblePages: 0, allFrozenPages: 0 };
}

async function hide(client: Client, oids: readonly number[]): Promise<void> {
  await client.query(
    "update pg_catalog.pg_index set indisvalid = false where indexrelid = any ($1::oid[])",
    [oids],
  );
}

/** CREATE INDEX counted the rows of a table that was empty then. */
async function restoreTables(client: Client, input: DefineInput): Promise<void> {
  const concerned = new Set(
    [...leafTablesOf(input), ...input.candidates.map(({ definition }) => definition.table)].map(
      keyOf,
    ),
  );
  const statistics = relationStatisticsOf(input.snapshot);
  await restoreRelationStatistics(
    client,
    statistics.filter((relation) => concerned.has(keyOf(relation))),
  );
}
