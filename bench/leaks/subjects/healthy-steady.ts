import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "ordinary traffic and nothing else",
  sites: [],
  run: (world) => serveOrdinaryTraffic(world),
};
