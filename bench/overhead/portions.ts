import { bestOf } from "../support/cost.ts";
import type { Measured } from "./measured.ts";

/**
 * Microseconds of CPU a request, in the portion of equal work that others disturbed least: whoever else is busy on the machine only ever
 * adds, by cold caches.
 *
 * @param work sends requests and returns how many
 */
export async function portionsOf(
  server: Measured,
  portions: number,
  work: () => Promise<number>,
): Promise<number> {
  const costs: number[] = [];
  for (let portion = 0; portion < portions; portion += 1) {
    const before = await server.cpuMs();
    const requests = await work();
    costs.push((((await server.cpuMs()) - before) * 1_000) / requests);
  }
  return bestOf(costs);
}
