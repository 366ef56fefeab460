import { seededRandom } from "@streamgate/core";
import { type Trace, traceOf } from "./trace.ts";
import { zipfRanks } from "./zipf.ts";

/** Popularity falls with rank and never changes. */
export function zipfTrace(uses: number, keys: number, skew: number): Trace {
  const draw = zipfRanks(keys, skew, seededRandom(1));
  return traceOf(`zipf ${skew}`, drawn(uses, draw));
}

/** Popular keys, and now and then a long run over keys that are new, or that are a part of the popular ones. */
export function scanTrace(
  uses: number,
  { keys, skew, isNew }: { readonly keys: number; readonly skew: number; readonly isNew: boolean },
): Trace {
  const random = seededRandom(2);
  const draw = zipfRanks(keys, skew, random);
  const scan = Math.round(keys / 10);
  let scanned = keys;
  function* numbers(): Generator<number> {
    for (let left = uses; left > 0; left -= 3 * scan) {
      yield* drawn(Math.min(left, 2 * scan), draw);
      const first = isNew ? scanned : random.integer(keys);
      for (let step = 0; step < Math.min(scan, left - 2 * scan); step += 1) {
        yield isNew ? first + step : (first + step) % keys;
      }
      scanned += scan;
    }
  }
  return traceOf(isNew ? "scan of new keys" : "scan of known keys", numbers(), { popular: keys });
}

/** One key after the other, over and over; the caches are somewhat smaller than the loop. */
export function loopTrace(uses: number, keys: number): Trace {
  const trace = traceOf(
    "loop",
    Array.from({ length: uses }, (_, use) => use % keys),
  );
  return { ...trace, sizes: [0.5, 0.8, 0.95].map((share) => Math.round(share * keys)) };
}

/** The popular keys are exchanged for others, all at once. */
export function shiftTrace(
  uses: number,
  { keys, skew, phases }: { readonly keys: number; readonly skew: number; readonly phases: number },
): Trace {
  const draw = zipfRanks(keys, skew, seededRandom(3));
  const phase = Math.ceil(uses / phases);
  function* numbers(): Generator<number> {
    for (let use = 0; use < uses; use += 1) yield draw() + Math.floor(use / phase) * keys;
  }
  return traceOf(`shift ${skew}, ${phases} phases`, numbers(), { popular: keys });
}

/** Popular is what is new, as with news: every so many uses a key comes in at the top rank. */
export function driftTrace(uses: number, keys: number, skew: number, usesAKey: number): Trace {
  const draw = zipfRanks(keys, skew, seededRandom(4));
  function* numbers(): Generator<number> {
    for (let use = 0; use < uses; use += 1) yield Math.floor(use / usesAKey) - draw();
  }
  return traceOf(`drift ${skew}`, numbers(), { popular: keys });
}

/** Made for LRU: how soon a key is used again depends on nothing but how recently it was used. */
export function recencyTrace(
  uses: number,
  { keys, skew, fresh }: { readonly keys: number; readonly skew: number; readonly fresh: number },
): Trace {
  const random = seededRandom(5);
  const draw = zipfRanks(keys, skew, random);
  const stack: number[] = [];
  let next = 0;
  function* numbers(): Generator<number> {
    for (let use = 0; use < uses; use += 1) {
      const depth = draw();
      const isFresh = depth >= stack.length || random.next() < fresh;
      const key = isFresh ? next : (stack.splice(stack.length - 1 - depth, 1)[0] ?? 0);
      if (isFresh) next += 1;
      stack.push(key);
      if (stack.length > 2 * keys) stack.splice(0, keys);
      yield key;
    }
  }
  return traceOf(`recency ${skew}`, numbers(), { popular: keys });
}

function* drawn(uses: number, draw: () => number): Generator<number> {
  for (let use = 0; use < uses; use += 1) yield draw();
}
