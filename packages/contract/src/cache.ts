import type {
  Chart,
  FieldsQuery,
  Figure,
  Marker,
  Range,
  RangeQuery,
  SourceHealth,
} from "./basics.ts";

export interface CacheQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly service?: string;
  /** @maxLength 200 */
  readonly namespace?: string;
}

export interface CacheNamespace {
  readonly service: string;
  readonly namespace: string;
  readonly requests: Figure;
  readonly hitRatio: Figure;
  readonly staleRatio: Figure;
  readonly tiers: readonly {
    readonly tier: string;
    readonly hitRatio: Figure;
    readonly p95: Figure;
    readonly state: string;
  }[];
  readonly entries: Figure;
  readonly size: Figure;
  readonly loads: Figure;
  readonly loadMean: Figure;
  /** What the loads that did not happen would have taken. */
  readonly timeSaved: Figure;
  readonly invalidations: Figure;
}

/** The hit ratio at other sizes of memory. */
export interface HitRatioCurve {
  readonly service: string;
  readonly currentBytes: number;
  readonly points: readonly { readonly bytes: number; readonly hitRatio: Figure }[];
}

export interface HotKey {
  readonly service: string;
  readonly namespace: string;
  readonly key: string;
  /** Of the namespace's requests, 0 to 1. */
  readonly share: Figure;
}

export interface CacheView {
  readonly range: Range;
  readonly namespaces: readonly CacheNamespace[];
  readonly charts: readonly Chart[];
  readonly curves: readonly HitRatioCurve[];
  readonly hotKeys: readonly HotKey[];
  readonly markers: readonly Marker[];
  readonly sources: readonly SourceHealth[];
}

export interface InvalidationRequest {
  /** @maxLength 200 */
  readonly service: string;
  /**
   * All values that were made from any of these.
   *
   * @maxItems 1000
   */
  readonly tags?: readonly string[];
  /** @maxLength 200 */
  readonly namespace?: string;
  /** @maxItems 1000 */
  readonly keys?: readonly string[];
}

export interface WarmingRequest {
  /** @maxLength 200 */
  readonly service: string;
  /** @maxLength 200 */
  readonly namespace: string;
  /**
   * The most popular ones where it is absent.
   *
   * @maxItems 1000
   */
  readonly keys?: readonly string[];
}

export interface CacheActResult {
  /** One line a process that was asked. */
  readonly instances: readonly {
    readonly instance: string;
    readonly isDone: boolean;
    readonly detail: string;
  }[];
}

export interface CacheOperations {
  /** Hit ratios by namespace and tier, time saved, the curve, hot keys. */
  readonly getCacheStatistics: {
    readonly method: "GET";
    readonly path: "/cache/statistics";
    readonly scope: "read";
    readonly query: CacheQuery;
    readonly result: CacheView;
  };
  /** Makes every process forget what was made from tags, or single keys. */
  readonly invalidateCache: {
    readonly method: "POST";
    readonly path: "/cache/invalidate";
    readonly scope: "act";
    readonly body: InvalidationRequest;
    readonly result: CacheActResult;
  };
  /** Loads values before anybody asks for them. */
  readonly warmCache: {
    readonly method: "POST";
    readonly path: "/cache/warm";
    readonly scope: "act";
    readonly body: WarmingRequest;
    readonly result: CacheActResult;
  };
}
