import { messageOf, seededRandom } from "@streamgate/core";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findDebianPostgres } from "../../../../test/support/debian-postgres.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { adviseIndexes } from "../../src/choice/advise-indexes.ts";
import { chooseIndexes } from "../../src/choice/choose-indexes.ts";
import { indexesUsed } from "../../src/plans/walk-plan.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { ExtensionFacts, Snapshot } from "../../src/snapshot/snapshot.ts";
import { besideTwin } from "../../src/what-if/hypopg/beside-twin.ts";
import { hypopgOf } from "../../src/what-if/hypopg/hypopg-options.ts";
import { HypopgSession } from "../../src/what-if/hypopg/hypopg-session.ts";
import { HypopgWhatIf } from "../../src/what-if/hypopg/hypopg-what-if.ts";
import { HypotheticalIndexes } from "../../src/what-if/hypopg/hypothetical-indexes.ts";
import { LeafTables } from "../../src/what-if/twin/leaf-tables.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { candidate, quietContext, withTwin } from "../twin-support.ts";

const SCHEMA = `
create extension ip4r;
create extension hypopg;
create role reader login password 'reads only' in role pg_read_all_data, pg_read_all_stats;
create table visits as
  select i as id, ('10.' || i % 200 || '.' || i / 200 % 250 || '.' || i % 7)::ip4 as address,
         i % 50 as tenant, repeat('x', 100) as note
  from generate_series(1, 60000) as i;
create table members as select i as id, 'member ' || i % 9000 as name from generate_series(1, 30000) as i;
create table days (id int, day date not null, address ip4) partition by range (day);
create table days_1 partition of days for values from ('2026-01-01') to ('2026-02-01');
create table days_2 partition of days for values from ('2026-02-01') to ('2026-03-01');
insert into days select i, '2026-01-01'::date + i % 59, ('10.0.' || i % 250 || '.' || i % 9)::ip4
from generate_series(1, 20000) as i;
vacuum analyze`;

const BY_ADDRESS = "select id, note from visits where address = $1";
const BY_NAME = "select id from members where name = $1";

let watched: TestPostgres;
let url: string;
let snapshot: Snapshot;

beforeAll(async () => {
  const packageName = await findDebianPostgres(["hypopg", "ip4r"]);
  watched = await startTestPostgres({ packageName, settings: { autovacuum: "off" } });
  for (const statement of SCHEMA.split(";\n")) await watched.query(statement);
  await watched.query("select pg_stat_statements_reset()");
  await askOften(BY_ADDRESS, ["10.3.4.5"]);
  await askOften(BY_NAME, ["member 7"]);
  const address = new URL(watched.url());
  address.username = "reader";
  address.password = "reads only";
  url = address.href;
  snapshot = await readSnapshot(url);
});
afterAll(() => watched.stop());

async function askOften(text: string, values: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: watched.url() });
  await client.connect();
  for (let call = 0; call < 20; call += 1) await client.query(text, [...values]);
  await client.end();
}

function options() {
  return { connectionString: url, snapshot, context: quietContext() };
}

function workloadOn(whatIf: Twin): Promise<Workload> {
  return buildWorkload({
    counters: snapshot.statements,
    window: {
      source: "counters since reset",
      from: null,
      to: snapshot.takenAt,
      durationMs: 60_000,
    },
    snapshot,
    whatIf,
    random: seededRandom(1),
  });
}

function extensionOf(one: Snapshot): ExtensionFacts {
  const extension = hypopgOf(one);
  if (extension === null) throw new Error("the watched database has no HypoPG");
  return extension;
}

async function withHypopg<Answer>(use: (hypopg: HypopgWhatIf) => Promise<Answer>): Promise<Answer> {
  const hypopg = new HypopgWhatIf(extensionOf(snapshot), options());
  try {
    return await use(hypopg);
  } finally {
    await hypopg.close();
  }
}

const sample = (...values: string[]) => ({ values, weight: 1, origin: "given" }) as const;

describe("statements that the twin cannot carry", () => {
  test("are declined with the reason where the database has no HypoPG, as before", async () => {
    const without = {
      ...snapshot,
      extensions: snapshot.extensions.filter(({ name }) => name !== "hypopg"),
    };
    await withTwin(without, async (twin) => {
      expect(besideTwin(twin, { ...options(), snapshot: without })).toBe(twin);
      const { statements, declined } = await workloadOn(twin);
      expect(statements.map(({ text }) => text)).toContain(BY_NAME);
      expect(declined.find(({ text }) => text === BY_ADDRESS)?.explanation).toContain(
        "lacks the extension ip4r",
      );
    });
  });

  test("are planned by HypoPG on the watched server, and get the index that helps them, with the planner named", async () => {
    await withTwin(snapshot, async (alone) => {
      const twin = besideTwin(alone, options());
      const workload = await workloadOn(twin);
      expect(workload.statements.map(({ text, plannedBy }) => [text, plannedBy])).toEqual(
        expect.arrayContaining([
          [BY_ADDRESS, "hypopg"],
          [BY_NAME, undefined],
        ]),
      );
      const { candidates } = generateCandidates(workload, snapshot);
      const choice = await chooseIndexes({
        workload,
        snapshot,
        candidates,
        whatIf: twin,
        context: quietContext(),
      });
      const { findings } = adviseIndexes({ choice, workload, snapshot });
      const ofVisits = findings.find(({ subject }) => subject.object === "public.visits");
      const ofMembers = findings.find(({ subject }) => subject.object === "public.members");
      expect(ofVisits?.summary).toContain("public.visits (address)");
      const sourceOf = (finding: typeof ofVisits): string | undefined =>
        finding?.evidence.find(({ name }) => name === "expected mean time of an affected call")
          ?.source;
      expect([sourceOf(ofVisits), sourceOf(ofMembers)]).toEqual(["HypoPG", "planner"]);
    });
  });

  test("that nobody can plan tell both reasons", async () => {
    await withTwin(snapshot, async (alone) => {
      const twin = besideTwin(alone, options());
      await expect(twin.parameterTypes("select nothing_of_this_name($1)")).rejects.toThrow(
        /on the twin, and with HypoPG/,
      );
      await twin.close();
    });
  });
});

describe("HypoPG as a planner", () => {
  test("sees candidates under their ids, and only in their worlds", async () => {
    await withHypopg(async (hypopg) => {
      await hypopg.define([
        candidate("by_address", "visits", ["address"]),
        candidate("by_tenant", "visits", ["tenant"]),
        candidate("of_nobody", "visits", ["no_such_column"]),
      ]);
      const used = async (present: readonly string[]) =>
        indexesUsed(await hypopg.plan(BY_ADDRESS, sample("10.3.4.5"), { present, absent: [] })).map(
          ({ name }) => name,
        );
      expect(await used([])).toEqual([]);
      expect(await used(["by_tenant", "by_address", "of_nobody"])).toEqual(["by_address"]);
      expect(await used(["by_tenant"])).toEqual([]);
      expect(() => hypopg.sizeBytes("of_nobody")).toThrow("no_such_column");
      expect(
        indexesUsed(
          await hypopg.plan(BY_ADDRESS, "generic", { present: ["by_address"], absent: [] }),
        ),
      ).toHaveLength(1);
    });
  });

  test("pretends an index on every partition", async () => {
    await withHypopg(async (hypopg) => {
      await hypopg.define([candidate("days_by_address", "days", ["address"])]);
      const plan = await hypopg.plan("select id from days where address = $1", sample("10.0.3.4"), {
        present: ["days_by_address"],
        absent: [],
      });
      expect(indexesUsed(plan).map(({ name }) => name)).toEqual(["days_by_address"]);
      expect(plan.children).toHaveLength(2);
    });
  });

  test("is corrected in the sizes that it foretells", async () => {
    await watched.query("create index visits_really on visits (address)");
    const [real] = await watched.query<{ bytes: string }>(
      "select pg_relation_size('visits_really')::text as bytes",
    );
    await watched.query("drop index visits_really");
    await withHypopg(async (hypopg) => {
      await hypopg.define([candidate("by_address", "visits", ["address"])]);
      const ratio = hypopg.sizeBytes("by_address") / Number(real?.bytes);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    });
  });

  test("does not answer for a world without an existing index, unless the plan does without it", async () => {
    await watched.query("create index visits_address on visits (address)");
    const absent = [{ schema: "public", name: "visits_address" }];
    await withHypopg(async (hypopg) => {
      const ask = (text: string, value: string) =>
        hypopg.planMany([{ text, sample: sample(value) }], { present: [], absent });
      const [withIt] = await ask(BY_ADDRESS, "10.3.4.5");
      const [withoutIt] = await ask("select id from visits where note = $1", "y");
      expect(withIt).toBeInstanceOf(Error);
      expect(messageOf(withIt)).toContain("reads that index");
      expect(withoutIt).not.toBeInstanceOf(Error);
    });
    await watched.query("drop index visits_address");
  });

  test("answers with the reason where the server is not to be had, and with plans once it is again", async () => {
    await withHypopg(async (hypopg) => {
      const request = { text: BY_ADDRESS, sample: sample("10.3.4.5") };
      const world = { present: [], absent: [] };
      const [first] = await hypopg.planMany([request], world);
      await watched.query("alter role reader connection limit 0");
      await watched.query(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'reader'",
      );
      const [broken] = await hypopg.planMany([request], world);
      const [refused] = await hypopg.planMany([request], world);
      await watched.query("alter role reader connection limit -1");
      const [again] = await hypopg.planMany([request], world);
      expect([first, broken, refused, again].map((answer) => answer instanceof Error)).toEqual([
        false,
        true,
        true,
        false,
      ]);
    });
  });

  test("stops asking when the watched server was asked enough", async () => {
    const hypopg = new HypopgWhatIf(extensionOf(snapshot), { ...options(), plansAtMost: 1 });
    const request = { text: BY_ADDRESS, sample: sample("10.3.4.5") };
    const [first, second] = await hypopg.planMany([request, { ...request }], {
      present: [],
      absent: [],
    });
    await hypopg.close();
    expect(first).not.toBeInstanceOf(Error);
    expect(messageOf(second)).toContain("1 plans already");
  });
});

describe("what is left behind on the watched server", () => {
  test("is nothing in the catalogue, and nothing was executed, whatever failed", async () => {
    const [role] = await watched.query(
      "select rolsuper as super, has_schema_privilege('reader', 'public', 'create') as creates from pg_roles where rolname = 'reader'",
    );
    expect(role).toEqual({ super: false, creates: false });
    const objects = `select (select count(*) from pg_class)::int as relations, (select count(*) from pg_proc)::int as routines,
      (select sum(seq_scan + coalesce(idx_scan, 0)) from pg_stat_user_tables)::int as scans`;
    const before = await watched.query(objects);
    await withHypopg(async (hypopg) => {
      await hypopg.define([
        candidate("by_address", "visits", ["address"]),
        candidate("of_nobody", "visits", ["no_such_column"]),
      ]);
      const answers = await hypopg.planMany(
        [
          { text: BY_ADDRESS, sample: sample("10.3.4.5") },
          { text: BY_ADDRESS, sample: sample("no address") },
          { text: "delete from visits where address = $1", sample: sample("10.3.4.5") },
          { text: "select nothing_of_this_name($1)", sample: sample("1") },
          { text: BY_ADDRESS, sample: "generic" },
        ],
        { present: ["by_address", "of_nobody"], absent: [] },
      );
      const failed = answers.map((answer) => answer instanceof Error);
      expect(failed).toEqual([false, true, true, true, false]);
    });
    expect(await watched.query(objects)).toEqual(before);
  });

  test("is nothing in the session itself, for any indexes and whatever failed between", async () => {
    const extension = extensionOf(snapshot);
    const session = new HypopgSession(options());
    const indexes = new HypotheticalIndexes(extension, new LeafTables(snapshot));
    const column = fc.constantFrom("address", "tenant", "id", "no_such_column");
    const failure = fc.constantFrom("none", "a bad question", "an exception");
    await fc.assert(
      fc.asyncProperty(fc.array(column, { maxLength: 4 }), failure, async (columns, how) => {
        const present = columns.map((name, position) =>
          candidate(`index_${position}`, "visits", [name]),
        );
        await session
          .inTransaction((transaction) =>
            indexes.pretend(transaction, { present, absent: [] }, async () => {
              if (how === "an exception") throw new Error("the asker fails");
              const question = how === "none" ? "$1::int" : "no_such_function($1)";
              return transaction.explainGenerically(`select ${question}`, 1);
            }),
          )
          .catch(() => undefined);
        expect(await session.inTransaction((transaction) => transaction.rows(LEFT))).toEqual([
          { indexes: 0, prepared: 0 },
        ]);
      }),
      { numRuns: 40 },
    );
    await session.close();
  });
});

const LEFT =
  "select (select count(*) from hypopg())::int as indexes, (select count(*) from pg_prepared_statements)::int as prepared";
