import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject, World } from "../world.ts";

let shutdown: Promise<string> = Promise.resolve("");

async function workUntilShutdown(world: World, index: number): Promise<number> {
  const job = makeDocument(`job-${index}`, 18);
  const work = world.sleep(0.05).then(() => job);
  const first = await Promise.race([work, shutdown]);
  return typeof first === "string" ? 0 : first.parts.length;
}

export const subject: Subject = {
  pattern: "races against a promise that lives as long as the process",
  sites: ["workUntilShutdown"],
  run(world) {
    shutdown = new Promise(() => {});
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(60, 350), (index) => void workUntilShutdown(world, index));
  },
};
