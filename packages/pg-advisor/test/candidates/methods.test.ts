import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { given, type Known, workloadOf } from "./workload-of.ts";

const SCHEMA = `
create schema tools;
create extension pg_trgm schema tools;
create table documents (id int primary key, owner int, email text, title varchar(200), code char(8), body text, payload jsonb, tags text[], points point[],
  words tsvector, during tstzrange, address inet, made_at timestamp, seen_at timestamptz, token text, place point);
insert into documents select g, g % 300, 'User' || g || '@example.org', 'Title ' || g, 'c' || g, repeat('b', 20) || g, jsonb_build_object('k', g, 'kind', g % 3), array['t' || g % 40, 'u' || g],
  null, to_tsvector('simple', 'word' || g), tstzrange(now(), now() + g * interval '1 minute'), '10.0.0.1'::inet + g, '2024-01-01'::timestamp + g * interval '1 minute', now() + g * interval '1 minute',
  repeat(md5(g::text), 3), point(g, g) from generate_series(1, 12000) g;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query("analyze");
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

function bodiesFor(known: string | Known, now = snapshot): readonly string[] {
  return generateCandidates(workloadOf([known]), now).candidates.map(({ definition }) =>
    describeDefinition(definition).replace(/^public\.documents (?:USING )?/, ""),
  );
}
const patterns = (...values: readonly string[]): NonNullable<Known["samples"]> =>
  values.map((value) => ({ values: [value], weight: 1 / values.length, origin: "typical" }));

describe("candidates on expressions", () => {
  it.each<[string, string]>([
    ["select * from documents where lower(email) = $1", "((lower(email)))"],
    [
      "select * from documents d where owner = $1 and lower(d.email) = $2",
      "((lower(email)), owner)",
    ],
    ["select * from documents where date(made_at) = $1", "((date(made_at)))"],
    ["select * from documents order by lower(email) desc limit 5", "((lower(email)))"],
    [
      "select lower(d.email) as mail from documents d where owner = $1 order by mail limit 5",
      "(owner, (lower(email)))",
    ],
    ["select * from documents where made_at::date >= $1", "((made_at::date))"],
    [
      "select * from documents a join documents b on lower(a.email) = lower(b.title)",
      "((lower(title)))",
    ],
  ])("%s: %s", (text, body) => {
    expect(bodiesFor(text)).toContain(body);
  });

  it("are plain columns below a cast that changes nothing", () => {
    expect(bodiesFor("select * from documents where title::text = $1")).toEqual(["(title)"]);
    expect(bodiesFor("select * from documents where email::varchar(3) = $1")).toEqual([
      "((CAST(email AS varchar(3))))",
    ]);
  });

  it("name a key inside a document only where every call asks for the same", () => {
    const text = "select * from documents where payload ->> $1 = $2";
    const asked = (...keys: readonly string[]): Known => ({
      text,
      calls: 10,
      samples: given(...keys.map((key, index) => [key, String(index)])),
    });
    expect(bodiesFor(asked("k", "k"))).toEqual(["((payload ->> 'k'))"]);
    expect(bodiesFor(asked("k", "kind"))).toEqual([]);
  });

  it.each([
    "select * from documents where date(seen_at) = $1",
    "select * from documents where seen_at::date = $1",
    "select * from documents where made_at::text = $1",
    "select * from documents where to_char(made_at, $1) = $2",
    "select * from documents where seen_at + interval '1 day' > now() and random() < $1",
  ])("are not made of what the session's settings change: %s", (text) => {
    expect(bodiesFor(text).filter((one) => one.includes("(("))).toEqual([]);
  });
});

describe("candidates for patterns", () => {
  const english = (from: Snapshot): Snapshot => ({
    ...from,
    server: { ...from.server, collation: "en_US.UTF-8" },
  });

  it("look up a beginning by a pattern operator class of the type", () => {
    const like = (column: string): Known => ({
      text: `select * from documents where ${column} like $1`,
      samples: patterns("Tit%"),
    });
    expect(bodiesFor(like("title"), english(snapshot))).toEqual(["(title text_pattern_ops)"]);
    expect(bodiesFor(like("code"), english(snapshot))).toEqual(["(code bpchar_pattern_ops)"]);
    expect(bodiesFor(like("lower(email)"), english(snapshot))).toEqual([
      "((lower(email)) text_pattern_ops)",
    ]);
  });

  it("look up what is anywhere in a text by trigrams, where the extension is installed", () => {
    const like: Known = {
      text: "select * from documents where body ilike $1",
      samples: patterns("%bcd%"),
    };
    expect(bodiesFor(like)).toEqual(["gin (body tools.gin_trgm_ops)"]);
    expect(bodiesFor(like, { ...snapshot, extensions: [] })).toEqual([]);
    expect(bodiesFor({ ...like, samples: patterns("%b%") })).toEqual([]);
  });

  it("are both where calls ask for beginnings and for parts, and none for what NOT LIKE leaves out", () => {
    const text = "select * from documents where body like $1";
    expect(bodiesFor({ text, samples: patterns("bbb%", "%bbb%") }, english(snapshot))).toEqual([
      "(body text_pattern_ops)",
      "gin (body tools.gin_trgm_ops)",
    ]);
    expect(bodiesFor("select * from documents where body not like $1")).toEqual([]);
  });
});

describe("candidates of other methods", () => {
  it.each<[string, string]>([
    ["payload @> $1", "gin (payload jsonb_path_ops)"],
    ["payload ? $1", "gin (payload)"],
    ["payload @? $1", "gin (payload jsonb_path_ops)"],
    ["tags @> $1", "gin (tags)"],
    ["$1 && tags", "gin (tags)"],
    ["words @@ to_tsquery($1)", "gin (words)"],
    ["during && $1", "gist (during)"],
    ["during @> $1::timestamptz", "gist (during)"],
    ["address << $1", "gist (address inet_ops)"],
    ["place <@ $1", "gist (place)"],
    ["token = $1", "hash (token)"],
  ])("%s: %s", (condition, body) => {
    expect(bodiesFor(`select * from documents where ${condition}`)).toContain(body);
  });

  it("search words of a text by the configuration that every call names", () => {
    const known: Known = {
      text: "select * from documents where to_tsvector($1, body) @@ to_tsquery($1, $2)",
      calls: 4,
      samples: given(["simple", "a"], ["simple", "b"]),
    };
    expect(bodiesFor(known)).toEqual(["gin ((to_tsvector('simple', body)))"]);
  });

  it("are not made of arrays whose members have no order", () => {
    expect(bodiesFor("select * from documents where points && $1")).toEqual([]);
  });

  it("summarise blocks of large tables whose values lie in their order", () => {
    const large = {
      ...snapshot,
      relations: snapshot.relations.map((relation) => ({ ...relation, pages: 20_000 })),
    };
    const text = "select * from documents where made_at between $1 and $2";
    expect(bodiesFor(text, large)).toContain("brin (made_at) WITH (pages_per_range=32)");
    expect(bodiesFor(text)).toEqual(["(made_at)"]);
    expect(bodiesFor("select * from documents where owner > $1", large)).toEqual(["(owner)"]);
  });

  it("stand before equality where an extension lets them", () => {
    const withCompanion = {
      ...snapshot,
      extensions: [
        ...snapshot.extensions,
        { name: "btree_gin", version: "1.3", schema: "public", usedBy: [] },
      ],
    };
    const text = "select * from documents where owner = $1 and tags @> $2";
    expect(bodiesFor(text, withCompanion)).toContain("gin (owner, tags)");
    expect(bodiesFor(text)).toContain("gin (tags)");
  });

  it("say that value = ANY (column) must be written in other words", () => {
    const { candidates, declined } = generateCandidates(
      workloadOf(["select * from documents where $1 = any(tags)"]),
      snapshot,
    );
    expect(candidates).toEqual([]);
    expect(declined).toEqual([
      {
        candidate: "CREATE INDEX ON public.documents USING gin (tags)",
        reason: "statement-must-change",
        explanation:
          "PostgreSQL searches no index for a value = ANY (tags); written as tags @> ARRAY[value] this one would serve.",
      },
    ]);
  });
});

it("candidates of all these methods are used by PostgreSQL for the conditions that asked for them", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["create index on documents (lower(email))", "lower(email) = 'user7@example.org'"],
    ["create index on documents ((payload ->> 'k'))", "payload ->> 'k' = '7'"],
    ["create index on documents using gin (payload jsonb_path_ops)", `payload @> '{"k": 7}'`],
    ["create index on documents using gin (tags)", "tags @> array['u7']"],
    ["create index on documents using gin (words)", "words @@ 'word7'"],
    ["create index on documents using gin (body tools.gin_trgm_ops)", "body like '%b777%'"],
    ["create index on documents using hash (token)", "token = 'x'"],
  ];
  for (const [index, condition] of cases) {
    const [plan] = await postgres.query<{ "QUERY PLAN": string }>(
      `begin; ${index}; set local enable_seqscan = off; explain (costs off) select * from documents where ${condition}`,
    );
    expect(plan?.["QUERY PLAN"], condition).toMatch(/Bitmap|Index/);
  }
  const [any] = await postgres.query<{ "QUERY PLAN": string }>(
    "create index on documents using gin (tags); set enable_seqscan = off; explain (costs off) select * from documents where 'u7' = any(tags)",
  );
  expect(any?.["QUERY PLAN"]).toMatch(/Seq Scan/);
});
