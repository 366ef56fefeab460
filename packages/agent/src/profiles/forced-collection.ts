import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a full collection brought. */
export interface ForcedCollection {
  readonly heapBeforeBytes: number;
  readonly heapAfterBytes: number;
  readonly durationMs: number;
}

/** Collects all garbage now; it holds the thread. Works without `--expose-gc`. */
export function forceCollection(): ForcedCollection {
  const collect = findCollect();
  const heapBeforeBytes = process.memoryUsage().heapUsed;
  const beganMs = performance.now();
  collect();
  return {
    heapBeforeBytes,
    heapAfterBytes: process.memoryUsage().heapUsed,
    durationMs: performance.now() - beganMs,
  };
}

/** A context made while the flag is on has `gc`; those made before, the application's among them, stay without. */
function findCollect(): () => void {
  const { gc: exposed } = globalThis;
  if (exposed !== undefined) return () => exposed();
  setFlagsFromString("--expose-gc");
  try {
    const collect: unknown = runInNewContext("gc");
    if (typeof collect !== "function") throw new TypeError("V8 did not expose gc");
    return () => void Reflect.apply(collect, undefined, []);
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}
