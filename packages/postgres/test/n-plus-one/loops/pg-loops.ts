import { once } from "node:events";
import pg from "pg";
import { chunks, loop, numbers, type Scenario } from "../scenario.ts";

/** Look-ups one by one through pg, in the ways in which programs come to them. */
export const PG_LOOPS: readonly Scenario[] = [
  loop("the author of each post", /from users where id/, async ({ pool }) => {
    const { rows: posts } = await pool.query(
      "select id, user_id, title from posts order by id limit 10",
    );
    const shown = [];
    for (const post of posts) {
      const { rows } = await pool.query("select id, name from users where id = $1", [post.user_id]);
      shown.push({ ...post, author: rows[0]?.name });
    }
    return shown;
  }),
  loop("the author of each post, all at once", /from users where id/, async ({ pool }) => {
    const { rows: posts } = await pool.query("select id, user_id from posts order by id limit 12");
    return Promise.all(
      posts.map(async (post) => {
        const { rows } = await pool.query("select name from users where id = $1", [post.user_id]);
        return rows[0]?.name;
      }),
    );
  }),
  loop("comments counted for each post", /from comments where post_id/, async ({ pool }) => {
    const { rows: posts } = await pool.query("select id from posts where user_id < $1", [10]);
    const counts = new Map<number, number>();
    for (const { id } of posts) {
      const { rows } = await pool.query(
        "select count(*)::int as n from comments where post_id = $1",
        [id],
      );
      counts.set(id, rows[0].n);
    }
    return counts;
  }),
  loop("the last order of each customer", /from orders where user_id/, async ({ pool }) => {
    for (const userId of numbers(7, 3)) {
      await pool.query(
        "select id, total from orders where user_id = $1 order by placed_on desc, id desc limit 1",
        [userId],
      );
    }
  }),
  loop(
    "items of each order and the product of each item",
    [/from order_items where order_id/, /from products where id/],
    async ({ pool }) => {
      const { rows: orders } = await pool.query(
        "select id from orders where status = $1 order by id limit 6",
        ["paid"],
      );
      for (const order of orders) {
        const { rows: items } = await pool.query(
          "select product_id, quantity from order_items where order_id = $1",
          [order.id],
        );
        for (const item of items)
          await pool.query("select name, price from products where id = $1", [item.product_id]);
      }
    },
  ),
  loop("by a prepared statement", /from products/, async ({ pool }) => {
    for (const id of numbers(8, 20)) {
      await pool.query({
        name: "product-by-id",
        text: "select * from products where id = $1",
        values: [id],
      });
    }
  }),
  loop("by callbacks, one from within the other", /from teams/, ({ pool }) => {
    const ids = numbers(6);
    return new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const id = ids.shift();
        if (id === undefined) resolve();
        else
          pool.query("select name from teams where id = $1", [id], (error) =>
            error ? reject(error) : next(),
          );
      };
      next();
    });
  }),
  loop("on one connection, in a transaction that only reads", /from comments/, async ({ pool }) => {
    const client = await pool.connect();
    try {
      await client.query("begin transaction isolation level repeatable read read only");
      const { rows } = await client.query("select id from posts order by created_at desc limit 9");
      for (const { id } of rows) {
        await client.query(
          "select body from comments where post_id = $1 order by created_at desc limit 3",
          [id],
        );
      }
      await client.query("commit");
    } finally {
      client.release();
    }
  }),
  loop("ids written into the text", /from users where id/, async ({ pool }) => {
    for (const id of [4, 8, 15, 16, 23, 42])
      await pool.query(`select name, email from users where id = ${id}`);
  }),
  loop("names written into the text", /from tags where name/, async ({ pool }) => {
    for (const name of ["tag 1", "tag 5", "tag 9", "it's", "tag 12", "tag 30"]) {
      await pool.query(`select id from tags where name = ${pg.escapeLiteral(name)}`);
    }
  }),
  loop("a comment with another trace in each", /from users/, async ({ pool }) => {
    for (const id of numbers(6, 30)) {
      await pool.query(
        `select name from users where id = $1 /*traceparent='00-${id}-01',route='%2Fusers'*/`,
        [id],
      );
    }
  }),
  loop("by an expression of the column", /from users where lower/, async ({ pool }) => {
    for (const id of numbers(5))
      await pool.query("select id from users where lower(email) = lower($1)", [
        `User${id}@Example.org`,
      ]);
  }),
  loop("a permission for each document", /from memberships/, async ({ pool }) => {
    const allowed = [];
    for (const teamId of numbers(10)) {
      const { rows } = await pool.query(
        "select exists (select 1 from memberships where team_id = $1 and user_id = $2) as ok",
        [teamId, 7],
      );
      if (rows[0].ok) allowed.push(teamId);
    }
    return allowed;
  }),
  loop("by a key of two columns", /from order_items/, async ({ pool }) => {
    for (const [order, line] of [
      [1, 1],
      [1, 2],
      [4, 1],
      [9, 3],
      [12, 2],
      [40, 1],
    ]) {
      await pool.query("select product_id from order_items where order_id = $1 and line = $2", [
        order,
        line,
      ]);
    }
  }),
  loop("a list of one, again and again", /from products/, async ({ pool }) => {
    for (const id of numbers(9, 50))
      await pool.query("select id, name from products where id in ($1)", [id]);
  }),
  loop("the few tags of each post", /from tags/, async ({ pool }) => {
    const { rows } = await pool.query("select id, tag_ids from posts order by id limit 8");
    for (const { tag_ids } of rows)
      await pool.query("select name from tags where id = any($1)", [tag_ids]);
  }),
  loop("for each row that a stream brings", /from users/, async ({ pool }) => {
    const client = await pool.connect();
    const query = client.query(new pg.Query("select user_id from comments order by id limit 7"));
    const ids: number[] = [];
    query.on("row", ({ user_id }) => ids.push(user_id));
    await once(query, "end");
    client.release();
    for (const id of ids) await pool.query("select email from users where id = $1", [id]);
  }),
  loop(
    "items with their products, order by order",
    /from order_items i join products/,
    async ({ pool }) => {
      for (const id of numbers(11, 60)) {
        await pool.query(
          "select i.line, p.name from order_items i join products p on p.id = i.product_id where i.order_id = $1 order by i.line",
          [id],
        );
      }
    },
  ),
  loop("a CTE for each customer", /with recent as/, async ({ pool }) => {
    for (const id of numbers(5, 2)) {
      await pool.query(
        "with recent as (select id, total from orders where user_id = $1) select count(*), sum(total) from recent",
        [id],
      );
    }
  }),
  loop("titles like each keyword", /from posts where title ilike/, async ({ pool }) => {
    for (const word of ["Post 1", "Post 2", "Post 3", "4", "25", "x"]) {
      await pool.query("select id from posts where title ilike $1", [`%${word}%`]);
    }
  }),
  loop(
    "documents that contain each attribute",
    /from products where attributes/,
    async ({ pool }) => {
      for (const size of [0, 1, 2, 3, 4])
        await pool.query("select id from products where attributes @> $1", [
          JSON.stringify({ size }),
        ]);
    },
  ),
  loop("by uuid", /from sessions/, async ({ pool }) => {
    for (const n of numbers(6)) {
      await pool.query("select user_id from sessions where id = $1", [
        `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
      ]);
    }
  }),
  loop(
    "down a tree, children of one node after the other",
    /from categories where parent_id/,
    async ({ pool }) => {
      const walk = async (id: number): Promise<number> => {
        const { rows } = await pool.query("select id from categories where parent_id = $1", [id]);
        let count = rows.length;
        for (const child of rows) count += await walk(child.id);
        return count;
      };
      return walk(2);
    },
  ),
  loop("up the managers", /from users where id/, async ({ pool }) => {
    let id: number | null = 60;
    while (id !== null) {
      const { rows }: pg.QueryResult<{ manager_id: number | null }> = await pool.query(
        "select manager_id from users where id = $1",
        [id],
      );
      id = rows[0]?.manager_id ?? null;
    }
  }),
  loop("orders of each day", /from orders where placed_on/, async ({ pool }) => {
    for (const day of numbers(7))
      await pool.query("select count(*) from orders where placed_on = $1", [`2026-03-0${day}`]);
  }),
  loop("three at a time", /from products where id/, async ({ pool }) => {
    for (const ids of chunks(numbers(12, 70), 3)) {
      await Promise.all(
        ids.map((id) => pool.query("select stock from products where id = $1", [id])),
      );
    }
  }),
  loop("a function for each order", /from order_pieces/, async ({ pool }) => {
    for (const id of numbers(6)) await pool.query("select pieces from order_pieces($1)", [id]);
  }),
  loop(
    "unread comments of each post since its own last visit",
    /from comments where post_id/,
    async ({ pool }) => {
      for (const id of numbers(8)) {
        await pool.query("select count(*) from comments where post_id = $1 and created_at > $2", [
          id,
          new Date(2026, 1, id),
        ]);
      }
    },
  ),
  loop("few authors of many posts, each asked for again", /from users/, async ({ pool }) => {
    for (const id of [1, 2, 3, 1, 2, 4, 5, 5, 1, 6])
      await pool.query("select name from users where id = $1", [id]);
  }),
  loop("behind a repository and a service", /from teams/, async ({ pool }) => {
    const repository = {
      find: async (id: number) =>
        (await pool.query("select id, name from teams where id = $1", [id])).rows[0],
    };
    const service = {
      nameOf: async (id: number): Promise<string> => (await repository.find(id)).name,
    };
    const { rows } = await pool.query("select id, team_id from users order by id limit 10");
    const names = [];
    for (const user of rows) names.push(await service.nameOf(user.team_id));
    return names;
  }),
  loop(
    "one of them fails, and the others are asked all the same",
    /from products where id/,
    async ({ pool }) => {
      for (const id of [1, 2, 3, 4, 5, 6, 7]) {
        await pool
          .query("select 10 / (id - 3) as share from products where id = $1", [id])
          .catch(() => undefined);
      }
    },
  ),
  loop(
    "read and written, item by item, without a transaction",
    /select stock from products/,
    async ({ pool }) => {
      for (const id of numbers(6, 100)) {
        const { rows } = await pool.query("select stock from products where id = $1", [id]);
        await pool.query("update products set stock = $2 where id = $1", [id, rows[0].stock]);
      }
    },
  ),
  loop("which slugs are taken", /from posts where slug/, async ({ pool }) => {
    for (const slug of ["post-1", "post-900", "about", "post-4", "imprint"]) {
      await pool.query("select 1 from posts where slug = $1 limit 1", [slug]);
    }
  }),
  loop("names in quotes and a schema", /from public\."Order Notes"/, async ({ pool }) => {
    for (const id of numbers(5))
      await pool.query('select note from public."Order Notes" where "orderId" = $1', [id]);
  }),
  loop(
    "two kinds of look-up for each order, in turns",
    [/from users/, /from order_totals/],
    async ({ pool }) => {
      const { rows } = await pool.query("select id, user_id from orders order by id limit 9");
      for (const { id, user_id } of rows) {
        await pool.query("select name from users where id = $1", [user_id]);
        await pool.query("select pieces from order_totals where order_id = $1", [id]);
      }
    },
  ),
  loop("the key before the column", /from products/, async ({ pool }) => {
    for (const id of numbers(5)) await pool.query("select name from products where $1 = id", [id]);
  }),
];
