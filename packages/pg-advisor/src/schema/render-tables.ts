import type { Relation, RelationName } from "../snapshot/snapshot.ts";
import { keyOf, qualify, quoteIdentifier } from "./identifiers.ts";
import { renderColumn } from "./render-column.ts";
import { renderForeignClause } from "./render-foreign.ts";
import { withoutModifiers } from "./render-stand-ins.ts";
import { renderOptions } from "./render-storage-options.ts";
import type { SchemaStatement } from "./schema-script.ts";
import { parentsOf } from "./select-relations.ts";

/**
 * Every table with its own columns under their own numbers, then attached to its parent: a partition
 * may order its columns otherwise than its parent, and `PARTITION OF` could not.
 */
export function renderTables(
  relations: readonly Relation[],
  { withDefaults, standIns, isNeverFilled, isForeignCarried }: TableOptions,
): readonly SchemaStatement[] {
  const tables = relations
    .filter((relation) => isTable(relation) || isForeignCarried(relation))
    .map((table) => onStandIns(table, standIns));
  const byKey = new Map(tables.map((table) => [keyOf(table), table]));
  return [
    ...tables.map((table) => createTable(table, byKey, { withDefaults, isNeverFilled })),
    ...tables.flatMap(dropPlaceholders),
    ...tables.flatMap((table) => (withDefaults ? setDefaults(table) : [])),
    ...tables.flatMap(setStatisticsTargets),
    ...tables.flatMap(attach),
  ];
}

export interface TableOptions {
  readonly withDefaults: boolean;
  /** Types that are there by name alone. */
  readonly standIns: readonly RelationName[];
  /** Whether it is made for plans alone. */
  readonly isNeverFilled: boolean;
  readonly isForeignCarried: (relation: Relation) => boolean;
}

function onStandIns(table: Relation, standIns: readonly RelationName[]): Relation {
  if (standIns.length === 0) return table;
  const columns = table.columns.map((column) => ({
    ...column,
    type: withoutModifiers(column.type, standIns),
  }));
  return { ...table, columns };
}

function isTable(relation: Relation): boolean {
  return relation.kind === "table" || relation.kind === "partitioned table";
}

function createTable(
  table: Relation,
  byKey: ReadonlyMap<string, Relation>,
  { withDefaults, isNeverFilled }: Pick<TableOptions, "withDefaults" | "isNeverFilled">,
): SchemaStatement {
  const required = requiredColumns(table, byKey);
  // Since 17 a partition takes its identity columns from its parent when it is attached.
  const hasIdentity = withDefaults && table.partitionOf === null;
  const columns = table.columns.map((column) => ({
    number: column.number,
    sql: renderColumn(column, {
      isNotNull: required.has(column.name),
      hasIdentity,
      isNeverFilled: isNeverFilled && table.foreign === undefined,
    }),
  }));
  const placeholders = missingNumbers(table).map((number) => ({
    number,
    sql: `${placeholderName(number)} integer`,
  }));
  const inOrder = [...columns, ...placeholders].sort((one, other) => one.number - other.number);
  const head = table.foreign === undefined ? "" : "FOREIGN ";
  const foreign = table.foreign === undefined ? "" : renderForeignClause(table.foreign);
  const isUnlogged = table.isUnlogged && table.kind === "table";
  const partitioning = table.partitionKey === null ? "" : ` PARTITION BY ${table.partitionKey}`;
  return {
    object: `table ${qualify(table)}`,
    of: [table],
    sql: `CREATE ${isUnlogged ? "UNLOGGED " : head}TABLE ${qualify(table)} (${inOrder.map(({ sql }) => sql).join(", ")})${partitioning}${foreign}${renderOptions(table.options)}`,
  };
}

/**
 * Extended statistics name columns by their numbers, so a number that a dropped column left free
 * must stay free: a placeholder takes it and is dropped, too.
 */
function dropPlaceholders(table: Relation): readonly SchemaStatement[] {
  const drops = missingNumbers(table).map((number) => `DROP COLUMN ${placeholderName(number)}`);
  if (drops.length === 0) return [];
  return [
    {
      object: `gaps of ${qualify(table)}`,
      of: [table],
      sql: `ALTER TABLE ONLY ${qualify(table)} ${drops.join(", ")}`,
    },
  ];
}

function missingNumbers(table: Relation): readonly number[] {
  const numbers = new Set(table.columns.map((column) => column.number));
  const last = Math.max(0, ...numbers);
  return Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !numbers.has(number),
  );
}

function placeholderName(number: number): string {
  return quoteIdentifier(`........dropped ${number}........`);
}

/** Before 18 a child might drop a parent's NOT NULL; 18 refuses such a child. */
function requiredColumns(
  table: Relation,
  byKey: ReadonlyMap<string, Relation>,
): ReadonlySet<string> {
  const required = new Set(
    table.columns.filter((column) => column.isNotNull).map((column) => column.name),
  );
  for (const name of parentsOf(table)) {
    const parent = byKey.get(keyOf(name));
    if (parent === undefined) continue;
    for (const column of requiredColumns(parent, byKey)) required.add(column);
  }
  return required;
}

function setDefaults(table: Relation): readonly SchemaStatement[] {
  return table.columns
    .filter((column) => column.defaultExpression !== null && column.generated === "")
    .map((column) => ({
      of: [table],
      undo: `ALTER TABLE IF EXISTS ONLY ${qualify(table)} ALTER COLUMN ${quoteIdentifier(column.name)} DROP DEFAULT`,
      object: `default of ${qualify(table)}.${quoteIdentifier(column.name)}`,
      sql: `ALTER TABLE ONLY ${qualify(table)} ALTER COLUMN ${quoteIdentifier(column.name)} SET DEFAULT ${column.defaultExpression}`,
    }));
}

function setStatisticsTargets(table: Relation): readonly SchemaStatement[] {
  return table.columns
    .filter((column) => column.statisticsTarget !== null)
    .map((column) => ({
      of: [table],
      undo: `ALTER TABLE IF EXISTS ONLY ${qualify(table)} ALTER COLUMN ${quoteIdentifier(column.name)} SET STATISTICS -1`,
      object: `statistics target of ${qualify(table)}.${quoteIdentifier(column.name)}`,
      sql: `ALTER TABLE ONLY ${qualify(table)} ALTER COLUMN ${quoteIdentifier(column.name)} SET STATISTICS ${column.statisticsTarget}`,
    }));
}

function attach(table: Relation): readonly SchemaStatement[] {
  const { partitionOf, inherits } = table;
  if (partitionOf !== null) {
    return [
      {
        object: `partition ${qualify(table)}`,
        of: [table, partitionOf.parent],
        sql: `ALTER TABLE ONLY ${qualify(partitionOf.parent)} ATTACH PARTITION ${qualify(table)} ${partitionOf.bound}`,
      },
    ];
  }
  return inherits.map((parent) => ({
    object: `inheritance of ${qualify(table)}`,
    of: [table, parent],
    sql: `ALTER TABLE ONLY ${qualify(table)} INHERIT ${qualify(parent)}`,
  }));
}
