import { measureBloat, observeIndexes } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../test/support/postgres.ts";

/** How far the estimate of one index lies from what pgstatindex counts. */
export interface BloatError {
  readonly name: string;
  readonly estimated: number;
  readonly measured: number;
}

const ROWS = 60_000;
/** What becomes of the rows of a table after its indexes were filled. */
const FATES: Readonly<Record<string, string>> = {
  fresh: "select 1",
  "a fifth gone": "delete from § where id % 5 = 0",
  "half gone": "delete from § where id % 2 = 0",
  "four fifths gone": "delete from § where id % 5 > 0",
  "old ones gone": `delete from § where id < ${ROWS * 0.7}`,
  updated: "update § set number = number + 1, word = word || 'x' where id % 2 = 0",
  "updated twice": "update § set number = number + 1; update § set number = number - 1",
};
const LEAST_BYTES = 512 * 1024;

/** Fills and empties tables in several ways, and compares the estimate of every larger B-tree with what pgstatindex counts. */
export async function measureBloatErrors(postgres: TestPostgres): Promise<readonly BloatError[]> {
  const url = await postgres.createDatabase("bloat");
  const run = (sql: string) => postgres.query(sql, undefined, "bloat");
  await run("create extension pgstattuple");
  for (const [position, fate] of Object.values(FATES).entries()) {
    const table = `t${position}`;
    await run(`create table ${table} (id int primary key, number int not null, word text not null, few int not null, stamp timestamptz, price numeric);
      create index ${table}_word on ${table} (word); create index ${table}_few on ${table} (few);
      insert into ${table} select g, (g * 7919) % 100003, md5(g::text), g % 100, case when g % 3 > 0 then now() + g * interval '1 s' end, g * 1.25
        from generate_series(1, ${ROWS}) g;
      create index ${table}_number on ${table} (number); create index ${table}_two on ${table} (few, word);
      create index ${table}_stamp on ${table} (stamp); create index ${table}_price on ${table} (price);
      create index ${table}_part on ${table} (word) where few < 50; create index ${table}_lower on ${table} (lower(word));`);
    await run(fate.replaceAll("§", table));
  }
  await run("vacuum analyze");
  const { indexes } = await observeIndexes(url);
  const large = indexes.filter(
    ({ index, estimatedBloat }) => index.sizeBytes >= LEAST_BYTES && estimatedBloat !== null,
  );
  const measured = await measureBloat(
    url,
    large.map(({ index }) => index),
  );
  const byName = new Map(measured.map((one) => [one.name, one.bloat]));
  return large.flatMap(({ index, estimatedBloat }) => {
    const share = byName.get(index.name);
    if (share === undefined || estimatedBloat === null) return [];
    const fate = Object.keys(FATES)[Number(index.name.slice(1, 2))] ?? "";
    return [{ name: `${index.name} (${fate})`, estimated: estimatedBloat, measured: share }];
  });
}
