/** The keys that a cache was asked for, in order. */
export interface Trace {
  readonly name: string;
  /** Whether it was recorded from real requests. */
  readonly isReal: boolean;
  /** Keys as numbers from 0 to `distinct` − 1. */
  readonly keys: Int32Array;
  readonly distinct: number;
  /** The sizes of the cache to try, in entries. */
  readonly sizes: readonly number[];
}

/** A small, a middling and a large cache: these shares of the keys that are popular at any time. */
const SHARES_OF_KEYS = [0.01, 0.05, 0.2] as const;

/**
 * A trace of any numbers as keys.
 *
 * @param popular the keys of which the sizes are shares; the distinct ones unless told
 */
export function traceOf(
  name: string,
  numbers: Iterable<number>,
  { popular, isReal = false }: { readonly popular?: number; readonly isReal?: boolean } = {},
): Trace {
  const known = new Map<number, number>();
  const keys = Int32Array.from(numbers, (number) => {
    const key = known.get(number) ?? known.size;
    if (key === known.size) known.set(number, key);
    return key;
  });
  const sizes = SHARES_OF_KEYS.map((share) => Math.round(share * (popular ?? known.size)));
  return { name, isReal, keys, distinct: known.size, sizes };
}
