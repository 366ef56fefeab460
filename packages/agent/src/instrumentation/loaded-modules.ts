import { createRequire } from "node:module";

/**
 * Finds what the program has loaded of a package already, all copies of it, without loading anything. An `import` of a package that
 * is CommonJS underneath, as pg and ioredis are, is found too; one that a bundler has swallowed is not.
 *
 * @param entry path of its main module below `node_modules`: `pg/lib/index.js`
 */
export function findLoaded(entry: string): readonly unknown[] {
  const { cache } = createRequire(import.meta.url);
  const ending = `/node_modules/${entry}`;
  return Object.keys(cache)
    .filter((path) => path.replaceAll("\\", "/").endsWith(ending))
    .map((path) => cache[path]?.exports as unknown);
}

/** A property that is a class, by its prototype. */
export function prototypeIn(holder: unknown, name: string): object | undefined {
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) {
    return undefined;
  }
  const found: unknown = Reflect.get(holder, name);
  if (typeof found !== "function") return undefined;
  const prototype: unknown = found.prototype;
  return typeof prototype === "object" && prototype !== null ? prototype : undefined;
}
