import type pg from "pg";
import type { Row, SmallDatabase } from "./draw-database.ts";
import type { PlannedTable } from "./plan-tables.ts";
import { type DrawnDatabase, runBatch } from "./run-batch.ts";

const MOST_ROUNDS = 40;

/**
 * Takes tables and rows out of a counter-example while it stays one, so that what is left shows why (delta debugging: A. Zeller and
 * R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002). All that can be left out next is tried at once.
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
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const smaller = smallerOnes(tables, smallest.rows).map((rows) => ({ ...smallest, rows }));
    if (smaller.length === 0) break;
    const verdicts = await runBatch(client, tables, smaller);
    const stillDiffer = new Set(
      verdicts.flatMap((one) => (one.rewriting === rewriting ? [one.database] : [])),
    );
    const next = smaller.find((_, database) => stillDiffer.has(database));
    if (next === undefined) break;
    smallest = next;
  }
  return smallest;
}

/** The database without one of its tables' rows, or without one row; whatever leaves most out comes first. */
function smallerOnes(
  tables: readonly PlannedTable[],
  database: SmallDatabase,
): readonly SmallDatabase[] {
  const without = (table: number, keeps: (row: number) => boolean): SmallDatabase =>
    database.map((rows, at) => (at === table ? rows.filter((_, row) => keeps(row)) : rows));
  const emptied = database.flatMap((rows, table) =>
    rows.length > 1 ? [without(table, () => false)] : [],
  );
  const lessARow = database.flatMap((rows, table) =>
    rows.map((_, gone) => without(table, (row) => row !== gone)),
  );
  return [...emptied, ...lessARow].filter((smaller) => keepsAllReferences(tables, smaller));
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
