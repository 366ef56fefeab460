import type { Fix, SqlStep } from "@streamgate/core";
import { keyOf, qualify, quoteIdentifier, quoteLiteral } from "../schema/identifiers.ts";
import type { Index } from "../snapshot/snapshot.ts";
import type { IndexPortrait } from "./index-portrait.ts";
import { rebuildIndexSql } from "./mending-sql.ts";

/** A drop waits for the transactions that may still use the index. */
const DROP_MS = 500;
/** A rebuild reads and writes as a build does (index-fix.ts), a waiting half a second included. */
const BYTES_BUILT_PER_MS = 50_000;
/** What has nothing to do on the way there, and something on the way back. */
const ONLY_ON_THE_WAY_BACK = "-- nothing to do here: this step is for the way back";

/**
 * Takes an index away without stopping anybody, and knows how to bring it back with all that it had: its definition with storage options,
 * tablespace, comment, statistics targets, and the statistics of its expressions. The order of the steps back is the reverse.
 *
 * @param family all indexes, among which those of the partitions are found
 */
export function dropFix(portrait: IndexPortrait, family: readonly IndexPortrait[]): Fix {
  const { index } = portrait;
  const isPartitioned = portrait.table?.kind === "partitioned table";
  const steps = isPartitioned ? partitionedSteps(portrait, family) : plainSteps(portrait);
  return {
    summary: `Drop the index ${qualify(index)}; its definition is kept, and reverting builds it again.`,
    steps,
    risk: isPartitioned ? "medium" : "low",
    riskReason: isPartitioned
      ? "DROP INDEX locks the table and its partitions for a moment, which CONCURRENTLY cannot avoid here."
      : "DROP INDEX CONCURRENTLY blocks neither reads nor writes; building it again takes as long as a build.",
    expectedDurationMs: DROP_MS,
    expectedSizeBytes: 0,
  };
}

/** Takes away what a build left. There is nothing to bring back: it served nobody. */
export function removeFix({ index }: IndexPortrait): Fix {
  return {
    summary: `Remove the invalid index ${qualify(index)}, which serves no search.`,
    steps: [dropStep(index, "")],
    risk: "low",
    riskReason: "The planner does not use it, and DROP INDEX CONCURRENTLY blocks nobody.",
    expectedDurationMs: DROP_MS,
    expectedSizeBytes: 0,
  };
}

/** Builds an index anew beside the old one. A rebuilt index needs no way back. */
export function rebuildFix({ index }: IndexPortrait, freedBytes: number): Fix {
  return {
    summary: `Build the index ${qualify(index)} anew without blocking writes.`,
    steps: [
      {
        kind: "sql",
        apply: rebuildIndexSql(index),
        revert: "",
        lock: "SHARE UPDATE EXCLUSIVE",
        isTransactional: false,
      },
    ],
    risk: "low",
    riskReason:
      "REINDEX CONCURRENTLY blocks neither reads nor writes; it needs room for the new index beside the old one.",
    expectedDurationMs: DROP_MS + Math.round((index.sizeBytes - freedBytes) / BYTES_BUILT_PER_MS),
    expectedSizeBytes: Math.round(index.sizeBytes - freedBytes),
  };
}

function plainSteps(portrait: IndexPortrait): readonly SqlStep[] {
  const { index, upkeep } = portrait;
  const create = recreateSql(index, upkeep?.tablespace ?? null, true);
  return [...wayBack(afterwards(portrait)).toReversed(), dropStep(index, create)];
}

/**
 * CREATE INDEX CONCURRENTLY refuses partitioned tables: on the way back the parent's index is made empty, each partition's concurrently,
 * and attached (manual, 5.12.2.2).
 */
function partitionedSteps(
  portrait: IndexPortrait,
  family: readonly IndexPortrait[],
): readonly SqlStep[] {
  const { index, upkeep } = portrait;
  const create = recreateSql(index, upkeep?.tablespace ?? null, false);
  const back = [...childrenBack(portrait, family), ...afterwards(portrait)];
  return [
    ...wayBack(back).toReversed(),
    {
      kind: "sql",
      apply: `DROP INDEX ${qualify(index)}`,
      revert: create,
      lock: "ACCESS EXCLUSIVE",
      isTransactional: true,
    },
  ];
}

function childrenBack(portrait: IndexPortrait, family: readonly IndexPortrait[]): string[] {
  const { index } = portrait;
  return family
    .filter(({ index: { parent } }) => parent !== null && keyOf(parent) === keyOf(index))
    .flatMap((child) => {
      const isParent = child.table?.kind === "partitioned table";
      const tablespace = child.upkeep?.tablespace ?? null;
      return [
        recreateSql(child.index, tablespace, !isParent),
        ...(isParent ? childrenBack(child, family) : []),
        ...afterwards(child).filter((sql) => !sql.startsWith("ANALYZE")),
        `ALTER INDEX ${qualify(index)} ATTACH PARTITION ${qualify(child.index)}`,
      ];
    });
}

/** What is done after it stands again, in this order. */
function afterwards({ index, upkeep }: IndexPortrait): readonly string[] {
  const name = qualify(index);
  const hasExpression = index.keys.some(({ expression }) => expression !== null);
  return [
    ...(upkeep?.statisticsTargets ?? []).map(
      ({ position, target }) =>
        `ALTER INDEX ${name} ALTER COLUMN ${position} SET STATISTICS ${target}`,
    ),
    ...(upkeep?.comment === null || upkeep?.comment === undefined
      ? []
      : [`COMMENT ON INDEX ${name} IS ${quoteLiteral(upkeep.comment)}`]),
    // The planner knows nothing of an expression until its index was analysed.
    ...(hasExpression ? [`ANALYZE ${qualify(index.table)}`] : []),
  ];
}

function wayBack(sql: readonly string[]): readonly SqlStep[] {
  return sql.map((revert) => ({
    kind: "sql",
    apply: ONLY_ON_THE_WAY_BACK,
    revert,
    lock: "none",
    isTransactional: !/\bCONCURRENTLY\b/.test(revert),
  }));
}

function dropStep(index: Index, revert: string): SqlStep {
  return {
    kind: "sql",
    apply: `DROP INDEX CONCURRENTLY ${qualify(index)}`,
    revert,
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: false,
  };
}

/** pg_get_indexdef, which tells of everything but the tablespace. */
function recreateSql(index: Index, tablespace: string | null, isConcurrent: boolean): string {
  const created = isConcurrent
    ? index.definition.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ")
    : index.definition;
  if (tablespace === null) return created;
  const clause = ` TABLESPACE ${quoteIdentifier(tablespace)}`;
  // TABLESPACE stands before WHERE, which pg_get_indexdef writes last and with its parentheses.
  const where = index.predicate === null ? "" : ` WHERE ${index.predicate}`;
  const head = created.endsWith(where) ? created.slice(0, created.length - where.length) : null;
  return head === null || where === "" ? `${created}${clause}` : `${head}${clause}${where}`;
}
