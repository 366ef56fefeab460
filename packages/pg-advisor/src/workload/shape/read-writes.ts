import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt } from "@pgsql/types";
import { noteColumnsRead, noteOutputRead } from "./read-columns.ts";
import { readCondition } from "./read-conditions.ts";
import { readFromItem, readTarget } from "./read-from.ts";
import { readParameters, readWritten } from "./read-parameters.ts";
import { readCommonTables, readSubqueries } from "./read-select.ts";
import type { Scope } from "./scope.ts";
import type { ShapeBuilder } from "./shape-builder.ts";
import type { TableUse } from "./statement-shape.ts";

export function readInsert(builder: ShapeBuilder, insert: InsertStmt, parent: Scope): void {
  const scope = scopeBelow(builder, insert, parent);
  const target = readTarget(builder, insert.relation, "insert", scope);
  const names = (insert.cols ?? []).flatMap((node) =>
    "ResTarget" in node ? [node.ResTarget.name ?? ""] : [],
  );
  const columns =
    names.length > 0 ? names : (target?.relation.columns.map(({ name }) => name) ?? []);
  noteOutputRead(builder.readQuery(insert.selectStmt, { ...scope, sources: [] }));
  if (target !== null) {
    for (const row of rowsOf(insert.selectStmt)) {
      for (const [index, value] of row.entries()) {
        noteWritten(builder, target, columns[index], value);
      }
    }
  }
  const conflict = insert.onConflictClause;
  for (const node of conflict?.targetList ?? []) readAssignment(builder, target, node);
  const level = [conflict?.targetList, conflict?.whereClause, insert.returningClause];
  readSubqueries(builder, level, scope);
  readParameters(builder, level, scope);
}

export function readUpdate(builder: ShapeBuilder, update: UpdateStmt, parent: Scope): void {
  const scope = scopeBelow(builder, update, parent);
  const target = readTarget(builder, update.relation, "update", scope);
  const joins = (update.fromClause ?? []).flatMap((item) => readFromItem(builder, item, scope));
  for (const node of update.targetList ?? []) readAssignment(builder, target, node);
  readLevel(
    builder,
    [update.targetList, update.returningClause],
    [...joins, update.whereClause],
    scope,
  );
}

export function readDelete(builder: ShapeBuilder, deletion: DeleteStmt, parent: Scope): void {
  const scope = scopeBelow(builder, deletion, parent);
  readTarget(builder, deletion.relation, "delete", scope);
  const joins = (deletion.usingClause ?? []).flatMap((item) => readFromItem(builder, item, scope));
  readLevel(builder, [deletion.returningClause], [...joins, deletion.whereClause], scope);
}

export function readMerge(builder: ShapeBuilder, merge: MergeStmt, parent: Scope): void {
  const scope = scopeBelow(builder, merge, parent);
  readTarget(builder, merge.relation, "update", scope);
  const joins =
    merge.sourceRelation === undefined ? [] : readFromItem(builder, merge.sourceRelation, scope);
  readLevel(builder, [merge.mergeWhenClauses], [...joins, merge.joinCondition], scope);
}

function readLevel(
  builder: ShapeBuilder,
  expressions: readonly unknown[],
  conditions: readonly (Node | undefined)[],
  scope: Scope,
): void {
  const level = [...expressions, ...conditions];
  noteColumnsRead(level, scope);
  readSubqueries(builder, level, scope);
  for (const condition of conditions) readCondition(builder, condition, scope);
  readParameters(builder, level, scope);
}

function readAssignment(builder: ShapeBuilder, target: TableUse | null, node: Node): void {
  if (target === null || !("ResTarget" in node)) return;
  noteWritten(builder, target, node.ResTarget.name, node.ResTarget.val);
}

function noteWritten(
  builder: ShapeBuilder,
  { relation, written }: TableUse,
  column: string | undefined,
  value: Node | undefined,
): void {
  if (column === undefined) return;
  written.add(column);
  readWritten(builder, value, {
    relation: { schema: relation.schema, name: relation.name },
    column,
  });
}

/** The rows of VALUES, or the select list of INSERT … SELECT as one row. */
function rowsOf(query: Node | undefined): readonly (readonly Node[])[] {
  if (query === undefined || !("SelectStmt" in query)) return [];
  const { valuesLists, targetList } = query.SelectStmt;
  if (valuesLists === undefined) {
    return [
      (targetList ?? []).flatMap((node) =>
        "ResTarget" in node && node.ResTarget.val ? [node.ResTarget.val] : [],
      ),
    ];
  }
  return valuesLists.map((row) => ("List" in row ? (row.List.items ?? []) : []));
}

function scopeBelow(
  builder: ShapeBuilder,
  statement: { readonly withClause?: InsertStmt["withClause"] },
  parent: Scope,
): Scope {
  return {
    sources: [],
    commonTables: readCommonTables(builder, statement.withClause, parent),
    parent,
  };
}
