import type { EdgeService, EdgeSink } from "@streamgate/cache/edge";
import { MediaError } from "../errors.ts";

/** Where answers are kept: nowhere, in this process, or in this process and in a Redis that others share. */
const CACHE_KINDS = ["off", "memory", "redis"] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/** What stands in front of the API and is purged behind the cache. */
export interface MediaEdge {
  readonly service: EdgeService;
  readonly sink: EdgeSink;
}

/** Where a program says which cache it wants; the environment where it does not. */
export interface CacheChoice {
  readonly cache?: CacheKind;
  readonly redisUrl?: string;
  readonly edge?: MediaEdge;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export type ResolvedCacheChoice =
  | { readonly kind: "off" }
  | { readonly kind: "memory"; readonly edge?: MediaEdge }
  | { readonly kind: "redis"; readonly redisUrl: string; readonly edge?: MediaEdge };

/** @throws MediaError `MEDIA_BAD_OPTION` that names the option, its value, and what it may be */
export function resolveCacheChoice(choice: CacheChoice): ResolvedCacheChoice {
  const { environment } = choice;
  const kind = choice.cache ?? readCacheKind(environment.MEDIA_CACHE || "off");
  const redisUrl = choice.redisUrl ?? (environment.MEDIA_REDIS_URL || undefined);
  const edge = choice.edge === undefined ? {} : { edge: choice.edge };
  if (kind === "memory") return { kind, ...edge };
  if (kind === "redis") return { kind, redisUrl: requireRedisUrl(redisUrl), ...edge };
  if (choice.edge !== undefined) throw bad("an edge needs a cache; choose memory or redis");
  return { kind };
}

function requireRedisUrl(url: string | undefined): string {
  if (url === undefined) {
    throw bad(
      "cache is redis, but no Redis is named; set MEDIA_REDIS_URL or add --redis redis://…",
    );
  }
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol === "redis:" || protocol === "rediss:") return url;
  throw bad(`redisUrl is ${JSON.stringify(url)}; give one like redis://127.0.0.1:6379`);
}

/** @throws MediaError `MEDIA_BAD_OPTION` */
export function readCacheKind(text: string): CacheKind {
  const kind = CACHE_KINDS.find((known) => known === text);
  if (kind === undefined) {
    throw bad(`cache is ${JSON.stringify(text)}; write one of ${CACHE_KINDS.join(", ")}`);
  }
  return kind;
}

function bad(message: string): MediaError {
  return new MediaError("MEDIA_BAD_OPTION", message);
}
