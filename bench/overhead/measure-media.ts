import { seedMedia, startTraffic } from "@streamgate/example-media";
import { startTestPostgres, type TestPostgres } from "../../test/support/postgres.ts";
import { startTestRedis, type TestRedis } from "../../test/support/redis.ts";
import type { BenchRow } from "../contract.ts";
import { startMeasured } from "./measured.ts";
import { portionsOf } from "./portions.ts";
import { rowsOf } from "./rows.ts";
import { inTurns } from "./turns.ts";
import { WATCHERS, type Watcher } from "./watchers.ts";

const SCALE = 0.01;
const SEEDED = "media";
const SEED = 1;
const WARM_SECONDS = 5;
const PORTIONS = 10;

export interface MediaPlan {
  readonly rounds: number;
  /** Requests a second. */
  readonly rate: number;
  /** Of each portion. */
  readonly seconds: number;
}

/** What one watcher's processes ask: nobody else's. */
interface Ground {
  readonly databaseUrl: string;
  readonly redis: TestRedis;
}

/** The media API under its own traffic: the same visits in every portion, so that the cache holds what it can. */
export async function measureMedia(
  sinkUrl: string,
  plan: MediaPlan,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  tell("the media API: seeding its catalogue");
  const postgres = await startTestPostgres({ settings: { shared_buffers: "128MB" } });
  const grounds = new Map<Watcher, Ground>();
  try {
    await seedMedia({ databaseUrl: await postgres.createDatabase(SEEDED), scale: SCALE });
    for (const [number, watcher] of WATCHERS.entries()) {
      const redis = await startTestRedis({ isOwn: true });
      grounds.set(watcher, { redis, databaseUrl: await copyDatabase(postgres, `media_${number}`) });
    }
    const measured = await inTurns(plan.rounds, (watcher, round) => {
      tell(`the media API, round ${round} of ${plan.rounds}: ${watcher}`);
      const ground = grounds.get(watcher);
      if (ground === undefined) throw new Error(`nothing was prepared for ${watcher}`);
      return measureProcess(watcher, ground, sinkUrl, plan);
    });
    return rowsOf("the media API", measured);
  } finally {
    const redises = [...grounds.values()].map(({ redis }) => redis);
    await Promise.all([postgres.stop(), ...redises.map((redis) => redis.stop())]);
  }
}

async function measureProcess(
  watcher: Watcher,
  { databaseUrl, redis }: Ground,
  sinkUrl: string,
  { rate, seconds }: MediaPlan,
): Promise<number> {
  await redis.flush();
  const words = [watcher, sinkUrl, databaseUrl, redis.url];
  const server = await startMeasured("media-process.ts", words);
  const visit = async (durationSeconds: number): Promise<number> => {
    const run = await startTraffic({ url: server.url, rate, durationSeconds, seed: SEED });
    return (await run.done).completed;
  };
  try {
    await visit(WARM_SECONDS);
    return await portionsOf(server, PORTIONS, () => visit(seconds));
  } finally {
    await server.stop();
  }
}

async function copyDatabase(postgres: TestPostgres, name: string): Promise<string> {
  await postgres.query(`create database ${name} template ${SEEDED}`);
  return postgres.url(name);
}
