/** What must be ended, last begun first. */
export class Cleanup {
  readonly #tasks: (() => Promise<void>)[] = [];

  add(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  /**
   * Runs every task, whatever the others do, and throws the first error at the end.
   *
   * @param withinMs the longest that all of them together are waited for, and a second for each beyond that: the other side of a
   *   connection may be silent for ever. @default for ever
   */
  async run(withinMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    const errors: unknown[] = [];
    const deadlineMs = performance.now() + withinMs;
    for (const task of this.#tasks.splice(0).reverse()) {
      // Whoever hangs takes half of what is left, so that something is left for the others.
      const patienceMs = Math.max(LEAST_PATIENCE_MS, (deadlineMs - performance.now()) / 2);
      await within(patienceMs, task()).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}

const LEAST_PATIENCE_MS = 1_000;

async function within(patienceMs: number, work: Promise<void>): Promise<void> {
  if (!Number.isFinite(patienceMs)) return work;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`a part did not end within ${Math.round(patienceMs)} ms`)),
      patienceMs,
    );
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
