import type { CacheStatistics } from "@streamgate/cache";
import { startTraffic, type TrafficFigures } from "@streamgate/example-media";
import type { Population } from "../../examples/media/src/population/population.ts";
import type { TestPostgres } from "../../test/support/postgres.ts";
import { measureCost } from "../support/cost.ts";
import { startApi } from "./api-processes.ts";
import { ask } from "./ask.ts";
import type { CheckedWrites } from "./checked-writes.ts";
import { type ReadCounts, readCountsOf } from "./read-counts.ts";
import { StaleChecker, type StaleCount } from "./stale-checker.ts";
import { warmUp } from "./warm-up.ts";

export interface World {
  readonly postgres: TestPostgres;
  readonly database: string;
  readonly databaseUrl: string;
  readonly population: Population;
  readonly checkedWrites: CheckedWrites;
  readonly plan: { readonly rate: number; readonly seconds: number; readonly warmSeconds: number };
  readonly tell: (line: string) => void;
}

/** What one form of the API did. */
export interface FormFigures {
  readonly form: string;
  /** One an API process. */
  readonly traffic: readonly TrafficFigures[];
  readonly statements: number;
  readonly cpuMs: number;
  readonly stale: StaleCount;
  /** Of both processes together; absent without a cache. */
  readonly reads?: ReadCounts;
}

/** Beside the writes of the traffic itself: what people change by hand. */
const WRITES_PER_SECOND = 0.5;
/** Afterwards, under the same traffic, as many checked writes as go. */
const HUNT = { writesPerSecond: 50, seconds: 20 } as const;
const SEEDS = { warm: [901, 902], measured: [1, 2], hunted: [3, 4] } as const;

/** Starts two processes, lets them warm up, and measures them under traffic and checked writes. */
export async function measureForm(
  world: World,
  form: string,
  words: readonly string[],
): Promise<FormFigures> {
  const { postgres, database, databaseUrl, population, plan, tell } = world;
  const apis = await Promise.all([startApi(databaseUrl, words), startApi(databaseUrl, words)]);
  const urls = apis.map(({ url }) => url);
  const isCached = words.length > 0;
  try {
    if (isCached) {
      const requests = await warmUp(urls, postgres, database, population);
      tell(
        `${form}: warmed by ${requests} requests a process; other visitors come for ${plan.warmSeconds} s`,
      );
      await trafficOn(urls, SEEDS.warm, plan.rate, plan.warmSeconds);
    }
    const before = isCached ? await booksOf(urls) : undefined;
    await postgres.query("select pg_stat_statements_reset()");
    tell(`${form}: measuring for ${plan.seconds} s`);
    const ending = new AbortController();
    const checker = new StaleChecker(urls, world.checkedWrites, tell);
    const checking = checker.run(WRITES_PER_SECOND, ending.signal);
    let traffic: readonly TrafficFigures[] = [];
    const { cpuMs } = await measureCost(async () => {
      traffic = await trafficOn(urls, SEEDS.measured, plan.rate, plan.seconds);
      ending.abort();
      await checking;
    });
    await checking;
    const statements = await statementsOf(postgres, database);
    const after = isCached ? await booksOf(urls) : undefined;
    const reads = before && after ? { reads: readCountsOf(before, after, plan.seconds) } : {};
    const stale = isCached ? await hunt(world, form, urls, checker) : await checking;
    return { form, traffic, statements, cpuMs, stale, ...reads };
  } finally {
    await Promise.all(apis.map((api) => api.stop()));
  }
}

/** Looks for stale answers where they are likeliest: with writes all the time. */
async function hunt(
  { plan, tell }: World,
  form: string,
  urls: readonly string[],
  checker: StaleChecker,
): Promise<StaleCount> {
  tell(`${form}: hunting for stale answers for ${HUNT.seconds} s`);
  const ending = new AbortController();
  const checking = checker.run(HUNT.writesPerSecond, ending.signal);
  await trafficOn(urls, SEEDS.hunted, plan.rate, HUNT.seconds);
  ending.abort();
  return checking;
}

function trafficOn(
  urls: readonly string[],
  seeds: readonly number[],
  rate: number,
  durationSeconds: number,
): Promise<readonly TrafficFigures[]> {
  return Promise.all(
    urls.map(async (url, index) => {
      const seed = seeds[index] ?? 0;
      const run = await startTraffic({ url, rate: rate / urls.length, durationSeconds, seed });
      return run.done;
    }),
  );
}

async function booksOf(urls: readonly string[]): Promise<readonly CacheStatistics[]> {
  const answers = await Promise.all(urls.map((url) => ask(url, { path: "/internal/cache" })));
  return answers.map(({ text }) => JSON.parse(text) as CacheStatistics);
}

/** Calls of all statements on the API's database, those of the cache's own durable tier included. */
async function statementsOf(postgres: TestPostgres, database: string): Promise<number> {
  const [row] = await postgres.query<{ calls: number }>(
    "select sum(calls)::integer as calls from pg_stat_statements where dbid = (select oid from pg_database where datname = $1) and query !~ 'pg_stat_statements'",
    [database],
  );
  return row?.calls ?? 0;
}
