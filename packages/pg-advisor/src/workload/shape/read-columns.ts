import type { ColumnRef, Node, SelectStmt } from "@pgsql/types";
import { namesOf, walkNodes } from "../text/sql-nodes.ts";
import { expandStar, type Output, resolveColumn, type Scope } from "./scope.ts";

/** Notes which columns an expression reads, here and at outer levels; subqueries note their own. */
export function noteColumnsRead(level: unknown, scope: Scope): void {
  walkNodes(level, (kind, fields) => {
    if (kind === "ColumnRef") noteReference(fields, scope);
    return kind === "SubLink" || kind === "RangeSubselect" || kind === "CommonTableExpr"
      ? "skip"
      : undefined;
  });
}

/** What a query puts out is read where nobody picks from it: at the top, in a subquery of an expression, in a UNION. */
export function noteOutputRead(output: Output): void {
  for (const places of output.values()) {
    for (const { use, column } of places) use.columnsRead.add(column);
  }
}

/**
 * The parts of a select list that are read whoever uses the query: plain columns of a subquery in FROM are read only where the
 * query around it names them, for PostgreSQL pulls such subqueries up.
 */
export function computedTargets(select: SelectStmt): readonly Node[] {
  const targets = select.targetList ?? [];
  if (select.distinctClause !== undefined) return targets;
  return targets.filter(
    (target) =>
      !("ResTarget" in target && target.ResTarget.val && "ColumnRef" in target.ResTarget.val),
  );
}

function noteReference(reference: ColumnRef, scope: Scope): void {
  const last = reference.fields?.at(-1);
  if (last !== undefined && "A_Star" in last) {
    const alias = namesOf(reference.fields?.slice(0, -1))?.at(-1);
    noteOutputRead(new Map(expandStar(alias, scope)));
    return;
  }
  const places = resolveColumn(reference, scope);
  for (const { use, column } of places) use.columnsRead.add(column);
  if (places.length > 0) return;
  // `row_to_json(t)`: the name of a table stands for the whole row.
  const whole = namesOf(reference.fields)?.at(-1);
  for (let level: Scope | null = scope; level !== null; level = level.parent) {
    for (const { alias, output } of level.sources) if (alias === whole) noteOutputRead(output);
  }
}
