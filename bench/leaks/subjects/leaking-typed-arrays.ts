import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const embeddings = new Map<string, Float32Array>();

function embed(text: string, dimensions: number): void {
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at += 1) vector[at] = Math.sin(at * text.length);
  embeddings.set(text, vector);
}

export const subject: Subject = {
  pattern: "typed arrays in a cache without bound",
  sites: ["embed"],
  run(world) {
    serveOrdinaryTraffic(world);
    const dimensions = world.random.pick([384, 768, 1536]);
    world.requests(world.betweenRatios(30, 250), (index) => embed(`sentence ${index}`, dimensions));
  },
};
