import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "a data set that is replaced by a new one again and again",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const rows = Math.round(world.betweenRatios(500, 5000));
    let current: object[] = [];
    const load = (): void => {
      const size = Math.round(rows * world.between(0.9, 1.1));
      current = Array.from({ length: size }, (_, row) => makeDocument(`row-${row}`, 12));
    };
    load();
    world.every(world.between(3, 15), load);
    world.every(1, () => current.length);
  },
};
