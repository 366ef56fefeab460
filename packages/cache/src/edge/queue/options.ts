import type { Clock, Random } from "@streamgate/core";
import { badEdgeOption } from "../errors.ts";
import type { EdgePurger } from "../purger.ts";
import type { BackoffLimits } from "./backoff.ts";
import type { PurgeEvent } from "./event.ts";
import type { JournalOptions } from "./journal.ts";

export interface PurgeQueueOptions {
  readonly purgers: readonly EdgePurger[];
  readonly clock: Clock;
  readonly random: Random;
  /** Where purges are kept until they are done. Left out: they are lost when the process dies. */
  readonly journal?: JournalOptions;
  /** Tags that come within this time after a request are gathered into the next one. @default 20 */
  readonly windowMs?: number;
  /** Requests under way to one purger. @default 4 */
  readonly maxRequests?: number;
  /** Tags that may wait for one purger, for their second purge too; one more and everything is purged instead. @default 50000 */
  readonly maxPendingTags?: number;
  /** The first wait after a failure. @default 200 */
  readonly retryMinMs?: number;
  /** The longest wait after failures, unless the service asks for more. @default 30000 */
  readonly retryMaxMs?: number;
  /** For how long `close` tries to send what waits. @default 2000 */
  readonly drainMs?: number;
  /** Must not throw. */
  readonly onEvent?: (event: PurgeEvent) => void;
}

export interface ResolvedPurgeQueueOptions extends BackoffLimits {
  readonly purgers: readonly EdgePurger[];
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: JournalOptions | undefined;
  readonly windowMs: number;
  readonly maxRequests: number;
  readonly maxPendingTags: number;
  readonly drainMs: number;
  readonly onEvent: (event: PurgeEvent) => void;
}

const DEFAULTS = {
  windowMs: 20,
  maxRequests: 4,
  maxPendingTags: 50_000,
  retryMinMs: 200,
  retryMaxMs: 30_000,
  drainMs: 2_000,
};

export function resolvePurgeQueueOptions(options: PurgeQueueOptions): ResolvedPurgeQueueOptions {
  const resolved = {
    ...DEFAULTS,
    journal: undefined,
    onEvent: () => undefined,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    purgers: options.purgers,
    clock: options.clock,
    random: options.random,
  };
  for (const name of ["windowMs", "retryMinMs", "retryMaxMs", "drainMs"] as const) {
    if (!(resolved[name] >= 0)) throw badEdgeOption(name, resolved[name], "a number of at least 0");
  }
  for (const name of ["maxRequests", "maxPendingTags"] as const) {
    if (!Number.isInteger(resolved[name]) || resolved[name] < 1)
      throw badEdgeOption(name, resolved[name], "a whole number of at least 1");
  }
  const names = options.purgers.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw badEdgeOption("purgers", names, "a list of purgers with names of their own");
  return resolved;
}
