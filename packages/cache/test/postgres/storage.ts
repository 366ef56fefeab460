import type { TierUnderTest } from "@streamgate/cache/contract";
import {
  type PostgresTier,
  type PostgresTierOptions,
  postgresTier,
} from "@streamgate/cache/postgres";
import { systemClock } from "@streamgate/core";
import pg from "pg";
import type { TestPostgres } from "../../../../test/support/postgres.ts";

let schemas = 0;

/** The name of a schema that no test used before. */
export function newSchema(): string {
  schemas += 1;
  return `cache "${schemas}"`;
}

export interface Views {
  readonly schema: string;
  readonly pools: readonly [pg.Pool, pg.Pool];
  readonly first: PostgresTier;
  readonly second: PostgresTier;
  end(): Promise<void>;
}

export type ViewOptions = Partial<PostgresTierOptions>;

/** Two tiers on pools of their own over one schema; the tables are not made yet. */
export function openViews(server: TestPostgres, options: ViewOptions = {}): Views {
  const schema = options.schema ?? newSchema();
  const pools = [openPool(server.url()), openPool(server.url())] as const;
  const [first, second] = pools.map((pool) =>
    postgresTier({ pool, clock: systemClock, purgeIntervalMs: false, ...options, schema }),
  ) as [PostgresTier, PostgresTier];
  return {
    schema,
    pools,
    first,
    second,
    end: async () => {
      await Promise.all([first.close(), second.close()]);
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

/** A pool whose broken idle connections are no news: tests break them. */
export function openPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 8, ...options });
  pool.on("error", () => {});
  return pool;
}

/** As the contract wants it; lost epochs are epochs that were purged. */
export async function tierUnderTest(
  server: TestPostgres,
  options: ViewOptions = {},
): Promise<TierUnderTest> {
  const views = openViews(server, options);
  const forgetful = postgresTier({
    pool: views.pools[0],
    clock: systemClock,
    schema: views.schema,
    keepEpochsMs: 0.001,
    purgeIntervalMs: false,
  });
  return {
    views: [views.first, views.second],
    forgetEpochs: async () => {
      await forgetful.purgeExpired();
    },
    dispose: () => views.end(),
  };
}
