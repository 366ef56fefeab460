import { seedMedia, startTraffic } from "@streamgate/example-media";
import { startTestPostgres, type TestPostgres } from "../../test/support/postgres.ts";
import { startTestRedis, type TestRedis } from "../../test/support/redis.ts";
import type { BenchRow } from "../contract.ts";
import { startMeasured } from "./measured.ts";
import { rowsOf } from "./rows.ts";
import { inTurns, type Watched } from "./turns.ts";
import { WATCHERS, type Watcher } from "./watchers.ts";

const SCALE = 0.01;
const SEEDED = "media";
const WARM_SEED = 100;
const WARM_SECONDS = 5;
/** Of processes, every other one started the other way about: which one was first matters by some percent. */
const GENERATIONS = 3;

export interface MediaPlan {
  readonly rounds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** What one watcher's processes ask: nobody else's. */
interface Ground {
  readonly watcher: Watcher;
  readonly databaseUrl: string;
  readonly redis: TestRedis;
}

/**
 * The media API under its own traffic, the same in each round of every generation; of a round the generation counts that others disturbed
 * least, since a busy machine only ever adds.
 */
export async function measureMedia(
  sinkUrl: string,
  plan: MediaPlan,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  tell("the media API: seeding its catalogue");
  const postgres = await startTestPostgres({
    settings: { shared_buffers: "128MB", max_connections: "200" },
  });
  const grounds: Ground[] = [];
  try {
    await seedMedia({ databaseUrl: await postgres.createDatabase(SEEDED), scale: SCALE });
    for (const [number, watcher] of WATCHERS.entries()) {
      const redis = await startTestRedis({ isOwn: true });
      const databaseUrl = await copyDatabase(postgres, `media_${number}`);
      grounds.push({ watcher, databaseUrl, redis });
    }
    const least = new Map(WATCHERS.map((watcher) => [watcher, [] as readonly number[]]));
    for (let generation = 0; generation < GENERATIONS; generation += 1) {
      tell(`the media API: processes ${generation + 1} of ${GENERATIONS}`);
      const order = generation % 2 === 0 ? grounds : grounds.toReversed();
      await Promise.all(grounds.map(({ redis }) => redis.flush()));
      for (const [watcher, values] of await measureGeneration(order, sinkUrl, plan)) {
        const before = least.get(watcher) ?? [];
        const lesser = values.map((value, round) => Math.min(value, before[round] ?? value));
        least.set(watcher, lesser);
      }
    }
    return rowsOf("the media API", least);
  } finally {
    await Promise.all([postgres.stop(), ...grounds.map(({ redis }) => redis.stop())]);
  }
}

async function measureGeneration(
  grounds: readonly Ground[],
  sinkUrl: string,
  { rounds, rate, seconds }: MediaPlan,
): Promise<ReadonlyMap<Watcher, readonly number[]>> {
  const servers: Watched[] = [];
  const traffic = async (url: string, seed: number, durationSeconds: number): Promise<number> => {
    const run = await startTraffic({ url, rate, durationSeconds, seed });
    return (await run.done).completed;
  };
  try {
    for (const { watcher, databaseUrl, redis } of grounds) {
      const words = [watcher, sinkUrl, databaseUrl, redis.url];
      const server = await startMeasured("media-process.ts", words);
      servers.push({ watcher, server });
      await traffic(server.url, WARM_SEED, WARM_SECONDS);
    }
    return await inTurns(servers, rounds, ({ url }, round) => traffic(url, round + 1, seconds));
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()));
  }
}

async function copyDatabase(postgres: TestPostgres, name: string): Promise<string> {
  await postgres.query(`create database ${name} template ${SEEDED}`);
  return postgres.url(name);
}
