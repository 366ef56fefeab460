import type { Measured } from "./measured.ts";
import type { Watcher } from "./watchers.ts";

/** A server and who watches it. */
export interface Watched {
  readonly watcher: Watcher;
  readonly server: Measured;
}

/**
 * Microseconds of CPU a request, by round; every other round goes the other way about.
 *
 * @param work sends requests and returns how many
 */
export async function inTurns(
  servers: readonly Watched[],
  rounds: number,
  work: (server: Measured, round: number) => Promise<number>,
): Promise<ReadonlyMap<Watcher, readonly number[]>> {
  const measured = new Map(servers.map(({ watcher }) => [watcher, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { watcher, server } of round % 2 === 0 ? servers : servers.toReversed()) {
      const before = await server.cpuMs();
      const requests = await work(server, round);
      const cpuMs = (await server.cpuMs()) - before;
      measured.get(watcher)?.push((cpuMs * 1_000) / requests);
    }
  }
  return measured;
}
