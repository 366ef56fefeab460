// How soon does an invalidation reach the other processes over a Redis stream, against plain pub/sub, and what does following cost?
import type { Redis } from "ioredis";
import { redisBus } from "../packages/cache/src/bus/redis/redis-bus.ts";
import { startTestRedis, type TestRedis } from "../test/support/redis.ts";
import { quantileOf, rowsOf, type Samples } from "./cache-bus/rows.ts";
import {
  type BenchFollower,
  CHANNEL,
  nowNs,
  PREFIX,
  spawnFollower,
} from "./cache-bus/spawn-follower.ts";
import type { Bench, BenchRow } from "./contract.ts";

const ROUNDS = 5;
const FOLLOWERS_A_WAY = 2;
const PHASES = [
  { name: "idle", messages: 200, aSecond: 100 },
  { name: "1,000 messages/s", messages: 2000, aSecond: 1000 },
] as const;
const SILENCE_MS = 2000;
const WAITS_A_ROUND = 40;
const GOAL_MS = 5;

export const bench: Bench = {
  async measure(tell) {
    const redis = await startTestRedis({ isOwn: true });
    const bus = redisBus({ client: redis.connect(), prefix: PREFIX });
    const publisher = redis.connect();
    const followers = await Promise.all([
      ...Array.from({ length: FOLLOWERS_A_WAY }, () => spawnFollower(redis.port, "stream")),
      ...Array.from({ length: FOLLOWERS_A_WAY }, () => spawnFollower(redis.port, "pub/sub")),
      spawnFollower(redis.port, "nothing"),
    ]);
    const ways = {
      stream: (text: string) => bus.publish({ tags: [text] }),
      "pub/sub": (text: string) => publisher.publish(CHANNEL, JSON.stringify({ t: [text] })),
    } as const;
    const samples: Samples = new Map();
    const add = (subject: string, metric: string, unit: string, value: number): void => {
      const key = `${subject}|${metric}|${unit}`;
      samples.set(key, [...(samples.get(key) ?? []), value]);
    };
    try {
      for (let round = 0; round <= ROUNDS; round += 1) {
        const isWarmUp = round === 0;
        tell(isWarmUp ? "warming up" : `round ${round} of ${ROUNDS}`);
        const record = isWarmUp ? () => {} : add;
        for (const phase of PHASES)
          for (const [way, send] of Object.entries(ways)) {
            const reports = await during(followers, way, () => sendAtPace(phase, send));
            const delaysMs = reports.flatMap(({ delaysMs: some }) => some);
            for (const share of [0.5, 0.99])
              record(
                way,
                `delay, ${phase.name}, p${share * 100}`,
                "ms",
                quantileOf(delaysMs, share),
              );
          }
        const reports = await during(followers, undefined, () => sleep(SILENCE_MS));
        for (const { way, cpuMs } of reports)
          record(way, "CPU of a process that hears nothing", "ms/s", (cpuMs * 1000) / SILENCE_MS);
        for (let wait = 0; wait < WAITS_A_ROUND; wait += 1)
          record("stream", "publish and everywhere", "ms", await everywhere(bus));
      }
      const rows = rowsOf(samples, "pub/sub");
      return { versions: await versionsOf(redis), rows, verdict: verdictOf(rows) };
    } finally {
      for (const follower of followers) follower.end();
      await bus.close();
      await redis.stop();
    }
  },
};

/** Sends at an even pace, without waiting for answers; a late timer sends what is due at once. */
async function sendAtPace(
  { messages, aSecond }: (typeof PHASES)[number],
  send: (text: string) => Promise<unknown>,
): Promise<void> {
  const startedMs = performance.now();
  const answers: Promise<unknown>[] = [];
  while (answers.length < messages) {
    const due = Math.min(messages, Math.ceil(((performance.now() - startedMs) * aSecond) / 1000));
    while (answers.length < due) answers.push(send(String(nowNs())));
    await sleep(1);
  }
  await Promise.all(answers);
  await sleep(50);
}

/** What followers tell of the time that `work` took; all of them, or those of one way. */
async function during(
  followers: readonly BenchFollower[],
  way: string | undefined,
  work: () => Promise<unknown>,
): ReturnType<typeof reportsOf> {
  await reportsOf(followers, way);
  await work();
  return reportsOf(followers, way);
}

async function reportsOf(followers: readonly BenchFollower[], way: string | undefined) {
  const chosen = followers.filter((follower) => way === undefined || follower.way === way);
  return Promise.all(
    chosen.map(async (follower) => ({ way: follower.way, ...(await follower.report()) })),
  );
}

async function everywhere(bus: ReturnType<typeof redisBus>): Promise<number> {
  const startedMs = performance.now();
  const published = await bus.publish({ tags: ["everywhere"] });
  await published.everywhere();
  return performance.now() - startedMs;
}

function verdictOf(rows: readonly BenchRow[]) {
  const worstMs = Math.max(
    ...rows
      .filter(({ subject, metric }) => subject === "stream" && metric.endsWith("p99"))
      .map(({ median }) => median),
  );
  return {
    goal: `99 % of the messages reach a listener in another process within ${GOAL_MS} ms, idle and at 1,000 a second`,
    value: `${worstMs.toFixed(2)} ms`,
    met: worstMs <= GOAL_MS,
  };
}

async function versionsOf(redis: TestRedis): Promise<Record<string, string>> {
  const client: Redis = redis.connect();
  const server = /redis_version:(\S+)/.exec(await client.info("server"))?.[1] ?? "unknown";
  return { node: process.version, redis: server };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
