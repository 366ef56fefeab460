import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { definitionBody, describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { workloadOf } from "./workload-of.ts";

const SCHEMA = `
create table posts (id bigint primary key, author int, status text, lang text collate "C", at timestamptz, body json, place point,
  price numeric, doubled numeric generated always as (price * 2) virtual, slug text unique);
insert into posts (id, author, status, lang, at, price, slug)
  select g, g % 500, case when g % 3 = 0 then 'draft' else 'live' end, 'de', now() - g * interval '1 minute', g % 90, 's' || g from generate_series(1, 20000) g;
create table tiny (id int primary key, name text);
insert into tiny select g, 'n' from generate_series(1, 20) g;
create table "Mixed Case" ("Id" int, "Büyer" int, note text);
insert into "Mixed Case" select g, g, repeat('n', 50) from generate_series(1, 5000) g;
create table logs (id bigint, at timestamptz, level text) partition by range (at);
create table logs_old partition of logs for values from (minvalue) to ('2024-01-01') partition by list (level);
create table logs_old_error partition of logs_old for values in ('error');
create table logs_old_rest partition of logs_old default;
create table logs_new partition of logs default;
insert into logs select g, '2023-12-01'::timestamptz + g * interval '10 minutes', case when g % 5 = 0 then 'error' else 'info' end from generate_series(1, 20000) g;
create table parent (id int, owner int);
create table heir (extra text) inherits (parent);
insert into heir select g, g % 900, repeat('x', 30) from generate_series(1, 20000) g;
analyze;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

function candidatesFor(texts: readonly string[], from: Snapshot = snapshot): readonly string[] {
  return generateCandidates(workloadOf(texts), from).candidates.map(({ definition }) =>
    describeDefinition(definition),
  );
}

async function withIndex<Result>(
  sql: string,
  use: (snapshot: Snapshot) => Result,
): Promise<Result> {
  await postgres.query(sql.replace("create index", "create index made_here"));
  try {
    return use(await readSnapshot(postgres.url()));
  } finally {
    await postgres.query("drop index made_here");
  }
}

describe("candidates", () => {
  it("put equality first, most different values first, then the order that a LIMIT wants", () => {
    const found = candidatesFor([
      "select * from posts where status = $1 and author = $2 order by at desc limit 20",
    ]);
    expect(found).toContain("public.posts (author, status, at DESC)");
    expect(found).toContain("public.posts (author, at DESC)");
    expect(found).toContain("public.posts (author)");
    expect(found.some((one) => one.startsWith("public.posts (status, author"))).toBe(false);
  });

  it("stand on the tables that inherit, whose rows a query of the parent reads", () => {
    expect(candidatesFor(["select * from parent where owner = $1"])).toEqual([
      "public.heir (owner)",
    ]);
  });

  it("offer the prefix that most statements share as well", () => {
    const found = candidatesFor([
      "select * from posts where status = $1 and author = $2",
      "select * from posts where status = $1 order by at",
    ]);
    expect(found).toContain("public.posts (author, status)");
    expect(found).toContain("public.posts (status, author)");
  });

  it("end with one range", () => {
    const found = candidatesFor([
      "select * from posts where author = $1 and at >= $2 and at < $3 and price > $4",
    ]);
    expect(found).toContain("public.posts (author, at)");
    expect(found).toContain("public.posts (author, price)");
  });

  it("make one index of a range and a descending order on the same columns", () => {
    const found = candidatesFor([
      "select * from posts where author = $1 and at >= $2 order by at desc limit 5",
    ]);
    expect(found.filter((one) => one.startsWith("public.posts (author, at"))).toEqual([
      "public.posts (author, at DESC)",
    ]);
  });

  it("write an order without equality ascending, for it is read backwards as well", () => {
    expect(candidatesFor(["select * from posts order by at desc limit 5"])).toEqual([
      "public.posts (at)",
    ]);
    expect(candidatesFor(["select * from posts order by at desc nulls last limit 5"])).toEqual([
      "public.posts (at NULLS FIRST)",
    ]);
    expect(candidatesFor(["select * from posts order by at desc, price limit 5"])).toEqual([
      "public.posts (at, price DESC)",
    ]);
  });

  it("serve joins from both sides, and conditions with OR arm by arm", () => {
    const found = candidatesFor([
      'select * from posts p join "Mixed Case" m on m."Büyer" = p.author where m.note = $1',
      "select * from posts where author = $1 or price = $2",
    ]);
    expect(found).toEqual(
      expect.arrayContaining([
        "public.posts (author)",
        "public.posts (price)",
        'public."Mixed Case" ("Büyer")',
        'public."Mixed Case" (note)',
        'public."Mixed Case" ("Büyer", note)',
      ]),
    );
  });

  it("have four key columns at the most", () => {
    const { candidates } = generateCandidates(
      workloadOf([
        "select * from posts where author = $1 and status = $2 and lang = $3 and price = $4 and at > $5",
      ]),
      snapshot,
    );
    expect(Math.max(...candidates.map(({ definition }) => definition.keys.length))).toBe(4);
  });

  it("skip columns that no B-tree can hold, and virtual ones", () => {
    expect(
      candidatesFor(["select * from posts where body is null or place is null or doubled = $1"]),
    ).toEqual([]);
  });

  it("serve the beginning of LIKE by the C collation, elsewhere by a pattern operator class", () => {
    expect(candidatesFor(["select * from posts where lang like $1"])).toEqual([
      "public.posts (lang)",
    ]);
    const like = ["select * from posts where status like $1"];
    const collated = (collation: string): Snapshot => ({
      ...snapshot,
      server: { ...snapshot.server, collation },
    });
    expect(candidatesFor(like, collated("en_US.UTF-8"))).toEqual([
      "public.posts (status text_pattern_ops)",
    ]);
    expect(candidatesFor(like, collated("C"))).toEqual(["public.posts (status)"]);
  });

  it("are not made where a unique index answers already", () => {
    expect(
      candidatesFor([
        "select * from posts where id = $1",
        "select * from posts where slug = $1 and author = $2",
      ]),
    ).toEqual(["public.posts (author)"]);
  });

  it("stand on the root of partitioned tables, also of partitions below partitions", () => {
    expect(candidatesFor(["select * from logs_old_error where id = $1"])).toEqual([
      "public.logs (id)",
    ]);
  });

  it("are the same, with the same ids, on every run", () => {
    const workload = workloadOf([
      "select * from posts where author = $1 and status = $2 order by at",
    ]);
    expect(generateCandidates(workload, snapshot)).toEqual(generateCandidates(workload, snapshot));
  });

  it("are all different", () => {
    const { candidates } = generateCandidates(
      workloadOf([
        "select * from posts where author = $1 and status = $2 order by at desc limit 1",
        "select * from posts where status = $1 and author = $2 order by at limit 1",
        "select * from posts where author = $1 and status > $2",
        "select author, status from posts group by author, status",
      ]),
      snapshot,
    );
    const bodies = candidates.map(({ definition }) => definitionBody(definition));
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(bodies.length);
  });
});

describe("candidates are declined", () => {
  it("on tables of few pages", () => {
    const { candidates, declined } = generateCandidates(
      workloadOf(["select * from tiny where name = $1"]),
      snapshot,
    );
    expect(candidates).toEqual([]);
    expect(declined).toMatchObject([
      { candidate: "CREATE INDEX ON public.tiny USING btree (name)", reason: "table-too-small" },
    ]);
  });

  it.each([
    "create index on posts (author, status)",
    "create index on posts (author)",
    "create index on posts (author desc nulls last, price)",
  ])("where %s stands already", async (sql) => {
    const text = sql.includes("status")
      ? "select * from posts where author = $1 and status = $2"
      : "select * from posts where author = $1";
    await withIndex(sql, (now) => {
      const { candidates, declined } = generateCandidates(workloadOf([text]), now);
      expect(
        candidates
          .map(({ definition }) => describeDefinition(definition))
          .filter((one) => /\(author(, status)?\)$/.test(one)),
      ).toEqual([]);
      expect(
        declined.some(
          ({ reason, explanation }) =>
            reason === "exists-already" && explanation.includes("made_here"),
        ),
      ).toBe(true);
    });
  });

  it.each([
    "create index on posts (status) where author > 5",
    "create index on posts (status text_pattern_ops)",
    'create index on posts (status collate "C")',
    "create index on posts using hash (status)",
    "create index on posts (lower(status))",
    "create index on posts (author, status)",
  ])("but not because of %s", async (sql) => {
    await withIndex(sql, (now) => {
      expect(candidatesFor(["select * from posts where status = $1"], now)).toEqual([
        "public.posts (status)",
      ]);
    });
  });
});
