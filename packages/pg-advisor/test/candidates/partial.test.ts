import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { given, type Known, workloadOf } from "./workload-of.ts";

const SCHEMA = `
create table jobs (id int primary key, owner int, status text, deleted_at timestamptz, is_urgent boolean, at timestamptz, note text);
insert into jobs select g, g % 700, case when g % 50 = 0 then 'pending' when g % 90 = 0 then 'failed' else 'done' end,
  case when g % 10 > 0 then now() end, g % 40 = 0, now() - g * interval '1 minute', repeat('n', 40) from generate_series(1, 12000) g;
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

function partialFor(known: Known, now = snapshot): readonly string[] {
  return generateCandidates(workloadOf([known]), now)
    .candidates.map(({ definition }) => describeDefinition(definition))
    .filter((one) => one.includes("WHERE"));
}

describe("partial candidates", () => {
  it("stand where every call has the same literal, without the column that it makes needless", () => {
    const found = partialFor({
      text: "select * from jobs where status = $1 and owner = $2 order by at limit 10",
      samples: given(["pending", "1"], ["pending", "2"]),
      calls: 90,
    });
    expect(found).toContain("public.jobs (owner, at) WHERE status = 'pending'");
    expect(found).toContain("public.jobs (at) WHERE status = 'pending'");
    expect(found.every((one) => !one.includes("status)"))).toBe(true);
  });

  it("are not made of a literal that was seen once, or of one of many", () => {
    const text = "select * from jobs where status = $1 and owner = $2";
    const once = partialFor({ text, samples: given(["pending", "1"]), calls: 1 });
    expect(once.filter((one) => one.includes("= '"))).toEqual([]);
    const both = given(["done", "1"], ["pending", "1"]);
    const often = partialFor({ text, samples: both, calls: 9 });
    expect(often.filter((one) => one.includes("= '"))).toEqual([]);
  });

  it("are not made of a part that is nearly the whole table", () => {
    expect(
      partialFor({
        text: "select * from jobs where status = $1 and owner = $2",
        samples: given(["done", "1"], ["done", "2"]),
        calls: 9,
      }),
    ).toEqual([]);
  });

  it("stand on IS NULL, IS NOT NULL and booleans, which are never parameters", () => {
    expect(
      partialFor({ text: "select * from jobs where deleted_at is null and owner = $1" }),
    ).toContain("public.jobs (owner) WHERE deleted_at IS NULL");
    expect(partialFor({ text: "select * from jobs where is_urgent and owner = $1" })).toContain(
      "public.jobs (owner) WHERE is_urgent",
    );
    expect(
      partialFor({ text: "select * from jobs where is_urgent and deleted_at is null" }),
    ).toContain("public.jobs (deleted_at) WHERE is_urgent");
    expect(
      partialFor({
        text: "select * from jobs where is_urgent and deleted_at is null and owner = $1",
      }),
    ).toContain("public.jobs (owner) WHERE is_urgent AND deleted_at IS NULL");
    expect(partialFor({ text: "select * from jobs where not is_urgent and owner = $1" })).toEqual(
      [],
    );
  });

  it("hold the values of a list that is the same in every call", () => {
    const found = partialFor({
      text: "select * from jobs where status in ($1, $2) order by at limit 10",
      samples: given(["pending", "failed"], ["failed", "pending"]),
      calls: 90,
    });
    expect(found.filter((one) => one.includes("IN ("))).toEqual([]);
    expect(found).toContain("public.jobs (at) WHERE status <> 'done'");
    const same = partialFor({
      text: "select * from jobs where status in ($1, $2) order by at limit 10",
      samples: given(["pending", "failed"], ["pending", "failed"]),
      calls: 90,
    });
    expect(same).toContain("public.jobs (at) WHERE status IN ('failed', 'pending')");
    expect(same.some((one) => one.includes("<>"))).toBe(false);
  });

  it("leave out the value that most rows have where calls ask for the rare ones", () => {
    const text = "select * from jobs where status = $1 order by at limit 10";
    const drawn = (values: readonly string[]): Known => ({
      text,
      samples: values.map((value) => ({ values: [value], weight: 0.5, origin: "typical" })),
      calls: 100,
    });
    expect(partialFor(drawn(["done", "failed"]))).toContain(
      "public.jobs (status, at) WHERE status <> 'done'",
    );
    expect(partialFor(drawn(["done"]))).toEqual([]);
  });

  it("hold only rows with a value where most have none, for a comparison finds no others", () => {
    expect(
      partialFor({ text: "select * from jobs where deleted_at = $1" }, mostlyNull(snapshot)),
    ).toContain("public.jobs (deleted_at) WHERE deleted_at IS NOT NULL");
  });

  it("and full ones begin with what finds fewest rows, as far as values are known", () => {
    const { candidates } = generateCandidates(
      workloadOf(["select * from jobs where deleted_at is null and is_urgent and status = $1"]),
      snapshot,
    );
    const full = candidates.map(({ definition }) => describeDefinition(definition));
    expect(full).toContain("public.jobs (is_urgent, deleted_at, status)");
  });

  it("say the part, its share and why", () => {
    const { candidates } = generateCandidates(
      workloadOf([{ text: "select * from jobs where is_urgent and owner = $1" }]),
      snapshot,
    );
    const partial = candidates.find(({ definition }) => definition.predicate !== null);
    expect(partial?.origin).toMatch(
      /^equality on owner.*only where is_urgent \(2\.\d % of the rows\): the statement wants the true ones only$/,
    );
  });

  it("are not made twice, however PostgreSQL prints the one that stands", async () => {
    const known: Known = {
      text: "select * from jobs where status = $1 and owner = $2",
      samples: given(["pending", "1"], ["pending", "2"]),
      calls: 90,
    };
    const wanted = "public.jobs (owner) WHERE status = 'pending'";
    expect(partialFor(known)).toContain(wanted);
    await postgres.query(
      `create index "Other Name" on jobs (owner) where ((('pending'::text) = status) is true) and true;
       create index named on jobs using btree (owner asc) where (status)::text = 'pending'::text`,
    );
    const now = await readSnapshot(postgres.url());
    await postgres.query('drop index named; drop index "Other Name"');
    expect(partialFor(known, now)).not.toContain(wanted);
  });
});

function mostlyNull(from: Snapshot): Snapshot {
  return {
    ...from,
    columnStatistics: from.columnStatistics.map((row) =>
      row.column === "deleted_at" ? { ...row, nullFraction: 0.9 } : row,
    ),
  };
}
