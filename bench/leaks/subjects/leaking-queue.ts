import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const queue: object[] = [];

function enqueue(index: number): void {
  queue.push(makeDocument(`mail-${index}`, 30));
}

export const subject: Subject = {
  pattern: "a queue without bound whose consumer is too slow",
  sites: ["enqueue"],
  run(world) {
    serveOrdinaryTraffic(world);
    const perSecond = world.betweenRatios(90, 400);
    const consumedShare = world.between(0.5, 0.85);
    world.requests(perSecond, enqueue);
    world.requests(perSecond * consumedShare, () => queue.shift());
  },
};
