import { and, count, desc, eq, ilike, inArray, sql } from "drizzle-orm";
import { loop, numbers, type Scenario } from "../scenario.ts";
import {
  comments,
  memberships,
  orderItems,
  orders,
  posts,
  products,
  tags,
  teams,
  users,
} from "../tables.ts";

/** Look-ups one by one through Drizzle. */
export const DRIZZLE_LOOPS: readonly Scenario[] = [
  loop("the author of each post", /from "users"/, async ({ drizzle }) => {
    const list = await drizzle.select().from(posts).orderBy(posts.id).limit(10);
    for (const post of list) await drizzle.select().from(users).where(eq(users.id, post.userId));
  }),
  loop("authors at once, each by itself", /from "users"/, async ({ drizzle }) => {
    const list = await drizzle.select({ userId: posts.userId }).from(posts).limit(11);
    await Promise.all(
      list.map(({ userId }) =>
        drizzle.select({ name: users.name }).from(users).where(eq(users.id, userId)).limit(1),
      ),
    );
  }),
  loop("counts for each post", /from "comments"/, async ({ drizzle }) => {
    for (const id of numbers(7))
      await drizzle.select({ n: count() }).from(comments).where(eq(comments.postId, id));
  }),
  loop("the last order of each customer", /from "orders"/, async ({ drizzle }) => {
    for (const id of numbers(6)) {
      await drizzle
        .select()
        .from(orders)
        .where(eq(orders.userId, id))
        .orderBy(desc(orders.id))
        .limit(1);
    }
  }),
  loop("items and products", [/from "order_items"/, /from "products"/], async ({ drizzle }) => {
    for (const id of numbers(5)) {
      const items = await drizzle.select().from(orderItems).where(eq(orderItems.orderId, id));
      for (const item of items) {
        await drizzle
          .select({ name: products.name })
          .from(products)
          .where(eq(products.id, item.productId));
      }
    }
  }),
  loop("a left join for each order", /left join "products"/, async ({ drizzle }) => {
    for (const id of numbers(6, 30)) {
      await drizzle
        .select()
        .from(orderItems)
        .leftJoin(products, eq(products.id, orderItems.productId))
        .where(eq(orderItems.orderId, id));
    }
  }),
  loop("a prepared query", /from "teams"/, async ({ drizzle }) => {
    const byId = drizzle
      .select()
      .from(teams)
      .where(eq(teams.id, sql.placeholder("id")))
      .prepare("team_by_id");
    for (const id of numbers(6)) await byId.execute({ id });
  }),
  loop("the few tags of each post", /from "tags"/, async ({ drizzle }) => {
    const list = await drizzle.select({ tagIds: posts.tagIds }).from(posts).limit(8);
    for (const { tagIds } of list)
      await drizzle.select({ name: tags.name }).from(tags).where(inArray(tags.id, tagIds));
  }),
  loop("a list of one", /from "users"/, async ({ drizzle }) => {
    for (const id of numbers(6, 40))
      await drizzle
        .select()
        .from(users)
        .where(inArray(users.id, [id]));
  }),
  loop("a permission for each team", /from "memberships"/, async ({ drizzle }) => {
    for (const team of numbers(8)) {
      await drizzle
        .select({ role: memberships.role })
        .from(memberships)
        .where(and(eq(memberships.teamId, team), eq(memberships.userId, 3)));
    }
  }),
  loop("in a transaction that reads", /from "teams"/, async ({ drizzle }) => {
    await drizzle.transaction(async (tx) => {
      const list = await tx.select().from(users).limit(9);
      for (const user of list) await tx.select().from(teams).where(eq(teams.id, user.teamId));
    });
  }),
  loop("SQL by template", /from users where id/, async ({ drizzle }) => {
    for (const id of numbers(5, 7))
      await drizzle.execute(sql`select name from users where id = ${id}`);
  }),
  loop("like each word", /from "posts"/, async ({ drizzle }) => {
    for (const word of ["1", "2", "3", "4", "5", "6"]) {
      await drizzle
        .select({ id: posts.id })
        .from(posts)
        .where(ilike(posts.title, `%${word}`));
    }
  }),
  loop("sums by customer", /from "orders"/, async ({ drizzle }) => {
    for (const id of numbers(9)) {
      await drizzle
        .select({ total: sql<string>`sum(${orders.total})` })
        .from(orders)
        .where(eq(orders.userId, id));
    }
  }),
  loop("$count for each team", /from "users"/, async ({ drizzle }) => {
    for (const id of numbers(8)) await drizzle.$count(users, eq(users.teamId, id));
  }),
  loop("two at a time", /from "products"/, async ({ drizzle }) => {
    for (const id of [1, 3, 5, 7]) {
      await Promise.all(
        [id, id + 1].map((each) => drizzle.select().from(products).where(eq(products.id, each))),
      );
    }
  }),
  loop("behind a function of its own", /from "users"/, async ({ drizzle }) => {
    const nameOf = async (id: number): Promise<string | undefined> => {
      const [user] = await drizzle
        .select({ name: users.name })
        .from(users)
        .where(eq(users.id, id))
        .execute();
      return user?.name;
    };
    const list = await drizzle
      .select({ userId: comments.userId })
      .from(comments)
      .limit(10)
      .execute();
    const names = [];
    for (const { userId } of list) names.push(await nameOf(userId));
    return names;
  }),
  loop("comments since, post by post", /from "comments"/, async ({ drizzle }) => {
    for (const id of numbers(6)) {
      await drizzle
        .select({ n: count() })
        .from(comments)
        .where(
          and(
            eq(comments.postId, id),
            sql`${comments.createdAt} > ${new Date(2026, 1, id).toISOString()}`,
          ),
        );
    }
  }),
];
