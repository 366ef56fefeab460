import type { TestPostgres } from "./postgres.ts";

/**
 * Makes `count` tables of ten columns and two indexes beside the primary key, with a few rows and
 * statistics each.
 */
export async function createManyTables(
  postgres: Pick<TestPostgres, "query">,
  count: number,
  database?: string,
): Promise<void> {
  await postgres.query(
    `do $body$
     begin
       for number in 1..${count} loop
         execute format('create table %I as
           select i as id, i %% 10 as kind, i %% 3 = 0 as is_open, md5(i::text) as hash,
                  ''name '' || i as name, i * 1.5 as amount, now() - i * interval ''1 hour'' as created_at,
                  i %% 50 as owner_id, jsonb_build_object(''n'', i) as payload, repeat(''x'', i %% 20) as note
           from generate_series(1, 300) as i', 'table_' || number);
         execute format('alter table %I add primary key (id)', 'table_' || number);
         execute format('create index on %I (owner_id, created_at)', 'table_' || number);
         execute format('create index on %I (lower(name))', 'table_' || number);
       end loop;
     end
     $body$`,
    undefined,
    database,
  );
  await postgres.query("vacuum analyze", undefined, database);
}
