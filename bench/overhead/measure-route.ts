import type { BenchRow } from "../contract.ts";
import { bestOf } from "../support/cost.ts";
import { hammer } from "./hammer.ts";
import { startMeasured } from "./measured.ts";
import { rowsOf } from "./rows.ts";
import { WATCHERS, type Watcher } from "./watchers.ts";

const PATH = "/users/42";
const REQUESTS = 4_000;
const WARM_REQUESTS = 15_000;
const PORTIONS = 8;

/**
 * A Fastify route that only answers: whatever watches it shows at its dearest. Each turn is a process of its own that runs alone, since
 * idle processes beside it add up to 15 % to such a small figure; of its portions the one counts that others disturbed least.
 */
export async function measureRoute(
  sinkUrl: string,
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const measured = new Map(WATCHERS.map((watcher) => [watcher, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    tell(`a small Fastify route, round ${round + 1} of ${rounds}`);
    for (const watcher of round % 2 === 0 ? WATCHERS : WATCHERS.toReversed()) {
      measured.get(watcher)?.push(await measureProcess(watcher, sinkUrl));
    }
  }
  return rowsOf("a small Fastify route", measured);
}

/** Microseconds of CPU a request. */
async function measureProcess(watcher: Watcher, sinkUrl: string): Promise<number> {
  const server = await startMeasured("route-process.ts", [watcher, sinkUrl]);
  try {
    await hammer(server.url, PATH, WARM_REQUESTS);
    const portions: number[] = [];
    for (let portion = 0; portion < PORTIONS; portion += 1) {
      const before = await server.cpuMs();
      await hammer(server.url, PATH, REQUESTS);
      portions.push((((await server.cpuMs()) - before) * 1_000) / REQUESTS);
    }
    return bestOf(portions);
  } finally {
    await server.stop();
  }
}
