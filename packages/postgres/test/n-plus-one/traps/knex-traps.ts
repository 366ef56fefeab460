import { chunks, numbers, pause, type Scenario, trap } from "../scenario.ts";

/** Tables have other names each time that the corpus is run. */
let made = 0;

/** Loops through Knex that are as they should be, or are no loops. */
export const KNEX_TRAPS: readonly Scenario[] = [
  trap("inserts in a transaction", ({ knex }) =>
    knex.transaction(async (trx) => {
      for (const n of numbers(10)) await trx("audit").insert({ what: `row ${n}` });
    }),
  ),
  trap("updates in a transaction", ({ knex }) =>
    knex.transaction(async (trx) => {
      for (const id of numbers(9)) await trx("products").where({ id }).update({ stock: 100 });
    }),
  ),
  trap("batchInsert", ({ knex }) =>
    knex.batchInsert(
      "audit",
      numbers(60).map((n) => ({ what: `row ${n}` })),
      10,
    ),
  ),
  trap("upserts", ({ knex }) =>
    knex.transaction(async (trx) => {
      for (const id of numbers(6, 700))
        await trx("tags").insert({ id, name: "new" }).onConflict("id").merge().returning("id");
    }),
  ),
  trap("deletes, one by one", async ({ knex }) => {
    for (const id of numbers(7, 700)) await knex("tags").where({ id }).delete();
  }),
  trap("rows locked before they are changed", ({ knex }) =>
    knex.transaction(async (trx) => {
      for (const id of numbers(6)) {
        await trx("products").where({ id }).forUpdate().first();
        await trx("products").where({ id }).increment("stock", 0);
      }
    }),
  ),
  trap("pages by OFFSET", async ({ knex }) => {
    for (const page of numbers(7, 0))
      await knex("comments")
        .orderBy("id")
        .limit(20)
        .offset(page * 20);
  }),
  trap("pages by key", async ({ knex }) => {
    let last = 0;
    for (let page = 0; page < 6; page += 1) {
      const rows = await knex("products").where("id", ">", last).orderBy("id").limit(20);
      last = rows.at(-1).id;
    }
  }),
  trap("pages by key of one status", async ({ knex }) => {
    let last = 0;
    for (let page = 0; page < 6; page += 1) {
      const rows = await knex("orders")
        .where("status", "paid")
        .andWhere("id", ">", last)
        .orderBy("id")
        .limit(8);
      last = rows.at(-1)?.id ?? last + 1;
    }
  }),
  trap("pages by a key of two columns, spelled out", async ({ knex }) => {
    let last = { created_at: new Date("2100-01-01"), id: 0 };
    for (let page = 0; page < 6; page += 1) {
      const rows = await knex("comments")
        .where("created_at", "<", last.created_at)
        .orWhere((or) => {
          void or.where("created_at", last.created_at).andWhere("id", "<", last.id);
        })
        .orderBy([
          { column: "created_at", order: "desc" },
          { column: "id", order: "desc" },
        ])
        .limit(25);
      last = rows.at(-1);
    }
  }),
  trap("ids in chunks", async ({ knex }) => {
    for (const ids of chunks(numbers(230), 40)) await knex("comments").whereIn("id", [...ids]);
  }),
  trap("ids in chunks of six", async ({ knex }) => {
    for (const ids of chunks(numbers(50), 6))
      await knex("users")
        .whereIn("id", [...ids])
        .select("name");
  }),
  trap("the state of a job polled", async ({ knex }) => {
    for (let look = 0; look < 6; look += 1) {
      await knex("jobs").where({ id: 2 }).first("state");
      await pause(2);
    }
  }),
  trap("three people", async ({ knex }) => {
    const find = (id: number) => knex("users").where({ id }).first();
    return { buyer: await find(1), seller: await find(2), agent: await find(3) };
  }),
  trap("settings in six places", async ({ knex }) => {
    const setting = async (name: string) => (await knex("settings").where({ name }).first()).value;
    const currency = await setting("currency");
    const locale = await setting("locale");
    const theme = await setting("theme");
    const vat = await setting("vat");
    const returns = await setting("returns");
    return [currency, locale, theme, vat, returns];
  }),
  trap("a figure of each table", async ({ knex }) => {
    for (const table of ["users", "teams", "posts", "comments", "tags", "orders"])
      await knex(table).count();
  }),
  trap("a month's table after the other", async ({ knex }) => {
    for (const month of numbers(6))
      await knex(`events_2026_0${month}`).where("kind", "click").count();
  }),
  trap("health checks", async ({ knex }) => {
    for (let check = 0; check < 8; check += 1) await knex.raw("select 1+1 as result");
  }),
  trap("hasTable for each", async ({ knex }) => {
    for (const table of ["users", "teams", "posts", "tags", "missing"])
      await knex.schema.hasTable(table);
  }),
  trap("tables made", async ({ knex }) => {
    made += 1;
    for (const name of ["a", "b", "c", "d", "e"]) {
      await knex("settings").where({ name }).first();
      await knex.schema.createTable(`made_by_knex_${name}_${made}`, (table) => table.increments());
    }
  }),
  trap("the same question five times", async ({ knex }) => {
    for (let time = 0; time < 5; time += 1) await knex("users").where({ id: 4 }).first();
  }),
  trap("tried again until it works", async ({ knex }) => {
    for (let attempt = 1; attempt < 6; attempt += 1) {
      await knex("no_such_table")
        .where({ id: attempt })
        .first()
        .catch(() => undefined);
    }
  }),
  trap("loaded as it should be", async ({ knex }) => {
    const posts = await knex("posts").limit(20);
    await knex("users").whereIn(
      "id",
      posts.map(({ user_id }) => user_id),
    );
    await knex("comments").whereIn(
      "post_id",
      posts.map(({ id }) => id),
    );
  }),
  trap("ranges", async ({ knex }) => {
    for (const from of [0, 50, 100, 150, 200])
      await knex("comments")
        .whereBetween("id", [from, from + 49])
        .count();
  }),
  trap("two transactions with a few look-ups each", async ({ knex }) => {
    for (const id of [1, 2]) {
      await knex.transaction(async (trx) => {
        await trx("products").where({ id }).first();
        await trx("products").where({ id }).update({ stock: 100 });
      });
    }
  }),
];
