import { EventEmitter } from "node:events";
import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const bus = new EventEmitter();
bus.setMaxListeners(0);

function subscribeToReload(index: number): void {
  const page = makeDocument(`page-${index}`, 40);
  bus.on("reload", () => page.parts.length);
}

export const subject: Subject = {
  pattern: "closures held by listeners of a shared emitter",
  sites: ["subscribeToReload"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(18, 150), subscribeToReload);
  },
};
