import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const series = new Map<string, number[]>();

function record(route: string, tenant: string, milliseconds: number): void {
  const key = `${route}|${tenant}`;
  let buckets = series.get(key);
  if (buckets === undefined) {
    buckets = new Array<number>(24).fill(0);
    series.set(key, buckets);
  }
  const bucket = Math.min(23, Math.floor(Math.log2(1 + milliseconds)));
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

export const subject: Subject = {
  pattern: "metrics with a label of too many values",
  sites: ["record"],
  run(world) {
    serveOrdinaryTraffic(world);
    const newTenants = world.between(0.3, 0.9);
    let tenants = 1;
    world.requests(world.betweenRatios(80, 700), (index) => {
      if (world.random.next() < newTenants) tenants += 1;
      record(`/route/${index % 5}`, `tenant-${tenants}`, index % 900);
    });
  },
};
