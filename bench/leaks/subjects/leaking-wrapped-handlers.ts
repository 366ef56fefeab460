import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

let handler: (depth: number) => number = (depth) => depth;

function wrapHandler(index: number): void {
  const inner = handler;
  const settings = makeDocument(`settings-${index}`, 40);
  handler = (depth) => (depth > 20 ? depth : inner(depth + settings.parts.length));
}

export const subject: Subject = {
  pattern: "a handler wrapped again at every reload",
  sites: ["wrapHandler"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(10, 90), (index) => {
      wrapHandler(index);
      return handler(0);
    });
  },
};
