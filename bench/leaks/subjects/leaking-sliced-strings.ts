import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const titles: string[] = [];

function titleOf(index: number): void {
  const page = `<title>The title of page ${index}</title>`.concat(
    `<p>line of page ${index}</p>`.repeat(60),
  );
  const flat = Buffer.from(page).toString("latin1");
  titles.push(flat.slice(7, 7 + 20));
}

export const subject: Subject = {
  pattern: "slices of strings that hold the whole text",
  sites: ["titleOf"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(40, 400), titleOf);
  },
};
