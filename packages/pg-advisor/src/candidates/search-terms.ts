import { deparseSync } from "pgsql-deparser";
import type { Relation } from "../snapshot/snapshot.ts";
import type {
  ColumnPredicate,
  Operand,
  PredicateKind,
  TableExpression,
  TableUse,
} from "../workload/shape/statement-shape.ts";
import { columnKey, type IndexKey } from "./candidate.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { constantOf, mayStartPlain, type StatementValues } from "./constant-values.ts";
import { indexableExpression } from "./expression-node.ts";
import type { ExpressionContext } from "./immutable-expression.ts";
import type { TypeFamily } from "./type-family.ts";

/** A condition that a B-tree can be searched by. */
export interface SearchTerm {
  readonly key: IndexKey;
  readonly kind: Exclude<PredicateKind, "other">;
  readonly joinedWith: TableUse | null;
  /** The rows for each row that it finds: the number of different values, or what the statistics say of the one that is asked for. */
  readonly distinct: number;
}

export interface SearchTermInput {
  readonly use: TableUse;
  readonly facts: ColumnFacts;
  readonly values: StatementValues;
  readonly context: ExpressionContext;
}

/** Families of expressions that a B-tree holds in an order that statements ask for. */
const SORTED: ReadonlySet<TypeFamily> = new Set<TypeFamily>([
  "text",
  "number",
  "boolean",
  "date",
  "timestamp",
  "timestamp with time zone",
  "time",
  "interval",
  "uuid",
  "jsonb",
]);

/** The conditions on columns that a B-tree can hold. */
export function columnTerms(
  predicates: readonly ColumnPredicate[],
  { use, facts, values }: SearchTermInput,
): readonly SearchTerm[] {
  return predicates.flatMap((predicate) => {
    const { column, kind, joinedWith, operand } = predicate;
    const { relation } = use;
    if (kind === "other" || !facts.canBeKey(relation, column)) return [];
    const plain = keyOn(column, null);
    const key =
      kind !== "prefix" || facts.servesPrefix(relation, column)
        ? plain
        : patternKey(plain, facts.family(relation, column), typeOf(relation, column));
    if (key === null || (kind === "prefix" && !mayStartPlain(operand, values))) return [];
    const share = shareFound(predicate, values, (value) => facts.shareOf(relation, column, value));
    const distinct = share === null ? facts.distinctValues(relation, column) : 1 / share;
    return [{ key, kind, joinedWith, distinct }];
  });
}

const LEAST_SHARE = 1e-9;

/** Share of the rows that a condition with one known value finds, above 0; null where the value is not known. */
function shareFound(
  { operator, operand }: ColumnPredicate,
  values: StatementValues,
  shareOf: (value: string | null) => number | null,
): number | null {
  const value = operator === "is null" ? null : knownValue(operand, values);
  const share = value === undefined ? null : shareOf(value);
  return share === null ? null : Math.max(LEAST_SHARE, share);
}

function knownValue(operand: Operand, values: StatementValues): string | undefined {
  if (operand.kind === "true") return "t";
  return operand.kind === "false" ? "f" : constantOf(operand, values);
}

/** The conditions on expressions that are immutable and of a type with an order. */
export function expressionTerms(input: SearchTermInput): readonly SearchTerm[] {
  const { use, facts, values } = input;
  return use.expressions.flatMap((predicate) => {
    const { kind, joinedWith, operand } = predicate;
    if (kind === "other") return [];
    const read = expressionOf(predicate, input);
    if (read === null || !SORTED.has(read.family)) return [];
    const plain = keyOn(null, read.sql);
    const isBinary = [...predicate.columns.values()].every((column) =>
      facts.servesPrefix(use.relation, column),
    );
    const key = kind !== "prefix" || isBinary ? plain : patternKey(plain, read.family, "text");
    if (key === null || (kind === "prefix" && !mayStartPlain(operand, values))) return [];
    const distinct = Math.max(
      ...[...predicate.columns.values()].map((column) =>
        facts.distinctValues(use.relation, column),
      ),
    );
    return [{ key, kind, joinedWith, distinct }];
  });
}

/** The orders of expressions that are immutable and of a type with an order. */
export function expressionOrders(input: SearchTermInput): readonly (readonly IndexKey[])[] {
  return input.use.expressionOrders.flatMap((order) => {
    const read = expressionOf(order, input);
    if (read === null || !SORTED.has(read.family)) return [];
    const { direction, nulls } = order;
    return [[{ ...keyOn(null, read.sql), direction, nulls }]];
  });
}

/** The SQL of an expression that an index may hold; null where it may not. */
export function expressionOf(
  expression: TableExpression,
  { values, context }: SearchTermInput,
): { readonly sql: string; readonly family: TypeFamily } | null {
  const read = indexableExpression(expression, values, context);
  return read === null
    ? null
    : { sql: deparseSync(read.node, { pretty: false }), family: read.family };
}

export function keyOn(column: string | null, expression: string | null): IndexKey {
  if (column !== null) return columnKey({ column, direction: "asc", nulls: "last" });
  return { column: null, expression, operatorClass: null, direction: "asc", nulls: "last" };
}

/** LIKE 'x%' in a collation of a language needs an operator class that compares letter by letter. */
function patternKey(key: IndexKey, family: TypeFamily, type: string): IndexKey | null {
  if (family !== "text") return null;
  if (/^(?:"char"|name)$/.test(type)) return null;
  const isPadded = /^(?:character|char|bpchar)(?:\(|$)/.test(type);
  return { ...key, operatorClass: isPadded ? "bpchar_pattern_ops" : "text_pattern_ops" };
}

function typeOf({ columns }: Relation, column: string): string {
  return columns.find(({ name }) => name === column)?.type ?? "";
}
