import { EventEmitter } from "node:events";
import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const bus = new EventEmitter();
bus.setMaxListeners(0);

export const subject: Subject = {
  pattern: "listeners and timers for each request, all taken away",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const heldSeconds = world.between(0.5, 5);
    world.requests(world.between(20, 150), (index) => {
      const page = makeDocument(`page-${index}`, 16);
      const onReload = (): number => page.parts.length;
      bus.on("reload", onReload);
      const beat = setInterval(() => page.title, 400);
      world.after(heldSeconds, () => {
        clearInterval(beat);
        bus.off("reload", onReload);
      });
    });
  },
};
