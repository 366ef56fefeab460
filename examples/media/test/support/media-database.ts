import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { Population } from "../../src/population/population.ts";
import { seedMedia } from "../../src/seeding/seed-media.ts";
import { SEED_DEFAULTS } from "../../src/seeding/seed-options.ts";

export const TINY_SCALE = 0.005;

export interface MediaDatabase {
  readonly url: string;
  readonly postgres: TestPostgres;
  /** What the tables hold. */
  readonly population: Population;
  query: TestPostgres["query"];
  stop(): Promise<void>;
}

/** A PostgreSQL with the tiny catalogue. */
export async function startMediaDatabase(): Promise<MediaDatabase> {
  const postgres = await startTestPostgres();
  const url = await postgres.createDatabase("media");
  await seedMedia({ databaseUrl: url, scale: TINY_SCALE });
  return {
    url,
    postgres,
    population: new Population({ ...SEED_DEFAULTS, scale: TINY_SCALE }),
    query: (sql, values) => postgres.query(sql, values, "media"),
    stop: () => postgres.stop(),
  };
}
