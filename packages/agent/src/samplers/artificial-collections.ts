interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const MOST_STRETCHES = 32;
const stretches: Stretch[] = [];

/**
 * Marks the collections that happen during `work` as asked for: V8 does not, where it collects for a heap snapshot or for a
 * profile of the heap.
 */
export function withArtificialCollections<Result>(work: () => Result): Result {
  const fromMs = performance.now();
  try {
    return work();
  } finally {
    stretches.push({ fromMs, toMs: performance.now() });
    if (stretches.length > MOST_STRETCHES) stretches.shift();
  }
}

/** @param atMs of `performance.now` */
export function isArtificial(atMs: number): boolean {
  return stretches.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
}
