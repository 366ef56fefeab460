import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject, World } from "../world.ts";

function sendWithRetry(world: World, index: number, attempt: number, failureShare: number): void {
  const parcel = makeDocument(`parcel-${index}-${attempt}`, 16);
  world.after(world.between(0.2, 1.2), () => {
    if (world.random.next() < failureShare) sendWithRetry(world, index, attempt + 1, failureShare);
    return parcel.id;
  });
}

export const subject: Subject = {
  pattern: "retries that never give up",
  sites: ["sendWithRetry"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(20, 120), (index) => sendWithRetry(world, index, 0, 0.995));
  },
};
