import type { TestPostgres } from "../../test/support/postgres.ts";
import type { BenchRow } from "../contract.ts";
import { rowOf } from "./rows.ts";

/** What is left of an index after nine of ten rows went, and what a rebuild makes of it; and what a prefix costs beside a longer index. */
export async function measureNeglect(postgres: TestPostgres): Promise<readonly BenchRow[]> {
  await postgres.query("create index left_behind on orders (customer, placed_at)");
  await postgres.query("create index prefix on orders (customer)");
  const full = await sizeOf(postgres, "left_behind");
  const prefix = await sizeOf(postgres, "prefix");
  const withoutPrefix = "select count(*) from orders where customer = 4711";
  const byPrefix = await pagesOf(postgres, withoutPrefix);
  await postgres.query("drop index prefix");
  const byLonger = await pagesOf(postgres, withoutPrefix);
  await postgres.query("delete from orders where id % 10 <> 0");
  await postgres.query("vacuum analyze orders");
  const emptied = await sizeOf(postgres, "left_behind");
  await postgres.query("reindex index concurrently left_behind");
  const rebuilt = await sizeOf(postgres, "left_behind");
  return [
    rowOf("(customer, placed_at), full", "size", "MB", [full], [full]),
    rowOf("(customer, placed_at), nine of ten rows gone", "size", "MB", [emptied], [full]),
    rowOf("(customer, placed_at), rebuilt", "size", "MB", [rebuilt], [full]),
    rowOf("(customer) beside (customer, placed_at)", "size", "MB", [prefix], [full]),
    rowOf("search by customer, with (customer)", "pages read", "pages", [byPrefix], [byPrefix]),
    rowOf(
      "search by customer, with (customer, placed_at) alone",
      "pages read",
      "pages",
      [byLonger],
      [byPrefix],
    ),
  ];
}

async function sizeOf(postgres: TestPostgres, index: string): Promise<number> {
  const [row] = await postgres.query<{ readonly mb: number }>(
    `select pg_relation_size('${index}') / 1e6::float8 as mb`,
  );
  return row?.mb ?? 0;
}

async function pagesOf(postgres: TestPostgres, sql: string): Promise<number> {
  const [row] = await postgres.query<{ readonly "QUERY PLAN": readonly [Explained] }>(
    `explain (analyze, buffers, format json) ${sql}`,
  );
  const { Plan: plan } = row?.["QUERY PLAN"][0] ?? { Plan: undefined };
  if (plan === undefined) throw new Error("EXPLAIN said nothing");
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}

interface Explained {
  readonly Plan: { readonly "Shared Hit Blocks": number; readonly "Shared Read Blocks": number };
}
