import { MessageChannel } from "node:worker_threads";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function openChannel(): void {
  const { port1, port2 } = new MessageChannel();
  port1.on("message", () => {});
  port2.postMessage("hello");
}

export const subject: Subject = {
  pattern: "message ports never closed",
  sites: ["openChannel"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(2, 12), openChannel);
  },
};
