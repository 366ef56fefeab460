import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const lastSeen: Record<string, { at: number; path: string[] }> = {};

function noteVisit(visitor: string, at: number): void {
  lastSeen[visitor] = { at, path: [`/users/${visitor}`, `/users/${visitor}/content`] };
}

export const subject: Subject = {
  pattern: "an object used as a dictionary that only grows",
  sites: ["noteVisit"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(100, 800), (index) => noteVisit(`v${index * 7919}`, index));
  },
};
