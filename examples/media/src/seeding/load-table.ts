import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Population } from "../population/population.ts";
import type { MediaTable } from "../population/sizes.ts";
import { COPY_ROWS } from "./copy-rows.ts";

/** Large enough that neither side waits for the other, small enough to stay in the CPU's cache. */
const BUFFER_CHARACTERS = 128 * 1024;

/** Fills an empty table, made in this transaction, by COPY, and sets its identity past the last row. */
export async function loadTable(
  client: pg.Client,
  table: MediaTable,
  population: Population,
  onRows: (rows: number) => void,
): Promise<void> {
  const { columns } = COPY_ROWS[table];
  const target = client.query(
    copyFrom(`copy ${table} (${columns.join(", ")}) from stdin with (freeze)`),
  );
  await pipeline(
    Readable.from(copyBuffers(table, population, onRows), { highWaterMark: 2 }),
    target,
  );
  if (columns[0] !== "id" || table === "transactions") return;
  await client.query("select setval(pg_get_serial_sequence($1, 'id'), $2)", [
    table,
    population.sizes[table],
  ]);
}

function* copyBuffers(
  table: MediaTable,
  population: Population,
  onRows: (rows: number) => void,
): Generator<Buffer> {
  const writeRow = COPY_ROWS[table].writer(population);
  const rowCount = population.sizes[table];
  let text = "";
  for (let row = 1; row <= rowCount; row += 1) {
    text += `${writeRow(row)}\n`;
    if (text.length < BUFFER_CHARACTERS && row < rowCount) continue;
    onRows(row);
    yield Buffer.from(text);
    text = "";
  }
}
