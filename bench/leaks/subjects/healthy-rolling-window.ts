import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "the last minutes of measurements, older ones dropped",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const kept: { readonly at: number; readonly values: number[] }[] = [];
    const keptSeconds = world.lengthSeconds * world.between(0.08, 0.3);
    world.requests(world.between(30, 200), () => {
      kept.push({ at: world.seconds(), values: new Array<number>(40).fill(world.random.next()) });
      while ((kept[0]?.at ?? 0) < world.seconds() - keptSeconds) kept.shift();
    });
  },
};
