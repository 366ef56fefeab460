/** A process of a test: opens the journal of its first argument, takes a purge that no edge hears, and waits to be killed. */
import { createPurgeQueue } from "@streamgate/cache/edge";
import { seededRandom, systemClock } from "@streamgate/core";
import { fakePurger } from "./fake-purger.ts";

const purger = fakePurger();
purger.respond(() => Promise.resolve({ kind: "retry", reason: "away" }));
try {
  const queue = await createPurgeQueue({
    purgers: [purger],
    journal: { path: process.argv[2] ?? "" },
    clock: systemClock,
    random: seededRandom(1),
  });
  await queue.purge(["left behind", "by the dead"]);
  process.stdout.write("accepted\n");
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
  process.exit();
}
