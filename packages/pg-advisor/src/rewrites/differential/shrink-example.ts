import type pg from "pg";
import type { Row, SmallDatabase } from "./draw-database.ts";
import type { PlannedTable } from "./plan-tables.ts";
import { type DrawnDatabase, runBatch } from "./run-batch.ts";

const MOST_PASSES = 3;

/**
 * Takes row after row out of a counter-example while it stays one, so that what is left shows why (delta debugging: A. Zeller and
 * R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002, one row at a time).
 *
 * @param rewriting its number in the comparing function, from 1
 */
export async function shrinkExample(
  client: pg.Client,
  tables: readonly PlannedTable[],
  example: DrawnDatabase,
  rewriting: number,
): Promise<DrawnDatabase> {
  let smallest = example;
  // A row that another one of its table refers to is free in the next pass.
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const smaller = await shrinkOnce(client, tables, smallest, rewriting);
    if (smaller === smallest) break;
    smallest = smaller;
  }
  return smallest;
}

async function shrinkOnce(
  client: pg.Client,
  tables: readonly PlannedTable[],
  example: DrawnDatabase,
  rewriting: number,
): Promise<DrawnDatabase> {
  let smallest = example;
  // Children go first, so that parents become free to go.
  for (let table = tables.length - 1; table >= 0; table -= 1) {
    for (let row = (smallest.rows[table]?.length ?? 0) - 1; row >= 0; row -= 1) {
      const rows = smallest.rows.map((all, at) =>
        at === table ? all.filter((_, place) => place !== row) : all,
      );
      if (!keepsAllReferences(tables, rows)) continue;
      const tried = { ...smallest, rows };
      const verdicts = await runBatch(client, tables, [tried]);
      if (verdicts.some((one) => one.rewriting === rewriting)) smallest = tried;
    }
  }
  return smallest;
}

function keepsAllReferences(tables: readonly PlannedTable[], rows: SmallDatabase): boolean {
  return tables.every(({ references }, table) =>
    references.every(({ places, parent, parentPlaces }) => {
      const known = new Set((rows[parent] ?? []).map((row) => textOf(row, parentPlaces)));
      return (rows[table] ?? []).every(
        (row) => places.some((place) => row[place] === null) || known.has(textOf(row, places)),
      );
    }),
  );
}

function textOf(row: Row, places: readonly number[]): string {
  return JSON.stringify(places.map((place) => row[place] ?? null));
}
