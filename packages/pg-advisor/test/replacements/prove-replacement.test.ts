import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding, Proof, Replacement } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { proveReplacement } from "../../src/replacements/prove-replacement.ts";
import { adviseCaller } from "../../src/rewrites/advice/advise-caller.ts";
import { keepColumns } from "../../src/rewrites/advice/keep-columns.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import {
  findingOf,
  plainLab,
  sqlStep,
  statementOf,
  testContext,
  workloadOf,
} from "../proof/scenario.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "streamgate-replacements-"));
  await chmod(folder, 0o755);
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(`
    create table users (id int primary key, name text not null, country text, biography text not null);
    create table posts (id int primary key, user_id int not null references users, at timestamptz not null, title text not null, body text not null)`);
  await postgres.query(`
    insert into users select i, 'name ' || i, case when i % 3 = 0 then null else 'c' || i % 40 end, repeat(md5(i::text), 200) from generate_series(1, 4000) i;
    insert into posts select i, (i * 7) % 50 + 1, timestamptz '2026-01-01' + (i / 10) * interval '1 minute', 'title ' || i, repeat('x', 200) from generate_series(1, 60000) i`);
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
});

afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const USERS = { schema: "public", name: "users" };
const POSTS = { schema: "public", name: "posts" };

interface Asked {
  readonly text: string;
  readonly tables: Parameters<typeof statementOf>[1];
  readonly samples: Parameters<typeof statementOf>[2];
  readonly replacement: Omit<Replacement, "fingerprint">;
  readonly beside?: readonly Finding[];
}

async function prove({ text, tables, samples, replacement, beside = [] }: Asked): Promise<Proof> {
  const statement = await statementOf(text, tables, samples);
  const { fix: _, ...finding } = findingOf("public.posts", [statement], sqlStep("", ""));
  const { fingerprint } = statement;
  return proveReplacement({
    finding: { ...finding, replacement: { ...replacement, fingerprint } },
    workload: workloadOf(statement),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    place: { folder, sharedFolder: folder },
    beside,
    differential: { databases: 500 },
    options: { rounds: 6 },
  });
}

describe("a rewriting", () => {
  const text =
    "select u.id, (select count(*) from posts p where p.user_id = u.id) as posts from users u";

  test("that is equal and faster is proven, on small databases and on the lab", async () => {
    const proof = await prove({
      text: `${text} where u.id < $1`,
      tables: [USERS, POSTS],
      samples: [["60"]],
      replacement: {
        kind: "rewriting",
        text: "select u.id, coalesce(c.n, 0) as posts from users u left join (select user_id, count(*) as n from posts group by user_id) c on c.user_id = u.id where u.id < $1",
      },
    });
    expect(proof.verdict).toBe("proven");
    expect(proof.equality?.databases).toBe(500);
    expect(proof.statements[0]?.results).toEqual({ kind: "identical", rows: 59 });
    expect(proof.statements[0]?.replacedBy).toContain("left join");
  });

  test("that differs where no row of the lab shows it is harmful", async () => {
    const proof = await prove({
      text: "select id from users where id not in (select user_id from posts) and id > $1",
      tables: [USERS, POSTS],
      samples: [["4001"]],
      replacement: {
        kind: "rewriting",
        text: "select id from users where id >= $1 and id not in (select user_id from posts)",
      },
    });
    expect(proof.verdict).toBe("harmful");
    expect(proof.explanation).toContain("small database");
    expect(proof.equality).toBeUndefined();
  });
});

describe("a page behind a key", () => {
  const text =
    "select id, title, at from posts where user_id = $1 order by at desc limit $2 offset $3";
  const index: Finding = {
    ...findingOf(
      "public.posts",
      [],
      sqlStep(
        "CREATE INDEX CONCURRENTLY posts_page ON public.posts (user_id, at DESC, id DESC)",
        "DROP INDEX CONCURRENTLY public.posts_page",
      ),
    ),
    id: "ix-page",
  };

  test("brings the page behind the offset, with its parameters moved up, and faster once its index stands", async () => {
    const [page] = adviseCaller(text, snapshot);
    expect(page?.text).toMatch(/LIMIT \$2$/);
    expect(page?.text).toContain("($3, $4)");
    const proof = await prove({
      text,
      tables: [POSTS],
      samples: [
        ["7", "20", "900"],
        ["8", "20", "0"],
      ],
      replacement: { kind: "keyset page", text: page?.text ?? "" },
      beside: [index],
    });
    expect(proof.statements[0]?.results).toMatchObject({ kind: "identical" });
    expect(proof.verdict).toBe("proven");
    expect(proof.beside).toEqual(["ix-page"]);
    expect(proof.explanation).toMatch(/Pages behind 5\d\d(?: to 900)? rows/);
    const left = await postgres.query("select 1 from pg_indexes where indexname = 'posts_page'");
    expect(left).toHaveLength(0);
  });

  test("is proven by what it reads where a short list takes no time", async () => {
    const short = "select id, name from users where country = $1 order by id limit $2 offset $3";
    const proof = await prove({
      text: short,
      tables: [USERS],
      samples: [["c1", "10", "0"]],
      replacement: { kind: "keyset page", text: adviseCaller(short, snapshot)[0]?.text ?? "" },
    });
    expect(proof.statements[0]?.results).toMatchObject({ kind: "identical", rows: 50 });
    expect(proof.verdict).toBe("proven");
  });

  test("cannot be tried where no list is longer than one page", async () => {
    await expect(
      prove({
        text: "select id, title, at from posts where id = $1 order by at desc limit $2 offset $3",
        tables: [POSTS],
        samples: [["7", "20", "0"]],
        replacement: { kind: "keyset page", text: "select 1" },
      }),
    ).rejects.toMatchObject({
      code: "SG_PG_NOTHING_TO_PROVE",
      happened: "no list on the lab is longer than a page",
    });
  });
});

describe("fewer columns", () => {
  const text = "select * from users where country = $1 order by id";

  test("are proven by the columns that are left", async () => {
    const proof = await prove({
      text,
      tables: [USERS],
      samples: [["c1"]],
      replacement: { kind: "fewer columns", text: keepColumns(text, ["id", "name"]) ?? "" },
    });
    expect(proof.statements[0]?.results).toMatchObject({ kind: "identical" });
    expect(proof.verdict).toBe("proven");
  });

  test("are not compared where the result is larger than memory is given for", async () => {
    await expect(
      prove({
        text: "select u.*, repeat(p.body, 10) as body from users u, posts p where u.id = $1",
        tables: [USERS, POSTS],
        samples: [["1"]],
        replacement: {
          kind: "fewer columns",
          text: "select u.id from users u, posts p where u.id = $1",
        },
      }),
    ).rejects.toMatchObject({ happened: "its result is too large to be compared" });
  });

  test("are not written where a column that goes may be needed", () => {
    const kept = (statement: string, columns: readonly string[]): string | undefined =>
      keepColumns(statement, columns)?.replace(/\s+/g, " ");
    expect(kept(text, ["id"])).toBe("SELECT id FROM users WHERE country = $1 ORDER BY id");
    expect(kept("select u.* from users u", ["id"])).toBe("SELECT u.id FROM users AS u");
    expect(kept("select id, name as called from users", ["called"])).toBe(
      "SELECT name AS called FROM users",
    );
    for (const statement of [
      "select distinct * from users",
      "select country, count(*) as n from users group by country",
      "select id, name from users union select id, title from posts",
      "select u.*, p.* from users u, posts p",
      "delete from users",
    ])
      expect(keepColumns(statement, ["id"])).toBeNull();
  });
});

describe("one statement for all keys", () => {
  const loop = {
    calls: 30,
    places: 1,
    keys: [{ place: 0, type: "bigint", isList: false }],
  } as const;

  test("brings what the look-ups brought, and sooner", async () => {
    const proof = await prove({
      text: "select id, name from users where id = $1",
      tables: [USERS],
      samples: [["1"]],
      replacement: {
        kind: "one for all",
        text: "select id, name from users where id = any($1)",
        loop,
      },
    });
    expect(proof.statements[0]?.results).toMatchObject({ kind: "identical", rows: 30 });
    expect(proof.verdict).toBe("proven");
    expect(proof.explanation).toContain("30 look-ups one by one against one");
  });

  test("counts nothing for a key without a row", async () => {
    const proof = await prove({
      text: "select count(*) as n from posts where user_id = $1",
      tables: [POSTS],
      samples: [["1"], ["2"], ["3"], ["77"]],
      replacement: {
        kind: "one for all",
        text: "select user_id, count(*) as n from posts where user_id = any($1) group by user_id",
        loop: { ...loop, calls: 4 },
      },
    });
    expect(proof.statements[0]?.results.kind).toBe("identical");
  });

  test("is harmful where it loses rows of zeros that the look-ups brought", async () => {
    const proof = await prove({
      text: "select 0 as flag from users where id = $1",
      tables: [USERS],
      samples: [["1"]],
      replacement: {
        kind: "one for all",
        text: "select 0 as flag from users where id = any($1) and country is not null",
        loop,
      },
    });
    expect(proof.verdict).toBe("harmful");
  });

  test("is harmful where it brings other rows", async () => {
    const proof = await prove({
      text: "select id, name from users where id = $1",
      tables: [USERS],
      samples: [["1"]],
      replacement: {
        kind: "one for all",
        text: "select id, name from users where id = any($1) and country is not null",
        loop,
      },
    });
    expect(proof.verdict).toBe("harmful");
  });

  test("cannot be tried where nobody knows what changes", async () => {
    await expect(
      prove({
        text: "select id, name from users where id = $1",
        tables: [USERS],
        samples: [["1"]],
        replacement: {
          kind: "one for all",
          text: "select id, name from users where id = any($1)",
          loop: { ...loop, places: 2 },
        },
      }),
    ).rejects.toMatchObject({ happened: "its places for values are other ones" });
  });
});
