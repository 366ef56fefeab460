import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const sessions = new Map<string, object>();

function rememberSession(index: number): void {
  sessions.set(`session-${index}`, makeDocument(`user-${index}`, 24));
}

export const subject: Subject = {
  pattern: "a map that only grows",
  sites: ["rememberSession"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(25, 300), rememberSession);
  },
};
