import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "a queue that backs up while its consumer is slow, and is worked off",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const queue: object[] = [];
    const perSecond = world.between(40, 200);
    const periodSeconds = world.between(8, 20);
    const slowShare = world.between(0.2, 0.5);
    world.requests(perSecond, (index) => queue.push(makeDocument(`job-${index}`, 16)));
    let workedOffUntil = 0;
    world.every(0.05, () => {
      const isSlow = (world.seconds() % periodSeconds) / periodSeconds < slowShare;
      const seconds = world.seconds() - workedOffUntil;
      workedOffUntil = world.seconds();
      queue.splice(0, Math.ceil(perSecond * seconds * (isSlow ? 0.2 : 3)));
    });
  },
};
