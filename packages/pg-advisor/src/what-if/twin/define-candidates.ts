import type { Client } from "pg";
import type { Candidate } from "../../candidates/candidate.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { keyOf } from "../../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";
import { predictBtreeSize } from "../btree/btree-size.ts";
import { btreeFacts, StatisticsByColumn } from "./btree-facts.ts";
import { candidateStatement } from "./candidate-statement.ts";
import type { ExpectedRows } from "./expected-rows.ts";
import { type IndexRegistry, readIndexTrees } from "./index-registry.ts";
import type { LeafTables } from "./leaf-tables.ts";
import { type FileSize, RelationFiles } from "./relation-files.ts";
import { type RelationStatistics, restoreRelationStatistics } from "./relation-statistics.ts";
import { fileSizesOf, relationStatisticsOf } from "./size-plan.ts";
import { readBtrees, readStoredRelations, type StoredBtree } from "./twin-catalogue.ts";
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
      await withClient(database.plannerUrl, (owner) =>
        createAll(owner, registry, input.candidates),
      );
      indexSizes = await describeAll(admin, files, registry, input);
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
  files: RelationFiles,
  registry: IndexRegistry,
  input: DefineInput,
): Promise<readonly FileSize[]> {
  const made = input.candidates.filter(({ id }) => !registry.isKnown(id));
  const trees = await readIndexTrees(client);
  const statistics = new StatisticsByColumn(input.snapshot);
  const sizes: FileSize[] = [];
  const relations: RelationStatistics[] = [];
  for (const { id, definition } of made) {
    const tree = trees.get(keyOf({ schema: definition.table.schema, name: id })) ?? [];
    const oids = tree.filter((oid) => !registry.isExisting(oid));
    let bytes = 0;
    for (const btree of await readBtrees(client, oids)) {
      const rows = input.expectedRows(id, tableOf(btree));
      const deduplicates = await files.allowsDeduplication(btree.path);
      const size = predictBtreeSize(btreeFacts(btree, rows, deduplicates, statistics));
      bytes += size.bytes;
      sizes.push({ path: btree.path, pages: size.pages, btreeLevel: size.level });
      relations.push(statisticsOf(btree, size.pages, rows));
    }
    registry.add({ id, oids, bytes });
  }
  await hide(
    client,
    made.flatMap(({ id }) => registry.candidate(id).oids),
  );
  await restoreRelationStatistics(client, relations);
  return sizes;
}

function tableOf(btree: StoredBtree): RelationName {
  return { schema: btree.tableSchema, name: btree.table };
}

function statisticsOf(
  { schema, name }: StoredBtree,
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
