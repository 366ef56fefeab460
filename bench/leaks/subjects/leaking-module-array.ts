import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const audited: object[] = [];

function audit(index: number): void {
  audited.push(makeDocument(`audit-${index}`, 16));
}

export const subject: Subject = {
  pattern: "an array of the module that is only pushed to",
  sites: ["audit"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(25, 350), audit);
  },
};
