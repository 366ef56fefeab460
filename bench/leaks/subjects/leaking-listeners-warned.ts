import { EventEmitter } from "node:events";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

class Connection extends EventEmitter {}
const connection = new Connection();

function awaitDrain(index: number): void {
  const state = { index, label: `drain of ${index}`, waiters: new Array(12).fill(index) };
  connection.on("drain", function onDrain() {
    state.waiters.length = 0;
  });
}

export const subject: Subject = {
  pattern: "listeners added for each request and never removed",
  sites: ["awaitDrain"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(90, 500), awaitDrain);
  },
};
