import { rm } from "node:fs/promises";
import { seededRandom, systemClock } from "@streamgate/core";
import {
  type AdviseDropsInput,
  adviseDrops,
  createTwin,
  type DropAdvice,
  type IndexObservation,
  type IndexPortrait,
  type IndexVerdict,
  measureBloat,
  observeIndexes,
  readSnapshot,
  workloadFromSql,
} from "@streamgate/pg-advisor";
import pg from "pg";
import type { TestPostgres } from "../postgres.ts";
import type { DropCase, World } from "./drop-case.ts";

/** A case with what was advised. */
export interface JudgedCase {
  readonly of: DropCase;
  /** The name of the case's table. */
  readonly table: string;
  readonly verdict: IndexVerdict | undefined;
}

export interface JudgedCorpus {
  readonly cases: readonly JudgedCase[];
  readonly advice: readonly DropAdvice[];
  /** All indexes, as the server's catalogue and counters tell of them. */
  readonly indexes: readonly IndexPortrait[];
  /** What planning and weighing took, in ms. */
  readonly weighedMs: number;
  /** Statements of the workload that were planned. */
  readonly statements: number;
}

const DAY_MS = 86_400_000;
const READS_OF_A_READ_TABLE = 30;
const SCANS_OF_A_USED_ONE = 1_000;

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * `kaah` for the eighth case: what `§` stands for. Letters, for statements on tables that differ in digits alone are the same statement to
 * libpg-query.
 */
export function tableName(position: number): string {
  const letter = (place: number): string => LETTERS[Math.floor(position / place) % 26] ?? "";
  return `k${letter(676)}${letter(26)}${letter(1)}`;
}

/** Makes all cases in one database, looks at it once, and judges every index; each world by itself. */
export async function judgeCorpus(
  postgres: TestPostgres,
  corpus: readonly DropCase[],
  folder: string,
): Promise<JudgedCorpus> {
  await makeCases(postgres, corpus);
  const release = await lockTables(postgres, corpus);
  const url = postgres.url();
  const observation = await observeIndexes(url);
  await release();
  const snapshot = await readSnapshot(url, { needsStatements: false });
  const large = observation.indexes
    .map(({ index }) => index)
    .filter(
      ({ sizeBytes, method, isValid }) => isValid && method === "btree" && sizeBytes > 2 ** 20,
    );
  const measurements = await measureBloat(url, large);
  const atMs = Date.parse(observation.takenAt);
  const measured = new Map(
    measurements.map(({ schema, name, bloat, sizeBytes }) => [
      JSON.stringify([schema, name]),
      { share: bloat, sizeBytes, atMs },
    ]),
  );
  const context = {
    clock: systemClock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  const twin = await createTwin({
    snapshot,
    folder,
    sharedFolder: "/tmp/streamgate-test-shared",
    context,
  });
  try {
    const sql = corpus.flatMap(({ statements = [] }, position) =>
      statements.map((statement) => `${written(statement, position)};`),
    );
    const workload = await workloadFromSql(sql.join("\n"), {
      snapshot,
      whatIf: twin,
      random: seededRandom(1),
    });
    const cases: JudgedCase[] = [];
    const advice: DropAdvice[] = [];
    const indexes: IndexPortrait[] = [];
    const startedMs = performance.now();
    for (const world of new Set(corpus.map((one) => one.world ?? "primary alone"))) {
      const seen = seenIn(world, observation, corpus);
      const given = await adviseDrops({
        observation: seen.primary,
        replicas: seen.replicas,
        watched: watchedIn(seen.primary, corpus),
        measured,
        workload,
        snapshot,
        whatIf: twin,
      });
      advice.push(given);
      indexes.push(...seen.primary.indexes);
      const verdicts = new Map(given.verdicts.map((one) => [one.portrait.index.name, one]));
      for (const [position, one] of corpus.entries()) {
        if ((one.world ?? "primary alone") !== world) continue;
        const table = tableName(position);
        cases.push({ of: one, table, verdict: verdicts.get(written(one.index, position)) });
      }
    }
    const weighedMs = performance.now() - startedMs;
    return { cases, advice, indexes, weighedMs, statements: workload.statements.length };
  } finally {
    await twin.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function written(text: string, position: number): string {
  return text.replaceAll("§", tableName(position));
}

async function makeCases(postgres: TestPostgres, corpus: readonly DropCase[]): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    await client.query("create extension if not exists pgstattuple");
    for (const [position, { sql, name }] of corpus.entries())
      await client.query(written(sql, position)).catch((cause: unknown) => {
        throw new Error(`the case "${name}" cannot be made`, { cause });
      });
    await client.query("analyze");
    for (const [position, { alone = [] }] of corpus.entries())
      for (const statement of alone)
        await client.query(written(statement, position)).catch(() => undefined);
    const reads = corpus.flatMap(({ isUnread }, position) =>
      isUnread === true ? [] : [tableName(position)],
    );
    await client.query(readTables(reads));
    await client.query(
      "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off",
    );
    for (const [position, { scans = [] }] of corpus.entries())
      for (const scan of scans) await client.query(written(scan, position));
    await client.query("select pg_stat_force_next_flush()").catch(() => undefined);
  } finally {
    await client.end();
  }
}

/** Every relation of the cases is read often: their tables, partitions, parents and materialized views. */
function readTables(names: readonly string[]): string {
  return `do $body$
    declare relation regclass;
    begin
      set local enable_indexscan = off; set local enable_indexonlyscan = off; set local enable_bitmapscan = off;
      for relation in
        select c.oid from pg_class as c
        where c.relkind in ('r', 'm') and c.relnamespace = 'public'::regnamespace
          and substring(c.relname, 1, 4) = any('{${names.join(",")}}')
      loop
        for turn in 1..${READS_OF_A_READ_TABLE} loop
          execute format('select from %s limit 1', relation);
        end loop;
      end loop;
    end $body$`;
}

async function lockTables(
  postgres: TestPostgres,
  corpus: readonly DropCase[],
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query("begin");
  for (const [position, { isLocked }] of corpus.entries())
    if (isLocked === true)
      await client.query(`lock table ${tableName(position)} in share update exclusive mode`);
  return () => client.end();
}

interface Seen {
  readonly primary: IndexObservation;
  readonly replicas: readonly IndexObservation[];
}

/** The indexes of the cases of one world, as its servers would tell of them. */
function seenIn(world: World, observation: IndexObservation, corpus: readonly DropCase[]): Seen {
  const tables = new Set(
    corpus.flatMap((one, position) =>
      (one.world ?? "primary alone") === world ? [tableName(position)] : [],
    ),
  );
  const lastScans = lastScansOf(observation, corpus);
  const scans = new Map([...lastScans.keys()].map((name) => [name, 1]));
  for (const [position, { isScanned, index }] of corpus.entries())
    if (isScanned === true) scans.set(written(index, position), SCANS_OF_A_USED_ONE);
  const here = {
    ...observation,
    indexes: observation.indexes
      .filter(({ index }) => tables.has(index.name.slice(0, 4)))
      .map((portrait) =>
        withScans(portrait, scans.get(portrait.index.name) ?? portrait.index.scans),
      ),
    traits: observation.traits.map((trait) => {
      const lastScanAt = lastScans.get(trait.name);
      return lastScanAt === undefined ? trait : { ...trait, scans: 1, lastScanAt };
    }),
    counting: {
      ...observation.counting,
      countersResetAt: new Date(Date.parse(observation.takenAt) - 900 * DAY_MS).toISOString(),
    },
  };
  const counting = { ...here.counting, replicas: world.startsWith("a replica") ? 1 : 0 };
  const primary = { ...here, counting };
  const asReplica = (scans: number): IndexObservation => ({
    ...here,
    isReplica: true,
    counting: { ...here.counting, replicas: 0 },
    indexes: here.indexes.map((portrait) => ({
      ...portrait,
      index: { ...portrait.index, scans },
    })),
  });
  switch (world) {
    case "primary alone":
    case "a replica that was not read":
      return { primary, replicas: [] };
    case "a replica that scans it":
      return { primary, replicas: [asReplica(7)] };
    case "a replica that does not scan it":
      return { primary, replicas: [asReplica(0)] };
    case "looked at from a replica":
      return { primary: asReplica(0), replicas: [] };
  }
}

function withScans(portrait: IndexPortrait, scans: number): IndexPortrait {
  return { ...portrait, index: { ...portrait.index, scans } };
}

/** When an index was scanned last, where the case says so. */
function lastScansOf(
  { takenAt }: IndexObservation,
  corpus: readonly DropCase[],
): ReadonlyMap<string, string> {
  return new Map(
    corpus.flatMap(({ index, lastScanDays }, position): [string, string][] =>
      lastScanDays === undefined
        ? []
        : [
            [
              written(index, position),
              new Date(Date.parse(takenAt) - lastScanDays * DAY_MS).toISOString(),
            ],
          ],
    ),
  );
}

const WATCHED_DAYS = 60;

/** What a StreamGate that has watched for so long remembers. */
function watchedIn(
  { indexes, takenAt }: IndexObservation,
  corpus: readonly DropCase[],
): NonNullable<AdviseDropsInput["watched"]> {
  const byTable = new Map(corpus.map((one, position) => [tableName(position), one]));
  return indexes.map((portrait) => {
    const { watchedDays = WATCHED_DAYS, lastScanDays } =
      byTable.get(portrait.index.name.slice(0, 4)) ?? {};
    return {
      portrait,
      watchedSinceMs: Date.parse(takenAt) - watchedDays * DAY_MS,
      scansSeen: lastScanDays === undefined ? portrait.index.scans : 0,
    };
  });
}
