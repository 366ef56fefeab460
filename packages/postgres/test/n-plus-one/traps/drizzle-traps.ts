import { and, asc, count, desc, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import { chunks, numbers, pause, type Scenario, trap } from "../scenario.ts";
import {
  audit,
  comments,
  orders,
  posts,
  products,
  settings,
  tags,
  teams,
  users,
} from "../tables.ts";

/** Loops through Drizzle that are as they should be, or are no loops. */
export const DRIZZLE_TRAPS: readonly Scenario[] = [
  trap("inserts in a transaction", ({ drizzle }) =>
    drizzle.transaction(async (tx) => {
      for (const n of numbers(8)) await tx.insert(audit).values({ what: `row ${n}` });
    }),
  ),
  trap("inserts that give their ids back", ({ drizzle }) =>
    drizzle.transaction(async (tx) => {
      for (const n of numbers(7))
        await tx
          .insert(audit)
          .values({ what: `row ${n}` })
          .returning({ id: audit.id });
    }),
  ),
  trap("updates in a transaction", ({ drizzle }) =>
    drizzle.transaction(async (tx) => {
      for (const id of numbers(8))
        await tx.update(products).set({ stock: 100 }).where(eq(products.id, id));
    }),
  ),
  trap("upserts", async ({ drizzle }) => {
    for (const id of numbers(6, 800)) {
      await drizzle
        .insert(tags)
        .values({ id, name: "new" })
        .onConflictDoUpdate({ target: tags.id, set: { name: "again" } });
    }
  }),
  trap("deletes", async ({ drizzle }) => {
    for (const id of numbers(6, 800)) await drizzle.delete(tags).where(eq(tags.id, id));
  }),
  trap("rows in chunks of values", async ({ drizzle }) => {
    for (const part of chunks(numbers(45), 10))
      await drizzle.insert(audit).values(part.map((n) => ({ what: `row ${n}` })));
  }),
  trap("rows locked", ({ drizzle }) =>
    drizzle.transaction(async (tx) => {
      for (const id of numbers(6))
        await tx.select().from(products).where(eq(products.id, id)).for("update");
    }),
  ),
  trap("pages by OFFSET", async ({ drizzle }) => {
    for (const page of numbers(6, 0))
      await drizzle
        .select()
        .from(comments)
        .orderBy(comments.id)
        .limit(20)
        .offset(page * 20);
  }),
  trap("pages by key", async ({ drizzle }) => {
    let last = 0;
    for (let page = 0; page < 6; page += 1) {
      const rows = await drizzle
        .select()
        .from(products)
        .where(gt(products.id, last))
        .orderBy(asc(products.id))
        .limit(25);
      last = rows.at(-1)?.id ?? last;
    }
  }),
  trap("pages by key of one status", async ({ drizzle }) => {
    let last = 0;
    for (let page = 0; page < 6; page += 1) {
      const rows = await drizzle
        .select()
        .from(orders)
        .where(and(eq(orders.status, "paid"), gt(orders.id, last)))
        .orderBy(orders.id)
        .limit(9);
      last = rows.at(-1)?.id ?? last + 1;
    }
  }),
  trap("pages by a key of two columns, spelled out", async ({ drizzle }) => {
    let last = { createdAt: new Date("2100-01-01"), id: 0 };
    for (let page = 0; page < 6; page += 1) {
      const rows = await drizzle
        .select()
        .from(comments)
        .where(
          or(
            lt(comments.createdAt, last.createdAt),
            and(eq(comments.createdAt, last.createdAt), lt(comments.id, last.id)),
          ),
        )
        .orderBy(desc(comments.createdAt), desc(comments.id))
        .limit(25);
      last = rows.at(-1) ?? last;
    }
  }),
  trap("ids in chunks", async ({ drizzle }) => {
    for (const ids of chunks(numbers(200), 30))
      await drizzle
        .select()
        .from(comments)
        .where(inArray(comments.id, [...ids]));
  }),
  trap("the state polled", async ({ drizzle }) => {
    for (let look = 0; look < 5; look += 1) {
      await drizzle.execute(sql`select state from jobs where id = ${3}`);
      await pause(2);
    }
  }),
  trap("two people", async ({ drizzle }) => {
    await drizzle.select().from(users).where(eq(users.id, 1));
    await drizzle.select().from(users).where(eq(users.id, 2));
  }),
  trap("three people", ({ drizzle }) => {
    const find = (id: number) => drizzle.select().from(users).where(eq(users.id, id));
    return Promise.all([find(4), find(5), find(6)]);
  }),
  trap("settings by name, each in its place", async ({ drizzle }) => {
    const setting = (name: string) =>
      drizzle.select().from(settings).where(eq(settings.name, name)).execute();
    const currency = await setting("currency");
    const locale = await setting("locale");
    const theme = await setting("theme");
    const vat = await setting("vat");
    const shipping = await setting("shipping");
    return [currency, locale, theme, vat, shipping];
  }),
  trap("settings by name, each awaited in its place", async ({ drizzle }) => {
    const setting = (name: string) =>
      drizzle.select().from(settings).where(eq(settings.name, name));
    const currency = await setting("currency");
    const locale = await setting("locale");
    const theme = await setting("theme");
    const vat = await setting("vat");
    const returns = await setting("returns");
    return [currency, locale, theme, vat, returns];
  }),
  trap("different tables", async ({ drizzle }) => {
    for (const table of [users, teams, posts, comments, tags, products]) {
      await drizzle.select({ n: count() }).from(table).where(gt(table.id, 0));
    }
  }),
  trap("a row of each table", async ({ drizzle }) => {
    for (const [index, table] of [users, teams, posts, tags, products, orders].entries()) {
      await drizzle
        .select()
        .from(table)
        .where(eq(table.id, index + 1));
    }
  }),
  trap("health checks", async ({ drizzle }) => {
    for (let check = 0; check < 6; check += 1)
      await drizzle.execute(sql`select ${check}::int as check`);
  }),
  trap("the same row again", async ({ drizzle }) => {
    for (let look = 0; look < 5; look += 1)
      await drizzle.select().from(teams).where(eq(teams.id, 1));
  }),
  trap("loaded as it should be", async ({ drizzle }) => {
    const list = await drizzle.select().from(posts).limit(15);
    await drizzle
      .select()
      .from(users)
      .where(
        inArray(
          users.id,
          list.map(({ userId }) => userId),
        ),
      );
    await drizzle
      .select()
      .from(comments)
      .where(
        inArray(
          comments.postId,
          list.map(({ id }) => id),
        ),
      );
  }),
  trap("tried again after a failure", async ({ drizzle }) => {
    for (let attempt = 1; attempt < 6; attempt += 1) {
      await drizzle
        .execute(sql`select id / ${0}::int from users where id = ${attempt}`)
        .catch(() => undefined);
    }
  }),
];
