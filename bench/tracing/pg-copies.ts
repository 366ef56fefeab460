import { createRequire } from "node:module";
import type pg from "pg";

const PARTS = /[\\/]node_modules[\\/]pg(?:-[a-z]+)?[\\/]/;

/** A copy of pg of its own, with all its parts: what is put on its classes touches no other copy. */
export function loadPgCopy(): typeof pg {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) {
    if (PARTS.test(path)) Reflect.deleteProperty(require.cache, path);
  }
  return require("pg") as typeof pg;
}
