/** How a database is read. */
export interface ReadOptions {
  /** Longest time for one query, in milliseconds. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock that somebody holds, in milliseconds. @default 2000 */
  readonly lockTimeoutMs?: number;
  /** Longest time for the connection to stand, in milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Whether to fail where pg_stat_statements cannot be read. @default true */
  readonly needsStatements?: boolean;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

export type ResolvedReadOptions = Required<Omit<ReadOptions, "signal">> &
  Pick<ReadOptions, "signal">;

const READ_DEFAULTS: Required<Omit<ReadOptions, "signal">> = {
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  connectTimeoutMs: 10_000,
  needsStatements: true,
};

const TIMEOUTS = ["statementTimeoutMs", "lockTimeoutMs", "connectTimeoutMs"] as const;

/** @throws RangeError that names the option whose value is no number of milliseconds */
export function resolveReadOptions(options: ReadOptions = {}): ResolvedReadOptions {
  const resolved = { ...READ_DEFAULTS, ...options };
  for (const name of TIMEOUTS) {
    const value = resolved[name];
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new RangeError(`${name} must be a positive whole number of milliseconds, not ${value}`);
    }
  }
  return resolved;
}
