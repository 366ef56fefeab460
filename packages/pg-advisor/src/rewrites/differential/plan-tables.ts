import type { Node } from "@pgsql/types";
import { keyOf } from "../../schema/identifiers.ts";
import type { Column, Relation, RelationName } from "../../snapshot/snapshot.ts";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import { columnUse, equalityOf } from "../analysis/expressions.ts";
import type { Analysis } from "../analysis/level.ts";
import type { RewriteCatalogue, TableFacts } from "../catalogue/catalogue.ts";
import { withoutModifier } from "../catalogue/catalogue.ts";

/** A table of the small databases, with what its rows must keep. */
export interface PlannedTable {
  readonly facts: TableFacts;
  readonly columns: readonly PlannedColumn[];
  /** Places of the columns of each key. */
  readonly keys: readonly (readonly number[])[];
  readonly references: readonly PlannedReference[];
}

export interface PlannedColumn {
  readonly column: Column;
  readonly type: string;
  readonly isNotNull: boolean;
  /** Columns with the same domain are joined somewhere, and draw from the same values. */
  readonly domain: string;
}

export interface PlannedReference {
  /** Places of the referring columns. */
  readonly places: readonly number[];
  /** Position among the planned tables; its own where a table refers to itself. */
  readonly parent: number;
  readonly parentPlaces: readonly number[];
}

/** A column by its table's key and its name, as one string. */
export function columnKey(relation: RelationName, column: string): string {
  return JSON.stringify([relation.schema, relation.name, column]);
}

/**
 * The tables that the statements read, parents before children, with the columns that matter: those
 * that are named, and those of keys and references among these tables.
 */
export function planTables(
  catalogue: RewriteCatalogue,
  analyses: readonly Analysis[],
): readonly PlannedTable[] {
  const wanted = new Map<string, TableFacts>();
  for (const analysis of analyses) {
    for (const { table } of analysis.sources.values()) {
      if (table === null) continue;
      for (const one of baseTables(catalogue, table)) wanted.set(keyOf(one.relation), one);
    }
  }
  const ordered = parentsFirst([...wanted.values()]);
  const domains = joinDomains(analyses, ordered);
  const columnsOfAll = ordered.map((facts) => plannedColumns(facts, domains));
  return ordered.map((facts, at) => ({
    facts,
    columns: columnsOfAll[at] ?? [],
    keys: facts.keys.map(({ columns }) => placesOf(columns, columnsOfAll[at])),
    references: facts.references().flatMap(({ columns, parent, parentColumns }) => {
      const position = ordered.findIndex((one) => keyOf(one.relation) === keyOf(parent.relation));
      if (position < 0) return [];
      const parentPlaces = placesOf(parentColumns, columnsOfAll[position]);
      return [{ places: placesOf(columns, columnsOfAll[at]), parent: position, parentPlaces }];
    }),
  }));
}

function placesOf(
  names: readonly string[],
  columns: readonly PlannedColumn[] = [],
): readonly number[] {
  return names.map((name) => columns.findIndex(({ column }) => column.name === name));
}

/** A view stands for what it is made from. */
function baseTables(catalogue: RewriteCatalogue, table: TableFacts): readonly TableFacts[] {
  if (table.relation.kind !== "view") return [table];
  return table.relation.dependsOn.flatMap(({ schema, name }) => {
    const below = catalogue.table({ schemaname: schema, relname: name });
    return below === null ? [] : baseTables(catalogue, below);
  });
}

function parentsFirst(tables: readonly TableFacts[]): readonly TableFacts[] {
  const keys = new Set(tables.map(({ relation }) => keyOf(relation)));
  const placed: TableFacts[] = [];
  const remaining = [...tables];
  const isPlaced = (relation: Relation): boolean =>
    placed.some((one) => keyOf(one.relation) === keyOf(relation));
  while (remaining.length > 0) {
    const ready = remaining.findIndex((facts) =>
      facts
        .references()
        .every(
          ({ parent }) =>
            !keys.has(keyOf(parent.relation)) ||
            isPlaced(parent.relation) ||
            keyOf(parent.relation) === keyOf(facts.relation),
        ),
    );
    // Tables that refer to one another in a circle come as they are.
    const [next] = remaining.splice(Math.max(ready, 0), 1);
    if (next !== undefined) placed.push(next);
  }
  return placed;
}

function plannedColumns(
  { relation, columns }: TableFacts,
  domains: ReadonlyMap<string, string>,
): readonly PlannedColumn[] {
  return relation.columns.flatMap((column, index) => {
    if (column.generated !== "") return [];
    const key = columnKey(relation, column.name);
    return [
      {
        column,
        type: withoutModifier(column.type),
        isNotNull: columns[index]?.isNotNull ?? column.isNotNull,
        domain: domains.get(key) ?? key,
      },
    ];
  });
}

/** Columns that are compared by `=`, or that refer to one another, share a domain. */
function joinDomains(
  analyses: readonly Analysis[],
  tables: readonly TableFacts[],
): ReadonlyMap<string, string> {
  const leaders = new Map<string, string>();
  const leaderOf = (key: string): string => {
    const next = leaders.get(key);
    return next === undefined || next === key ? key : leaderOf(next);
  };
  const unite = (one: string, other: string): void => {
    leaders.set(leaderOf(one), leaderOf(other));
  };
  for (const facts of tables) {
    for (const { columns, parent, parentColumns } of facts.references()) {
      for (const [index, column] of columns.entries()) {
        const parentColumn = parentColumns[index];
        if (parentColumn !== undefined) {
          unite(columnKey(facts.relation, column), columnKey(parent.relation, parentColumn));
        }
      }
    }
  }
  for (const analysis of analyses) {
    walkNodes(analysis.tree, (kind, fields) => {
      const equality = kind === "A_Expr" ? equalityOf({ A_Expr: fields } as Node) : null;
      if (equality === null) return undefined;
      const [left, right] = [placeOf(equality.left, analysis), placeOf(equality.right, analysis)];
      if (left !== null && right !== null) unite(left, right);
      return undefined;
    });
  }
  return new Map([...leaders.keys()].map((key) => [key, leaderOf(key)]));
}

/** A column of something else than a table: known by its name alone. */
export function namedColumn(column: string): string {
  return JSON.stringify([column]);
}

/** The column behind an expression that names but one: of a table, or of a subquery by its name. */
export function placeOf(node: Node | undefined, analysis: Analysis): string | null {
  const uses = new Set<string>();
  walkNodes([node], (kind, fields) => {
    if (kind !== "ColumnRef") return undefined;
    const use = columnUse({ ColumnRef: fields } as Node);
    const table = use === null ? undefined : analysis.sources.get(use.alias)?.table;
    if (use === null || table === undefined) return undefined;
    uses.add(table === null ? namedColumn(use.column) : columnKey(table.relation, use.column));
    return undefined;
  });
  const [only, another] = uses;
  return only === undefined || another !== undefined ? null : only;
}
