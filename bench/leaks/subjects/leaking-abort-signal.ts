import { setMaxListeners } from "node:events";
import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const shutdown = new AbortController();
setMaxListeners(0, shutdown.signal);

function runCancellable(index: number): number {
  const work = makeDocument(`work-${index}`, 20);
  shutdown.signal.addEventListener("abort", () => work.parts.splice(0));
  return work.parts.length;
}

export const subject: Subject = {
  pattern: "listeners of an abort signal that lives as long as the process",
  sites: ["runCancellable"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(15, 200), runCancellable);
  },
};
