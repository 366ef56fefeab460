import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { adviseStatements } from "../../src/plans/advise-statements.ts";
import { given, workloadOf } from "../candidates/workload-of.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ major: 16, hasStatementCounters: false });
  await postgres.query(`
    create table authors (id int primary key, email text not null);
    insert into authors select g, 'author' || g || '@example.com' from generate_series(1, 20000) g;
    create table books (id int primary key, author_id int not null, title text not null, at timestamptz not null);
    insert into books select g, 1 + g % 20000, repeat('t', 40), now() - g * interval '1 minute'
      from generate_series(1, 60000) g;
    create index books_author on books (author_id);
    create index books_at on books (at);
    analyze`);
});
afterAll(() => postgres.stop());

describe("the plans of the costliest statements", () => {
  it("are read on the twin, and what an index would mend is left to the advice on indexes", async () => {
    const snapshot = await snapshotOf(postgres.url());
    const workload = workloadOf([
      {
        text: "select id, title from books order by id limit $1 offset $2",
        samples: given(["20", "40000"]),
        calls: 100,
        totalMs: 5_000,
      },
      {
        text: "select id from authors where lower(email) = $1",
        samples: given(["author7@example.com"]),
        calls: 100,
        totalMs: 4_000,
      },
      {
        text: "select a.id, (select count(*) from books b where b.author_id = a.id) from authors a",
        calls: 10,
        totalMs: 3_000,
      },
      { text: "select id from books where title = $1", samples: given(["x"]), totalMs: 2_000 },
      { text: "select title from books where id = $1", samples: given(["7"]), totalMs: 1_000 },
      {
        text: "select id from books order by title offset $1",
        samples: given(["9000"]),
        totalMs: 1,
      },
    ]);
    const findings = await withTwin(snapshot, (whatIf) =>
      adviseStatements({ workload, snapshot, whatIf }),
    );
    expect(findings.map(({ kind, statements }) => [kind, statements[0]?.text])).toEqual([
      ["plan/offset", workload.statements[0]?.text],
      ["plan/hidden-index", workload.statements[1]?.text],
      ["plan/subplan-per-row", workload.statements[2]?.text],
    ]);
    for (const { fix, remedy, evidence } of findings) {
      expect(fix).toBeUndefined();
      expect(remedy).not.toBe("");
      expect(new Set(evidence.map(({ rung, source }) => `${rung} ${source}`))).toEqual(
        new Set(["estimated twin", "measured pg_stat_statements"]),
      );
    }
    expect(new Set(findings.map(({ id }) => id)).size).toBe(3);
  });

  it("tell of lists of many pages, however shallow the samples go, with the page behind a key", async () => {
    const snapshot = await snapshotOf(postgres.url());
    const page = "select id, title from books where author_id < $1 order by at desc";
    const workload = workloadOf([
      {
        text: `${page}, id desc limit $2 offset $3`,
        samples: given(["1000", "20", "0"]),
        totalMs: 5_000,
      },
      // A list of three rows, an offset that nobody chooses, an order with nulls.
      {
        text: "select id from books where author_id = $1 order by id limit $2 offset $3",
        samples: given(["7", "20", "0"]),
        totalMs: 4_000,
      },
      { text: `${page} limit 20 offset 40`, samples: given(["1000"]), totalMs: 3_000 },
      {
        text: "select id from books where author_id < $1 order by nullif(title, '') limit $2 offset $3",
        samples: given(["1000", "20", "0"]),
        totalMs: 3_000,
      },
    ]);
    const findings = await withTwin(snapshot, (whatIf) =>
      adviseStatements({ workload, snapshot, whatIf }),
    );
    const offsets = findings.filter(({ kind }) => kind === "plan/offset");
    expect(offsets.map(({ statements }) => statements[0]?.text)).toEqual([
      workload.statements[0]?.text,
    ]);
    expect(offsets[0]?.summary).toMatch(/a list of up to \d{4} rows \(estimated\)/);
    expect(offsets[0]?.replacement).toMatchObject({ kind: "keyset page" });
    expect(offsets[0]?.replacement?.text).toContain("($3, $4)");
  });
});
