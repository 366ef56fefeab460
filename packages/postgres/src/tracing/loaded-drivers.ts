import { createRequire } from "node:module";
import { driverMissing } from "../errors.ts";

const ENTRY = "/node_modules/pg/lib/index.js";

/**
 * Every copy of pg that the program has loaded; where there is none yet, the one that stands beside this package. An `import` of pg is
 * found too, as it is CommonJS underneath; one that a bundler has swallowed must be handed over.
 *
 * @throws StreamGateError `SG_POSTGRES_DRIVER_MISSING`
 */
export function findDrivers(): readonly unknown[] {
  const require = createRequire(import.meta.url);
  const loaded = Object.keys(require.cache)
    .filter((path) => path.replaceAll("\\", "/").endsWith(ENTRY))
    .map((path) => require.cache[path]?.exports as unknown);
  if (loaded.length > 0) return loaded;
  try {
    return [require("pg") as unknown];
  } catch (cause) {
    throw driverMissing(cause);
  }
}

/** The prototype of a class that a module exports. */
export function prototypeIn(module: unknown, name: string): object | undefined {
  if ((typeof module !== "object" && typeof module !== "function") || module === null) {
    return undefined;
  }
  const found: unknown = Reflect.get(module, name);
  if (typeof found !== "function") return undefined;
  const prototype: unknown = found.prototype;
  return typeof prototype === "object" && prototype !== null ? prototype : undefined;
}
