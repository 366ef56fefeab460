import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "days of traffic, compressed: the heap follows the load",
  sites: [],
  run(world) {
    const daySeconds = world.between(8, 22);
    const phase = world.between(0, 2 * Math.PI);
    const swing = world.between(0.5, 0.95);
    const load = (seconds: number): number =>
      1 + swing * Math.sin((2 * Math.PI * seconds) / daySeconds + phase);
    serveOrdinaryTraffic(world, load);
    const perSecond = world.between(60, 200);
    const heldSeconds = world.between(1, 4);
    world.requests(
      (seconds) => perSecond * load(seconds),
      async (index) => {
        const session = makeDocument(`session-${index}`, 20);
        await world.sleep(heldSeconds * (0.5 + world.random.next()));
        return session.id;
      },
    );
  },
};
