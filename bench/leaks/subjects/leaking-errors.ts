import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const failures: { readonly error: Error; readonly body: string }[] = [];

function rejectRequest(index: number): void {
  const body = JSON.stringify({
    index,
    fields: Array.from({ length: 20 }, (_, at) => `field ${at}`),
  });
  failures.push({ error: new Error(`request ${index} was refused`), body });
}

export const subject: Subject = {
  pattern: "errors kept with their stacks",
  sites: ["rejectRequest"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(40, 300), rejectRequest);
  },
};
