import { readdirSync } from "node:fs";
import { seededRandom, systemClock } from "@streamgate/core";
import { identifyStatement } from "@streamgate/pg-advisor";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { seldomMs } from "../../../../test/support/seldom.ts";
import { until } from "../../../../test/support/until.ts";
import { keepTwins } from "../../src/what-if/kept-twins.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const STATEMENT = "select count(*) from songs where owner = $1";
const OTHER = "select max(id) from songs where owner = $1";

let postgres: TestPostgres;
let test: TestPlatform;
let database: { name: string; url: string; intervalMs: number; adviseEveryMs: number };
beforeAll(async () => {
  postgres = await startTestPostgres({ major: 14 });
  const url = await postgres.createDatabase("media");
  await postgres.query(
    `create table songs (id int primary key, owner int not null);
     insert into songs select g, g % 500 from generate_series(1, 20000) g; analyze songs;
     create index songs_owner on songs (owner);
     select count(*) from songs where owner = 7; select max(id) from songs where owner = 7`,
    undefined,
    "media",
  );
  database = { name: "media", url, intervalMs: seldomMs(), adviseEveryMs: 0 };
  const store = await postgres.createDatabase("store");
  test = await startTestPlatform(store, {}, { databases: [database] });
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

describe("a server that is too old for EXPLAIN (GENERIC_PLAN)", () => {
  async function plansOf(statement: string) {
    const { fingerprint } = identifyStatement(statement);
    await test.platform.tables.query(
      `insert into streamgate.statements values
       ('media', $1, '1', $2, now(), now(), null, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0)
       on conflict do nothing`,
      [fingerprint, statement],
    );
    return (await test.call("listQueryPlans", { parameters: { fingerprint } })).items;
  }

  it("tells its own plan all the same", async () => {
    const items = await plansOf(STATEMENT);
    expect(items).toMatchObject([{ source: "database", cost: { rung: "estimated" } }]);
    expect(JSON.stringify(items[0]?.root)).toMatch(/songs_owner/);
  });

  it("has its twin's plan shown where it does not answer, as an estimate of the twin", async () => {
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    try {
      // The twin knows the table already: it was made before somebody locked it.
      await test.platform.twins.use(database, async () => undefined);
      await locker.query("begin; lock table songs in access exclusive mode");
      const items = await plansOf(OTHER);
      expect(items).toMatchObject([{ source: "twin", cost: { rung: "estimated" } }]);
    } finally {
      await locker.end();
    }
  });
});

describe("a twin that is kept", () => {
  const keep = (timings: { readonly idleMs?: number; readonly limitMs?: number }) =>
    keepTwins({
      folder: { ...test.platform.folder, run: `${test.platform.folder.root}/other-run` },
      clock: systemClock,
      random: seededRandom(1),
      log: () => undefined,
      ...timings,
    });
  const leftOver = () => readdirSync(`${test.platform.folder.root}/other-run`);

  it("ends by itself when nobody asks any more", async () => {
    const twins = keep({ idleMs: 10 });
    const pid = await twins.use(database, async ({ twin }) => twin.serverPid);
    expect(pid).toBeGreaterThan(0);
    await until(() => leftOver().length === 0);
    await twins.close();
  });

  it("is given up where it does not answer in time, and nothing of it is left", async () => {
    const twins = keep({ limitMs: 1_000 });
    const asked = twins.use(database, () => new Promise<never>(() => undefined));
    await expect(asked).rejects.toMatchObject({ status: 503 });
    await twins.close();
    expect(leftOver()).toEqual([]);
  });

  it("that was killed is made anew for whoever asks next", async () => {
    const twins = keep({});
    const pidOf = () => twins.use(database, async ({ twin }) => twin.serverPid);
    const pid = await pidOf();
    expect(await pidOf()).toBe(pid);
    process.kill(pid, "SIGKILL");
    // Its last session may answer for a moment.
    const generic = { present: [], absent: [] };
    await until(() =>
      twins
        .use(database, ({ twin }) => twin.plan(STATEMENT, "generic", generic))
        .then(
          () => false,
          () => true,
        ),
    );
    expect(await pidOf()).not.toBe(pid);
    await twins.close();
  });

  it("of a database that is gone says so, and who waits in vain is told at once", async () => {
    const twins = keep({});
    const gone = { ...database, url: "postgresql://nobody@127.0.0.1:1/none" };
    const asked = Array.from({ length: 5 }, () =>
      twins.use(gone, async () => 1).catch((error: unknown) => error),
    );
    const answers = await Promise.all(asked);
    expect(answers).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ status: 503 })),
    );
    expect(answers.map(String).filter((text) => text.includes("others ask already"))).toHaveLength(
      2,
    );
    await twins.close();
  });
});
