import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "load that comes up to a plateau after a start",
  sites: [],
  run(world) {
    const rampSeconds = world.lengthSeconds * world.between(0.1, 0.35);
    const load = (seconds: number): number => Math.min(1, 0.1 + (0.9 * seconds) / rampSeconds);
    serveOrdinaryTraffic(world, load);
    const heldSeconds = world.between(0.5, 3);
    world.requests(
      (seconds) => world.random.integer(60) + 100 * load(seconds),
      async (index) => {
        const viewer = makeDocument(`viewer-${index}`, 24);
        await world.sleep(heldSeconds);
        return viewer.title;
      },
    );
  },
};
