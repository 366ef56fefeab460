import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "bursts of sessions that end after their time",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const sessions = new Map<string, object>();
    const livesSeconds = world.lengthSeconds * world.between(0.04, 0.18);
    const perSecond = world.betweenRatios(20, 200);
    const isBursty = world.random.next() < 0.5;
    const burstSeconds = world.between(6, 20);
    world.requests(
      (seconds) =>
        isBursty && seconds % burstSeconds > burstSeconds / 3 ? perSecond / 8 : perSecond,
      (index) => {
        sessions.set(`session-${index}`, makeDocument(`user-${index}`, 16));
        world.after(livesSeconds, () => sessions.delete(`session-${index}`));
      },
    );
  },
};
