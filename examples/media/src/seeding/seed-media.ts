import { readFileSync } from "node:fs";
import pg from "pg";
import { MEDIA_FOREIGN_KEYS_SQL, MEDIA_SCHEMA_SQL } from "../database/schema.ts";
import {
  GENERATOR_VERSION,
  readSeedRecord,
  type SeedRecord,
  writeSeedRecord,
} from "../database/seed-record.ts";
import { MediaError } from "../errors.ts";
import { Population } from "../population/population.ts";
import { MEDIA_TABLES } from "../population/sizes.ts";
import { loadTable } from "./load-table.ts";
import { resolveSeedOptions, type SeedOptions } from "./seed-options.ts";

/** What a seeding run did. */
export interface SeedOutcome {
  readonly kind: "loaded" | "already there";
  readonly rows: number;
  readonly durationMs: number;
}

/** Two runs at once take turns at this lock; any constant of our own will do. */
const ADVISORY_LOCK = 7_361_001;

/**
 * Fills the database with the generated catalogue, all in one transaction: a run that is killed
 * leaves what was there before.
 *
 * @throws MediaError `MEDIA_BAD_OPTION`, `MEDIA_OTHER_SEED`, `MEDIA_OTHER_TABLES`
 */
export async function seedMedia(options: SeedOptions): Promise<SeedOutcome> {
  const resolved = resolveSeedOptions(options);
  const population = new Population(resolved);
  const wanted: SeedRecord = { ...resolved, version: GENERATOR_VERSION };
  const started = performance.now();
  const outcome = (kind: SeedOutcome["kind"]): SeedOutcome => ({
    kind,
    rows: MEDIA_TABLES.reduce((sum, table) => sum + population.sizes[table], 0),
    durationMs: performance.now() - started,
  });

  const client = new pg.Client({ connectionString: resolved.databaseUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    if (await isAlreadyThere(client, wanted, resolved.isForced)) return outcome("already there");
    await makeEmptyTables(client);
    await loadTables(client, population, resolved.onProgress);
    resolved.onProgress({ kind: "step", step: "foreign keys" });
    await client.query(readFileSync(MEDIA_FOREIGN_KEYS_SQL, "utf8"));
    resolved.onProgress({ kind: "step", step: "analyze" });
    await client.query(`analyze ${MEDIA_TABLES.join(", ")}`);
    await writeSeedRecord(client, wanted);
    resolved.onProgress({ kind: "step", step: "commit" });
    await client.query("commit");
    return outcome("loaded");
  } finally {
    await client.end();
  }
}

async function isAlreadyThere(
  client: pg.Client,
  wanted: SeedRecord,
  isForced: boolean,
): Promise<boolean> {
  const found = await readSeedRecord(client);
  if (found !== undefined && isSameData(found, wanted)) return true;
  if (isForced) return false;
  if (found !== undefined) throw otherSeed(found, wanted);
  const taken = await existingTables(client);
  if (taken.length > 0) throw otherTables(taken);
  return false;
}

/** `until` is left out: data seeded for another day serves as well. */
function isSameData(found: SeedRecord, wanted: SeedRecord): boolean {
  return (
    found.version === wanted.version && found.scale === wanted.scale && found.seed === wanted.seed
  );
}

async function existingTables(client: pg.Client): Promise<readonly string[]> {
  const found = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and relname = any($1) order by relname",
    [MEDIA_TABLES],
  );
  return found.rows.map((row) => row.name);
}

async function makeEmptyTables(client: pg.Client): Promise<void> {
  const tables = ["media_seed", ...MEDIA_TABLES].map((table) => `public.${table}`);
  await client.query(`drop table if exists ${tables.join(", ")} cascade`);
  await client.query("set local search_path = public");
  await client.query("set local maintenance_work_mem = '128MB'");
  await client.query(readFileSync(MEDIA_SCHEMA_SQL, "utf8"));
}

async function loadTables(
  client: pg.Client,
  population: Population,
  onProgress: Required<SeedOptions>["onProgress"],
): Promise<void> {
  const total = MEDIA_TABLES.reduce((sum, table) => sum + population.sizes[table], 0);
  let before = 0;
  for (const table of MEDIA_TABLES) {
    const ofRows = population.sizes[table];
    await loadTable(client, table, population, (rows) => {
      onProgress({ kind: "table", table, rows, ofRows, done: before + rows, total });
    });
    before += ofRows;
  }
}

function otherSeed(found: SeedRecord, wanted: SeedRecord): MediaError {
  return new MediaError(
    "MEDIA_OTHER_SEED",
    `the database holds the catalogue of scale ${found.scale}, seed ${found.seed}, generator ${found.version}; ` +
      `scale ${wanted.scale}, seed ${wanted.seed}, generator ${wanted.version} was asked for. To replace it, add --force`,
  );
}

function otherTables(taken: readonly string[]): MediaError {
  return new MediaError(
    "MEDIA_OTHER_TABLES",
    `the database already has tables that this example did not make (${taken.join(", ")}). ` +
      "Use an empty database; --force drops them",
  );
}
