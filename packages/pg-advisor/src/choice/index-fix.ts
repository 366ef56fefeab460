import { type Fix, formatByteSize, type SqlStep } from "@streamgate/core";
import type { IndexDefinition, IndexMethod } from "../candidates/candidate.ts";
import { definitionBody, describeDefinition } from "../candidates/definition-sql.ts";
import { createTableTree, type TableTree } from "../candidates/table-tree.ts";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { ChosenIndex } from "./choice.ts";
import { indexNameFor } from "./index-name.ts";

/**
 * Model of a concurrent build: the table is read twice at 200 MB/s, each row is sorted for 2 µs, the
 * index is written at 100 MB/s, and two waits for running transactions take half a second together.
 */
const BYTES_READ_PER_MS = 200_000;
const BYTES_WRITTEN_PER_MS = 100_000;
const SORT_MS_PER_ROW = 0.002;
const WAIT_MS = 500;
/** A build that reads more than this loads the disk for minutes. */
const LARGE_TABLE_BYTES = 10 * 1024 ** 3;

/** As PostgreSQL's manual writes them. */
const METHOD_WORDS: Readonly<Record<IndexMethod, string>> = {
  btree: "B-tree",
  hash: "hash",
  gin: "GIN",
  gist: "GiST",
  brin: "BRIN",
};

/** How an index is made without blocking writers, and how it is taken away again. */
export function indexFix({ candidate, predictedSizeBytes }: ChosenIndex, snapshot: Snapshot): Fix {
  const { definition } = candidate;
  const tree = createTableTree(snapshot);
  const isPartitioned = snapshot.relations.some(
    ({ schema, name, kind }) =>
      schema === definition.table.schema &&
      name === definition.table.name &&
      kind === "partitioned table",
  );
  const tableBytes = tree.pages(definition.table) * snapshot.server.blockSizeBytes;
  const steps = isPartitioned
    ? partitionedSteps(definition, definition.table, snapshot, tree)
    : [concurrentStep(definition, definition.table, snapshot)];
  return {
    summary: `Create a ${METHOD_WORDS[definition.method]} index on ${describeDefinition(definition)} without blocking writes.`,
    steps,
    ...riskOf(isPartitioned, tableBytes),
    expectedDurationMs: Math.round(
      WAIT_MS * steps.length +
        (2 * tableBytes) / BYTES_READ_PER_MS +
        tree.rows(definition.table) * SORT_MS_PER_ROW +
        predictedSizeBytes / BYTES_WRITTEN_PER_MS,
    ),
    expectedSizeBytes: predictedSizeBytes,
  };
}

function riskOf(isPartitioned: boolean, tableBytes: number): Pick<Fix, "risk" | "riskReason"> {
  if (tableBytes > LARGE_TABLE_BYTES) {
    return {
      risk: "medium",
      riskReason: `The build reads ${formatByteSize(tableBytes)} twice and competes with traffic for the disk.`,
    };
  }
  if (isPartitioned) {
    return {
      risk: "medium",
      riskReason:
        "Attaching each partition's index locks that index for a moment; the builds block nobody.",
    };
  }
  return {
    risk: "low",
    riskReason:
      "CREATE INDEX CONCURRENTLY blocks neither reads nor writes, and the index can be dropped at any time.",
  };
}

function concurrentStep(
  definition: IndexDefinition,
  table: RelationName,
  snapshot: Snapshot,
): SqlStep {
  const name = indexNameFor(definition, table, snapshot);
  return {
    kind: "sql",
    apply: `CREATE INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${qualify(table)} USING ${definitionBody(definition)}`,
    revert: `DROP INDEX CONCURRENTLY IF EXISTS ${qualify({ schema: table.schema, name })}`,
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: false,
  };
}

/**
 * CREATE INDEX CONCURRENTLY refuses partitioned tables: the parent's index is made empty and invalid,
 * each partition's concurrently, and the last to be attached makes the parent's valid (manual, 5.12.2.2).
 * An attached index cannot be detached, so undoing an attach drops the parent's index with all below it.
 */
function partitionedSteps(
  definition: IndexDefinition,
  table: RelationName,
  snapshot: Snapshot,
  tree: TableTree,
): readonly SqlStep[] {
  const name = indexNameFor(definition, table, snapshot);
  const index = qualify({ schema: table.schema, name });
  const dropParent = `DROP INDEX IF EXISTS ${index}`;
  const create: SqlStep = {
    kind: "sql",
    apply: `CREATE INDEX ${quoteIdentifier(name)} ON ONLY ${qualify(table)} USING ${definitionBody(definition)}`,
    revert: dropParent,
    lock: "SHARE",
    isTransactional: true,
  };
  const below = tree.partitionsOf(table).flatMap((partition) => {
    if (partition.kind === "foreign table") return [];
    const isParent = partition.kind === "partitioned table";
    const made = isParent
      ? partitionedSteps(definition, partition, snapshot, tree)
      : [concurrentStep(definition, partition, snapshot)];
    const child = qualify({
      schema: partition.schema,
      name: indexNameFor(definition, partition, snapshot),
    });
    const attach: SqlStep = {
      kind: "sql",
      apply: `ALTER INDEX ${index} ATTACH PARTITION ${child}`,
      revert: dropParent,
      lock: "ACCESS EXCLUSIVE",
      isTransactional: true,
    };
    return [...made, attach];
  });
  return [create, ...below];
}
