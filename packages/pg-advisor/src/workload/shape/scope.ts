import type { ColumnRef, Node } from "@pgsql/types";
import { namesOf } from "../text/sql-nodes.ts";
import type { TableUse } from "./statement-shape.ts";

/** A column of a table occurrence. */
export interface Place {
  readonly use: TableUse;
  readonly column: string;
}

/** Columns that a query level puts out, in order; a computed one has no places, one of a UNION has several. */
export type Output = ReadonlyMap<string, readonly Place[]>;

/** One item of FROM under the name by which the level knows it. */
export interface Source {
  readonly alias: string;
  readonly output: Output;
  /** What stands in each column of a VALUES list. */
  readonly listed?: ReadonlyMap<string, readonly Node[]>;
}

/** What names mean at one query level. */
export interface Scope {
  readonly sources: Source[];
  /** CTEs in sight, inner ones first. */
  readonly commonTables: ReadonlyMap<string, Output>;
  readonly parent: Scope | null;
}

/** The places behind a column reference, here or at an outer level. */
export function resolveColumn(
  column: ColumnRef | undefined,
  scope: Scope | null,
): readonly Place[] {
  const names = namesOf(column?.fields);
  const name = names?.at(-1);
  if (names === null || name === undefined) return [];
  const alias = names.at(-2);
  for (let level = scope; level !== null; level = level.parent) {
    for (const source of level.sources) {
      if (alias !== undefined && source.alias !== alias) continue;
      const places = source.output.get(name);
      if (places !== undefined) return places;
    }
  }
  return [];
}

/** What a column of a VALUES list may be, here or at an outer level. */
export function resolveListed(column: ColumnRef | undefined, scope: Scope | null): readonly Node[] {
  const names = namesOf(column?.fields);
  const name = names?.at(-1);
  if (names === null || name === undefined) return [];
  const alias = names.at(-2);
  for (let level = scope; level !== null; level = level.parent) {
    for (const source of level.sources) {
      if (alias !== undefined && source.alias !== alias) continue;
      const listed = source.listed?.get(name);
      if (listed !== undefined) return listed;
      if (source.output.has(name)) return [];
    }
  }
  return [];
}

/** The columns of `*` or `alias.*`. */
export function expandStar(
  alias: string | undefined,
  scope: Scope,
): readonly (readonly [string, readonly Place[]])[] {
  return scope.sources
    .filter((source) => alias === undefined || source.alias === alias)
    .flatMap((source) => [...source.output]);
}

/** The output of a table occurrence: its own columns. */
export function outputOf(use: TableUse): Output {
  return new Map(use.relation.columns.map(({ name }) => [name, [{ use, column: name }]]));
}

/** The same columns under the names of `alias (a, b, …)`. */
export function renamed(output: Output, names: readonly string[]): Output {
  return new Map([...output].map(([name, places], index) => [names[index] ?? name, places]));
}
