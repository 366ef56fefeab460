import type { FuncCall, Node, RangeVar, SelectStmt } from "@pgsql/types";
import { namesOf, operatorOf, walkNodes } from "../../workload/text/sql-nodes.ts";
import type { ColumnFacts } from "../catalogue/catalogue.ts";
import { isAggregate, STRICT_FUNCTIONS } from "../catalogue/known-functions.ts";
import type { Level, Source } from "./level.ts";

/** A column that an expression is, and nothing else. */
export interface ColumnUse {
  readonly alias: string;
  readonly column: string;
}

/** The column that a node is; null for all else. */
export function columnUse(node: Node | undefined): ColumnUse | null {
  if (node === undefined || !("ColumnRef" in node)) return null;
  const [alias, column, more] = namesOf(node.ColumnRef.fields) ?? [];
  return alias === undefined || column === undefined || more !== undefined
    ? null
    : { alias, column };
}

/** Every alias that a part of the statement names, its subqueries included. */
export function aliasesIn(part: unknown): ReadonlySet<string> {
  const aliases = new Set<string>();
  walkNodes(part, (kind, fields) => {
    if (kind === "ColumnRef") {
      const first = (fields.fields as readonly Node[] | undefined)?.[0];
      if (first !== undefined && "String" in first) aliases.add(first.String.sval ?? "");
    }
    return undefined;
  });
  return aliases;
}

/** Columns of one alias that a part of the statement names. */
export function columnsOf(alias: string, part: unknown): ReadonlySet<string> {
  const columns = new Set<string>();
  walkNodes(part, (kind, fields) => {
    if (kind !== "ColumnRef") return undefined;
    const use = columnUse({ ColumnRef: fields } as Node);
    if (use?.alias === alias) columns.add(use.column);
    else if (use === null && aliasesIn({ ColumnRef: fields }).has(alias)) columns.add("*");
    return undefined;
  });
  return columns;
}

/** Aliases of the sources that a query and the queries inside it bring. */
export function ownAliases(query: unknown): ReadonlySet<string> {
  const aliases = new Set<string>();
  walkNodes(query, (kind, fields) => {
    if (!/^Range(?:Var|Subselect|Function)$/.test(kind)) return undefined;
    const { alias, relname } = fields as RangeVar;
    aliases.add(alias?.aliasname ?? relname ?? "");
    return undefined;
  });
  return aliases;
}

/** Aliases that a query names and does not bring: those of the levels around it. */
export function outerAliases(query: unknown): ReadonlySet<string> {
  const own = ownAliases(query);
  return new Set([...aliasesIn(query)].filter((alias) => !own.has(alias)));
}

/** Aggregate calls of this very level, windows left out. */
export function aggregatesIn(part: unknown): readonly FuncCall[] {
  const found: FuncCall[] = [];
  walkNodes(part, (kind, fields) => {
    if (kind === "SubLink" || kind === "RangeSubselect") return "skip";
    if (kind === "FuncCall" && fields.over === undefined && isAggregateCall(fields as FuncCall)) {
      found.push(fields as FuncCall);
      return "skip";
    }
    return undefined;
  });
  return found;
}

function isAggregateCall(call: FuncCall): boolean {
  return call.over === undefined && isAggregate(nameOfCall(call));
}

export function nameOfCall(call: FuncCall): string {
  return namesOf(call.funcname)?.at(-1) ?? "";
}

export function hasWindow(part: unknown): boolean {
  return hasNode(part, (kind, fields) => kind === "FuncCall" && fields.over !== undefined);
}

export function hasSublink(part: unknown): boolean {
  return hasNode(part, (kind) => kind === "SubLink");
}

/** Whether a part holds a node of which this is true, subqueries included. */
function hasNode(
  part: unknown,
  isIt: (kind: string, fields: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  let isFound = false;
  walkNodes(part, (kind, fields) => {
    if (isIt(kind, fields)) isFound = true;
    return isFound ? "skip" : undefined;
  });
  return isFound;
}

/** A SELECT of tables, conditions and expressions alone: no groups, no windows, no limit, no set operation. */
export function isPlain(select: SelectStmt): boolean {
  return (
    isOneSelect(select) &&
    (select.groupClause ?? []).length === 0 &&
    select.havingClause === undefined &&
    select.distinctClause === undefined &&
    (select.windowClause ?? []).length === 0 &&
    !isLimited(select) &&
    aggregatesIn(select.targetList).length === 0 &&
    !hasWindow(select.targetList)
  );
}

/** Not a set operation, nor VALUES, and without a WITH of its own. */
export function isOneSelect(select: SelectStmt): boolean {
  return (
    (select.op === undefined || select.op === "SETOP_NONE") &&
    select.valuesLists === undefined &&
    select.withClause === undefined
  );
}

export function isLimited(select: SelectStmt): boolean {
  return select.limitCount !== undefined || select.limitOffset !== undefined;
}

export function isGroupedLevel(select: SelectStmt): boolean {
  return (
    (select.groupClause ?? []).length > 0 ||
    select.havingClause !== undefined ||
    aggregatesIn([select.targetList, select.sortClause]).length > 0
  );
}

/** The facts of a column, nulls by outer joins counted; null where it is not known. */
export function factsOf(
  use: ColumnUse | null,
  sources: ReadonlyMap<string, Source>,
): ColumnFacts | null {
  const source = use === null ? undefined : sources.get(use.alias);
  const column = source?.columns.find(({ name }) => name === use?.column);
  if (source === undefined || column === undefined) return null;
  return { ...column, isNotNull: column.isNotNull && !source.isOuter };
}

const NULL_STRICT_OPERATORS = new Set(
  "= <> != < > <= >= ~~ !~~ ~~* !~~* ~ !~ ~* !~* + - * / % || @> <@ && -> ->> #> #>>".split(" "),
);

/** Whether an expression is null whenever every column of the alias is. */
export function isNullWith(node: Node | undefined, alias: string): boolean {
  if (node === undefined) return false;
  if ("ColumnRef" in node) return columnUse(node)?.alias === alias;
  if ("TypeCast" in node) return isNullWith(node.TypeCast.arg, alias);
  if ("FuncCall" in node) {
    const { over, args, agg_star } = node.FuncCall;
    if (over !== undefined || agg_star === true || isAggregateCall(node.FuncCall)) return false;
    return (
      STRICT_FUNCTIONS.has(nameOfCall(node.FuncCall)) &&
      (args ?? []).some((arg) => isNullWith(arg, alias))
    );
  }
  if ("A_Expr" in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    if (kind === "AEXPR_OP" && NULL_STRICT_OPERATORS.has(operatorOf(name))) {
      return isNullWith(lexpr, alias) || isNullWith(rexpr, alias);
    }
    if (kind === "AEXPR_LIKE" || kind === "AEXPR_ILIKE" || kind === "AEXPR_IN")
      return isNullWith(lexpr, alias);
    if (kind === "AEXPR_BETWEEN") return isNullWith(lexpr, alias);
  }
  return false;
}

/** Whether a condition cannot be true where every column of the alias is null. */
export function rejectsNulls(condition: Node, alias: string): boolean {
  if ("BoolExpr" in condition) {
    const { boolop, args } = condition.BoolExpr;
    if (boolop === "AND_EXPR") return (args ?? []).some((arg) => rejectsNulls(arg, alias));
    if (boolop === "OR_EXPR") return (args ?? []).every((arg) => rejectsNulls(arg, alias));
    const [negated] = args ?? [];
    if (negated !== undefined && "NullTest" in negated) {
      return negated.NullTest.nulltesttype === "IS_NULL" && isNullWith(negated.NullTest.arg, alias);
    }
    return isNullWith(negated, alias);
  }
  if ("NullTest" in condition) {
    return (
      condition.NullTest.nulltesttype === "IS_NOT_NULL" && isNullWith(condition.NullTest.arg, alias)
    );
  }
  if ("A_Expr" in condition) {
    const { kind, lexpr } = condition.A_Expr;
    if (kind === "AEXPR_OP_ANY") return isNullWith(lexpr, alias);
    return isNullWith(condition, alias);
  }
  if ("SubLink" in condition) {
    const { subLinkType, testexpr } = condition.SubLink;
    return subLinkType === "ANY_SUBLINK" && isNullWith(testexpr, alias);
  }
  return isNullWith(condition, alias);
}

/** Both sides of `left = right`; null for all else. */
export function equalityOf(condition: Node): { readonly left: Node; readonly right: Node } | null {
  if (!("A_Expr" in condition)) return null;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (kind !== "AEXPR_OP" || operatorOf(name) !== "=" || (name ?? []).length !== 1) return null;
  return lexpr === undefined || rexpr === undefined ? null : { left: lexpr, right: rexpr };
}

const INTEGERS = new Set(["smallint", "integer", "bigint"]);
const TEXTS = new Set(["text", "character varying"]);
/** Types whose `=` is also what GROUP BY, DISTINCT and hash joins mean by equal, and where equal values are alike. */
const PLAIN_TYPES = new Set([
  ...INTEGERS,
  ...TEXTS,
  "uuid",
  "date",
  "boolean",
  "timestamp without time zone",
  "timestamp with time zone",
  "time without time zone",
  "bytea",
]);

/** Whether equal values of both types are indistinguishable, whichever of the two stands for both. */
export function areInterchangeable(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  if (one === other) return PLAIN_TYPES.has(one);
  return (INTEGERS.has(one) && INTEGERS.has(other)) || (TEXTS.has(one) && TEXTS.has(other));
}

/** The same of two columns, of which one is to stand for the other in any condition: their order must be the same too. */
export function mayStandFor(one: ColumnFacts | null, other: ColumnFacts | null): boolean {
  return (
    areInterchangeable(one?.type ?? null, other?.type ?? null) &&
    one?.collation === other?.collation
  );
}

/** Whether grouping by the one and comparing with the other by `=` agree on what is equal. */
export function areComparableKeys(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  if (one === other) return PLAIN_TYPES.has(one) || one === "numeric" || one === "character";
  const numbers = new Set([...INTEGERS, "numeric"]);
  return (numbers.has(one) && numbers.has(other)) || (TEXTS.has(one) && TEXTS.has(other));
}

export function isConstant(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ("A_Const" in node || "ParamRef" in node) return true;
  if ("TypeCast" in node) return isConstant(node.TypeCast.arg);
  return false;
}

/** Whether a key of the source is among these columns, so that they name at most one of its rows. */
export function namesOneRow(source: Source, columns: ReadonlySet<string>): boolean {
  return (source.table?.keys ?? []).some(
    (key) => key.columns.length > 0 && key.columns.every((column) => columns.has(column)),
  );
}

/** The level's sources as a map. */
export function sourcesByAlias(level: Level): ReadonlyMap<string, Source> {
  return new Map(level.sources.map((source) => [source.alias, source]));
}

/** One SELECT, with or without a WITH before it. */
export function isBelowWith(select: SelectStmt): boolean {
  return (
    (select.op === undefined || select.op === "SETOP_NONE") && select.valuesLists === undefined
  );
}
