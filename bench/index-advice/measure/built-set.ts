import { type IndexDefinition, qualify, quoteIdentifier } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../../test/support/postgres.ts";

/** A copy of a database in which a set of indexes really stands. */
export interface BuiltSet {
  readonly database: string;
  /** What the indexes weigh, each in the order of the definitions. */
  readonly bytes: readonly number[];
}

/** Copies a database with its statistics, which stay as they are, and builds indexes in the copy. */
export async function buildSet(
  postgres: TestPostgres,
  template: string,
  database: string,
  definitions: readonly IndexDefinition[],
): Promise<BuiltSet> {
  const [copy, source] = [quoteIdentifier(database), quoteIdentifier(template)];
  await postgres.query(`create database ${copy} template ${source} strategy file_copy`);
  const bytes: number[] = [];
  for (const [position, definition] of definitions.entries()) {
    bytes.push(await buildIndex(postgres, database, `advised_${position + 1}`, definition));
  }
  return { database, bytes };
}

/** @returns the bytes of its main fork */
export async function buildIndex(
  postgres: TestPostgres,
  database: string,
  name: string,
  definition: IndexDefinition,
): Promise<number> {
  await postgres.query(createIndexSql(name, definition), undefined, database);
  // An expression has statistics of its own, which nobody has gathered yet.
  const hasExpression = definition.keys.some(({ expression }) => expression !== null);
  if (hasExpression)
    await postgres.query(`analyze ${qualify(definition.table)}`, undefined, database);
  const [row] = await postgres.query<{ bytes: string }>(
    "select pg_relation_size($1::regclass) as bytes",
    [quoteIdentifier(name)],
    database,
  );
  return Number(row?.bytes);
}

function createIndexSql(name: string, definition: IndexDefinition): string {
  const { table, method, keys, include, predicate, options } = definition;
  return [
    `create index ${quoteIdentifier(name)} on ${qualify(table)} using ${method}`,
    `(${keys.map(keySql).join(", ")})`,
    ...(include.length === 0 ? [] : [`include (${include.map(quoteIdentifier).join(", ")})`]),
    ...(options.length === 0 ? [] : [`with (${options.join(", ")})`]),
    ...(predicate === null ? [] : [`where ${predicate}`]),
  ].join(" ");
}

function keySql(key: IndexDefinition["keys"][number]): string {
  const what = key.column === null ? `(${key.expression})` : quoteIdentifier(key.column);
  const operators = key.operatorClass === null ? "" : ` ${key.operatorClass}`;
  const isDefault = key.direction === "asc" && key.nulls === "last";
  return `${what}${operators}${isDefault ? "" : ` ${key.direction} nulls ${key.nulls}`}`;
}
