import type { Alias, JoinExpr, Node, RangeVar } from "@pgsql/types";
import type { Relation } from "../../snapshot/snapshot.ts";
import { parseSql } from "../text/parser.ts";
import { namesOf } from "../text/sql-nodes.ts";
import { type Output, outputOf, type Place, renamed, type Scope, type Source } from "./scope.ts";
import { addPredicate, addTable, type ConditionFacts, type ShapeBuilder } from "./shape-builder.ts";
import type { TableUse } from "./statement-shape.ts";

const NOTHING: Output = new Map();

/** Adds the sources of one FROM item to the scope and returns the join conditions found on the way. */
export function readFromItem(builder: ShapeBuilder, item: Node, scope: Scope): readonly Node[] {
  if ("RangeVar" in item) {
    scope.sources.push(readRangeVar(builder, item.RangeVar, scope));
    return [];
  }
  if ("JoinExpr" in item) return readJoin(builder, item.JoinExpr, scope);
  if ("RangeSubselect" in item) {
    const { alias, subquery } = item.RangeSubselect;
    const output = builder.readQuery(subquery, scope);
    scope.sources.push({ ...sourceOf(alias, "", output), listed: listedColumns(subquery, alias) });
    return [];
  }
  if ("RangeTableSample" in item && item.RangeTableSample.relation !== undefined) {
    return readFromItem(builder, item.RangeTableSample.relation, scope);
  }
  return [];
}

/** `(values ($1, $2)) as v (a, b)`: a is $1, b is $2. */
function listedColumns(
  subquery: Node | undefined,
  alias: Alias | undefined,
): ReadonlyMap<string, readonly Node[]> {
  const listed = new Map<string, Node[]>();
  if (subquery === undefined || !("SelectStmt" in subquery)) return listed;
  const names = namesOf(alias?.colnames) ?? [];
  for (const row of subquery.SelectStmt.valuesLists ?? []) {
    const items = "List" in row ? (row.List.items ?? []) : [];
    for (const [index, item] of items.entries()) {
      const name = names[index] ?? `column${index + 1}`;
      listed.set(name, [...(listed.get(name) ?? []), item]);
    }
  }
  return listed;
}

/** Makes the target of INSERT, UPDATE, DELETE or MERGE a source. */
export function readTarget(
  builder: ShapeBuilder,
  range: RangeVar | undefined,
  role: TableUse["role"],
  scope: Scope,
): TableUse | null {
  if (range === undefined) return null;
  const relation = lookUp(builder, range);
  if (relation === null || !canHoldIndexes(relation)) return null;
  const use = addTable(builder, relation, role);
  scope.sources.push(sourceOf(range.alias, range.relname ?? "", outputOf(use)));
  return use;
}

function readRangeVar(builder: ShapeBuilder, range: RangeVar, scope: Scope): Source {
  const name = range.relname ?? "";
  const commonTable = range.schemaname === undefined ? scope.commonTables.get(name) : undefined;
  if (commonTable !== undefined) return sourceOf(range.alias, name, commonTable);
  const relation = lookUp(builder, range);
  if (relation === null) return sourceOf(range.alias, name, NOTHING);
  if (relation.kind === "view") return sourceOf(range.alias, name, readView(builder, relation));
  const output = canHoldIndexes(relation) ? outputOf(addTable(builder, relation, "read")) : NOTHING;
  return sourceOf(range.alias, name, output);
}

function lookUp(builder: ShapeBuilder, range: RangeVar): Relation | null {
  const resolved = builder.resolver.resolve(range);
  switch (resolved.kind) {
    case "system":
      builder.touchesSystem = true;
      return null;
    case "unknown":
      builder.unknownNames.add([range.schemaname, range.relname].filter(Boolean).join("."));
      return null;
    case "relation": {
      const { schema, name } = resolved.relation;
      builder.relations.set(JSON.stringify([schema, name]), { schema, name });
      return resolved.relation;
    }
  }
}

function canHoldIndexes({ kind }: Relation): boolean {
  return kind === "table" || kind === "partitioned table" || kind === "materialized view";
}

/** A view is the query that it stands for; its tables are used, but only the view is named. */
function readView(builder: ShapeBuilder, view: Relation): Output {
  const key = JSON.stringify([view.schema, view.name]);
  if (view.definition === null || builder.openViews.has(key)) return NOTHING;
  const parsed = parseSql(view.definition);
  const query = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  const named = new Map(builder.relations);
  builder.openViews.add(key);
  const output = builder.readQuery(query, { sources: [], commonTables: new Map(), parent: null });
  builder.openViews.delete(key);
  for (const below of builder.relations.keys())
    if (!named.has(below)) builder.relations.delete(below);
  return renamed(
    output,
    view.columns.map(({ name }) => name),
  );
}

function readJoin(builder: ShapeBuilder, join: JoinExpr, scope: Scope): readonly Node[] {
  const first = scope.sources.length;
  const left = join.larg === undefined ? [] : readFromItem(builder, join.larg, scope);
  const middle = scope.sources.length;
  const right = join.rarg === undefined ? [] : readFromItem(builder, join.rarg, scope);
  const leftSources = scope.sources.slice(first, middle);
  const rightSources = scope.sources.slice(middle);
  for (const name of sharedColumns(join, leftSources, rightSources)) {
    joinPlaces(builder, placesIn(leftSources, name), placesIn(rightSources, name));
  }
  return [...left, ...right, ...(join.quals === undefined ? [] : [join.quals])];
}

function sharedColumns(
  join: JoinExpr,
  left: readonly Source[],
  right: readonly Source[],
): readonly string[] {
  if (join.isNatural !== true) return namesOf(join.usingClause) ?? [];
  const names = left.flatMap((source) => [...source.output.keys()]);
  return names.filter((name) => right.some((source) => source.output.has(name)));
}

function placesIn(sources: readonly Source[], name: string): readonly Place[] {
  return sources.flatMap((source) => source.output.get(name) ?? []);
}

/** `left = right`: each side may be looked up by the other's value. */
export function joinPlaces(
  builder: ShapeBuilder,
  left: readonly Place[],
  right: readonly Place[],
): void {
  const joinedWith = (use: TableUse | undefined): ConditionFacts => ({
    kind: "equal",
    joinedWith: use ?? null,
    operator: "=",
    operand: { kind: "unknown" },
  });
  addPredicate(builder, left, joinedWith(right[0]?.use));
  addPredicate(builder, right, joinedWith(left[0]?.use));
}

function sourceOf(alias: Alias | undefined, fallback: string, output: Output): Source {
  const names = namesOf(alias?.colnames) ?? [];
  return {
    alias: alias?.aliasname ?? fallback,
    output: names.length === 0 ? output : renamed(output, names),
  };
}
