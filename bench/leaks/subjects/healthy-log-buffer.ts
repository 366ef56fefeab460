import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "lines of a log gathered and written in blocks",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    let lines: string[] = [];
    const perSecond = world.between(500, 2000);
    const most = Math.round(perSecond * world.lengthSeconds * world.between(0.02, 0.25));
    world.requests(perSecond, (index) => {
      lines.push(`${index} GET /users/${index % 977} 200 ${index % 83} ms`.padEnd(90, "."));
      if (lines.length < most) return;
      lines = [];
    });
  },
};
