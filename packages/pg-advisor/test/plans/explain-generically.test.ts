import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { explainEachGenerically, explainGenerically } from "../../src/plans/explain-generically.ts";
import { planShape } from "../../src/plans/plan-shape.ts";

const SCHEMA = `
create table orders (id int primary key, customer int not null, state text);
insert into orders select i, i % 500, 'paid' from generate_series(1, 20000) i;
create index orders_customer on orders (customer);
create table secrets (id int);
analyze;
create role reader login password 'reader';
grant select on orders to reader`;

describe.each([18, 14] as const)("a PostgreSQL %i", (major) => {
  let postgres: TestPostgres;
  let url: string;
  beforeAll(async () => {
    postgres = await startTestPostgres({ major });
    await postgres.query(SCHEMA);
    url = postgres.url().replace(/\/\/[^@]*@/, "//reader:reader@");
  });
  afterAll(() => postgres.stop());

  test("plans for whatever values, though the role can only read", async () => {
    const plan = await explainGenerically(url, "select * from orders where customer = $1");
    expect(plan && planShape(plan)).toContain("on public.orders");
    expect(plan && planShape(plan)).toContain("orders_customer");
  });

  test("plans the others where one cannot be planned, and says why that one was not", async () => {
    const plans = await explainEachGenerically(url, [
      "select * from orders where id = $1",
      "select * from secrets",
      "select no_such_column from orders",
      "vacuum orders",
      "select count(*) from orders where state = $1 and customer > $2 limit $3",
    ]);
    expect(plans.map(({ outcome }) => outcome)).toEqual([
      "planned",
      "declined",
      "declined",
      "declined",
      "planned",
    ]);
    expect(plans[1]).toMatchObject({ reason: "permission denied for table secrets" });
    expect(plans[3]).toMatchObject({ reason: expect.stringMatching(/^utility statement/) });
  });
});
