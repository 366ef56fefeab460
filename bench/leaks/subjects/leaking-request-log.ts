import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const lines: string[] = [];

function logRequest(index: number, user: number): void {
  lines.push(
    [new Date(index * 1000).toISOString(), "GET", `/users/${user}`, "200", `${index % 97} ms`].join(
      " ",
    ),
  );
}

export const subject: Subject = {
  pattern: "a log of requests in memory",
  sites: ["logRequest"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(300, 2500), (index) => logRequest(index, index % 5000));
  },
};
