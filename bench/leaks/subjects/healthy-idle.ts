import { makeDocument } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "hardly any traffic: a health check now and then",
  sites: [],
  run(world) {
    const words = Math.round(world.between(20, 2000));
    world.requests(world.between(0.5, 6), (index) =>
      JSON.parse(JSON.stringify(makeDocument(`health-${index}`, words))),
    );
  },
};
