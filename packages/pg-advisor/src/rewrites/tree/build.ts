import type { JoinType, Node, SelectStmt } from "@pgsql/types";

/** A String node, the form that names have inside other nodes. */
export function nameNode(name: string): Node {
  return { String: { sval: name } };
}

/** `alias.column` */
export function columnRef(alias: string, column: string): Node {
  return { ColumnRef: { fields: [nameNode(alias), nameNode(column)] } };
}

/** `*`, or `alias.*` */
export function starRef(alias?: string): Node {
  const star: Node = { A_Star: {} };
  return { ColumnRef: { fields: alias === undefined ? [star] : [nameNode(alias), star] } };
}

export function integerConstant(value: number): Node {
  return { A_Const: value === 0 ? { ival: {} } : { ival: { ival: value } } };
}

export function textConstant(value: string): Node {
  return { A_Const: { sval: { sval: value } } };
}

export function booleanConstant(value: boolean): Node {
  return { A_Const: { boolval: value ? { boolval: true } : {} } };
}

/** `left operator right` */
export function operation(operator: string, lexpr: Node, rexpr: Node): Node {
  return { A_Expr: { kind: "AEXPR_OP", name: [nameNode(operator)], lexpr, rexpr } };
}

/** All conditions at once; undefined where there is none. */
export function conjunction(conditions: readonly Node[]): Node | undefined {
  if (conditions.length <= 1) return conditions[0];
  return { BoolExpr: { boolop: "AND_EXPR", args: [...conditions] } };
}

export function disjunction(conditions: readonly Node[]): Node | undefined {
  if (conditions.length <= 1) return conditions[0];
  return { BoolExpr: { boolop: "OR_EXPR", args: [...conditions] } };
}

export function negation(condition: Node): Node {
  return { BoolExpr: { boolop: "NOT_EXPR", args: [condition] } };
}

export function nullTest(arg: Node, isNull: boolean): Node {
  return { NullTest: { arg, nulltesttype: isNull ? "IS_NULL" : "IS_NOT_NULL" } };
}

export function call(name: string, args: readonly Node[]): Node {
  return {
    FuncCall: {
      funcname: [nameNode(name)],
      args: [...args],
      funcformat: "COERCE_EXPLICIT_CALL",
    },
  };
}

export function coalesce(args: readonly Node[]): Node {
  return { CoalesceExpr: { args: [...args] } };
}

/** Types that the grammar has words for: the parser qualifies them. */
const WORDS_OF_GRAMMAR: ReadonlySet<string> = new Set(["timestamp", "interval", "time"]);

/** `arg::type`, of a type of PostgreSQL's own or on the search path. */
export function cast(arg: Node, type: string): Node {
  const schema = WORDS_OF_GRAMMAR.has(type) ? [nameNode("pg_catalog")] : [];
  return { TypeCast: { arg, typeName: { names: [...schema, nameNode(type)], typemod: -1 } } };
}

/** An output column; without a name where the expression's own will do. */
export function target(val: Node, name?: string): Node {
  return { ResTarget: name === undefined ? { val } : { name, val } };
}

/** A plain SELECT of the given parts. */
export function selectOf(parts: Omit<SelectStmt, "op" | "limitOption">): SelectStmt {
  return { ...parts, limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE" };
}

export function derivedTable(select: SelectStmt, alias: string, isLateral = false): Node {
  return {
    RangeSubselect: {
      ...(isLateral ? { lateral: true } : {}),
      subquery: { SelectStmt: select },
      alias: { aliasname: alias },
    },
  };
}

export function join(jointype: JoinType, larg: Node, rarg: Node, quals?: Node): Node {
  return { JoinExpr: { jointype, larg, rarg, ...(quals === undefined ? {} : { quals }) } };
}

export function existsOf(select: SelectStmt): Node {
  return { SubLink: { subLinkType: "EXISTS_SUBLINK", subselect: { SelectStmt: select } } };
}

/** `testexpr in (select …)` */
export function inSelect(testexpr: Node, select: SelectStmt): Node {
  return {
    SubLink: { subLinkType: "ANY_SUBLINK", testexpr, subselect: { SelectStmt: select } },
  };
}

/** The SELECT with these conditions in place of its WHERE. */
export function withWhere(select: SelectStmt, conditions: readonly Node[]): SelectStmt {
  const { whereClause: _before, ...rest } = select;
  const whereClause = conjunction(conditions);
  return whereClause === undefined ? rest : { ...rest, whereClause };
}
