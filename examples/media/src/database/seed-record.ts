import type pg from "pg";
import type { PopulationKey } from "../population/population.ts";

/** Raised whenever the generator gives other rows for the same key. */
export const GENERATOR_VERSION = 1;

/** Which generated data the tables hold. */
export interface SeedRecord extends PopulationKey {
  readonly version: number;
}

/** What `media_seed` says, or nothing where there is no such table or row. */
export async function readSeedRecord(
  client: Pick<pg.ClientBase, "query">,
): Promise<SeedRecord | undefined> {
  const table = await client.query<{ exists: boolean }>(
    "select to_regclass('public.media_seed') is not null as exists",
  );
  if (table.rows[0]?.exists !== true) return undefined;
  const found = await client.query<{ version: number; scale: number; seed: string; until: Date }>(
    "select version, scale, seed, until from media_seed",
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  return { version: row.version, scale: row.scale, seed: Number(row.seed), until: row.until };
}

export async function writeSeedRecord(
  client: Pick<pg.ClientBase, "query">,
  record: SeedRecord,
): Promise<void> {
  await client.query(
    "insert into media_seed (version, scale, seed, until) values ($1, $2, $3, $4)",
    [record.version, record.scale, record.seed, record.until],
  );
}
