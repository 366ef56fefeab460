import { threadId } from "node:worker_threads";
import { move } from "piscina";

/** What a pool's threads do in the tests. */
export default async function work(task) {
  if (task.fails) throw new RangeError("cannot be done");
  if (task.crashes) process.exit(1);
  const endMs = performance.now() + (task.blocksMs ?? 0);
  while (performance.now() < endMs);
  if (task.waitsMs) await new Promise((resolve) => setTimeout(resolve, task.waitsMs));
  return { answer: task.number === undefined ? threadId : task.number * 2 };
}

/** Gives the moved bytes back, moved. */
export function reverse(bytes) {
  bytes.reverse();
  return move(bytes);
}

/** Holds more than it may. */
export function hoard() {
  const held = [];
  for (;;) held.push(new Array(100_000).fill(held.length));
}
