import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "large buffers that are needed for a moment",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const heldSeconds = world.between(0.05, 1.5);
    const sizeBytes = Math.round(world.betweenRatios(100_000, 2_000_000));
    world.requests(world.between(1, 6), async (index) => {
      const upload = Buffer.alloc(sizeBytes, index % 251);
      await world.sleep(heldSeconds);
      return upload.length;
    });
  },
};
