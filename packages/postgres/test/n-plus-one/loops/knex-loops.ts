import { loop, numbers, type Scenario } from "../scenario.ts";

/** Look-ups one by one through Knex. */
export const KNEX_LOOPS: readonly Scenario[] = [
  loop("first() for each author", /from "users"/, async ({ knex }) => {
    const posts = await knex("posts").select("id", "user_id").orderBy("id").limit(10);
    for (const post of posts) await knex("users").where({ id: post.user_id }).first();
  }),
  loop("all authors at once, each by itself", /from "users"/, async ({ knex }) => {
    const posts = await knex("posts").select("user_id").limit(12);
    await Promise.all(posts.map(({ user_id }) => knex("users").where("id", user_id).first("name")));
  }),
  loop("counts for each post", /from "comments"/, async ({ knex }) => {
    for (const id of numbers(8))
      await knex("comments").where("post_id", id).count("* as n").first();
  }),
  loop("whereIn of one", /from "products"/, async ({ knex }) => {
    for (const id of numbers(6)) await knex("products").whereIn("id", [id]).select("name");
  }),
  loop("the few tags of each post", /from "tags"/, async ({ knex }) => {
    const posts = await knex("posts").select("tag_ids").limit(9);
    for (const { tag_ids } of posts) await knex("tags").whereIn("id", tag_ids).pluck("name");
  }),
  loop("orders with their items, order by order", [/from "order_items"/], async ({ knex }) => {
    const orders = await knex("orders").where({ status: "paid" }).limit(7);
    return Promise.all(
      orders.map(async (order) => ({
        ...order,
        items: await knex("order_items").where("order_id", order.id),
      })),
    );
  }),
  loop("a join for each order", /from "order_items" as "i"/, async ({ knex }) => {
    for (const id of numbers(6, 20)) {
      await knex("order_items as i")
        .join("products as p", "p.id", "i.product_id")
        .where("i.order_id", id)
        .select("p.name", "i.quantity");
    }
  }),
  loop("raw SQL with bindings", /from users where id/, async ({ knex }) => {
    for (const id of numbers(5, 11)) await knex.raw("select name from users where id = ?", [id]);
  }),
  loop("raw SQL with the id in it", /from users where id/, async ({ knex }) => {
    for (const id of numbers(7, 21)) await knex.raw(`select name from users where id = ${id}`);
  }),
  loop("in a transaction that reads", /from "teams"/, async ({ knex }) => {
    await knex.transaction(async (trx) => {
      const users = await trx("users").select("team_id").limit(10);
      for (const user of users) await trx("teams").where("id", user.team_id).first();
    });
  }),
  loop("the latest comment of each post", /from "comments"/, async ({ knex }) => {
    const ids: number[] = await knex("posts").pluck("id").limit(8);
    for (const id of ids)
      await knex("comments").where("post_id", id).orderBy("created_at", "desc").first();
  }),
  loop("a permission for each team", /from "memberships"/, async ({ knex }) => {
    for (const team of numbers(9))
      await knex("memberships").where({ team_id: team, user_id: 5 }).first("role");
  }),
  loop("like each word", /from "posts"/, async ({ knex }) => {
    for (const word of ["1", "2", "3", "4", "5"])
      await knex("posts").whereILike("title", `%${word}`).select("id");
  }),
  loop("sums by customer", /from "orders"/, async ({ knex }) => {
    for (const id of numbers(10))
      await knex("orders").where("user_id", id).andWhere("status", "paid").sum("total as total");
  }),
  loop("authors and their teams, in turns", [/from "users"/, /from "teams"/], async ({ knex }) => {
    const posts = await knex("posts").select("user_id").orderBy("id").limit(6);
    for (const post of posts) {
      const user = await knex("users").where("id", post.user_id).first();
      await knex("teams").where("id", user.team_id).first("name");
    }
  }),
  loop("a subquery for each team", /from "users"/, async ({ knex }) => {
    for (const id of numbers(6)) {
      await knex("users")
        .whereIn("id", knex("memberships").select("user_id").where("team_id", id))
        .count();
    }
  }),
  loop("behind a model", /from "products"/, async ({ knex }) => {
    const products = {
      find: async (id: number): Promise<{ readonly name: string }> =>
        knex("products").where({ id }).first(),
    };
    const lines = await knex("order_items").where("quantity", 2).limit(10);
    const names = [];
    for (const line of lines) names.push((await products.find(line.product_id)).name);
    return names;
  }),
  loop("a distinct list for each category", /from "products"/, async ({ knex }) => {
    for (const id of numbers(6)) await knex("products").where("category_id", id).distinct("stock");
  }),
  loop("exists, user by user", /select exists/, async ({ knex }) => {
    for (const id of numbers(5, 40)) {
      await knex.select(knex.raw("exists (select 1 from orders where user_id = ?) as found", [id]));
    }
  }),
  loop("by uuid", /from "sessions"/, async ({ knex }) => {
    for (const n of numbers(5)) {
      await knex("sessions")
        .where("id", `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
        .first("user_id");
    }
  }),
  loop("limits that change beside the key", /from "comments"/, async ({ knex }) => {
    for (const id of numbers(7)) await knex("comments").where("post_id", id).limit(id).select("id");
  }),
];
