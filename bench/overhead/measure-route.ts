import type { BenchRow } from "../contract.ts";
import { hammer } from "./hammer.ts";
import { startMeasured } from "./measured.ts";
import { portionsOf } from "./portions.ts";
import { rowsOf } from "./rows.ts";
import { inTurns } from "./turns.ts";
import type { Watcher } from "./watchers.ts";

const PATH = "/users/42";
const REQUESTS = 4_000;
const WARM_REQUESTS = 15_000;
const PORTIONS = 8;

/** A Fastify route that only answers: whatever watches it shows at its dearest. */
export async function measureRoute(
  sinkUrl: string,
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  tell("a small Fastify route");
  const measured = await inTurns(rounds, (watcher) => measureProcess(watcher, sinkUrl));
  return rowsOf("a small Fastify route", measured);
}

async function measureProcess(watcher: Watcher, sinkUrl: string): Promise<number> {
  const server = await startMeasured("route-process.ts", [watcher, sinkUrl]);
  try {
    await hammer(server.url, PATH, WARM_REQUESTS);
    return await portionsOf(server, PORTIONS, async () => {
      await hammer(server.url, PATH, REQUESTS);
      return REQUESTS;
    });
  } finally {
    await server.stop();
  }
}
