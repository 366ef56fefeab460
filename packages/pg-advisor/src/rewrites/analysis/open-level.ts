import type { Node } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import type { CommonTable, Level, Source } from "./level.ts";

/** Thrown inside, caught at the top: a statement that is not understood whole is left alone. */
export class NotUnderstood extends Error {}

/** A source with the name by which its statement calls it. */
export interface NamedSource extends Source {
  readonly calledName: string;
}

/** A level while it is read. */
export interface OpenLevel {
  readonly parent: OpenLevel | null;
  readonly names: NamedSource[];
  /** Columns that USING has made one: a bare name means the left one. */
  readonly mergedNames: Set<string>;
  /** The level as rules see it; assigned when it is complete. */
  level: Level | null;
}

/** CTEs that can be named. */
export type Visible = ReadonlyMap<string, CommonTable>;

export function openLevel(parent: OpenLevel | null): OpenLevel {
  return { parent, names: [], mergedNames: new Set(), level: null };
}

/** The one name that an item of GROUP BY or ORDER BY is; null for all else. */
export function bareNameOf(item: Node): string | null {
  const inner = "SortBy" in item ? item.SortBy.node : item;
  if (inner === undefined || !("ColumnRef" in inner)) return null;
  const names = namesOf(inner.ColumnRef.fields);
  return names?.length === 1 ? (names[0] ?? null) : null;
}

/** Whether a name is a column of what the level reads. */
export function isInput(name: string, open: OpenLevel): boolean {
  return open.names.some(({ columns }) => columns.some((column) => column.name === name));
}
