/** What a Redis server says of itself, as far as it is looked at (INFO, DBSIZE). Undefined: it does not tell. */
export interface RedisInfo {
  /** Another one after each start of the server. */
  readonly runId: string;
  readonly uptimeMs: number;
  readonly isCluster: boolean;
  readonly isLoading: boolean;
  readonly keys: number;
  readonly memoryBytes: number | undefined;
  /** Undefined where there is no limit. */
  readonly memoryLimitBytes: number | undefined;
  readonly clients: number | undefined;
  readonly commands: number | undefined;
  readonly hits: number | undefined;
  readonly misses: number | undefined;
  readonly evictedKeys: number | undefined;
  readonly expiredKeys: number | undefined;
}

/** @param text the answer to INFO: lines `key:value`, sections begun by `#` */
export function parseInfo(text: string, keys: number): RedisInfo {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const numberOf = (key: string): number | undefined => {
    const value = Number(fields.get(key) || Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const limit = numberOf("maxmemory");
  return {
    runId: fields.get("run_id") ?? "",
    uptimeMs: (numberOf("uptime_in_seconds") ?? 0) * 1_000,
    isCluster: fields.get("cluster_enabled") === "1",
    isLoading: fields.get("loading") === "1",
    keys,
    memoryBytes: numberOf("used_memory"),
    memoryLimitBytes: limit === 0 ? undefined : limit,
    clients: numberOf("connected_clients"),
    commands: numberOf("total_commands_processed"),
    hits: numberOf("keyspace_hits"),
    misses: numberOf("keyspace_misses"),
    evictedKeys: numberOf("evicted_keys"),
    expiredKeys: numberOf("expired_keys"),
  };
}
