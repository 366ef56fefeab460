import type { TestPostgres } from "../../test/support/postgres.ts";
import { loadTpch } from "../index-advice/tpch/load-tpch.ts";
import { tpchQueries } from "../index-advice/tpch/queries.ts";

const SCALE = Number(process.env.STREAMGATE_BENCH_SCALE ?? 0.1);
const SEED = 7;

/** The 22 queries over eight tables that have their primary keys and no other index. */
export const TPCH = {
  database: "tpch",
  scale: SCALE,
  statements: tpchQueries(SEED, SCALE),
} as const;

export async function loadTpchWithoutIndexes(
  postgres: TestPostgres,
  folder: string,
): Promise<void> {
  await loadTpch(postgres, { database: TPCH.database, scale: SCALE, seed: SEED, folder });
}
