import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "steps: data sets and modules loaded at certain moments",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const loaded: object[] = [];
    const steps = 1 + world.random.integer(3);
    for (let step = 0; step < steps; step += 1) {
      const rows = Math.round(world.betweenRatios(400, 4000));
      world.after(world.between(0.05, 0.9) * world.lengthSeconds, () => {
        loaded.push(
          Array.from({ length: rows }, (_, row) => makeDocument(`row-${step}-${row}`, 14)),
        );
      });
    }
  },
};
