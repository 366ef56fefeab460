import { type CacheControl, openCaches } from "@streamgate/core";

/** A cache of this process by the name that people see. */
export interface FoundCache<Cache = CacheControl> {
  readonly name: string;
  readonly cache: Cache;
}

/**
 * The caches that are open in this process, each under a name of its own: that by which the application handed it over, else its own,
 * with a number where another has it already.
 */
export function findCaches(given: Readonly<Record<string, object>>): readonly FoundCache[] {
  const namesOf = new Map(Object.entries(given).map(([name, cache]) => [cache, name]));
  const taken = new Set(Object.keys(given));
  return openCaches().map((cache) => {
    const handed = namesOf.get(cache);
    if (handed !== undefined) return { name: handed, cache };
    const name = freeName(cache.name, taken);
    taken.add(name);
    return { name, cache };
  });
}

/** Those that the application handed over, whatever they are, and those that are found beside them. */
export function allCaches<Given extends object>(
  given: Readonly<Record<string, Given>>,
): readonly FoundCache<Given | CacheControl>[] {
  const handed = new Set<object>(Object.values(given));
  return [
    ...Object.entries(given).map(([name, cache]) => ({ name, cache })),
    ...findCaches(given).filter(({ cache }) => !handed.has(cache)),
  ];
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  return name;
}
