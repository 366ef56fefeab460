import type { TestClock } from "../../core/support/test-clock.ts";

/** Moves the clock on, step by step with a few turns of the event loop between, until the work is done. */
export async function driven<Result>(
  clock: TestClock,
  work: Promise<Result>,
  stepMs = 1,
): Promise<Result> {
  let isDone = false;
  const watched = work.finally(() => {
    isDone = true;
  });
  watched.catch(() => undefined);
  for (;;) {
    for (let turns = 0; turns < 3; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (isDone) return watched;
    clock.advance(stepMs);
  }
}
