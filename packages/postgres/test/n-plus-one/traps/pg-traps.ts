import pg from "pg";
import { chunks, numbers, pause, type Scenario, trap } from "../scenario.ts";

async function inTransaction(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await work(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

/** Loops through pg that are as they should be, or are no loops. */
export const PG_TRAPS: readonly Scenario[] = [
  trap("rows written one by one in a transaction", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const n of numbers(15))
        await client.query("insert into audit (what) values ($1)", [`row ${n}`]);
    }),
  ),
  trap("updates in a transaction", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const id of numbers(12))
        await client.query("update products set stock = stock - 1 where id = $1", [id]);
    }),
  ),
  trap("upserts that give their rows back", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const id of numbers(8, 500)) {
        await client.query(
          "insert into tags (id, name) values ($1, $2) on conflict (id) do update set name = excluded.name returning id",
          [id, `tag ${id}`],
        );
      }
    }),
  ),
  trap("deletes in a transaction", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const id of numbers(9, 500)) await client.query("delete from tags where id = $1", [id]);
    }),
  ),
  trap("accounts locked in order before they are changed", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const id of numbers(6))
        await client.query("select stock from products where id = $1 for update", [id]);
      for (const id of numbers(6))
        await client.query("update products set stock = stock where id = $1", [id]);
    }),
  ),
  trap("rows locked against change only", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const id of numbers(5))
        await client.query("select name from teams where id = $1 for no key update", [id]);
    }),
  ),
  trap("a parent and its children written with the ids that came back", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const n of numbers(6)) {
        const { rows } = await client.query("insert into jobs (payload) values ($1) returning id", [
          { n },
        ]);
        await client.query("insert into audit (what) values ($1)", [`job ${rows[0].id}`]);
      }
    }),
  ),
  trap("pages by key", async ({ pool }) => {
    let last = 0;
    for (;;) {
      const { rows } = await pool.query(
        "select id, name from products where id > $1 order by id limit 25",
        [last],
      );
      if (rows.length === 0) return;
      last = rows.at(-1).id;
    }
  }),
  trap("pages by key within one customer's rows", async ({ pool }) => {
    let last = 0;
    for (let page = 0; page < 6; page += 1) {
      const { rows } = await pool.query(
        "select id from comments where user_id <> $1 and id > $2 order by id limit $3",
        [5, last, 20],
      );
      last = rows.at(-1).id;
    }
  }),
  trap("pages of one status by key", async ({ pool }) => {
    let last = 0;
    for (let page = 0; page < 8; page += 1) {
      const { rows } = await pool.query(
        "select id from orders where status = $1 and id > $2 order by id limit 5",
        ["paid", last],
      );
      last = rows.at(-1)?.id ?? last + 1;
    }
  }),
  trap("pages by OFFSET", async ({ pool }) => {
    for (const page of numbers(8, 0))
      await pool.query("select id from comments order by id limit $1 offset $2", [20, page * 20]);
  }),
  trap("pages by OFFSET with the numbers in the text", async ({ pool }) => {
    for (const page of numbers(7, 0))
      await pool.query(`select id from posts order by id limit 5 offset ${page * 5}`);
  }),
  trap("pages by a key of two columns", async ({ pool }) => {
    let [at, id]: [Date, number] = [new Date("2100-01-01"), 0];
    for (let page = 0; page < 6; page += 1) {
      const { rows } = await pool.query(
        "select id, created_at from comments where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 30",
        [at, id],
      );
      [at, id] = [rows.at(-1).created_at, rows.at(-1).id];
    }
  }),
  trap("pages by a key of two columns, spelled out", async ({ pool }) => {
    let [at, id]: [Date, number] = [new Date("2100-01-01"), 0];
    for (let page = 0; page < 6; page += 1) {
      const { rows } = await pool.query(
        "select id, created_at from comments where created_at < $1 or (created_at = $1 and id < $2) order by created_at desc, id desc limit 30",
        [at, id],
      );
      [at, id] = [rows.at(-1).created_at, rows.at(-1).id];
    }
  }),
  trap("a table read in ten parts", async ({ pool }) => {
    for (const part of numbers(10, 0)) {
      await pool.query("select id from comments where id % 10 = $1", [part]);
    }
  }),
  trap("a server-side cursor", ({ pool }) =>
    inTransaction(pool, async (client) => {
      await client.query("declare every_comment cursor for select id from comments");
      for (let read = 0; read < 6; read += 1) await client.query("fetch 50 from every_comment");
      await client.query("close every_comment");
    }),
  ),
  trap("tried again until it succeeds", async ({ pool }) => {
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      try {
        await pool.query(
          "select id / (($2::int - 6) * ($2::int - 6)) from products where id = $1",
          [1, attempt === 6 ? 7 : 6],
        );
      } catch {
        await pause(1);
      }
    }
  }),
  trap("a transaction tried again as a whole", async ({ pool }) => {
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await inTransaction(pool, async (client) => {
        await client.query("select stock from products where id = $1", [3]);
        await client.query("select stock from products where id = $1", [4]);
        await client.query("update products set stock = stock where id = 3");
        if (attempt < 4) throw new Error("serialization failure");
      }).catch(() => undefined);
    }
  }),
  trap("a job's state polled", async ({ pool }) => {
    for (let look = 0; look < 6; look += 1) {
      await pool.query("select state from jobs where id = $1", [1]);
      await pause(2);
    }
  }),
  trap("what is new since the last look", async ({ pool }) => {
    let since = 0;
    for (let look = 0; look < 6; look += 1) {
      const { rows } = await pool.query(
        "select id from events_2026_01 where id > $1 order by id limit 10",
        [since],
      );
      since = rows.at(-1).id;
      await pause(1);
    }
  }),
  trap("the two sides of a transfer", async ({ pool }) => {
    for (const id of [3, 9]) await pool.query("select name from users where id = $1", [id]);
  }),
  trap("buyer, seller and agent", async ({ pool }) => {
    const find = (id: number) => pool.query("select name, email from users where id = $1", [id]);
    return [await find(1), await find(2), await find(3)];
  }),
  trap("six settings, each where it is needed", async ({ pool }) => {
    const setting = async (name: string): Promise<string> => {
      const { rows } = await pool.query("select value from settings where name = $1", [name]);
      return rows[0].value;
    };
    const currency = await setting("currency");
    const locale = await setting("locale");
    const theme = await setting("theme");
    const vat = await setting("vat");
    const shipping = await setting("shipping");
    return [currency, locale, theme, vat, shipping, await setting("returns")];
  }),
  trap("many tables counted", async ({ pool }) => {
    for (const table of ["users", "teams", "posts", "comments", "tags", "products", "orders"]) {
      await pool.query(`select count(*) from ${pg.escapeIdentifier(table)} where id > $1`, [0]);
    }
  }),
  trap("a month's table after the other", async ({ pool }) => {
    for (const month of numbers(6))
      await pool.query(`select count(*) from events_2026_0${month} where kind = $1`, ["click"]);
  }),
  trap("one row of each of many tables", async ({ pool }) => {
    for (const [index, table] of [
      "users",
      "teams",
      "posts",
      "comments",
      "tags",
      "products",
    ].entries()) {
      await pool.query(`select * from ${table} where id = $1`, [index + 1]);
    }
  }),
  trap("tables copied out", async ({ pool }) => {
    for (const table of ["users", "teams", "posts", "tags", "orders", "products"])
      await pool.query(`copy ${table} to '/dev/null'`);
  }),
  trap("health checks", async ({ pool }) => {
    for (let check = 0; check < 12; check += 1) await pool.query("select 1");
  }),
  trap("health checks that count", async ({ pool }) => {
    for (const check of numbers(8)) await pool.query("select $1::int as check", [check]);
  }),
  trap("the clock asked again and again", async ({ pool }) => {
    for (let look = 0; look < 7; look += 1)
      await pool.query("select now() as now, pg_backend_pid() as pid");
  }),
  trap("migrations that are made", async ({ pool }) => {
    for (const version of ["20260021", "20260022", "20260023", "20260024", "20260025"]) {
      const { rowCount } = await pool.query("select 1 from schema_migrations where version = $1", [
        version,
      ]);
      if (rowCount === 0)
        await pool.query(`create table if not exists migrated_${version} (id int)`);
    }
  }),
  trap("migrations that were made before", async ({ pool }) => {
    for (const n of numbers(12))
      await pool.query("select 1 from schema_migrations where version = $1", [
        `2026${String(n).padStart(4, "0")}`,
      ]);
  }),
  trap("a schema that is looked into", async ({ pool }) => {
    for (const table of ["users", "teams", "posts", "tags", "orders"]) {
      await pool.query(
        "select column_name, data_type from information_schema.columns where table_name = $1",
        [table],
      );
    }
  }),
  trap("the catalogue asked for each table", async ({ pool }) => {
    for (const table of ["users", "teams", "posts", "tags", "orders", "jobs"]) {
      await pool.query(
        "select c.oid, c.reltuples from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relname = $1",
        [table],
      );
    }
  }),
  trap("hundreds of ids, fifty at a time", async ({ pool }) => {
    for (const ids of chunks(numbers(275), 50))
      await pool.query("select id, body from comments where id = any($1)", [ids]);
  }),
  trap("lists written out, twenty at a time", async ({ pool }) => {
    for (const ids of chunks(numbers(110), 20)) {
      const places = ids.map((_, index) => `$${index + 1}`).join(", ");
      await pool.query(`select id, name from products where id in (${places})`, [...ids]);
    }
  }),
  trap("lists in the text, ten at a time", async ({ pool }) => {
    for (const ids of chunks(numbers(58), 10))
      await pool.query(`select id from users where id in (${ids.join(",")})`);
  }),
  trap("ids in order, three at a time", async ({ pool }) => {
    for (const ids of chunks(numbers(20), 3)) {
      await pool.query("select id, name from users where id = any($1)", [ids]);
    }
  }),
  trap("rows inserted by unnest, a hundred at a time", async ({ pool }) => {
    for (const part of chunks(numbers(550), 100))
      await pool.query("insert into audit (what) select * from unnest($1::text[])", [
        part.map(String),
      ]);
  }),
  trap("rows inserted in lists of rows", async ({ pool }) => {
    for (const part of chunks(numbers(35), 6)) {
      await pool.query(
        `insert into audit (what) values ${part.map((_, index) => `($${index + 1})`).join(", ")}`,
        part.map(String),
      );
    }
  }),
  trap("keys joined as a list of values", async ({ pool }) => {
    for (const part of chunks(numbers(60), 12)) {
      const values = part.map((_, index) => `($${index + 1}::int)`).join(", ");
      await pool.query(
        `select p.name from products p join (values ${values}) as wanted (id) on wanted.id = p.id`,
        [...part],
      );
    }
  }),
  trap("a level of a tree at a time", async ({ pool }) => {
    let level = [1, 2];
    for (let depth = 0; depth < 6; depth += 1) {
      const { rows } = await pool.query("select id from categories where parent_id = any($1)", [
        [...level, 90, 91, 92, 93, 94],
      ]);
      level = rows.map(({ id }) => id);
    }
  }),
  trap("ranges of ids", async ({ pool }) => {
    for (const from of [1, 51, 101, 151, 201, 251])
      await pool.query("select count(*) from comments where id between $1 and $2", [
        from,
        from + 49,
      ]);
  }),
  trap("advisory locks", async ({ pool }) => {
    const client = await pool.connect();
    for (const key of numbers(6)) await client.query("select pg_advisory_lock($1)", [key]);
    await client.query("select pg_advisory_unlock_all()");
    client.release();
  }),
  trap("numbers of a sequence", async ({ pool }) => {
    for (let n = 0; n < 6; n += 1) await pool.query("select nextval('invoice_numbers') as number");
  }),
  trap("a setting of the session for each tenant", async ({ pool }) => {
    const client = await pool.connect();
    for (const tenant of numbers(6)) {
      await client.query("select set_config('app.tenant', $1, false)", [String(tenant)]);
      await client.query("select count(*) from orders where status = 'open'");
    }
    client.release();
  }),
  trap("savepoints round each row", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (const n of numbers(6)) {
        await client.query("savepoint row");
        await client.query("insert into audit (what) values ($1)", [`row ${n}`]);
        await client.query("release savepoint row");
      }
    }),
  ),
  trap("a short transaction for each job", async ({ pool }) => {
    for (const id of numbers(6)) {
      await inTransaction(pool, async (client) => {
        await client.query("update jobs set attempts = attempts + 1 where id = $1", [id]);
      });
    }
  }),
  trap("a queue emptied", async ({ pool }) => {
    for (let taken = 0; taken < 6; taken += 1) {
      await pool.query(
        "update jobs set state = 'done' where id = (select id from jobs where state = 'queued' order by id limit 1 for update skip locked) returning id",
      );
    }
  }),
  trap("a queue looked at, one locked row at a time", ({ pool }) =>
    inTransaction(pool, async (client) => {
      for (let taken = 0; taken < 5; taken += 1)
        await client.query("select id from jobs where state = $1 limit 1 for update skip locked", [
          "queued",
        ]);
    }),
  ),
  trap("the same row again and again", async ({ pool }) => {
    for (let look = 0; look < 6; look += 1)
      await pool.query("select name from users where id = $1", [7]);
  }),
  trap("a dashboard of different figures", async ({ pool }) => {
    await Promise.all([
      pool.query("select count(*) from users where team_id = $1", [1]),
      pool.query("select count(*) from orders where user_id = $1", [1]),
      pool.query("select sum(total) from orders where user_id = $1", [1]),
      pool.query("select count(*) from comments where user_id = $1", [1]),
      pool.query("select max(created_at) from posts where user_id = $1", [1]),
    ]);
  }),
  trap("tables maintained", async ({ pool }) => {
    for (const table of ["users", "teams", "posts", "tags", "orders"])
      await pool.query(`analyze ${table}`);
  }),
  trap("a free slug sought", async ({ pool }) => {
    for (const slug of ["post-1", "post-1-2", "post-1-3"])
      await pool.query("select 1 from posts where slug = $1", [slug]);
  }),
  trap("a list and its one total", async ({ pool }) => {
    await pool.query("select id, title from posts order by id limit 20");
    await pool.query("select count(*) from posts");
    await pool.query("select id, name from users where id = any($1)", [numbers(20)]);
    await pool.query("select id, name from tags where id = any($1)", [numbers(20)]);
  }),
];
