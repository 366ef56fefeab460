import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const registry = new FinalizationRegistry<object>(() => {});

function trackResource(index: number): void {
  const resource = makeDocument(`resource-${index}`, 24);
  registry.register(resource, { describe: () => resource.title });
}

export const subject: Subject = {
  pattern: "a finalization registry whose held value holds its target",
  sites: ["trackResource"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(20, 200), trackResource);
  },
};
