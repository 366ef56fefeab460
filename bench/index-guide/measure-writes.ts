import type { TestPostgres } from "../../test/support/postgres.ts";
import type { BenchRow } from "../contract.ts";
import { rowOf } from "./rows.ts";

const ROUNDS = 3;
const BATCH = 20_000;

/** The indexes that a table gathers over the years. */
const GATHERED = [
  "(customer)",
  "(placed_at)",
  "(state, placed_at)",
  "(lower(email))",
  "(total)",
  "using gin (tags)",
] as const;
const COUNTS = [0, 1, 3, 6] as const;

interface Cost {
  readonly ms: number;
  readonly walMb: number;
}

/** What inserts and updates cost with more and more indexes; the counts take turns. */
export async function measureWrites(postgres: TestPostgres): Promise<readonly BenchRow[]> {
  const inserts = COUNTS.map((): Cost[] => []);
  const updates = COUNTS.map((): Cost[] => []);
  const hot: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, count] of COUNTS.entries()) {
      await prepare(postgres, GATHERED.slice(0, count));
      inserts[at]?.push(await costOf(postgres, INSERT));
      await postgres.query("vacuum analyze paid");
      updates[at]?.push(await costOf(postgres, UPDATE));
    }
  const hotOf = async (indexes: readonly string[]): Promise<Cost> => {
    await prepare(postgres, indexes);
    await postgres.query(INSERT);
    await postgres.query("vacuum analyze paid");
    await postgres.query("select pg_stat_reset_single_table_counters('paid'::regclass)");
    const cost = await costOf(postgres, VIEW);
    await postgres.query("select pg_stat_force_next_flush()");
    hot.push(await hotShare(postgres));
    return cost;
  };
  const free = await hotOf(["(customer)"]);
  const lost = await hotOf(["(customer)", "(views)"]);
  await postgres.query("drop table paid");
  return [
    ...COUNTS.flatMap((count, at) => [
      ...costRows(`${BATCH} inserts, ${count} indexes`, inserts[at] ?? [], inserts[0] ?? []),
      ...costRows(
        `${BATCH} updates of a total, ${count} indexes`,
        updates[at] ?? [],
        updates[0] ?? [],
      ),
    ]),
    ...costRows(`${BATCH} updates of views, not indexed`, [free], [free]),
    ...costRows(`${BATCH} updates of views, indexed`, [lost], [free]),
    rowOf("updates of views, not indexed", "HOT updates", "share", [hot[0] ?? 0], [hot[0] ?? 0]),
    rowOf("updates of views, indexed", "HOT updates", "share", [hot[1] ?? 0], [hot[0] ?? 0]),
  ];
}

const INSERT = `
insert into paid select * from orders where id <= ${BATCH}`;
const UPDATE = "update paid set total = total + 1";
const VIEW = "update paid set views = views + 1";

async function prepare(postgres: TestPostgres, indexes: readonly string[]): Promise<void> {
  await postgres.query("drop table if exists paid");
  // Half of each page is free: there is room for new versions of rows.
  await postgres.query("create table paid (like orders) with (fillfactor = 50)");
  await postgres.query("alter table paid add primary key (id)");
  for (const index of indexes) await postgres.query(`create index on paid ${index}`);
  await postgres.query("checkpoint");
}

async function costOf(postgres: TestPostgres, sql: string): Promise<Cost> {
  const [row] = await postgres.query<{ readonly "QUERY PLAN": readonly [Explained] }>(
    `explain (analyze, wal, format json) ${sql}`,
  );
  const explained = row?.["QUERY PLAN"][0];
  if (explained === undefined) throw new Error("EXPLAIN said nothing");
  return {
    ms: explained["Execution Time"],
    walMb: explained.Plan["WAL Bytes"] / 1e6,
  };
}

interface Explained {
  readonly Plan: { readonly "WAL Bytes": number };
  readonly "Execution Time": number;
}

async function hotShare(postgres: TestPostgres): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const [row] = await postgres.query<{ readonly updates: number; readonly hot: number }>(
      "select n_tup_upd::float8 as updates, n_tup_hot_upd::float8 as hot from pg_stat_user_tables where relname = 'paid'",
    );
    if ((row?.updates ?? 0) >= BATCH) return (row?.hot ?? 0) / (row?.updates ?? 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the updates were never counted");
}

function costRows(subject: string, costs: readonly Cost[], base: readonly Cost[]): BenchRow[] {
  return [
    rowOf(
      subject,
      "time",
      "ms",
      costs.map(({ ms }) => ms),
      base.map(({ ms }) => ms),
    ),
    rowOf(
      subject,
      "WAL",
      "MB",
      costs.map(({ walMb }) => walMb),
      base.map(({ walMb }) => walMb),
    ),
  ];
}
