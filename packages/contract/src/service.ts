import type { IncidentSummary } from "./alerts.ts";
import type {
  Chart,
  FieldsQuery,
  Figure,
  Instant,
  Marker,
  Range,
  RangeQuery,
  SourceHealth,
} from "./basics.ts";
import type { Job, RecommendationSummary } from "./recommendations.ts";
import type { TrendList } from "./series.ts";

/** How the service is, in one sentence. */
export interface Verdict {
  readonly state: "well" | "degraded" | "broken" | "unknown";
  readonly sentence: string;
  /** What makes it so; null where nothing does, or nobody knows. */
  readonly cause: {
    readonly summary: string;
    /** Of the requests' time, 0 to 1; null where it is not known. */
    readonly share: Figure | null;
    readonly href: string;
  } | null;
}

export interface NowFigure {
  readonly id: "latency" | "throughput" | "errors" | "cache" | "database" | "cpu";
  readonly title: string;
  /** What is measured, in a few words: `95th percentile of all requests`. */
  readonly subtitle: string;
  readonly figure: Figure;
  readonly chart: Chart;
}

export interface NowQuery extends RangeQuery, FieldsQuery {
  /**
   * Of a watched service; all together where it is absent.
   *
   * @maxLength 200
   */
  readonly service?: string;
}

/** What whoever opens the dashboard sees first. */
export interface NowView {
  readonly range: Range;
  readonly services: readonly string[];
  readonly verdict: Verdict;
  readonly figures: readonly NowFigure[];
  readonly actions: readonly RecommendationSummary[];
  readonly incidents: readonly IncidentSummary[];
  readonly markers: readonly Marker[];
  /** What StreamGate does at this moment; null where nothing. */
  readonly job: Job | null;
  readonly sources: readonly SourceHealth[];
}

/** Where the time of a route's requests goes. */
export interface TimePart {
  readonly part:
    | "queue"
    | "application"
    | "pool wait"
    | "postgresql"
    | "redis"
    | "http"
    | "serialising"
    | "other";
  /** Of the mean request. */
  readonly mean: Figure;
  /** Of the requests' time, 0 to 1. */
  readonly share: Figure;
}

export interface RouteSummary {
  /** Of the method and the route, safe in an address. */
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly route: string;
  readonly requests: Figure;
  readonly mean: Figure;
  readonly p50: Figure;
  readonly p95: Figure;
  readonly p99: Figure;
  readonly errors: Figure;
  /** Of all requests' time, 0 to 1. */
  readonly shareOfTime: Figure;
  /** p95 a step. */
  readonly sparkline: readonly (number | null)[];
}

export interface RoutesQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly service?: string;
  /** @default "time" */
  readonly sort?: "time" | "requests" | "p95" | "errors" | "route";
  /** @maxLength 200 */
  readonly search?: string;
}

export interface RouteList {
  readonly range: Range;
  readonly items: readonly RouteSummary[];
}

/** A request of which all steps are known. */
export interface TraceSummary {
  readonly traceId: string;
  readonly at: Instant;
  readonly duration: Figure;
  readonly isError: boolean;
  /** Why it was kept: `slow`, `error`, `sample`. */
  readonly reason: string;
  readonly spans: readonly {
    readonly id: string;
    readonly parent: string | null;
    readonly name: string;
    readonly part: TimePart["part"];
    readonly startMs: number;
    readonly durationMs: number;
    readonly detail: string;
  }[];
}

export interface RouteView {
  readonly range: Range;
  readonly route: RouteSummary;
  readonly parts: readonly TimePart[];
  /** Whether the parts are of all requests or of the traces that were kept. */
  readonly partsOf: string;
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
  readonly traces: readonly TraceSummary[];
  readonly recommendations: readonly RecommendationSummary[];
}

/** One process or service as resources see it. */
export interface ResourceQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly service?: string;
  /** @maxLength 200 */
  readonly instance?: string;
}

export interface ResourceMetrics {
  readonly range: Range;
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
}

export interface ResourceStatistics {
  readonly range: Range;
  readonly items: readonly {
    readonly service: string;
    readonly instance: string;
    readonly figures: readonly {
      readonly id: string;
      readonly title: string;
      readonly figure: Figure;
    }[];
  }[];
}

/** What resource advice found in the watched processes. */
export interface ResourceFinding {
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  readonly kind: string;
  readonly severity: string;
  readonly summary: string;
  readonly remedy: string;
  /** Where in the code, as far as it is known. */
  readonly place: string;
  readonly evidence: readonly { readonly name: string; readonly figure: Figure }[];
}

export interface ResourcesView {
  readonly range: Range;
  readonly instances: ResourceStatistics["items"];
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
  readonly findings: readonly ResourceFinding[];
  readonly profiles: readonly ProfileSummary[];
}

export interface InstanceRequest {
  /** @maxLength 200 */
  readonly service: string;
  /** @maxLength 200 */
  readonly instance: string;
}

export interface ForcedCollection {
  readonly instance: string;
  readonly before: Figure;
  readonly after: Figure;
}

export interface NewProfileRequest extends InstanceRequest {
  readonly kind: "cpu" | "heap";
  /**
   * @minimum 1
   * @maximum 60
   * @default 10
   */
  readonly seconds?: number;
}

export interface ProfileSummary {
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  readonly kind: "cpu" | "heap";
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly state: "running" | "done" | "failed";
  readonly problem: string | null;
  readonly takenBy: string;
}

/** A function and what it called. */
export interface FlameNode {
  readonly name: string;
  /** File and line; empty where unknown. */
  readonly place: string;
  /** Microseconds or bytes. */
  readonly total: number;
  readonly self: number;
  readonly children: readonly FlameNode[];
}

export interface ProfileView {
  readonly profile: ProfileSummary;
  readonly unit: "µs" | "bytes";
  readonly root: FlameNode | null;
}

export interface ProfileList {
  readonly items: readonly ProfileSummary[];
}

export interface ServiceOperations {
  /** How the service is, why, and what to do: the first screen. */
  readonly getNow: {
    readonly method: "GET";
    readonly path: "/now";
    readonly scope: "read";
    readonly query: NowQuery;
    readonly result: NowView;
  };
  /** The routes of the watched APIs. */
  readonly listRoutes: {
    readonly method: "GET";
    readonly path: "/routes";
    readonly scope: "read";
    readonly query: RoutesQuery;
    readonly result: RouteList;
  };
  /** One route: where its time goes, and requests of which all steps are known. */
  readonly getRoute: {
    readonly method: "GET";
    readonly path: "/routes/:id";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly query: RangeQuery & FieldsQuery;
    readonly result: RouteView;
  };
  /** Event loop, garbage collection, heap, pools, findings and profiles together. */
  readonly getResources: {
    readonly method: "GET";
    readonly path: "/resources";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: ResourcesView;
  };
  /** Memory over time. */
  readonly getMemoryMetrics: {
    readonly method: "GET";
    readonly path: "/memory/metrics";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: ResourceMetrics;
  };
  /** Memory of each process: used, limit, floor, garbage collection. */
  readonly getMemoryStatistics: {
    readonly method: "GET";
    readonly path: "/memory/statistics";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: ResourceStatistics;
  };
  /** Whether memory grows, how fast, and when it is full. */
  readonly getMemoryTrends: {
    readonly method: "GET";
    readonly path: "/memory/trends";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: TrendList;
  };
  /** Makes a watched process collect its garbage now. It stops for the time that takes. */
  readonly forceCollection: {
    readonly method: "POST";
    readonly path: "/memory/gc";
    readonly scope: "act";
    readonly body: InstanceRequest;
    readonly result: ForcedCollection;
  };
  /** CPU over time. */
  readonly getCpuMetrics: {
    readonly method: "GET";
    readonly path: "/cpu/metrics";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: ResourceMetrics;
  };
  /** CPU of each process: used, quota, throttled, event loop. */
  readonly getCpuStatistics: {
    readonly method: "GET";
    readonly path: "/cpu/statistics";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: ResourceStatistics;
  };
  /** Whether CPU grows, and how fast. */
  readonly getCpuTrends: {
    readonly method: "GET";
    readonly path: "/cpu/trends";
    readonly scope: "read";
    readonly query: ResourceQuery;
    readonly result: TrendList;
  };
  /** Profiles that were taken, the latest first. */
  readonly listProfiles: {
    readonly method: "GET";
    readonly path: "/profiles";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: ProfileList;
  };
  /** Takes a profile of a watched process. */
  readonly takeProfile: {
    readonly method: "POST";
    readonly path: "/profiles";
    readonly scope: "act";
    readonly status: 202;
    readonly body: NewProfileRequest;
    readonly result: ProfileSummary;
  };
  /** One profile as a tree, for a flame graph. */
  readonly getProfile: {
    readonly method: "GET";
    readonly path: "/profiles/:id";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly result: ProfileView;
  };
}
