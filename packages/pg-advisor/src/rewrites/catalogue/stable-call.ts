import type { RewriteCatalogue } from "./catalogue.ts";
import { isStableFunction } from "./known-functions.ts";

/** A user's function may share its name with one of PostgreSQL's own: then both must be stable. */
export function isStableCall(names: readonly string[], catalogue: RewriteCatalogue): boolean {
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  const users = schema === "pg_catalog" ? undefined : catalogue.userFunction(name);
  if (users !== undefined) return users === "stable";
  return (schema === undefined || schema === "pg_catalog") && isStableFunction(name);
}
