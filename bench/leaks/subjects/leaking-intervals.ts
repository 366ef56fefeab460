import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function startHeartbeat(index: number): void {
  const client = makeDocument(`client-${index}`, 20);
  setInterval(() => client.parts[0]?.at, 45_000);
}

export const subject: Subject = {
  pattern: "timers never cleared",
  sites: ["startHeartbeat"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(20, 120), startHeartbeat);
  },
};
