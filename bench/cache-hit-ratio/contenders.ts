import { LRUCache } from "lru-cache";
import { policyNamed } from "../../packages/cache/src/memory/policies/policy-named.ts";
import { runPolicy } from "../traces/run-policy.ts";
import type { Trace } from "../traces/trace.ts";
import { runOptimum } from "./optimum.ts";
import { runArc } from "./references/arc.ts";
import { runS3Fifo } from "./references/s3-fifo.ts";
import { runSieve } from "./references/sieve.ts";
import { runWTinyLfu } from "./references/w-tiny-lfu.ts";

/** Hits of a cache of so many entries on a trace. */
export type Simulation = (trace: Trace, size: number) => number;

export const DEFAULT_POLICY = "streamgate adaptive";
export const LRU = "streamgate lru";
export const OPTIMUM = "optimum (Bélády)";

/** Who takes part; references are simulations by the papers, for orientation. */
export const CONTENDERS: Readonly<Record<string, Simulation>> = {
  [OPTIMUM]: runOptimum,
  [LRU]: (trace, size) => runPolicy(policyNamed("lru"), trace, size),
  [DEFAULT_POLICY]: (trace, size) => runPolicy(policyNamed("adaptive"), trace, size),
  "streamgate s3-fifo": (trace, size) => runPolicy(policyNamed("s3-fifo"), trace, size),
  "streamgate w-tiny-lfu": (trace, size) => runPolicy(policyNamed("w-tiny-lfu"), trace, size),
  "lru-cache": runLruCache,
  "reference SIEVE": runSieve,
  "reference ARC": runArc,
  "reference S3-FIFO": runS3Fifo,
  "reference W-TinyLFU, window 1 %": runWTinyLfu,
};

function runLruCache({ keys }: Trace, size: number): number {
  const cache = new LRUCache<number, true>({ max: size });
  let hits = 0;
  for (const key of keys) {
    if (cache.get(key) === true) hits += 1;
    else cache.set(key, true);
  }
  return hits;
}
