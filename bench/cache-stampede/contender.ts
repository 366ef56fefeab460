/** A cache as its documentation sets it up for several processes on one Redis: memory, Redis, and a bus where it has one. */
export interface Contender {
  readonly name: string;
  open(environment: Environment): Promise<OpenContender>;
}

interface Environment {
  readonly redisPort: number;
  /** Instead of the default, where the cache has one. */
  readonly tierTimeoutMs?: number | undefined;
  /** Gets the value of a key from its source. */
  readonly load: (key: string) => Promise<string>;
}

/** A cache in one process. Reads may answer without a promise. */
export interface OpenContender {
  read(key: string): unknown;
  /** Whether it uses Redis now, where it tells. */
  usesRedis?(): boolean;
  /** Resolves once the invalidation is acknowledged, where the cache promises as much. */
  invalidate?(key: string): Promise<void>;
  close(): Promise<void>;
}

export const OURS = "streamgate";
export const RIVALS = [
  "bentocache",
  "cacheable",
  "cache-manager",
  "async-cache-dedupe",
  "layered-loader",
] as const;

/** @param name of a file in `contenders` */
export async function contenderNamed(name: string): Promise<Contender> {
  const { contender } = (await import(`./contenders/${name}.ts`)) as {
    readonly contender: Contender;
  };
  return contender;
}
