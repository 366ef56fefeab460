import { seededRandom } from "@streamgate/core";
import type { StatementCounters } from "@streamgate/pg-advisor";
import { PLAIN_TABLES, tableName } from "./schema.ts";

export const STATEMENTS = 3_000;
/** Statements on the partitioned table. */
const ON_LOG = 40;

type Shape = (table: string, other: string) => string;

const SHAPES: readonly Shape[] = [
  (table) => `select * from ${table} where owner_id = $1`,
  (table) =>
    `select id, amount from ${table} where owner_id = $1 and status = $2 order by created_at desc limit 20`,
  (table, other) =>
    `select ${table}.id, ${other}.note from ${table}, ${other} where ${other}.owner_id = ${table}.id and ${table}.amount = $1`,
  (table) => `select status, count(*) from ${table} where created_at >= $1 group by status`,
  (table) => `update ${table} set status = $1 where owner_id = $2 and amount = $3`,
  (table) =>
    `insert into ${table} (id, owner_id, status, amount, created_at) values ($1, $2, $3, $4, $5)`,
];

/** Columns of the log that are counted together make statements of their own. */
const LOG_COLUMNS = ["id", "owner_id", "status", "amount", "created_at", "note"];

/** What the counters of a service would say that runs them all; generated, nothing is run. */
export function countersOfManyStatements(): readonly StatementCounters[] {
  const random = seededRandom(6);
  return textsOf().map((text, position) => {
    const calls = 1 + random.integer(10_000);
    const meanMs = 0.05 + random.next() * 80;
    return {
      queryId: String(position + 1),
      isTopLevel: true,
      text,
      calls,
      totalMs: calls * meanMs,
      meanMs,
      stddevMs: meanMs / 3,
      minMs: meanMs / 2,
      maxMs: meanMs * 4,
      rows: calls,
      sharedBlocksHit: calls * 10,
      sharedBlocksRead: calls,
      tempBlocksWritten: 0,
      walBytes: text.startsWith("select") ? 0 : calls * 300,
    };
  });
}

function textsOf(): readonly string[] {
  const texts: string[] = [];
  for (let position = 0; texts.length < STATEMENTS - ON_LOG; position += 1) {
    const table = position % PLAIN_TABLES;
    const shape = SHAPES[(table + Math.floor(position / PLAIN_TABLES)) % SHAPES.length];
    if (shape !== undefined)
      texts.push(shape(tableName(table), tableName((table + 1) % PLAIN_TABLES)));
  }
  for (let position = 0; position < ON_LOG; position += 1) {
    const counted = LOG_COLUMNS.filter((_, bit) => (position & (1 << bit)) !== 0);
    const list = ["count(*)", ...counted.map((column) => `max(${column})`)].join(", ");
    const filter =
      position % 2 === 0 ? "owner_id = $1 and created_at >= $2" : "amount = $1 and status = $2";
    texts.push(`select ${list} from log where ${filter}`);
  }
  return texts;
}
