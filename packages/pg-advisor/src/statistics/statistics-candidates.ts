import { sqlOf } from "../aggregations/reading/sql-pieces.ts";
import type { ColumnFacts } from "../candidates/column-facts.ts";
import { indexableExpression } from "../candidates/expression-node.ts";
import type { ExpressionContext } from "../candidates/immutable-expression.ts";
import { keyOf, qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { parseArrayText } from "../snapshot/array-text.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import type { StatementShape, TableUse } from "../workload/shape/statement-shape.ts";
import type { Statement } from "../workload/workload.ts";

/** Statistics that would tell the planner what it does not know. */
export type StatisticsCandidate =
  /** Columns and expressions that depend on each other, or an expression alone. */
  | {
      readonly kind: "together";
      readonly table: Relation;
      /** As SQL, expressions in parentheses. */
      readonly parts: readonly string[];
      readonly hasExpression: boolean;
      /** Whether they are grouped by, not searched. */
      readonly isOfGroups: boolean;
    }
  /** A column whose common values do not fit in the list that is kept of them. */
  | { readonly kind: "finer"; readonly table: Relation; readonly column: string };

/** More columns together cost ANALYZE more than they tell. */
const MOST_PARTS = 4;
const HIGHER_TARGET = 1_000;
/** A list of common values this full has left some out. */
const FULL = 0.95;

/** What may be missing for a statement whose rows surprise: of tables with several conditions first. */
export function statisticsCandidates(
  statement: Statement,
  { tables }: StatementShape,
  snapshot: Snapshot,
  facts: ColumnFacts,
): readonly StatisticsCandidate[] {
  const found = tables
    .filter(({ role, relation }) => role !== "insert" && isAnalysed(relation))
    .flatMap((use) => ofUse(use, statement, snapshot, facts));
  return found.toSorted((one, other) => partsOf(other) - partsOf(one));
}

function ofUse(
  use: TableUse,
  statement: Statement,
  snapshot: Snapshot,
  facts: ColumnFacts,
): readonly StatisticsCandidate[] {
  const { relation: table } = use;
  const searched = searchedColumns(use).filter((column) => facts.canBeKey(table, column));
  const expressions = expressionsOf(use, statement, snapshot, facts);
  const parts = [...new Set([...searched.map(quoteIdentifier), ...expressions])].slice(
    0,
    MOST_PARTS,
  );
  if ((parts.length > 1 || expressions.length > 0) && !isKnown(table, parts, snapshot))
    return [
      { kind: "together", table, parts, hasExpression: expressions.length > 0, isOfGroups: false },
    ];
  const groups = groupedColumns(use)
    .filter((column) => facts.canBeKey(table, column))
    .map(quoteIdentifier)
    .slice(0, MOST_PARTS);
  if (groups.length > 1 && !isKnown(table, groups, snapshot))
    return [{ kind: "together", table, parts: groups, hasExpression: false, isOfGroups: true }];
  const [column] = searched;
  return column !== undefined && searched.length === 1 && hasFullList(table, column, facts)
    ? [{ kind: "finer", table, column }]
    : [];
}

/** Columns that are compared with values: a join's condition is no matter of one table's statistics. */
function searchedColumns({ predicates, alternatives }: TableUse): readonly string[] {
  const columns = [predicates, ...alternatives].flatMap((conditions) =>
    conditions
      .filter(({ kind, joinedWith }) => joinedWith === null && kind !== "other")
      .map(({ column }) => column),
  );
  return [...new Set(columns)].toSorted();
}

function groupedColumns({ orders }: TableUse): readonly string[] {
  const columns = orders
    .filter(({ kind }) => kind === "group by" || kind === "distinct")
    .flatMap((order) => order.columns.map(({ column }) => column));
  return [...new Set(columns)].toSorted();
}

function expressionsOf(
  { relation, expressions }: TableUse,
  statement: Statement,
  snapshot: Snapshot,
  facts: ColumnFacts,
): readonly string[] {
  const context: ExpressionContext = {
    familyOf: (column) =>
      relation.columns.some(({ name }) => name === column) ? facts.family(relation, column) : null,
    extensions: snapshot.extensions,
  };
  return expressions.flatMap((expression) => {
    if (expression.joinedWith !== null) return [];
    const indexable = indexableExpression(expression, statement, context);
    if (indexable === null) return [];
    const sql = `(${sqlOf(indexable.node)})`;
    // An index on the expression has its statistics already.
    const isIndexed = snapshot.indexes.some(
      (index) =>
        keyOf(index.table) === keyOf(relation) &&
        index.keys.some((key) => key.expression !== null && alike(key.expression, sql)),
    );
    return isIndexed ? [] : [sql];
  });
}

function alike(one: string, other: string): boolean {
  const plain = (sql: string): string => sql.toLowerCase().replace(/::\w+|[\s()"]/g, "");
  return plain(one) === plain(other);
}

/** Whether the database has such statistics. */
function isKnown(
  table: Relation,
  parts: readonly string[],
  { extendedStatistics }: Snapshot,
): boolean {
  return extendedStatistics.some((known) => {
    if (keyOf(known.table) !== keyOf(table)) return false;
    const list = /\sON\s(.+)\sFROM\s/i.exec(known.definition)?.[1] ?? "";
    return parts.every((part) => list.includes(part));
  });
}

function isAnalysed({ kind, rows }: Relation): boolean {
  return (kind === "table" || kind === "partitioned table") && rows > 0;
}

function hasFullList(table: Relation, column: string, facts: ColumnFacts): boolean {
  const statistics = facts.statistics(table, column);
  const target = table.columns.find(({ name }) => name === column)?.statisticsTarget ?? 100;
  if (statistics === null || target >= HIGHER_TARGET) return false;
  return parseArrayText(statistics.mostCommonValues ?? "{}").length >= target * FULL;
}

function partsOf(candidate: StatisticsCandidate): number {
  return candidate.kind === "finer" ? 1 : candidate.parts.length;
}

/** What a person calls them: `public.places (city, zip)`. */
export function nameCandidate(candidate: StatisticsCandidate): string {
  const parts = candidate.kind === "finer" ? [quoteIdentifier(candidate.column)] : candidate.parts;
  return `${qualify(candidate.table)} (${parts.join(", ")})`;
}

export { HIGHER_TARGET };
