import type { Node, SelectStmt } from "@pgsql/types";
import { columnUse, factsOf, sourcesByAlias } from "../../rewrites/analysis/expressions.ts";
import type { Level, Source } from "../../rewrites/analysis/level.ts";
import { outputName } from "../../rewrites/analysis/output-name.ts";
import type { ColumnFacts, TableFacts } from "../../rewrites/catalogue/catalogue.ts";
import { columnRef, selectOf, target } from "../../rewrites/tree/build.ts";
import { replaceNodes } from "../../rewrites/tree/replace.ts";
import { qualify } from "../../schema/identifiers.ts";
import type { Column, Relation } from "../../snapshot/snapshot.ts";
import { conjunctsOf, walkNodes } from "../../workload/text/sql-nodes.ts";
import { NoSummary } from "./no-summary.ts";
import { Names, sqlOf } from "./sql-pieces.ts";

/** What a statement reads, as one source: its table, or a join under one name. */
export interface AggregationInput {
  /** Names its columns by the one source. */
  readonly select: SelectStmt;
  readonly source: Source;
  /** The source as SQL, without its alias. */
  readonly from: string;
  /** The largest first. */
  readonly tables: readonly [TableFacts, ...TableFacts[]];
  /** Where a column of the source comes from. */
  readonly originOf: (column: string) => ColumnOrigin;
  /** What tables are joined by. */
  readonly joinConditions: readonly Node[];
}

export interface ColumnOrigin {
  readonly relation: Relation;
  readonly column: string;
}

const JOINED = "joined";

export function readInput(level: Level): AggregationInput {
  const { select, sources } = level;
  const tables = sources.map(tableOf).toSorted((one, other) => other.rows - one.rows);
  const [largest, ...others] = tables;
  const [only] = sources;
  if (largest === undefined || only === undefined) throw new NoSummary("it reads no table");
  if (others.length > 0) return joinedInput(level, [largest, ...others]);
  const { relation } = largest;
  return {
    select,
    source: only,
    from: qualify(relation),
    tables: [largest],
    originOf: (column) => ({ relation, column }),
    joinConditions: [],
  };
}

/** A join as a derived table of those columns that the statement names elsewhere than in FROM. */
function joinedInput(level: Level, tables: AggregationInput["tables"]): AggregationInput {
  const byAlias = sourcesByAlias(level);
  const { fromClause = [], ...rest } = named(level.select);
  const names = new Names([]);
  const columns = new Map<string, JoinedColumn>();
  const nameOf = (node: Node): string | null => {
    const use = columnUse(node);
    const facts = factsOf(use, byAlias);
    const table = use === null ? undefined : byAlias.get(use.alias)?.table;
    if (use === null || facts === null || table === null || table === undefined) return null;
    const key = JSON.stringify([use.alias, use.column]);
    const known = columns.get(key);
    if (known !== undefined) return known.facts.name;
    const name = names.take(`${use.alias}_${use.column}`);
    columns.set(key, { node, facts: { ...facts, name }, table, column: use.column });
    return name;
  };
  const rename = <Tree>(tree: Tree): Tree =>
    replaceNodes(tree, (node) => {
      const name = nameOf(node);
      return name === null ? undefined : columnRef(JOINED, name);
    });
  const renamed = rename(rest);
  const shown = [...columns.values()];
  // What tables are joined by need not be shown: it is only judged.
  const joinConditions = rename(conditionsOf(fromClause));
  const inner = selectOf({
    targetList: shown.map(({ node, facts }) => target(node, facts.name)),
    fromClause: fromClause.map((item) => withSchemas(item, byAlias)),
  });
  const all = [...columns.values()];
  const [largest] = tables;
  return {
    select: { ...renamed, fromClause },
    source: {
      alias: JOINED,
      table: { ...largest, relation: { ...largest.relation, columns: all.map(asColumn) } },
      query: null,
      commonTable: null,
      columns: all.map(({ facts }) => facts),
      isOuter: false,
      isLateral: false,
    },
    from: `(${sqlOf({ SelectStmt: inner })})`,
    tables,
    originOf: (column) => {
      const found = all.find(({ facts }) => facts.name === column);
      return { relation: (found?.table ?? largest).relation, column: found?.column ?? column };
    },
    joinConditions,
  };
}

interface JoinedColumn {
  readonly node: Node;
  readonly facts: ColumnFacts;
  readonly table: TableFacts;
  readonly column: string;
}

function asColumn({ facts, table, column }: JoinedColumn, index: number): Column {
  const own = table.relation.columns.find(({ name }) => name === column);
  if (own === undefined) throw new NoSummary(`${column} is no column of its table`);
  return { ...own, number: index + 1, name: facts.name, isNotNull: facts.isNotNull };
}

/** Whoever makes the summary may have another search path. */
function withSchemas(item: Node, byAlias: ReadonlyMap<string, Source>): Node {
  return replaceNodes(item, (node) => {
    if (!("RangeVar" in node)) return undefined;
    const { alias, relname = "" } = node.RangeVar;
    const table = byAlias.get(alias?.aliasname ?? relname)?.table;
    return table === null || table === undefined
      ? undefined
      : { RangeVar: { ...node.RangeVar, schemaname: table.relation.schema } };
  });
}

/** With every output column's name written out, which would change with the columns' names else. */
function named(select: SelectStmt): SelectStmt {
  const targetList = (select.targetList ?? []).map((item): Node => {
    const name = outputName(item);
    return "ResTarget" in item && name !== null ? { ResTarget: { ...item.ResTarget, name } } : item;
  });
  return { ...select, targetList };
}

function conditionsOf(fromClause: readonly Node[]): readonly Node[] {
  const conditions: Node[] = [];
  walkNodes(fromClause, (kind, fields) => {
    if (kind === "JoinExpr") conditions.push(...conjunctsOf(fields.quals as Node | undefined));
    return undefined;
  });
  return conditions;
}

function tableOf({ table, isLateral }: Source): TableFacts {
  if (table === null || isLateral) throw new NoSummary("it reads a subquery");
  if (table.relation.kind !== "table" && table.relation.kind !== "partitioned table")
    throw new NoSummary(`it reads a ${table.relation.kind}`);
  if (table.relation.hasRowSecurity === true)
    throw new NoSummary(
      "policies hide rows of its table from some roles, and a summary would show them",
    );
  return table;
}
