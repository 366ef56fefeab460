import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function openTransaction(index: number): void {
  const changes = makeDocument(`change-${index}`, 30);
  process.on("SIGUSR2", () => changes.parts.reverse());
}

export const subject: Subject = {
  pattern: "a handler of the process for each piece of work",
  sites: ["openTransaction"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(20, 120), openTransaction);
  },
};
