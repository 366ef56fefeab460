import type { Snapshot } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../test/support/postgres.ts";

export const TABLES = 2_000;
export const PARTITIONS = 200;
/** Those that are no partitions, and not their parent. */
export const PLAIN_TABLES = TABLES - PARTITIONS - 1;

const ROWS_A_TABLE = 200;
const TABLES_A_BATCH = 100;
/** The tables of the watched database are so many times as large as those that are filled. */
const GROWTH = 500;

const COLUMNS = `id bigint, owner_id integer, status text, amount integer, created_at timestamptz, note text`;
const ROWS = `select g, g % 40, (array['new','paid','sent','gone'])[1 + g % 4], g * 7919 % 1000,
  timestamptz '2026-01-01' + g * interval '1 hour', repeat('x', 40) from generate_series(1, ${ROWS_A_TABLE}) as g`;

/** Many tables like those of a service with a schema a customer, and a log in partitions. */
export async function createSchema(postgres: TestPostgres): Promise<void> {
  for (let start = 0; start < PLAIN_TABLES; start += TABLES_A_BATCH) {
    const statements: string[] = [];
    for (let table = start; table < Math.min(PLAIN_TABLES, start + TABLES_A_BATCH); table += 1) {
      statements.push(
        `create table ${tableName(table)} (${COLUMNS}, primary key (id));
         insert into ${tableName(table)} ${ROWS};`,
      );
    }
    await postgres.query(statements.join("\n"));
  }
  await postgres.query(`create table log (${COLUMNS}) partition by range (owner_id)`);
  for (let start = 0; start < PARTITIONS; start += TABLES_A_BATCH) {
    const partitions = Array.from(
      { length: Math.min(TABLES_A_BATCH, PARTITIONS - start) },
      (_, place) => {
        const number = start + place;
        return `create table log_${number} partition of log for values from (${number}) to (${number + 1});`;
      },
    );
    await postgres.query(partitions.join("\n"));
  }
  await postgres.query(
    `insert into log select g, g % ${PARTITIONS}, 'new', g % 1000, timestamptz '2026-01-01' + g * interval '1 minute', 'x'
     from generate_series(1, ${PARTITIONS * 100}) as g`,
  );
  await postgres.query("analyze");
}

/** In letters: fingerprints take tables whose names differ by a number for one. */
export function tableName(position: number): string {
  let word = "";
  for (let left = position; word.length < 3; left = Math.floor(left / LETTERS.length))
    word += LETTERS[left % LETTERS.length] ?? "";
  return `sales_${word}`;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** The same database with more rows of the same distribution: what the planner reads of it is a size and a density. */
export function grown(snapshot: Snapshot): Snapshot {
  const relations = snapshot.relations.map((relation) => ({
    ...relation,
    pages: relation.pages * GROWTH,
    rows: relation.rows < 0 ? relation.rows : relation.rows * GROWTH,
    sizeBytes: relation.sizeBytes * GROWTH,
    allVisiblePages: relation.allVisiblePages * GROWTH,
  }));
  const indexes = snapshot.indexes.map((index) => ({
    ...index,
    pages: index.pages * GROWTH,
    rows: index.rows * GROWTH,
    sizeBytes: index.sizeBytes * GROWTH,
  }));
  return { ...snapshot, relations, indexes };
}
