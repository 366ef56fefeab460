import { PassThrough } from "node:stream";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const feed = new PassThrough({ highWaterMark: 64 });

function publish(index: number, sizeBytes: number): void {
  feed.write(Buffer.alloc(sizeBytes, index % 251));
}

export const subject: Subject = {
  pattern: "a stream that is written to and never read",
  sites: ["publish"],
  run(world) {
    serveOrdinaryTraffic(world);
    const sizeBytes = Math.round(world.betweenRatios(500, 9_000));
    world.requests(world.betweenRatios(40, 200), (index) => publish(index, sizeBytes));
  },
};
