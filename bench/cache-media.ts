// How many reads of a whole API does the cache answer, how many statements does it save, and is any answer stale while others write?
//
// Two processes of examples/media under the example's own traffic, with writes that are checked: first without a cache, then
// with memory and Redis, and then once more with checked writes all the time. STREAMGATE_BENCH_SCALE (0.01) sets the catalogue, STREAMGATE_BENCH_RATE (200) the requests a
// second, STREAMGATE_BENCH_SECONDS (60) how long each form is measured, STREAMGATE_BENCH_WARM_SECONDS (30) how long
// other visitors come before.
import { seedMedia } from "@streamgate/example-media";
import { Population } from "../examples/media/src/population/population.ts";
import { SEED_DEFAULTS } from "../examples/media/src/seeding/seed-options.ts";
import { startTestPostgres } from "../test/support/postgres.ts";
import { startTestRedis } from "../test/support/redis.ts";
import { CheckedWrites } from "./cache-media/checked-writes.ts";
import { measureForm } from "./cache-media/measure-form.ts";
import { rowsOf, verdictOf } from "./cache-media/rows.ts";
import type { Bench } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

const DATABASE = "media";

export const bench: Bench = {
  async measure(tell) {
    const scale = numberFrom("SCALE", 0.01);
    const plan = {
      rate: numberFrom("RATE", 200),
      seconds: numberFrom("SECONDS", 60),
      warmSeconds: numberFrom("WARM_SECONDS", 30),
    };
    const settings = { shared_buffers: "256MB" };
    const [postgres, redis] = await Promise.all([
      startTestPostgres({ settings }),
      startTestRedis(),
    ]);
    try {
      const databaseUrl = await postgres.createDatabase(DATABASE);
      tell(`seeding the catalogue at scale ${scale}`);
      await seedMedia({ databaseUrl, scale });
      const population = new Population({ ...SEED_DEFAULTS, scale });
      const checkedWrites = new CheckedWrites(population);
      const database = DATABASE;
      const world = { postgres, database, databaseUrl, population, checkedWrites, plan, tell };
      const uncached = await measureForm(world, "without a cache", []);
      const cached = await measureForm(world, "memory and Redis", [
        "--cache",
        "redis",
        "--redis",
        redis.url,
      ]);
      return {
        versions: await libraryVersions(["fastify", "pg", "ioredis"]),
        rows: rowsOf(uncached, cached),
        verdict: verdictOf(uncached, cached),
      };
    } finally {
      await Promise.all([postgres.stop(), redis.stop()]);
    }
  },
};

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[`STREAMGATE_BENCH_${name}`] ?? otherwise);
  if (value > 0) return value;
  throw new Error(`STREAMGATE_BENCH_${name} is not a number above 0`);
}
