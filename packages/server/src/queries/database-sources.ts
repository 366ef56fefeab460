import type { SourceHealth } from "@streamgate/contract";
import type { Platform } from "../platform/platform.ts";

/** How fresh what is shown of the databases is. */
export function databaseSources(
  { sources, clock }: Pick<Platform, "sources" | "clock">,
  database: string | undefined,
): readonly SourceHealth[] {
  const all = sources.list(clock.now().getTime()).filter(({ kind }) => kind === "database");
  if (database === undefined) return all;
  return all.filter(({ id }) => id === `database:${database}` || id === `indexes:${database}`);
}
