import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const chunks: Buffer[] = [];

function keepChunk(sizeBytes: number): void {
  chunks.push(Buffer.alloc(sizeBytes, 1));
}

export const subject: Subject = {
  pattern: "buffers kept, outside the heap",
  sites: ["keepChunk"],
  run(world) {
    serveOrdinaryTraffic(world);
    const sizeBytes = Math.round(world.betweenRatios(8_000, 64_000));
    world.requests(world.betweenRatios(5, 40), () => keepChunk(sizeBytes));
  },
};
