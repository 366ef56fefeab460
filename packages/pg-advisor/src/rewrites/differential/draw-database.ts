import type { Random } from "@streamgate/core";
import type { PlannedColumn, PlannedReference, PlannedTable } from "./plan-tables.ts";
import type { Temper } from "./values.ts";
import { drawTemper } from "./values.ts";

/** The values that a column draws from. */
export interface Pool {
  readonly constants: readonly string[];
  readonly plain: readonly string[];
  readonly strange: readonly string[];
}

export type Row = readonly (string | null)[];

/** The rows of each planned table. */
export type SmallDatabase = readonly (readonly Row[])[];

const ROW_COUNTS = [0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 7] as const;
const ATTEMPTS = 6;

/** Draws one small database that keeps keys, NOT NULL and references. */
export function drawDatabase(
  tables: readonly PlannedTable[],
  pools: readonly (readonly Pool[])[],
  random: Random,
): SmallDatabase {
  const temper = drawTemper(random);
  const database: Row[][] = [];
  for (const [position, table] of tables.entries()) {
    const rows: Row[] = [];
    database.push(rows);
    const count = random.pick(ROW_COUNTS);
    const taken = table.keys.map(() => new Set<string>());
    for (let number = 0; number < count; number += 1) {
      const row = drawRow(table, position, pools[position] ?? [], database, taken, temper, random);
      if (row !== null) rows.push(row);
    }
  }
  return database;
}

function drawRow(
  table: PlannedTable,
  position: number,
  pools: readonly Pool[],
  database: readonly (readonly Row[])[],
  taken: readonly Set<string>[],
  temper: Temper,
  random: Random,
): Row | null {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = table.columns.map((column, index) =>
      drawValue(column, pools[index], temper, random),
    );
    for (const reference of table.references) {
      const isInItself = reference.parent === position;
      refer(row, table, reference, database[reference.parent] ?? [], isInItself, random);
    }
    if (!keepsReferences(row, table, database)) continue;
    const keys = table.keys.map((places) => keyText(row, places));
    if (keys.some((key, index) => key !== null && taken[index]?.has(key) === true)) continue;
    for (const [index, key] of keys.entries()) {
      if (key !== null) taken[index]?.add(key);
    }
    return row;
  }
  return null;
}

function drawValue(
  { isNotNull }: PlannedColumn,
  pool: Pool | undefined,
  temper: Temper,
  random: Random,
): string | null {
  if (!isNotNull && random.next() < temper.nulls) return null;
  const { constants, plain, strange } = pool ?? { constants: [], plain: [], strange: [] };
  if (constants.length > 0 && random.next() < temper.constants) {
    // The constant itself comes first and is wanted most.
    return random.next() < 0.7 ? (constants[0] ?? null) : random.pick(constants);
  }
  if (strange.length > 0 && random.next() < temper.strange) return random.pick(strange);
  return plain.length === 0 ? null : random.pick(plain);
}

/** Points a row to one of its parents, or to none where it may and there is none. */
function refer(
  row: (string | null)[],
  table: PlannedTable,
  { places, parentPlaces }: PlannedReference,
  parents: readonly Row[],
  isInItself: boolean,
  random: Random,
): void {
  if (places.some((place) => row[place] === null)) return;
  const toNobody = parents.length === 0 || (isInItself && random.next() < 0.2);
  if (toNobody) {
    const nullable = places.find((place) => table.columns[place]?.isNotNull === false);
    if (nullable !== undefined) row[nullable] = null;
    return;
  }
  const chosen = random.pick(parents);
  for (const [index, place] of places.entries()) {
    row[place] = chosen[parentPlaces[index] ?? -1] ?? null;
  }
}

function keepsReferences(
  row: Row,
  table: PlannedTable,
  database: readonly (readonly Row[])[],
): boolean {
  if (table.columns.some(({ isNotNull }, place) => isNotNull && row[place] === null)) return false;
  return table.references.every(({ places, parent, parentPlaces }) => {
    const own = keyText(row, places);
    if (own === null) return true;
    const isOwnParent = database[parent] === database.at(-1) && keyText(row, parentPlaces) === own;
    return (
      isOwnParent || (database[parent] ?? []).some((other) => keyText(other, parentPlaces) === own)
    );
  });
}

/** Null where one of the values is. */
function keyText(row: Row, places: readonly number[]): string | null {
  const values = places.map((place) => row[place] ?? null);
  return values.includes(null) ? null : JSON.stringify(values);
}
