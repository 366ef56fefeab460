import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const known = new Map<string, WeakRef<object>>();

function cacheWeakly(index: number): void {
  known.set(
    `https://media.example/content/${index}?revision=${index * 31}`,
    new WeakRef(makeDocument(`c-${index}`, 6)),
  );
}

export const subject: Subject = {
  pattern: "a cache of weak references whose keys are never removed",
  sites: ["cacheWeakly"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(250, 1200), cacheWeakly);
  },
};
