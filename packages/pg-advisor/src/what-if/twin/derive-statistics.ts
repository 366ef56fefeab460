import type { ClientBase } from "pg";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import type { ColumnStatistics, Relation } from "../../snapshot/snapshot.ts";
import { parseSql } from "../../workload/text/parser.ts";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import {
  type DerivedStatistics,
  type Evaluated,
  statisticsOfExpression,
} from "../sizes/derive-statistics.ts";
import {
  rowsOfColumn,
  rowsOfColumns,
  type SampledColumn,
  type SampleRow,
} from "../sizes/sample-rows.ts";
import { statisticsOfRows } from "../sizes/statistics-of-rows.ts";
import type { StatisticsByColumn } from "./btree-facts.ts";
import type { StoredColumn, StoredIndex } from "./twin-catalogue.ts";

const STATEMENT_TIMEOUT_MS = 2_000;
/** ANALYZE notes more different values as a share of the rows. */
const COUNTED_AS_SHARE = 0.1;

/** Statistics of an index that nobody gathered, by the names of its columns. */
export type IndexStatistics = ReadonlyMap<string, DerivedStatistics>;

/** Works out the statistics of indexes; what several of them need is evaluated once. */
export type DeriveStatistics = (
  index: StoredIndex,
  table: Relation | undefined,
) => Promise<IndexStatistics>;

/**
 * Works out what no statistics tell of an index that does not exist: what its expressions are for the
 * values that statistics know of their columns, how wide values are whose text does not tell, and which
 * values of a column a predicate on it leaves. Nothing but these values is read. What cannot be evaluated
 * stays unknown.
 *
 * @param planner a connection of the role with few rights; it can only read from now on
 */
export async function createDerivation(
  planner: ClientBase,
  statistics: StatisticsByColumn,
): Promise<DeriveStatistics> {
  await planner.query(
    `set statement_timeout = ${STATEMENT_TIMEOUT_MS}; set default_transaction_read_only = on`,
  );
  const known = new Map<string, Promise<readonly Evaluated[]>>();
  return async (index, table) => {
    const derived = new Map<string, DerivedStatistics>();
    if (table === undefined) return derived;
    const source = { planner, table, statistics, known };
    for (const column of index.columns) {
      const found = await deriveOne(source, index, column).catch(() => null);
      if (found !== null) derived.set(column.indexColumn, found);
    }
    return derived;
  };
}

/**
 * What the planner can make use of: it knows expressions of an index as ANALYZE leaves them. Values of
 * expressions come in no order, so that there is no histogram.
 */
export function forPlanner(
  index: StoredIndex,
  derived: IndexStatistics,
  tableRows: number,
): readonly ColumnStatistics[] {
  if (index.method !== "btree" && index.method !== "hash") return [];
  return index.columns.flatMap(({ column, indexColumn }) => {
    const known = column === null ? derived.get(indexColumn) : undefined;
    if (known === undefined) return [];
    const share = known.distinct / Math.max(1, tableRows);
    return [
      {
        ...known,
        averageWidth: Math.max(1, Math.round(known.averageWidth)),
        distinct: share > COUNTED_AS_SHARE ? -Math.min(1, share) : Math.round(known.distinct),
        histogramBounds: null,
      },
    ];
  });
}

interface Source {
  readonly planner: ClientBase;
  readonly table: Relation;
  readonly statistics: StatisticsByColumn;
  /** What was evaluated, by table and expression. */
  readonly known: Map<string, Promise<readonly Evaluated[]>>;
}

async function deriveOne(
  source: Source,
  index: StoredIndex,
  column: StoredColumn,
): Promise<DerivedStatistics | null> {
  if (column.column !== null) return ofPlainColumn(source, index, column, column.column);
  if (
    column.expression === null ||
    source.statistics.find(index.schema, index.name, column.indexColumn) !== undefined
  ) {
    return null;
  }
  const names = columnsOf(column.expression, source.table);
  const inputs = names.flatMap((name) => sampled(source, name) ?? []);
  if (inputs.length === 0 || inputs.length < names.length) return null;
  const rows = rowsOfColumns(inputs);
  const evaluated = await evaluate(source, column.expression, names, rows);
  const tableRows = Math.max(1, source.table.rows);
  const distinct = inputs.reduce(
    (product, input) => product * distinctOf(input.statistics, tableRows),
    1,
  );
  return {
    schema: index.schema,
    relation: index.name,
    column: column.indexColumn,
    ...statisticsOfExpression(rows, evaluated, tableRows, Math.min(tableRows, distinct)),
  };
}

async function ofPlainColumn(
  source: Source,
  index: StoredIndex,
  { lengthBytes, storedAs }: StoredColumn,
  name: string,
): Promise<DerivedStatistics | null> {
  const known = statisticsOf(source, name);
  if (known === undefined) return null;
  const chosen =
    index.predicate === null
      ? known
      : ((await ofPredicate(source, index.predicate, name, known)) ?? known);
  if (lengthBytes >= 0 || storedAs !== "other") return chosen === known ? null : chosen;
  const rows = rowsOfColumn({ statistics: chosen, isScale: false });
  const evaluated = await evaluate(source, quoteIdentifier(name), [name], rows);
  const { widthsBytes } = statisticsOfExpression(rows, evaluated, source.table.rows, 1);
  return widthsBytes === undefined ? chosen : { ...chosen, widthsBytes };
}

async function ofPredicate(
  source: Source,
  predicate: string,
  name: string,
  known: ColumnStatistics,
): Promise<DerivedStatistics | null> {
  const names = columnsOf(predicate, source.table);
  if (names.length !== 1 || names[0] !== name) return null;
  const rows = rowsOfColumn({ statistics: known, isScale: isScale(source.table, name) });
  const evaluated = await evaluate(source, `(${predicate})`, names, rows);
  return statisticsOfRows(
    known,
    rows,
    evaluated.map(({ value }) => value === "true" || value === "t"),
    Math.max(1, source.table.rows),
  );
}

function evaluate(
  source: Source,
  expression: string,
  names: readonly string[],
  rows: readonly SampleRow[],
): Promise<readonly Evaluated[]> {
  const { schema, name } = source.table;
  const ends = [rows.at(0)?.values, rows.at(-1)?.values];
  const key = JSON.stringify([schema, name, expression, rows.length, ends]);
  const evaluated = source.known.get(key) ?? evaluateRows(source, expression, names, rows);
  source.known.set(key, evaluated);
  return evaluated;
}

/** The table is one of made-up rows; the expression's text is what the twin's catalogue says of its own index. */
async function evaluateRows(
  { planner, table }: Source,
  expression: string,
  names: readonly string[],
  rows: readonly SampleRow[],
): Promise<readonly Evaluated[]> {
  const typed = names.map((name, position) => {
    const type = table.columns.find((column) => column.name === name)?.type ?? "text";
    return `raw.v[${position + 1}]::${type} as ${quoteIdentifier(name)}`;
  });
  const alias = quoteIdentifier(table.name);
  const { rows: found } = await planner.query<Evaluated>(
    `select (evaluated.result)::text as value,
            pg_catalog.pg_column_size(evaluated.result) as "widthBytes"
     from (select (${expression}) as result, ${alias}.streamgate_position
           from (select ${typed.join(", ")}, raw.position as streamgate_position
                 from (select array(select pg_catalog.json_array_elements_text(each.value)) as v,
                              each.position
                       from pg_catalog.json_array_elements($1::json)
                            with ordinality as each (value, position)) as raw
                 offset 0) as ${alias}) as evaluated
     order by evaluated.streamgate_position`,
    [JSON.stringify(rows.map((row) => row.values))],
  );
  return found;
}

/** The table's columns that an expression reads. */
function columnsOf(expression: string, table: Relation): readonly string[] {
  const parsed = parseSql(`select (${expression})`);
  if (parsed.outcome === "failed") return [];
  const names = new Set<string>();
  const known = new Set(table.columns.map(({ name }) => name));
  for (const { node } of parsed.statements) {
    walkNodes(node, (kind, fields) => {
      if (kind !== "ColumnRef" || !Array.isArray(fields.fields)) return;
      const last: unknown = fields.fields.at(-1);
      const name = nameIn(last);
      if (name !== null && known.has(name)) names.add(name);
    });
  }
  return [...names];
}

function nameIn(node: unknown): string | null {
  if (typeof node !== "object" || node === null || !("String" in node)) return null;
  const text = node.String;
  if (typeof text !== "object" || text === null || !("sval" in text)) return null;
  return typeof text.sval === "string" ? text.sval : null;
}

function statisticsOf({ table, statistics }: Source, column: string): ColumnStatistics | undefined {
  return statistics.find(table.schema, table.name, column);
}

function sampled(source: Source, column: string): SampledColumn | undefined {
  const statistics = statisticsOf(source, column);
  return statistics === undefined
    ? undefined
    : { statistics, isScale: isScale(source.table, column) };
}

const SCALE =
  /^(?:smallint|integer|bigint|real|double precision|numeric(?:\(.*\))?|date|timestamp(?:\(\d\))? with(?:out)? time zone)$/;

function isScale(table: Relation, name: string): boolean {
  return SCALE.test(table.columns.find((column) => column.name === name)?.type ?? "");
}

function distinctOf({ distinct }: ColumnStatistics, tableRows: number): number {
  if (distinct === 0) return tableRows;
  return distinct > 0 ? distinct : -distinct * tableRows;
}
