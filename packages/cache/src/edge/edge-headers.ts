import type { EdgeService } from "./edge-service.ts";
import { encodeEdgeTags } from "./encode-tags.ts";
import { badDuration } from "./errors.ts";

export interface EdgeHeaderOptions {
  readonly service: EdgeService;
  /** All that the page was made from. */
  readonly tags: readonly string[];
  /** For how long the edge may serve it. Rounded down to seconds, as every duration here. */
  readonly ttlMs: number;
  /** For how long after that it may serve it while it fetches anew. @default 0 */
  readonly staleWhileRevalidateMs?: number;
  /** For how long after that it may serve it while the origin fails. @default 0 */
  readonly staleIfErrorMs?: number;
  /** For how long a browser may keep it; nobody can purge a browser. @default 0 */
  readonly browserTtlMs?: number;
  /** Everybody may see it, even what was answered to a request with `Authorization`. @default false */
  readonly isPublic?: boolean;
}

/**
 * The headers by which an edge keeps a page until its tags are purged, and a browser does not.
 *
 * `CDN-Cache-Control` (RFC 9213) speaks to the edge alone. Two services read another field: Fastly
 * `Surrogate-Control`, which it removes, and CloudFront `s-maxage` in `Cache-Control`, which every shared
 * cache obeys.
 *
 * @returns header names with a value, or several for several lines
 * @throws SG_CACHE_EDGE_BAD_DURATION for a duration that is negative or not a number
 * @example
 * ```ts
 * import { edgeHeaders } from "@streamgate/cache/edge";
 * edgeHeaders({ service: "varnish", tags: ["user:7"], ttlMs: 300_000, staleWhileRevalidateMs: 30_000 });
 * // { "Cache-Control": "max-age=0, must-revalidate",
 * //   "CDN-Cache-Control": "max-age=300, stale-while-revalidate=30", xkey: "_x user:7" }
 * ```
 */
export function edgeHeaders(
  options: EdgeHeaderOptions,
): Readonly<Record<string, string | readonly string[]>> {
  const { service, tags, isPublic = false } = options;
  const ttlS = secondsOf("ttlMs", options.ttlMs);
  const staleWhileRevalidateS = secondsOf(
    "staleWhileRevalidateMs",
    options.staleWhileRevalidateMs ?? 0,
  );
  const staleIfErrorS = secondsOf("staleIfErrorMs", options.staleIfErrorMs ?? 0);
  const browserTtlS = secondsOf("browserTtlMs", options.browserTtlMs ?? 0);
  if (ttlS + staleWhileRevalidateS + staleIfErrorS === 0) {
    return { "Cache-Control": "no-store", "CDN-Cache-Control": "no-store" };
  }
  const stale = [
    ...(staleWhileRevalidateS > 0 ? [`stale-while-revalidate=${staleWhileRevalidateS}`] : []),
    ...(staleIfErrorS > 0 ? [`stale-if-error=${staleIfErrorS}`] : []),
  ];
  const targeted = [...(isPublic ? ["public"] : []), `max-age=${ttlS}`, ...stale].join(", ");
  const general = [
    ...(isPublic ? ["public"] : []),
    `max-age=${browserTtlS}`,
    ...(service === "cloudfront" ? [`s-maxage=${ttlS}`, ...stale] : ["must-revalidate"]),
  ].join(", ");
  const { name, values } = encodeEdgeTags(service, tags);
  const [only] = values;
  return {
    "Cache-Control": general,
    "CDN-Cache-Control": targeted,
    ...(service === "fastly" ? { "Surrogate-Control": targeted } : {}),
    [name]: values.length === 1 && only !== undefined ? only : values,
  };
}

/** The greatest integer of a structured field (RFC 9651 §3.3.1). */
const LONGEST_S = 999_999_999_999_999;

function secondsOf(name: string, durationMs: number): number {
  if (!(durationMs >= 0)) throw badDuration(name, durationMs);
  return Math.min(Math.floor(durationMs / 1000), LONGEST_S);
}
