import { EventEmitter, on } from "node:events";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const ticks = new EventEmitter();
ticks.setMaxListeners(0);

async function firstTicks(): Promise<number> {
  const iterator = on(ticks, "tick")[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (first.value as unknown[]).length;
}

export const subject: Subject = {
  pattern: "event iterators that are left and never ended",
  sites: ["firstTicks"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.every(0.5, () => ticks.emit("tick", { at: world.seconds() }));
    world.requests(world.betweenRatios(3, 20), () => void firstTicks());
  },
};
