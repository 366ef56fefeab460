import type { Node, RangeVar, SelectStmt } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import type { ColumnFacts, RewriteCatalogue } from "../catalogue/catalogue.ts";
import type { Path } from "../tree/path.ts";
import type { Level } from "./level.ts";
import { renamed } from "./level-output.ts";
import { type NamedSource, NotUnderstood, type OpenLevel, type Visible } from "./open-level.ts";
import { conditionOfUsing } from "./using-condition.ts";

/** What reading FROM needs of whoever reads the whole statement. */
export interface QueryReader {
  readonly catalogue: RewriteCatalogue;
  readQuery(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    outerTables: Visible,
    role: Level["role"],
    sublink: Node | null,
  ): readonly ColumnFacts[];
  readExpression(value: unknown, path: Path, open: OpenLevel, visible: Visible): void;
  /** Remembers a source for the whole statement. */
  keep(source: NamedSource): NamedSource;
  /** A name that no source before has. */
  aliasFor(wanted: string): string;
}

/** Adds the item's sources; whatever its conditions name is read at once. */
export function readFrom(
  reader: QueryReader,
  item: Node,
  path: Path,
  open: OpenLevel,
  visible: Visible,
  isOuter: boolean,
): void {
  if ("RangeVar" in item) {
    open.names.push(readTable(reader, item.RangeVar, visible, isOuter));
    return;
  }
  if ("JoinExpr" in item) {
    readJoin(reader, item, path, open, visible, isOuter);
    return;
  }
  if ("RangeSubselect" in item) {
    readDerivedTable(reader, item, path, open, visible, isOuter);
    return;
  }
  if ("RangeFunction" in item) {
    readFunction(reader, item, path, open, visible, isOuter);
    return;
  }
  throw new NotUnderstood(`FROM holds a ${Object.keys(item)[0]}`);
}

function readTable(
  reader: QueryReader,
  range: RangeVar,
  visible: Visible,
  isOuter: boolean,
): NamedSource {
  if (range.inh !== true) throw new NotUnderstood("it reads ONLY a table");
  const name = range.relname ?? "";
  const calledName = range.alias?.aliasname ?? name;
  const alias = reader.aliasFor(calledName);
  const columnNames = namesOf(range.alias?.colnames) ?? [];
  if (alias !== calledName) {
    range.alias = { ...range.alias, aliasname: alias };
  }
  const isCommon = range.schemaname === undefined && visible.has(name);
  const table = isCommon ? null : reader.catalogue.table(range);
  const columns = isCommon ? visible.get(name)?.columns : table?.columns;
  if (columns === undefined) throw new NotUnderstood(`the catalogue has no table ${name}`);
  if (columnNames.length > 0 && table !== null) {
    throw new NotUnderstood("a table's columns are renamed in FROM");
  }
  return reader.keep({
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

function readJoin(
  reader: QueryReader,
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
  readFrom(
    reader,
    larg,
    [...at, "larg"],
    open,
    visible,
    isOuter || isFull || jointype === "JOIN_RIGHT",
  );
  const middle = open.names.length;
  readFrom(
    reader,
    rarg,
    [...at, "rarg"],
    open,
    visible,
    isOuter || isFull || jointype === "JOIN_LEFT",
  );
  if (fields.usingClause !== undefined) {
    const [left, right] = [open.names.slice(first, middle), open.names.slice(middle)];
    fields.quals = conditionOfUsing(namesOf(fields.usingClause) ?? [], left, right, jointype ?? "");
    for (const name of namesOf(fields.usingClause) ?? []) open.mergedNames.add(name);
    delete fields.usingClause;
  }
  if (fields.quals !== undefined)
    reader.readExpression(fields.quals, [...at, "quals"], open, visible);
}

function readDerivedTable(
  reader: QueryReader,
  item: Extract<Node, { RangeSubselect: unknown }>,
  path: Path,
  open: OpenLevel,
  visible: Visible,
  isOuter: boolean,
): void {
  const { RangeSubselect: fields } = item;
  const { subquery, alias: given, lateral } = fields;
  if (subquery === undefined || !("SelectStmt" in subquery)) throw new NotUnderstood("FROM is odd");
  const at = [...path, "RangeSubselect", "subquery", "SelectStmt"];
  const outer = lateral === true ? open : open.parent;
  const output = reader.readQuery(subquery.SelectStmt, at, outer, visible, "derived table", null);
  const calledName = given?.aliasname ?? "";
  const alias = reader.aliasFor(calledName === "" ? "derived" : calledName);
  if (alias !== calledName) fields.alias = { ...given, aliasname: alias };
  open.names.push(
    reader.keep({
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
function readFunction(
  reader: QueryReader,
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
  const alias = reader.aliasFor(calledName);
  if (alias !== calledName) fields.alias = { ...fields.alias, aliasname: alias };
  reader.readExpression(fields.functions, [...path, "RangeFunction", "functions"], open, visible);
  open.names.push(
    reader.keep({
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
