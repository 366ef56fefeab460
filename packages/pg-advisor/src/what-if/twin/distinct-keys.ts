import { keyOf } from "../../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";

const COMBINATION = /"([^"]+)"\s*:\s*(\d+)/g;

/** How many different combinations of columns there are, where extended statistics counted them. */
export class DistinctCombinations {
  readonly #counts = new Map<string, number>();

  constructor(snapshot: Pick<Snapshot, "relations" | "extendedStatistics">) {
    const tables = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
    for (const { table, ndistinct } of snapshot.extendedStatistics) {
      const columns = tables.get(keyOf(table))?.columns ?? [];
      const names = new Map(columns.map(({ number, name }) => [number, name]));
      for (const [, numbers = "", count] of (ndistinct ?? "").matchAll(COMBINATION)) {
        const combination = numbers.split(",").map((number) => names.get(Number(number)));
        if (combination.some((name) => name === undefined)) continue;
        this.#counts.set(keyFor(table, combination), Number(count));
      }
    }
  }

  /** Null where nobody counted, or a column is an expression. */
  of(table: RelationName, columns: readonly (string | null)[]): number | null {
    return this.#counts.get(keyFor(table, columns)) ?? null;
  }
}

function keyFor(table: RelationName, columns: readonly (string | null | undefined)[]): string {
  return JSON.stringify([table.schema, table.name, ...columns.map(String).sort()]);
}
