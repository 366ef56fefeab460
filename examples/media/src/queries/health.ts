import type { Database } from "../database/database.ts";

/** Which generated catalogue is there. */
export interface CatalogueRow {
  readonly version: number;
  readonly scale: number;
  readonly seed: number;
  readonly until: Date;
}

const CATALOGUE = "select version, scale, seed, until from media_seed";

/** One small read shows that the database answers and holds the catalogue. */
export async function readHealth(database: Database): Promise<CatalogueRow | undefined> {
  const [catalogue] = await database.query<CatalogueRow>(CATALOGUE);
  return catalogue;
}
