import { createHash } from "node:crypto";
import type { Candidate, IndexDefinition, RelationName, Snapshot } from "@streamgate/pg-advisor";
import type { TableColumn } from "./statement-columns.ts";

/** A B-tree on columns, as the rivals know no other. */
export interface ColumnIndex {
  /** Stands for table and columns; also its name on the twin. */
  readonly id: string;
  readonly table: RelationName;
  readonly columns: readonly string[];
}

export function columnIndex(table: RelationName, columns: readonly string[]): ColumnIndex {
  const whole = JSON.stringify([table.schema, table.name, columns]);
  const id = `rival_${createHash("sha256").update(whole).digest("hex").slice(0, 16)}`;
  return { id, table, columns };
}

export function definitionOf({ table, columns }: ColumnIndex): IndexDefinition {
  return {
    table,
    method: "btree",
    keys: columns.map((column) => ({
      column,
      expression: null,
      operatorClass: null,
      direction: "asc",
      nulls: "last",
    })),
    include: [],
    predicate: null,
    options: [],
  };
}

export function candidateOf(index: ColumnIndex): Candidate {
  const origin = "thought of by a rival";
  return { id: index.id, definition: definitionOf(index), fingerprints: [], origin };
}

/** One index a column, each column once; none where an existing index begins with it. */
export function singleColumnIndexes(
  columns: readonly TableColumn[],
  snapshot: Snapshot,
): readonly ColumnIndex[] {
  const leading = new Set(
    snapshot.indexes.map(({ table, keys }) => columnId(table, keys[0]?.column ?? "")),
  );
  const indexes = new Map<string, ColumnIndex>();
  for (const { table, column } of columns) {
    if (leading.has(columnId(table, column)) || !canBeOrdered(snapshot, table, column)) continue;
    const index = columnIndex(table, [column]);
    indexes.set(index.id, index);
  }
  return [...indexes.values()];
}

function columnId(table: RelationName, column: string): string {
  return `${table.schema}.${table.name}.${column}`;
}

const NO_ORDER = /^(?:json|xml|point|box|polygon|circle|lseg|path|line)\b/;

function canBeOrdered(snapshot: Snapshot, table: RelationName, column: string): boolean {
  const relation = snapshot.relations.find(
    ({ schema, name }) => schema === table.schema && name === table.name,
  );
  const type = relation?.columns.find(({ name }) => name === column)?.type;
  return type !== undefined && !NO_ORDER.test(type);
}
