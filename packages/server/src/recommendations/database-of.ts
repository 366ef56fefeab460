import type { WatchedDatabase } from "../platform/platform-configuration.ts";
import { addressOf } from "../secrets/redact.ts";

/** The watched database of a finding's target: by its name, or by the address under which the command line keeps findings. */
export function databaseOf(
  databases: readonly WatchedDatabase[],
  target: string,
): WatchedDatabase | undefined {
  return (
    databases.find(({ name }) => name === target) ??
    databases.find(({ url }) => addressOf(url) === target)
  );
}
