import type { Node, SubLink } from "@pgsql/types";
import type { Relation, RelationName } from "../../snapshot/snapshot.ts";
import type { NameResolver } from "./name-resolver.ts";
import type { Output, Place, Scope } from "./scope.ts";
import type { ColumnPredicate, ParameterRole, TableUse } from "./statement-shape.ts";

/** What is being gathered while a parse tree is read. */
export interface ShapeBuilder {
  readonly resolver: NameResolver;
  readonly tables: TableUse[];
  readonly relations: Map<string, RelationName>;
  readonly unknownNames: Set<string>;
  readonly parameters: Map<number, ParameterRole>;
  touchesSystem: boolean;
  /** Views that are being read, so that none is read inside itself. */
  readonly openViews: Set<string>;
  /** What the subqueries inside expressions put out. */
  readonly subqueryOutputs: Map<SubLink, Output>;
  /** Where conditions go while an arm of an OR is read; null elsewhere. */
  arm: Map<TableUse, ColumnPredicate[]> | null;
  /** Reads a query below the present one. */
  readQuery(query: Node | undefined, parent: Scope): Output;
}

export function addTable(
  builder: ShapeBuilder,
  relation: Relation,
  role: TableUse["role"],
): TableUse {
  const use: TableUse = {
    relation,
    role,
    predicates: [],
    alternatives: [],
    orders: [],
    expressions: [],
    expressionOrders: [],
    columnsRead: new Set(),
    written: new Set(),
  };
  builder.tables.push(use);
  return use;
}

/** What a condition says, apart from the column. */
export type ConditionFacts = Omit<ColumnPredicate, "column">;

export function addPredicate(
  builder: ShapeBuilder,
  places: readonly Place[],
  condition: ConditionFacts,
): void {
  for (const { use, column } of places) {
    if (condition.joinedWith === use) continue;
    use.columnsRead.add(column);
    const predicate = { column, ...condition };
    if (builder.arm === null) use.predicates.push(predicate);
    else builder.arm.set(use, [...(builder.arm.get(use) ?? []), predicate]);
  }
}
