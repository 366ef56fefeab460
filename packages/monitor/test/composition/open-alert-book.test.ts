import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import type { AlertBook } from "../../src/composition/open-alert-book.ts";
import { openAlertBook } from "../../src/composition/open-alert-book.ts";
import { createMonitor, type Monitor } from "../../src/monitor.ts";

let postgres: TestPostgres;
let database: string;
let monitor: Monitor;
let book: AlertBook;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  database = await postgres.createDatabase("book");
  book = await openAlertBook({ database });
  // Nothing listens there: the target is down, and that fires.
  monitor = await createMonitor({
    database,
    targets: [{ url: "http://127.0.0.1:9", name: "shop" }],
    rules: [],
  });
  await until(() => monitor.health().alerting.isLeading);
});
afterAll(async () => {
  await book?.close();
  await monitor?.stop();
  await postgres?.stop();
});

test("it makes its schema, and leads nothing", async () => {
  expect(await book.alerts()).toEqual([]);
  expect(await book.incidents.list()).toEqual([]);
  const { rows } = {
    rows: await postgres.query("select holder from streamgate_monitor.leadership", [], "book"),
  };
  expect(rows).toHaveLength(1);
});

test("what is done in it is what the monitor sees", async () => {
  const made = await book.silences.create({
    matchers: [{ label: "service", is: "shop" }],
    fromMs: Date.now(),
    toMs: Date.now() + 60_000,
    author: "ana",
    comment: "a test",
  });
  expect(await monitor.silences.list()).toEqual([made]);
  await book.incidents.recordChange({
    id: "deploy-1",
    kind: "deploy",
    atMs: Date.now(),
    summary: "1.0.1",
    labels: { service: "shop" },
  });
  expect(await monitor.incidents.changes(Date.now() - 60_000, Date.now() + 1)).toHaveLength(1);
});

test("it reads the series that the monitor writes", async () => {
  await until(async () => {
    const windows = await book.history.read({
      selector: { name: "up", where: [{ label: "service", is: "shop" }] },
      fromMs: Date.now() - 60_000,
      toMs: Date.now(),
    });
    return windows.length > 0;
  });
});

test("after it is closed nothing of it is left at the server", async () => {
  const other = await openAlertBook({ database });
  await other.alerts();
  await other.close();
  await until(async () => {
    const sql = "select 1 from pg_stat_activity where application_name = 'streamgate'";
    return (await postgres.query(sql)).length <= 2;
  });
});
