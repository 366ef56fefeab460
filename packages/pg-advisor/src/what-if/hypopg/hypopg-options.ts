import type { RunContext } from "../../context.ts";
import type { ExtensionFacts, Snapshot } from "../../snapshot/snapshot.ts";

/** How the watched server is asked for plans with indexes that do not exist. */
export interface HypopgOptions {
  /** Of the watched database; a role that may read the tables of the statements suffices. */
  readonly connectionString: string;
  /** Read from that database. */
  readonly snapshot: Snapshot;
  readonly context: Pick<RunContext, "signal">;
  /** Longest time for one plan, in milliseconds. @default 5_000 */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock that somebody holds, in milliseconds. @default 500 */
  readonly lockTimeoutMs?: number;
  /** Plans that the watched server is asked for in all, at least 1; what comes after is declined. @default 5_000 */
  readonly plansAtMost?: number;
}

export const HYPOPG_DEFAULTS = {
  statementTimeoutMs: 5_000,
  lockTimeoutMs: 500,
  plansAtMost: 5_000,
} as const;

/**
 * The extension HypoPG of the watched database; null where it is not installed there.
 *
 * @example
 * ```ts
 * import { hypopgOf, type Snapshot } from "@streamgate/pg-advisor";
 * const versionOf = (snapshot: Snapshot) => hypopgOf(snapshot)?.version ?? "not installed";
 * ```
 */
export function hypopgOf({ extensions }: Pick<Snapshot, "extensions">): ExtensionFacts | null {
  return extensions.find(({ name }) => name === "hypopg") ?? null;
}
