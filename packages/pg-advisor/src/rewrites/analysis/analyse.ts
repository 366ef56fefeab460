import type { ColumnRef, Node, RangeVar, SelectStmt } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import type { ColumnFacts, RewriteCatalogue } from "../catalogue/catalogue.ts";
import { isStableFunction as isKnownStable } from "../catalogue/known-functions.ts";
import type { Path } from "../tree/path.ts";
import { factsOfExpression } from "./expression-facts.ts";
import type { Analysis, CommonTable, Level, Source } from "./level.ts";
import { outputName } from "./output-name.ts";

export type AnalysisOutcome =
  | { readonly outcome: "understood"; readonly analysis: Analysis }
  | { readonly outcome: "declined"; readonly because: string };

/** Thrown inside, caught at the top: a statement that is not understood whole is left alone. */
class NotUnderstood extends Error {}

interface Names extends Source {
  /** As the statement calls it. */
  readonly calledName: string;
}

interface OpenLevel {
  readonly parent: OpenLevel | null;
  readonly names: Names[];
  /** The level as rules see it; assigned when it is complete. */
  level: Level | null;
}

type Visible = ReadonlyMap<string, CommonTable>;

/**
 * Resolves every name of a SELECT against the catalogue, writes each column with its table's alias,
 * gives tables that share an alias different ones, and tells what each level sees.
 */
export function analyse(statement: Node, catalogue: RewriteCatalogue): AnalysisOutcome {
  const tree = structuredClone(statement);
  if (!("SelectStmt" in tree)) return { outcome: "declined", because: "it is no SELECT" };
  const reader = new StatementReader(catalogue);
  try {
    reader.readQuery(tree.SelectStmt, ["SelectStmt"], null, new Map(), "statement", null);
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { outcome: "declined", because: error.message };
  }
  return {
    outcome: "understood",
    analysis: { tree, levels: reader.inOrder(), sources: reader.sources },
  };
}

class StatementReader {
  readonly sources = new Map<string, Source>();
  readonly #levels: Level[] = [];
  readonly #catalogue: RewriteCatalogue;

  constructor(catalogue: RewriteCatalogue) {
    this.#catalogue = catalogue;
  }

  inOrder(): readonly Level[] {
    return this.#levels.toSorted((one, other) => one.path.length - other.path.length);
  }

  readQuery(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    outerTables: Visible,
    role: Level["role"],
    sublink: Node | null,
  ): readonly ColumnFacts[] {
    refuseOddities(select);
    const visible = this.#readCommonTables(select, path, parent, outerTables);
    if (select.op !== undefined && select.op !== "SETOP_NONE") {
      return this.#readSetOperation(select, path, parent, visible, role, sublink);
    }
    const open: OpenLevel = { parent, names: [], level: null };
    for (const [index, item] of (select.fromClause ?? []).entries()) {
      this.#readFrom(item, [...path, "fromClause", index], open, visible, false);
    }
    this.#readClauses(select, path, open, visible);
    const output = outputOf(select, open.names);
    this.#finish(select, path, open, visible, role, sublink, output);
    return output;
  }

  #finish(
    select: SelectStmt,
    path: Path,
    open: OpenLevel,
    commonTables: Visible,
    role: Level["role"],
    sublink: Node | null,
    output: readonly ColumnFacts[],
  ): void {
    const level: Level = {
      select,
      path,
      get parent() {
        return open.parent?.level ?? null;
      },
      role,
      sublink,
      sources: open.names,
      output,
      commonTables,
    };
    open.level = level;
    this.#levels.push(level);
  }

  #readCommonTables(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    outerTables: Visible,
  ): Visible {
    const { withClause } = select;
    if (withClause === undefined) return outerTables;
    if (withClause.recursive === true) throw new NotUnderstood("it has a recursive WITH");
    const visible = new Map(outerTables);
    for (const [index, item] of (withClause.ctes ?? []).entries()) {
      if (!("CommonTableExpr" in item)) continue;
      const { ctename: name = "", ctequery, aliascolnames } = item.CommonTableExpr;
      if (ctequery === undefined || !("SelectStmt" in ctequery)) {
        throw new NotUnderstood("a WITH in it writes");
      }
      const at = [
        ...path,
        "withClause",
        "ctes",
        index,
        "CommonTableExpr",
        "ctequery",
        "SelectStmt",
      ];
      const output = this.readQuery(ctequery.SelectStmt, at, parent, visible, "common table", null);
      visible.set(name, { name, columns: renamed(output, namesOf(aliascolnames) ?? []) });
    }
    return visible;
  }

  #readSetOperation(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    visible: Visible,
    role: Level["role"],
    sublink: Node | null,
  ): readonly ColumnFacts[] {
    const { larg, rarg } = select;
    if (larg === undefined || rarg === undefined)
      throw new NotUnderstood("an arm of it is missing");
    const left = this.readQuery(larg, [...path, "larg"], parent, visible, "arm", null);
    const right = this.readQuery(rarg, [...path, "rarg"], parent, visible, "arm", null);
    const output = left.map((column, index) => ({
      name: column.name,
      type: column.type === right[index]?.type ? column.type : null,
      isNotNull: column.isNotNull && right[index]?.isNotNull === true,
    }));
    const open: OpenLevel = { parent, names: [], level: null };
    this.#finish(select, path, open, visible, role, sublink, output);
    return output;
  }

  /** Adds the item's sources; whatever its conditions name is read at once. */
  #readFrom(item: Node, path: Path, open: OpenLevel, visible: Visible, isOuter: boolean): void {
    if ("RangeVar" in item) {
      open.names.push(this.#readTable(item.RangeVar, visible, isOuter));
      return;
    }
    if ("JoinExpr" in item) {
      this.#readJoin(item, path, open, visible, isOuter);
      return;
    }
    if ("RangeSubselect" in item) {
      this.#readDerivedTable(item, path, open, visible, isOuter);
      return;
    }
    if ("RangeFunction" in item) {
      this.#readFunction(item, path, open, visible, isOuter);
      return;
    }
    throw new NotUnderstood(`FROM holds a ${Object.keys(item)[0]}`);
  }

  #readTable(range: RangeVar, visible: Visible, isOuter: boolean): Names {
    if (range.inh === false) throw new NotUnderstood("it reads ONLY a table");
    const name = range.relname ?? "";
    const calledName = range.alias?.aliasname ?? name;
    const alias = this.#aliasFor(calledName);
    const columnNames = namesOf(range.alias?.colnames) ?? [];
    if (alias !== calledName) {
      range.alias = { ...range.alias, aliasname: alias };
    }
    const isCommon = range.schemaname === undefined && visible.has(name);
    const table = isCommon ? null : this.#catalogue.table(range);
    const columns = isCommon ? visible.get(name)?.columns : table?.columns;
    if (columns === undefined) throw new NotUnderstood(`the catalogue has no table ${name}`);
    if (columnNames.length > 0 && table !== null) {
      throw new NotUnderstood("a table's columns are renamed in FROM");
    }
    return this.#keep({
      calledName,
      alias,
      table,
      query: null,
      commonTable: isCommon ? name : null,
      columns: renamed(columns, columnNames),
      isOuter,
      isLateral: false,
    });
  }

  #readJoin(
    item: Extract<Node, { JoinExpr: unknown }>,
    path: Path,
    open: OpenLevel,
    visible: Visible,
    isOuter: boolean,
  ): void {
    const { JoinExpr: fields } = item;
    const { larg, rarg, jointype } = fields;
    if (fields.isNatural === true) throw new NotUnderstood("it has a NATURAL JOIN");
    if (fields.alias !== undefined) throw new NotUnderstood("a join in it has an alias");
    if (larg === undefined || rarg === undefined) throw new NotUnderstood("a join is incomplete");
    const at = [...path, "JoinExpr"];
    const isFull = jointype === "JOIN_FULL";
    const first = open.names.length;
    this.#readFrom(
      larg,
      [...at, "larg"],
      open,
      visible,
      isOuter || isFull || jointype === "JOIN_RIGHT",
    );
    const middle = open.names.length;
    this.#readFrom(
      rarg,
      [...at, "rarg"],
      open,
      visible,
      isOuter || isFull || jointype === "JOIN_LEFT",
    );
    if (fields.usingClause !== undefined) {
      const [left, right] = [open.names.slice(first, middle), open.names.slice(middle)];
      fields.quals = conditionOfUsing(
        namesOf(fields.usingClause) ?? [],
        left,
        right,
        jointype ?? "",
      );
      for (const name of namesOf(fields.usingClause) ?? []) this.#mergedNames(open).add(name);
      delete fields.usingClause;
    }
    if (fields.quals !== undefined)
      this.#readExpression(fields.quals, [...at, "quals"], open, visible);
  }

  readonly #merged = new WeakMap<OpenLevel, Set<string>>();

  /** Columns that USING has made one: a bare name means the left one. */
  #mergedNames(open: OpenLevel): Set<string> {
    const known = this.#merged.get(open) ?? new Set<string>();
    this.#merged.set(open, known);
    return known;
  }

  #readDerivedTable(
    item: Extract<Node, { RangeSubselect: unknown }>,
    path: Path,
    open: OpenLevel,
    visible: Visible,
    isOuter: boolean,
  ): void {
    const { RangeSubselect: fields } = item;
    const { subquery, alias: given, lateral } = fields;
    if (subquery === undefined || !("SelectStmt" in subquery))
      throw new NotUnderstood("FROM is odd");
    const at = [...path, "RangeSubselect", "subquery", "SelectStmt"];
    const outer = lateral === true ? open : open.parent;
    const output = this.readQuery(subquery.SelectStmt, at, outer, visible, "derived table", null);
    const calledName = given?.aliasname ?? "";
    const alias = this.#aliasFor(calledName === "" ? "derived" : calledName);
    if (alias !== calledName) fields.alias = { ...given, aliasname: alias };
    open.names.push(
      this.#keep({
        calledName: calledName === "" ? alias : calledName,
        alias,
        table: null,
        query: subquery.SelectStmt,
        commonTable: null,
        columns: renamed(output, namesOf(given?.colnames) ?? []),
        isOuter,
        isLateral: lateral === true,
      }),
    );
  }

  /** A function in FROM is a source of one column of unknown type, where it is called so. */
  #readFunction(
    item: Extract<Node, { RangeFunction: unknown }>,
    path: Path,
    open: OpenLevel,
    visible: Visible,
    isOuter: boolean,
  ): void {
    const { RangeFunction: fields } = item;
    if (
      fields.coldeflist !== undefined ||
      fields.ordinality === true ||
      fields.is_rowsfrom === true
    ) {
      throw new NotUnderstood("a function in FROM has columns of its own");
    }
    const calledName = fields.alias?.aliasname;
    const names = namesOf(fields.alias?.colnames) ?? [];
    if (calledName === undefined) throw new NotUnderstood("a function in FROM has no alias");
    const alias = this.#aliasFor(calledName);
    if (alias !== calledName) fields.alias = { ...fields.alias, aliasname: alias };
    this.#readExpression(fields.functions, [...path, "RangeFunction", "functions"], open, visible);
    open.names.push(
      this.#keep({
        calledName,
        alias,
        table: null,
        query: null,
        commonTable: null,
        columns: (names.length === 0 ? [calledName] : names).map((name) => ({
          name,
          type: null,
          isNotNull: false,
        })),
        isOuter,
        isLateral: true,
      }),
    );
  }

  #keep(names: Names): Names {
    this.sources.set(names.alias, names);
    return names;
  }

  #aliasFor(wanted: string): string {
    let alias = wanted;
    for (let number = 2; this.sources.has(alias); number += 1) alias = `${wanted}_${number}`;
    return alias;
  }

  /** Everything of a level but its FROM and WITH. */
  #readClauses(select: SelectStmt, path: Path, open: OpenLevel, visible: Visible): void {
    const outputs = new Set((select.targetList ?? []).flatMap((item) => outputName(item) ?? []));
    for (const [key, value] of Object.entries(select)) {
      if (key === "fromClause" || key === "withClause") continue;
      const bare =
        key === "sortClause" ? "output first" : key === "groupClause" ? "input first" : "input";
      const at = [...path, key];
      if (bare === "input" || !Array.isArray(value)) {
        this.#readExpression(value, at, open, visible);
        continue;
      }
      for (const [index, item] of (value as readonly Node[]).entries()) {
        const name = bareNameOf(item);
        if (name !== null && outputs.has(name) && (bare === "output first" || !isInput(name, open)))
          continue;
        this.#readExpression(item, [...at, index], open, visible);
      }
    }
  }

  #readExpression(value: unknown, path: Path, open: OpenLevel, visible: Visible): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        this.#readExpression(item, [...path, index], open, visible);
      }
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    if ("ColumnRef" in node) {
      this.#qualify(node.ColumnRef, open);
      return;
    }
    if ("SubLink" in node) {
      const { subselect, testexpr } = node.SubLink;
      this.#readExpression(testexpr, [...path, "SubLink", "testexpr"], open, visible);
      if (subselect === undefined || !("SelectStmt" in subselect))
        throw new NotUnderstood("a subquery is odd");
      const at = [...path, "SubLink", "subselect", "SelectStmt"];
      this.readQuery(subselect.SelectStmt, at, open, visible, "sublink", node);
      return;
    }
    if ("FuncCall" in node) this.#refuseUnstable(node.FuncCall.funcname);
    for (const [key, inner] of Object.entries(value)) {
      this.#readExpression(inner, [...path, key], open, visible);
    }
  }

  #refuseUnstable(funcname: readonly Node[] | undefined): void {
    const names = namesOf(funcname) ?? [];
    if (!isStableCall(names, this.#catalogue)) {
      throw new NotUnderstood(`${names.join(".")}() is volatile, or not known not to be`);
    }
  }

  #qualify(reference: ColumnRef, open: OpenLevel): void {
    const fields = reference.fields ?? [];
    const last = fields.at(-1);
    if (last !== undefined && "A_Star" in last) {
      this.#qualifyStar(reference, open);
      return;
    }
    const names = namesOf(fields);
    const column = names?.at(-1);
    if (names === null || column === undefined) throw new NotUnderstood("a column name is odd");
    const called = names.at(-2);
    for (let level: OpenLevel | null = open; level !== null; level = level.parent) {
      const found = level.names.filter(
        (source) =>
          (called === undefined || source.calledName === called) &&
          source.columns.some(({ name }) => name === column),
      );
      const [only, another] = found;
      if (only !== undefined) {
        const isMerged = called === undefined && this.#mergedNames(level).has(column);
        if (another !== undefined && !isMerged) throw new NotUnderstood(`${column} is ambiguous`);
        reference.fields = [{ String: { sval: only.alias } }, { String: { sval: column } }];
        return;
      }
    }
    throw new NotUnderstood(`${names.join(".")} is no column of its tables`);
  }

  #qualifyStar(reference: ColumnRef, open: OpenLevel): void {
    const fields = reference.fields ?? [];
    if (this.#mergedNames(open).size > 0) throw new NotUnderstood("* over a join by USING");
    if (fields.length === 1) return;
    const called = namesOf(fields.slice(0, -1))?.at(-1);
    const source = open.names.find(({ calledName }) => calledName === called);
    if (source === undefined) throw new NotUnderstood(`${called}.* is of another level`);
    reference.fields = [{ String: { sval: source.alias } }, { A_Star: {} }];
  }
}

function isStableCall(names: readonly string[], catalogue: RewriteCatalogue): boolean {
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  if (schema === undefined || schema === "pg_catalog") {
    if (isKnownStable(name)) return true;
  }
  return schema !== "pg_catalog" && catalogue.isStableUserFunction(name);
}

function refuseOddities(select: SelectStmt): void {
  if (select.lockingClause !== undefined)
    throw new NotUnderstood("it locks the rows that it reads");
  if (select.intoClause !== undefined) throw new NotUnderstood("it makes a table");
}

function bareNameOf(item: Node): string | null {
  const inner = "SortBy" in item ? item.SortBy.node : item;
  if (inner === undefined || !("ColumnRef" in inner)) return null;
  const names = namesOf(inner.ColumnRef.fields);
  return names?.length === 1 ? (names[0] ?? null) : null;
}

function isInput(name: string, open: OpenLevel): boolean {
  return open.names.some(({ columns }) => columns.some((column) => column.name === name));
}

function renamed(
  columns: readonly ColumnFacts[],
  names: readonly string[],
): readonly ColumnFacts[] {
  return names.length === 0
    ? columns
    : columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}

function conditionOfUsing(
  names: readonly string[],
  left: readonly Names[],
  right: readonly Names[],
  jointype: string,
): Node {
  if (jointype !== "JOIN_INNER" && jointype !== "JOIN_LEFT") {
    throw new NotUnderstood("USING merges the columns of a RIGHT or FULL JOIN");
  }
  const side = (sources: readonly Names[], name: string): Node => {
    const [only, another] = sources.filter(({ columns }) =>
      columns.some((one) => one.name === name),
    );
    if (only === undefined || another !== undefined)
      throw new NotUnderstood(`USING (${name}) is ambiguous`);
    return {
      ColumnRef: { fields: [{ String: { sval: only.calledName } }, { String: { sval: name } }] },
    };
  };
  const conditions = names.map(
    (name): Node => ({
      A_Expr: {
        kind: "AEXPR_OP",
        name: [{ String: { sval: "=" } }],
        lexpr: side(left, name),
        rexpr: side(right, name),
      },
    }),
  );
  const [only, ...others] = conditions;
  return others.length === 0 && only !== undefined
    ? only
    : { BoolExpr: { boolop: "AND_EXPR", args: conditions } };
}

/** The columns of a plain level's result. */
function outputOf(select: SelectStmt, sources: readonly Names[]): readonly ColumnFacts[] {
  const [firstRow] = select.valuesLists ?? [];
  if (firstRow !== undefined) {
    const width = "List" in firstRow ? (firstRow.List.items ?? []).length : 0;
    return Array.from({ length: width }, (_, index) => ({
      name: `column${index + 1}`,
      type: null,
      isNotNull: false,
    }));
  }
  return (select.targetList ?? []).flatMap((item): readonly ColumnFacts[] => {
    const val = "ResTarget" in item ? item.ResTarget.val : undefined;
    if (val === undefined) return [];
    const star = starOf(val);
    if (star !== null) {
      return sources
        .filter(({ alias }) => star === "*" || alias === star)
        .flatMap(({ columns, isOuter }) =>
          columns.map((column) => ({ ...column, isNotNull: column.isNotNull && !isOuter })),
        );
    }
    const name = outputName(item) ?? "?column?";
    return [{ name, ...factsOfExpression(val, sources, isGrouped(select)) }];
  });
}

function isGrouped(select: SelectStmt): boolean {
  return (select.groupClause ?? []).length > 0;
}

/** `*` or the alias of `alias.*`; null for what is no star. */
export function starOf(val: Node): string | null {
  if (!("ColumnRef" in val)) return null;
  const fields = val.ColumnRef.fields ?? [];
  const last = fields.at(-1);
  if (last === undefined || !("A_Star" in last)) return null;
  return fields.length === 1 ? "*" : (namesOf(fields.slice(0, 1))?.[0] ?? "*");
}
