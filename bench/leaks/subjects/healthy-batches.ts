import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "batches that are gathered and handed on: a sawtooth",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    let batch: object[] = [];
    const periodSeconds = world.between(2, 11);
    const perBatch = world.betweenRatios(500, 5000);
    world.requests(perBatch / periodSeconds, (index) =>
      batch.push(makeDocument(`row-${index}`, 12)),
    );
    world.every(periodSeconds, () => {
      batch = [];
    });
  },
};
