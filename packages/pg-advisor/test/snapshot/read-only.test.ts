import { expect, test } from "vitest";
import {
  type PostgresMajor,
  startTestPostgres,
  type TestPostgres,
} from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { readStatementCounters } from "../../src/snapshot/read-statement-counters.ts";

/** What changes whenever anybody writes anything, be it a hint bit of a full page. */
const TRACES = `
select pg_current_wal_lsn()::text as wal,
       (select json_build_array(tup_inserted, tup_updated, tup_deleted, temp_files, temp_bytes)::text
        from pg_stat_database where datname = current_database()) as writes,
       (select md5(string_agg(c::text || c.xmin || c.ctid, ',' order by oid)) from pg_class as c) as relations,
       (select md5(string_agg(a.attrelid || a.attname || a.xmin || a.ctid, ',' order by attrelid, attnum))
        from pg_attribute as a) as columns,
       (select md5(string_agg(i::text || i.xmin || i.ctid, ',' order by indexrelid)) from pg_index as i) as indexes,
       (select md5(string_agg(p.oid || p.proname || p.xmin || p.ctid, ',' order by oid)) from pg_proc as p) as functions,
       (select md5(string_agg(s::text, ',' order by starelid, staattnum)) from pg_statistic as s) as statistics`;

const QUIET = {
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
  work_mem: "64MB",
  bgwriter_lru_maxpages: "0",
};

async function fill(server: TestPostgres): Promise<void> {
  await server.query(`
    create table users (id int primary key, name text, at timestamptz);
    create index on users (lower(name));
    create statistics together on id, name from users;
    create view names as select name from users;
    insert into users select g, 'n' || g % 10, now() from generate_series(1, 5000) as g;
    create role watcher login password 'w';
    grant pg_monitor, pg_read_all_data to watcher`);
  // Twice: the first leaves dead rows of its own in the catalogue, which any reader would prune.
  await server.query("vacuum (freeze, analyze)");
  await server.query("vacuum (freeze)");
  await server.query("checkpoint");
}

/** Sessions report their counts when they end, or later: waits until a report made now has come in. */
async function allCounted(server: TestPostgres): Promise<void> {
  const rollbacks = async (): Promise<number> => {
    const [row] = await server.query(
      "select xact_rollback::int as n from pg_stat_database where datname = current_database()",
    );
    return Number(row?.n);
  };
  const earlier = await rollbacks();
  await server.query("begin; select 1; rollback");
  await until(async () => (await rollbacks()) > earlier);
}

test.each<PostgresMajor>([14, 15, 16, 17, 18])(
  "reading %i with pg_monitor and pg_read_all_data alone writes nothing",
  async (major) => {
    const server = await startTestPostgres({ major, settings: QUIET });
    try {
      await fill(server);
      const url = new URL(server.url());
      url.username = "watcher";
      url.password = "w";
      await allCounted(server);
      const [before] = await server.query(TRACES);
      const snapshot = await readSnapshot(url.href);
      await readStatementCounters(url.href);
      await allCounted(server);
      const [after] = await server.query(TRACES);
      expect(after).toEqual(before);
      expect(
        snapshot.columnStatistics.map(({ relation, column }) => `${relation}.${column}`),
      ).toEqual(["users.at", "users.id", "users.name", "users_lower_idx.lower"]);
      expect(snapshot.statements.length).toBeGreaterThan(0);
    } finally {
      await server.stop();
    }
  },
);
