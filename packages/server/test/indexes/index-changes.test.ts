import type { SeriesPoint } from "@streamgate/monitor";
import { identifyStatement } from "@streamgate/pg-advisor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { seldomMs } from "../../../../test/support/seldom.ts";
import { until } from "../../../../test/support/until.ts";
import { collectIndexes } from "../../src/indexes/collect-indexes.ts";
import { keepEffects } from "../../src/indexes/effect/read-effects.ts";
import { keepIndexes } from "../../src/indexes/kept-indexes.ts";
import { listIndexChanges } from "../../src/indexes/list-index-changes.ts";
import { listIndexes } from "../../src/indexes/list-indexes.ts";
import { aFinding, aFix } from "../support/findings.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const MINUTE_MS = 60_000;
const BY_OWNER = "select * from songs where owner = $1";
const INSERT = "insert into songs (id, owner) values ($1, $2)";
const OTHER = "select * from users where id = $1";
const printOf = (text: string): string => identifyStatement(text).fingerprint;

let postgres: TestPostgres;
let test: TestPlatform;
let url: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.createDatabase("media");
  await ask("create table songs (id int primary key, owner int, title text)");
  await ask("create table users (id int primary key)");
  await ask("insert into songs select g, g % 100 from generate_series(1, 20000) g");
  await ask("create index songs_title on songs (title)");
  await ask("analyze");
  // Read so seldom that the collector adds nothing to what the test says.
  const databases = [{ name: "media", url, intervalMs: seldomMs(), adviseEveryMs: 0 }];
  test = await startTestPlatform(await postgres.createDatabase("store"), {}, { databases });
  await until(async () => (await test.call("listIndexes")).total === 3);
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

const ask = (sql: string) => postgres.query(sql, undefined, "media");
const look = () => {
  const { tables, clock } = test.platform;
  return collectIndexes({ database: "media", url, tables, clock });
};
const changes = async () => (await test.call("listIndexChanges")).items;

/** When the index of the test came: a whole minute, however slow the machine is. */
const CHANGED_MS = (Math.floor(Date.now() / MINUTE_MS) - 18) * MINUTE_MS;

/** Calls of a statement in each of the minutes around it, and how long one takes: before, and since. */
function callsOf(text: string, [before, after]: readonly number[]) {
  const fingerprint = printOf(text);
  return minutes((atMs, ago) => {
    const meanMs = (atMs > CHANGED_MS ? after : before) ?? 0;
    const labels = { database: "media", fingerprint };
    return [
      point("streamgate_database_statement_calls", labels, atMs, 100),
      point(
        "streamgate_database_statement_seconds",
        labels,
        atMs,
        meanMs * 0.1 * (1 + (Math.abs(ago) % 3) / 50),
      ),
    ];
  });
}

function minutes(make: (atMs: number, ago: number) => readonly SeriesPoint[]): SeriesPoint[] {
  return Array.from({ length: 40 }, (_, at) => 22 - at).flatMap((ago) =>
    make(CHANGED_MS - ago * MINUTE_MS, ago),
  );
}

function point(
  name: string,
  labels: Readonly<Record<string, string>>,
  atMs: number,
  increase: number,
): SeriesPoint {
  return { key: { name, labels }, point: { kind: "counter", atMs, spanMs: MINUTE_MS, increase } };
}

async function callsKept(): Promise<number> {
  const { history } = test.platform.monitor();
  const groups = await history?.aggregate({
    selector: { name: "streamgate_database_calls", where: [] },
    fromMs: CHANGED_MS - 60 * MINUTE_MS,
    toMs: CHANGED_MS + 60 * MINUTE_MS,
    stepMs: 120 * MINUTE_MS,
    by: [],
  });
  const [step] = groups?.[0]?.steps ?? [];
  return step?.kind === "counter" ? step.increase : 0;
}

describe("changes of indexes", () => {
  it("are none before something happens", async () => {
    await look();
    expect(await changes()).toEqual([]);
  });

  it("made by hand are noted, with nobody's name, and too early to judge", async () => {
    await ask("create index songs_owner on songs (owner)");
    await look();
    const [change] = await changes();
    expect(change).toMatchObject({
      database: "media",
      table: "public.songs",
      name: "songs_owner",
      event: "appeared",
      act: null,
      index: { name: "songs_owner", isValid: true },
      sizeBefore: { value: null },
      effect: { verdict: "too early", before: null, statements: [] },
    });
    expect(change?.size.value).toBeGreaterThan(0);
    expect(change?.effect?.explanation).toContain("too early");
  });

  it("are judged by the statements before and after, once there are windows on both sides", async () => {
    const { tables } = test.platform;
    await tables.query(
      `insert into streamgate.statements (database, fingerprint, query_id, text, first_seen, last_seen, calls, total_ms,
         mean_ms, stddev_ms, min_ms, max_ms, rows, blocks_hit, blocks_read, temp_blocks_written, wal_bytes)
       select 'media', fingerprint, fingerprint, text, now(), now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
       from unnest($1::text[], $2::text[]) as given (fingerprint, text) on conflict do nothing`,
      [[BY_OWNER, INSERT, OTHER].map(printOf), [BY_OWNER, INSERT, OTHER]],
    );
    await tables.query(
      `update streamgate.index_history set not_before = $1::timestamptz - interval '1 min', at = $1
       where index_name = 'songs_owner'`,
      [new Date(CHANGED_MS)],
    );
    test.platform
      .monitor()
      .feed([
        ...callsOf(BY_OWNER, [30, 1]),
        ...callsOf(INSERT, [1, 1.02]),
        ...callsOf(OTHER, [2, 2]),
        ...minutes((atMs) => [
          point("streamgate_database_calls", { database: "media" }, atMs, 300),
        ]),
      ]);
    // Steps that are over are read once: whoever reads them before they are written sees them empty.
    await until(async () => (await callsKept()) === 40 * 300);
    await ask("set enable_seqscan = off; select count(*) from songs where owner = 7");
    await until(async () => {
      await look();
      return ((await changes())[0]?.index?.scans.value ?? 0) > 0;
    });
    // An answer is kept for a minute: another instance has none yet.
    const judged = async () => {
      const { platform } = test;
      const parts = { series: platform.series, query: tables.query, clock: platform.clock };
      const list = await listIndexChanges(platform, keepIndexes(tables), keepEffects(parts), {});
      return list.items[0]?.effect;
    };
    await until(async () => (await judged())?.verdict === "effective");
    const effect = await judged();
    expect(effect).toMatchObject({
      rung: "verified",
      statements: [
        { role: "target", fingerprint: printOf(BY_OWNER), speedup: { rung: "verified" } },
        { role: "writer", fingerprint: printOf(INSERT) },
      ],
      writers: { unit: "times", rung: "verified" },
    });
    expect(effect?.before?.windows).toBeGreaterThanOrEqual(12);
    expect(effect?.statements[0]?.speedup.low).toBeGreaterThan(20);
    expect(effect?.timeBefore.value).toBeGreaterThan(20 * (effect?.timeAfter.value ?? 0));
    expect(effect?.explanation).toContain("1 untouched statement");
  });

  it("by StreamGate are known as its own, by the finding that it applied", async () => {
    const { store } = test.platform;
    const run = await store.beginRun({ target: "media", connection: "media", goal: "test" });
    const finding = aFinding({ id: "missing-title" });
    await store.recordFinding(run, "media", finding);
    const fix = aFix("songs_owner_title");
    const application = await store.beginApplication({
      run,
      target: "media",
      finding: finding.id,
      direction: "apply",
      reason: "ana said yes",
      fix,
    });
    await ask("create index songs_owner_title on songs (owner, title)");
    await look();
    expect((await changes())[0]).toMatchObject({ name: "songs_owner_title", act: null });
    await store.endApplication(application, "done", "applied", {});
    await look();
    expect((await changes())[0]?.act).toEqual({
      recommendation: "missing-title",
      target: "media",
      direction: "apply",
      reason: "ana said yes",
    });
  });

  it("are told of those that are gone, and of those that were built anew", async () => {
    await ask("drop index songs_title");
    await ask("reindex index concurrently songs_owner");
    await look();
    const found = (await changes()).slice(0, 2).map(({ name, event, effect, index }) => ({
      name,
      event,
      isJudged: effect !== null,
      isThere: index !== null,
    }));
    expect(found).toContainEqual({
      name: "songs_title",
      event: "vanished",
      isJudged: true,
      isThere: false,
    });
    expect(found).toContainEqual({
      name: "songs_owner",
      event: "rebuilt",
      isJudged: false,
      isThere: true,
    });
  });

  it("that have stood for a day keep their verdict in the store, and are not compared again", async () => {
    const { tables, clock, series } = test.platform;
    await tables.query(
      `update streamgate.index_history set not_before = now() - interval '41 h', at = now() - interval '40 h'
       where index_name = 'songs_owner_title'`,
    );
    const kept = async (from: typeof series) => {
      const effects = keepEffects({ series: from, query: tables.query, clock });
      const list = await listIndexChanges(test.platform, keepIndexes(tables), effects, {
        search: "songs_owner_title",
      });
      return list.items[0]?.effect;
    };
    const made = await kept(series);
    expect(made).toMatchObject({ verdict: "cannot tell" });
    expect(made?.explanation).toContain("not counted");
    const unread: typeof series = {
      ...series,
      aggregate: () => Promise.reject(new Error("nobody should read it again")),
    };
    expect(await kept(unread)).toEqual(made);
  });

  it("are found by words and come page by page", async () => {
    const first = await test.call("listIndexChanges", { query: { limit: 2 } });
    expect(first).toMatchObject({ total: 4, items: [{}, {}] });
    const rest = await test.call("listIndexChanges", {
      query: { limit: 2, after: first.next ?? "" },
    });
    expect(rest.next).toBeNull();
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    const found = await test.call("listIndexChanges", { query: { search: "_title" } });
    expect(found.items.map(({ name }) => name).toSorted()).toEqual([
      "songs_owner_title",
      "songs_title",
    ]);
  });
});

describe("the series of indexes", () => {
  it("come with each look, by database, table and index, and those of all together", async () => {
    const { history } = test.platform.monitor();
    const listed = async (name: string) =>
      (await history?.list({ name }, Date.now() - 3_600_000, Date.now() + 60_000)) ?? [];
    await until(async () => (await listed("streamgate_database_index_size_bytes")).length === 3);
    const labels = (await listed("streamgate_database_index_size_bytes")).map((key) => key.labels);
    expect(labels).toContainEqual({
      database: "media",
      table: "public.songs",
      index: "public.songs_title",
    });
    await until(async () => (await listed("streamgate_database_indexes")).length === 1);
  });
});

describe("the use of an index over time", () => {
  it("is counted by the hour where it has series, and by the day in the store", async () => {
    const { tables } = test.platform;
    const [day] = await tables.query<{ readonly scans: number; readonly size: number }>(
      "select scans, size_bytes as size from streamgate.index_days where index_name = 'songs_owner'",
    );
    expect(day?.scans).toBeGreaterThan(0);
    expect(day?.size).toBeGreaterThan(0);
    const { items } = await test.call("listIndexes", { query: { search: "songs_owner" } });
    const owner = items.find(({ name }) => name === "songs_owner");
    expect(owner?.usage).toMatchObject({ stepMs: 86_400_000 });
    expect(owner?.usage.scans).toHaveLength(30);
    expect(owner?.usage.scans.at(-1)).toBe(day?.scans);
    test.platform
      .monitor()
      .feed([
        point(
          "streamgate_database_index_scans",
          { database: "media", table: "public.songs", index: "public.songs_owner" },
          Date.now() - MINUTE_MS,
          17,
        ),
      ]);
    // What was read is kept for a while: another instance has read nothing yet.
    const { platform } = test;
    const { history } = platform.monitor();
    if (history === undefined) throw new Error("there is no history");
    const series: typeof platform.series = {
      ...platform.series,
      aggregate: (query) => history.aggregate(query),
    };
    const fresh = { ...platform, series };
    const hourly = async () => {
      const { items: now } = await listIndexes(fresh, keepIndexes(tables), {
        search: "songs_owner",
      });
      return now.find(({ name }) => name === "songs_owner")?.usage;
    };
    await until(async () => (await hourly())?.stepMs === 3_600_000);
    expect((await hourly())?.scans.filter((value) => value !== null)).toEqual([17]);
  });
});
