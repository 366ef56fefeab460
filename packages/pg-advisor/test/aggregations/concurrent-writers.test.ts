import { type Random, seededRandom } from "@streamgate/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { insertVisits, planSummary, SCHEMA } from "./audience.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres({
    major: 15,
    settings: { autovacuum: "off", deadlock_timeout: "15ms" },
  });
});

afterAll(() => postgres?.stop());

const WRITERS = 5;
const TRANSACTIONS = 20;
/** A transaction that lost against another one is repeated by its application. */
const REPEATABLE = new Set(["40001", "40P01"]);

function write(random: Random, writer: number): string {
  const id = 1 + random.integer(400);
  switch (random.integer(6)) {
    case 0:
      return insertVisits(writer * 1_000 + random.integer(900), writer * 1_000 + 905);
    case 1:
      return `delete from visits where id = ${id}`;
    case 2:
      return `update visits set kind = '${random.pick(["play", "stop", "chat", "new"])}', country = null where id in (${id}, ${id + 1}, ${id + 2})`;
    case 3:
      return `update visits set watched = watched + 7, price = null where user_id = ${1 + random.integer(7)} and id % 5 = 0`;
    case 4:
      return `insert into visits (id, user_id, kind, watched, seen_at) overriding system value values (${id}, 1, 'play', 5, '2026-02-01')
        on conflict (id) do update set watched = excluded.watched, seen_at = excluded.seen_at`;
    default:
      return `merge into visits as v using (select ${id} as id) as s on v.id = s.id
        when matched and v.id % 2 = 0 then delete
        when matched then update set country = 'MX'
        when not matched then insert (user_id, kind, watched, seen_at) values (3, 'chat', 1, '2026-02-02')`;
  }
}

async function writeAtRandom(url: string, writer: number): Promise<number> {
  const random = seededRandom(100 + writer);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let committed = 0;
  try {
    for (let transaction = 0; transaction < TRANSACTIONS; transaction += 1) {
      const level = random.pick([
        "read committed",
        "read committed",
        "repeatable read",
        "serializable",
      ]);
      // MERGE before 17 cannot be repeated within its statement; what loses goes on with the next transaction.
      try {
        await client.query(`begin isolation level ${level}`);
        for (let count = 1 + random.integer(3); count > 0; count -= 1)
          await client.query(write(random, writer));
        await client.query(random.integer(6) === 0 ? "rollback" : "commit");
        committed += 1;
      } catch (error) {
        await client.query("rollback");
        if (!REPEATABLE.has((error as { code?: string }).code ?? "")) throw error;
      }
    }
  } finally {
    await client.end();
  }
  return committed;
}

const STATEMENTS = [
  ["select count(*), sum(price), avg(watched) from visits", 8],
  [
    "select country, kind, sum(watched), count(price), sum(bytes) from visits group by country, kind",
    1,
  ],
  ["select date_trunc('day', seen_at) as day, device, avg(price) from visits group by 1, 2", 4],
] as const;

describe("a summary that triggers keep", () => {
  it.each(STATEMENTS)("is equal to its table after concurrent writers: %s", async (text, slots) => {
    const database = `writers_${slots}`;
    const url = await postgres.createDatabase(database);
    await postgres.query(SCHEMA, undefined, database);
    await postgres.query(insertVisits(1, 400), undefined, database);
    const snapshot = await readSnapshot(url, { needsStatements: false });
    const { steps, reading } = planSummary(text, [], snapshot, "trigger", slots);
    const early = writeAtRandom(url, 0);
    // The summary is made while somebody writes.
    for (const { apply } of steps) await postgres.query(apply, undefined, database);
    const writers = Array.from({ length: WRITERS }, (_, index) => writeAtRandom(url, index + 1));
    const committed = await Promise.all([early, ...writers]);
    expect(committed.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(WRITERS * 5);

    const sorted = async (sql: string): Promise<readonly string[]> =>
      (await postgres.query(sql, undefined, database)).map((row) => JSON.stringify(row)).toSorted();
    expect(await sorted(reading)).toEqual(await sorted(text));
    await postgres.query("truncate visits", undefined, database);
    expect(await sorted(reading)).toEqual(await sorted(text));
    for (const { revert } of steps.toReversed()) await postgres.query(revert, undefined, database);
    const left = await postgres.query(
      "select 1 from pg_trigger where not tgisinternal union all select 1 from pg_class where relname like 'visits\\_%' and relkind in ('r', 'm') union all select 1 from pg_proc where proname like 'visits%'",
      undefined,
      database,
    );
    expect(left).toEqual([]);
  });

  it("can be read by whoever may read the table, and written through by whoever may only write it", async () => {
    const url = await postgres.createDatabase("roles");
    await postgres.query(SCHEMA, undefined, "roles");
    await postgres.query(
      "create role reader login; create role writer login; grant select on visits to reader; grant insert on visits to writer; grant usage on schema public to reader, writer",
      undefined,
      "roles",
    );
    const snapshot = await readSnapshot(url, { needsStatements: false });
    const { steps, reading } = planSummary(
      "select kind, count(*) from visits group by kind",
      [],
      snapshot,
      "trigger",
    );
    for (const { apply } of steps) await postgres.query(apply, undefined, "roles");
    await postgres.query(
      "set role writer; insert into visits (user_id, kind, watched, seen_at) values (1, 'play', 1, now())",
      undefined,
      "roles",
    );
    const rows = await postgres.query(`set role reader; ${reading}`, undefined, "roles");
    expect(rows).toEqual([{ kind: "play", count: "1" }]);
  });
});
