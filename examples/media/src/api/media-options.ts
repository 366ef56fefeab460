import {
  type CacheKind,
  type MediaEdge,
  type ResolvedCacheChoice,
  resolveCacheChoice,
} from "../cache/cache-choice.ts";
import { localRules } from "../classification/local-rules.ts";
import type { ClassificationProvider } from "../classification/provider.ts";
import { MediaError } from "../errors.ts";
import { type NaiveSwitches, resolveNaive } from "./naive.ts";

export interface MediaApiOptions {
  readonly databaseUrl: string;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 8080 */
  readonly port?: number;
  /** Connections to the database at the most, 1 to 200. @default 10 */
  readonly poolSize?: number;
  /** The server ends a statement after this time, 1 to 600,000 ms. @default 10_000 */
  readonly statementTimeoutMs?: number;
  /** Choices turned off or on; the rest as the environment says, else naive. */
  readonly naive?: Partial<NaiveSwitches>;
  /**
   * `off`: every read asks the database. `memory`: for a service of one process. `redis`: processes that name the same Redis share
   * what they know. @default as MEDIA_CACHE says, else "off"
   */
  readonly cache?: CacheKind;
  /** With `cache: "redis"`. @default as MEDIA_REDIS_URL says */
  readonly redisUrl?: string;
  /** What stands in front: answers then carry headers for it, and it is purged behind the cache. @default none */
  readonly edge?: MediaEdge;
  /** With it the agent watches the process, and tells who has it. @default as STREAMGATE_AGENT_TOKEN says, else no agent */
  readonly agentToken?: string;
  /**
   * Every request is added to this file with the statements that it asked, for `streamgate requests`; what people entered is hashed.
   * @default as MEDIA_RECORD_REQUESTS says, else nowhere
   */
  readonly recordRequests?: string;
  /** Where `MEDIA_NAIVE_*`, `MEDIA_CACHE`, `MEDIA_REDIS_URL`, `MEDIA_RECORD_REQUESTS` and `STREAMGATE_AGENT_TOKEN` are read. @default none */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default the example's local rules */
  readonly provider?: ClassificationProvider;
  /** Wall time. @default the system's */
  readonly now?: () => Date;
  /** Milliseconds of a monotonic clock. @default performance.now */
  readonly monotonicMs?: () => number;
}

type Defaulted = Omit<
  MediaApiOptions,
  "databaseUrl" | "naive" | "cache" | "redisUrl" | "edge" | "agentToken" | "recordRequests"
>;

const MEDIA_API_DEFAULTS: Required<Defaulted> = {
  host: "127.0.0.1",
  port: 8080,
  poolSize: 10,
  statementTimeoutMs: 10_000,
  environment: {},
  provider: localRules,
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

export interface ResolvedMediaApiOptions extends Required<Defaulted> {
  readonly databaseUrl: string;
  readonly naive: NaiveSwitches;
  readonly cache: ResolvedCacheChoice;
  readonly agentToken: string | undefined;
  readonly recordRequests: string | undefined;
}

/** @throws MediaError `MEDIA_BAD_OPTION` */
export function resolveMediaApiOptions(options: MediaApiOptions): ResolvedMediaApiOptions {
  const resolved = { ...MEDIA_API_DEFAULTS, ...options };
  requireInteger("port", resolved.port, 0, 65_535);
  requireInteger("poolSize", resolved.poolSize, 1, 200);
  requireInteger("statementTimeoutMs", resolved.statementTimeoutMs, 1, 600_000);
  const { environment } = resolved;
  return {
    ...resolved,
    naive: resolveNaive(options.naive, environment),
    cache: resolveCacheChoice({ ...options, environment }),
    agentToken: options.agentToken ?? (environment.STREAMGATE_AGENT_TOKEN || undefined),
    recordRequests: options.recordRequests ?? (environment.MEDIA_RECORD_REQUESTS || undefined),
  };
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new MediaError(
    "MEDIA_BAD_OPTION",
    `${name} is ${value}; give an integer from ${least} to ${most}`,
  );
}
