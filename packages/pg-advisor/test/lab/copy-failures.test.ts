import { access } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { RunContext } from "../../src/context.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { testContext } from "../proof/scenario.ts";
import { type LabFolder, makeLabFolder, SHARED_FOLDER, serversIn } from "./lab-folder.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let folder: LabFolder;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query("create table kept (id int primary key, note text)");
  await postgres.query(
    "insert into kept select i, repeat('x', 200) from generate_series(1, 300000) i",
  );
  await postgres.query("create table dropped (id int); insert into dropped values (1)");
  await postgres.query("create table changed (id int, old int); insert into changed values (1, 1)");
  await postgres.query("create table secret (id int); insert into secret values (1)");
  await postgres.query(
    "create role reader login password 'reader' in role pg_monitor; grant select on kept to reader",
  );
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url());
  await postgres.query("drop table dropped; alter table changed drop column old");
});

beforeEach(async () => {
  folder = await makeLabFolder();
});

afterEach(() => folder.remove());

afterAll(() => postgres.stop());

function copyLab(
  names: readonly string[],
  source = postgres.url(),
  context: RunContext = testContext(),
): Promise<Lab> {
  return createLabCopy({
    source,
    snapshot,
    tables: names.map((name) => ({ schema: "public", name })),
    folder: folder.lab,
    sharedFolder: SHARED_FOLDER,
    context,
  });
}

async function expectNothingLeft(): Promise<void> {
  await expect(access(folder.lab)).rejects.toThrow();
  expect(await serversIn(folder.lab)).toEqual([]);
}

async function readersOnSource(): Promise<number> {
  const [row] = await postgres.query(
    "select count(*)::int as readers from pg_stat_activity where application_name = 'streamgate lab'",
  );
  return Number(row?.readers);
}

test("a table that was dropped after the snapshot is left out with the reason", async () => {
  const lab = await copyLab(["kept", "dropped", "changed"]);

  expect(lab.skipped).toContainEqual({
    object: "table public.dropped",
    reason: "it was dropped after the snapshot",
  });
  expect(lab.skipped).toContainEqual({
    object: "table public.changed",
    reason: "a column of it was dropped after the snapshot",
  });
  expect(lab.description.tables).toContainEqual({ table: "public.kept", rows: 300_000, share: 1 });
  expect(lab.description.tables).toContainEqual({ table: "public.dropped", rows: 0, share: 0 });
  await lab.close();
  await expectNothingLeft();
});

test("a lab of nothing but dropped tables is an error", async () => {
  await expect(copyLab(["dropped"])).rejects.toMatchObject({ code: "SG_PG_LAB_EMPTY" });
  await expectNothingLeft();
});

test("a table that the user may not read is left out with the reason", async () => {
  const url = new URL(postgres.url());
  url.username = "reader";
  url.password = "reader";

  const lab = await copyLab(["kept", "secret"], url.href);

  expect(lab.skipped).toEqual([
    { object: "table public.secret", reason: "the user may not read it" },
  ]);
  await lab.close();
});

test("a source that is not there fails and leaves nothing behind", async () => {
  const url = new URL(postgres.url());
  url.port = "1";

  await expect(copyLab(["kept"], url.href)).rejects.toMatchObject({
    code: "SG_PG_LAB_COPY_FAILED",
  });
  await expectNothingLeft();
});

test("a source that breaks off in the middle fails and leaves nothing behind", async () => {
  let isBroken = false;
  const context: RunContext = {
    ...testContext(),
    onProgress: ({ activity }) => {
      if (isBroken || !activity.startsWith("copying")) return;
      isBroken = true;
      void postgres.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'streamgate lab'",
      );
    },
  };

  await expect(copyLab(["kept"], postgres.url(), context)).rejects.toMatchObject({
    code: "SG_PG_LAB_COPY_FAILED",
  });
  await expectNothingLeft();
});

test.each(["copying", "analysing"])(
  "an abort while %s leaves no process, no folder and no reader",
  async (moment) => {
    const stop = new AbortController();
    const context: RunContext = {
      ...testContext(stop.signal),
      onProgress: ({ activity }) => {
        if (activity.startsWith(moment)) stop.abort("enough");
      },
    };

    await expect(copyLab(["kept"], postgres.url(), context)).rejects.toBe("enough");

    await expectNothingLeft();
    await expect.poll(readersOnSource, { timeout: 5_000 }).toBe(0);
  },
);
