import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import { perHour } from "../workload/window-rates.ts";
import type { Workload } from "../workload/workload.ts";

/** What is written to a table in an hour; what COPY writes is not seen. */
export interface TableWrites {
  readonly statements: number;
  readonly rows: number;
}

/** Reads all writing statements of a workload once, when it is first asked. */
export function tableWrites(
  { statements, window }: Workload,
  snapshot: Snapshot,
): (table: RelationName) => TableWrites {
  let known: ReadonlyMap<string, TableWrites> | null = null;
  const read = (): ReadonlyMap<string, TableWrites> => {
    const resolver = createNameResolver(snapshot);
    const writes = new Map<string, TableWrites>();
    for (const { kind, text, calls, rows } of statements) {
      const node = kind === "select" ? undefined : nodeOf(text);
      if (node === undefined) continue;
      const written = readShape(node, resolver).tables.filter(({ role }) => role !== "read");
      for (const key of new Set(written.map(({ relation }) => keyOf(relation)))) {
        const sum = writes.get(key) ?? NONE;
        writes.set(key, {
          statements: sum.statements + perHour(calls, window),
          rows: sum.rows + perHour(rows, window),
        });
      }
    }
    return writes;
  };
  return (table) => {
    known ??= read();
    return known.get(keyOf(table)) ?? NONE;
  };
}

const NONE: TableWrites = { statements: 0, rows: 0 };
