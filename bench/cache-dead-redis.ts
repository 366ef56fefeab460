// What does a read that misses memory lose when Redis refuses, is silent, slow or stopped, and does it ever hang?
//
// STREAMGATE_BENCH_CYCLES (6) sets how often each fault comes and goes.

import { type Cycle, runCycle } from "./cache-dead-redis/cycle.ts";
import { FAULTS, type Fault, startFailingRedis } from "./cache-dead-redis/faults.ts";
import { Reader } from "./cache-dead-redis/reader.ts";
import { fewRowsOf, rowsOf, verdictOf } from "./cache-dead-redis/report.ts";
import { tryFew } from "./cache-dead-redis/try-few.ts";
import { OURS, RIVALS } from "./cache-stampede/contender.ts";
import type { Bench } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

export const bench: Bench = {
  async measure(tell) {
    const rounds = Number(process.env.STREAMGATE_BENCH_CYCLES ?? 6);
    const failing = await startFailingRedis();
    const reader = await Reader.start(OURS);
    const cyclesOf = new Map<Fault, Cycle[]>(FAULTS.map((fault) => [fault, []]));
    try {
      for (let round = 1; round <= rounds; round += 1) {
        tell(`round ${round} of ${rounds}`);
        for (const fault of FAULTS) {
          const key = `invalidated-${round}-${FAULTS.indexOf(fault)}`;
          cyclesOf.get(fault)?.push(await runCycle(reader, failing, fault, key));
        }
      }
    } finally {
      reader.end();
      await failing.stop();
    }
    for (const text of reader.unhandled) tell(`unhandled: ${text}`);
    tell("a few reads with each cache");
    const few = await tryFew([OURS, ...RIVALS]);
    return {
      versions: await libraryVersions(["ioredis", ...RIVALS]),
      rows: [...rowsOf(cyclesOf), ...fewRowsOf(few)],
      verdict: verdictOf(cyclesOf, few, reader.unhandled.length),
    };
  },
};
