import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { proveFinding } from "../../src/proof/prove-finding.ts";
import {
  findingOf,
  plainLab,
  snapshotOf,
  sqlStep,
  statementOf,
  testContext,
  workloadOf,
} from "./scenario.ts";

let postgres: TestPostgres;
const THINGS = { schema: "public", name: "things" };
const snapshot = snapshotOf({ ...THINGS, columns: ["id", "owner"] });
const index = sqlStep(
  "CREATE INDEX CONCURRENTLY things_owner_idx ON public.things (owner)",
  "DROP INDEX CONCURRENTLY public.things_owner_idx",
);

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query("create table things (id int primary key, owner int)");
  await postgres.query(
    "insert into things select i, (i * 7919) % 2000 from generate_series(1, 50000) i",
  );
  await postgres.query("vacuum analyze");
  await postgres.query("create role guest login password 'guest'");
  await postgres.query("grant select on things to guest");
});

afterAll(() => postgres.stop());

async function inputFor(text = "select id from things where owner = $1") {
  const statement = await statementOf(text, [THINGS], text.includes("$1") ? [["1"]] : [[]]);
  return {
    finding: findingOf("public.things", [statement], index),
    workload: workloadOf(statement),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options: { rounds: 3, writeProbeRows: 1_000 },
  };
}

async function leftOvers(): Promise<unknown> {
  return postgres.query(
    "select relname from pg_class where relname ~ '^(things_owner_idx|streamgate_)'",
  );
}

async function sleepers(): Promise<number | undefined> {
  const [row] = await postgres.query<{ backends: number }>(
    "select count(*)::int as backends from pg_stat_activity where application_name = 'streamgate proof' and wait_event = 'PgSleep'",
  );
  return row?.backends;
}

test("a lab whose tables belong to others is refused with a code", async () => {
  const url = new URL(postgres.url());
  url.username = "guest";
  url.password = "guest";

  const proving = proveFinding({ ...(await inputFor()), lab: plainLab(url.href) });

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_LAB_NOT_PERMITTED" });
});

test("a lab that is not there is named as unreachable", async () => {
  const url = new URL(postgres.url());
  url.port = "1";

  const proving = proveFinding({ ...(await inputFor()), lab: plainLab(url.href) });

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_LAB_UNREACHABLE" });
});

test("a table that is gone from the lab fails the fix with a code", async () => {
  const input = await inputFor();
  const gone = sqlStep("CREATE INDEX gone_idx ON public.gone (id)", "DROP INDEX gone_idx");
  const [statement] = input.workload.statements;

  const proving = proveFinding({
    ...input,
    finding: findingOf("public.gone", statement === undefined ? [] : [statement], gone),
  });

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_FIX_FAILED_ON_LAB" });
});

test("statements that the lab cannot run are told, and the fix is taken back", async () => {
  const proving = proveFinding(await inputFor("select missing from things where owner = $1"));

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_NOTHING_TO_PROVE" });
  expect(await leftOvers()).toEqual([]);
});

test("an index of the same name that stood before the proof survives its failure", async () => {
  await postgres.query("create index things_owner_idx on things (id, owner)");

  const proving = proveFinding(await inputFor());

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_FIX_FAILED_ON_LAB" });
  expect(await leftOvers()).toEqual([{ relname: "things_owner_idx" }]);
  await postgres.query("drop index things_owner_idx");
});

test("an abort in the middle cancels the running statement and takes the fix back", async () => {
  const stop = new AbortController();
  const heard: string[] = [];
  const input = await inputFor("select count(*), pg_sleep(600) from things where owner = $1");
  const context = {
    ...testContext(stop.signal),
    onProgress: ({ activity }: { readonly activity: string }) => {
      heard.push(activity);
    },
  };
  const options = { ...input.options, statementTimeoutMs: 600_000 };
  const failing = expect(proveFinding({ ...input, context, options })).rejects.toBe("enough");
  await until(async () => (await sleepers()) === 1);
  expect(heard.at(-1)).toBe("comparing results and plans");

  stop.abort("enough");

  await failing;
  expect(await leftOvers()).toEqual([]);
  expect(await sleepers()).toBe(0);
});

test("a statement that runs into the time-out without the fix has a lower bound", async () => {
  await postgres.query(
    "create function slow(int) returns boolean language sql volatile cost 10000 as 'select pg_sleep(0.01) is not null'",
  );
  const input = await inputFor("select id from things where owner = 7 and slow(id)");

  const proof = await proveFinding({
    ...input,
    finding: {
      ...input.finding,
      fix: {
        summary: "index it",
        steps: [
          sqlStep(
            "create index things_slow_idx on things (id) where owner = 7",
            "drop index things_slow_idx",
          ),
          sqlStep(
            "create or replace function slow(int) returns boolean language sql volatile as 'select true'",
            "create or replace function slow(int) returns boolean language sql volatile as 'select pg_sleep(0.1) is not null'",
          ),
        ],
        risk: "low",
        riskReason: "none",
        expectedDurationMs: 1,
        expectedSizeBytes: 1,
      },
    },
    options: { rounds: 3, statementTimeoutMs: 200, writeProbeRows: 0 },
  });

  expect(proof.statements[0]?.beforeMs).toEqual([200]);
  expect(proof.explanation).toContain("more than 200 ms");
});

test("a fix that cannot be taken back is refused before anything is built", async () => {
  const input = await inputFor();
  const [statement] = input.workload.statements;
  const vacuum = sqlStep("VACUUM FULL CONCURRENTLY things", "");

  const proving = proveFinding({
    ...input,
    finding: findingOf("public.things", statement === undefined ? [] : [statement], vacuum),
  });

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_FIX_NOT_PROVABLE" });
});

test("an option out of range is named", async () => {
  const proving = proveFinding({ ...(await inputFor()), options: { rounds: 0 } });

  await expect(proving).rejects.toMatchObject({ code: "SG_PG_BAD_PROOF_OPTION" });
});
