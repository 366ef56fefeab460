import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function scheduleExpiry(index: number): void {
  const token = makeDocument(`token-${index}`, 26);
  setTimeout(() => token.title, 7 * 86_400_000).unref();
}

export const subject: Subject = {
  pattern: "long time-outs that hold what has long been answered",
  sites: ["scheduleExpiry"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(25, 200), scheduleExpiry);
  },
};
