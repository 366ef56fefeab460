import { type Document, makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const settings: Document[] = [];

export const subject: Subject = {
  pattern: "a warm-up that slows down: every user's settings, once each",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const users = Math.round(world.betweenRatios(600, 5000));
    const words = Math.round(world.between(8, 24));
    const timeConstant = world.lengthSeconds * world.between(0.08, 0.25);
    world.requests(users / timeConstant, () => {
      const user = world.random.integer(users);
      settings[user] ??= makeDocument(`settings-${user}`, words);
    });
  },
};
