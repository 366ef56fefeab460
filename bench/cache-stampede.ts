// How often is one cold key loaded when many processes want it at once, also when the one that loads is killed or Redis dies?
//
// STREAMGATE_BENCH_TRIALS (200) sets the trials with everything healthy; the others and those of the rivals shrink with it.
import { type ChaosProxy, startChaosProxy } from "../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../test/support/redis.ts";
import { OURS, RIVALS } from "./cache-stampede/contender.ts";
import { Herd } from "./cache-stampede/herd.ts";
import { rowsOf, verdictOf } from "./cache-stampede/rows.ts";
import {
  type Case,
  HEALTHY,
  HURRIED,
  healthyTrials,
  type RedisFault,
  trialsWithDeadRedis,
  trialsWithKilledHolder,
} from "./cache-stampede/trials.ts";
import type { Bench } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

const PROCESSES = 16;
const RIVAL_PROCESSES = 4;
/** Sixteen busy processes on a few processors wait for each other longer than for Redis. */
const PATIENT_MS = 1_000;

export const bench: Bench = {
  async measure(tell) {
    const trials = Number(process.env.STREAMGATE_BENCH_TRIALS ?? 200);
    const few = Math.max(1, Math.ceil(trials / 10));
    const half = Math.ceil(few / 2);
    const redis = await startTestRedis({ isOwn: true });
    const proxy = await startChaosProxy(redis.port);
    const cases: Case[] = [];
    try {
      await withHerd(OURS, PROCESSES, async (herd) => {
        const hurried = { redisPort: redis.port };
        const patient = { ...hurried, tierTimeoutMs: PATIENT_MS };
        const plan = [
          { situation: HEALTHY, setup: patient, every: 1 },
          { situation: HURRIED, setup: hurried, every: 4 },
        ];
        tell(`${trials} trials with 1, 4 and ${PROCESSES} processes`);
        cases.push(...(await healthyTrials(herd, plan, [1, 4, PROCESSES], trials)));
        tell(`${few} trials in which the holder is killed`);
        cases.push(...(await trialsWithKilledHolder(herd, patient, few)));
        const [killed, silent] = faultsOf(redis, proxy);
        tell(`${few} trials in which Redis dies`);
        cases.push(...(await trialsWithDeadRedis(herd, hurried, killed, half)));
        const behindProxy = { redisPort: proxy.port };
        cases.push(...(await trialsWithDeadRedis(herd, behindProxy, silent, half)));
      });
      for (const rival of RIVALS) {
        tell(`${few} trials with ${rival}`);
        await redis.flush();
        await withHerd(rival, RIVAL_PROCESSES, async (herd) => {
          const plan = [{ situation: HEALTHY, setup: { redisPort: redis.port }, every: 1 }];
          cases.push(...(await healthyTrials(herd, plan, [1, RIVAL_PROCESSES], few)));
        });
      }
      return {
        versions: await libraryVersions(["ioredis", ...RIVALS]),
        rows: rowsOf(cases),
        verdict: verdictOf(cases),
      };
    } finally {
      await proxy.stop();
      await redis.stop();
    }
  },
};

async function withHerd(
  contender: string,
  processes: number,
  work: (herd: Herd) => Promise<void>,
): Promise<void> {
  const herd = new Herd(contender, processes);
  try {
    await work(herd);
  } finally {
    herd.end();
  }
  const [first] = herd.unhandled;
  if (first !== undefined && contender === OURS)
    throw new Error(`${herd.unhandled.length} unhandled rejections, the first: ${first}`);
}

function faultsOf(redis: TestRedis, proxy: ChaosProxy): readonly [RedisFault, RedisFault] {
  return [
    { name: "Redis killed", strike: () => redis.kill(), mend: () => redis.restart() },
    {
      name: "Redis silent",
      strike: async () => proxy.blackhole(),
      mend: async () => {
        proxy.pass();
        proxy.cut();
      },
    },
  ];
}
