import { type Document, makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const cache = new Map<number, Document>();

export const subject: Subject = {
  pattern: "a cache with a bound that fills and then evicts",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const most = Math.round(world.betweenRatios(500, 4000));
    const fillSeconds = world.lengthSeconds * world.between(0.1, 0.35);
    const words = Math.round(world.between(10, 30));
    const universe = most * world.between(2, 8);
    const isSkewed = world.random.next() < 0.5;
    // Popular keys come again and again before the last rare ones have come once.
    const requestsAnEntry = isSkewed ? 1.8 : 1.5;
    world.requests((requestsAnEntry * most) / fillSeconds, () => {
      const at = isSkewed ? world.random.next() ** 2 : world.random.next();
      const key = Math.floor(at * universe);
      const known = cache.get(key) ?? makeDocument(`entry-${key}`, words);
      cache.delete(key);
      cache.set(key, known);
      if (cache.size > most) cache.delete(cache.keys().next().value ?? 0);
    });
  },
};
