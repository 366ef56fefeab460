import type { Node } from "@pgsql/types";
import { walkNodes } from "../text/sql-nodes.ts";
import { type Place, resolveColumn, type Scope } from "./scope.ts";
import type { TableExpression } from "./statement-shape.ts";

/** What an expression that an index could hold is made of. */
const COMPUTED: ReadonlySet<string> = new Set(["FuncCall", "TypeCast", "A_Expr", "CoalesceExpr"]);

export interface Computed extends TableExpression {
  /** The first of its columns. */
  readonly place: Place;
}

/** An expression whose columns all belong to one occurrence of one table. */
export function computedFrom(node: Node | undefined, scope: Scope): Computed | null {
  if (node === undefined || !COMPUTED.has(Object.keys(node)[0] ?? "")) return null;
  const columns = new Map<string, string>();
  let isOneTable = true;
  let first: Place | null = null;
  walkNodes([node], (kind, fields) => {
    if (kind === "SubLink") isOneTable = false;
    if (kind !== "ColumnRef") return undefined;
    const [place, second] = resolveColumn(fields, scope);
    if (place === undefined || second !== undefined) isOneTable = false;
    else {
      first ??= place;
      if (place.use !== first.use) isOneTable = false;
      columns.set(JSON.stringify(fields.fields), place.column);
    }
    return undefined;
  });
  return isOneTable && first !== null ? { place: first, node, columns } : null;
}
