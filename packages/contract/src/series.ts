import type {
  Chart,
  ComparisonWord,
  FieldsQuery,
  Figure,
  Instant,
  Marker,
  PageQuery,
  Range,
  RangeQuery,
  TimeWord,
} from "./basics.ts";

export interface SeriesListQuery extends RangeQuery, PageQuery, FieldsQuery {
  /**
   * Of the metric; all where it is absent.
   *
   * @maxLength 200
   */
  readonly name?: string;
}

export interface SeriesPage {
  readonly items: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly next: string | null;
}

/** A condition on a label, as in PromQL. */
export interface LabelCondition {
  /**
   * @minLength 1
   * @maxLength 200
   */
  readonly label: string;
  /** @default "is" */
  readonly operator?: "is" | "is not" | "matches" | "does not match";
  /** @maxLength 1000 */
  readonly value: string;
}

/** What is to be read of a metric, and how its series are put together. */
export interface SeriesRequest {
  /**
   * @minLength 1
   * @maxLength 200
   */
  readonly name: string;
  /** @maxItems 20 */
  readonly where?: readonly LabelCondition[];
  /**
   * One line for each value of these labels; one line in all where it is absent.
   *
   * @maxItems 10
   */
  readonly by?: readonly string[];
  /**
   * `rate`, `increase` of counters and of a histogram's count; `mean`, `min`, `max`, `last`, `sum` of gauges; `quantile`,
   * `mean` of histograms. What fits the metric where it is absent.
   */
  readonly as?: "rate" | "increase" | "mean" | "min" | "max" | "last" | "sum" | "quantile";
  /**
   * Of `quantile`.
   *
   * @minimum 0
   * @maximum 1
   * @default 0.95
   */
  readonly quantile?: number;
  /** @default "-1h" */
  readonly from?: TimeWord;
  /** @default "now" */
  readonly to?: TimeWord;
  readonly compare?: ComparisonWord;
  /**
   * Length of a step; chosen to give 60 to 240 steps where it is absent.
   *
   * @minimum 1000
   */
  readonly stepMs?: number;
  /**
   * The most lines; those with the greatest values are kept.
   *
   * @minimum 1
   * @maximum 100
   * @default 20
   */
  readonly limit?: number;
}

export interface SeriesResult {
  readonly range: Range;
  readonly chart: Chart;
  /** Lines that were left out because there were too many. */
  readonly linesLeftOut: number;
}

export interface MarkerList {
  readonly items: readonly Marker[];
}

export interface MarkersQuery extends RangeQuery {
  /** @maxLength 200 */
  readonly service?: string;
}

/** How a figure goes on. */
export interface Trend {
  readonly id: string;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the range. */
  readonly level: Figure;
  /** A day, with its interval; its unit is that of the level. */
  readonly slopePerDay: Figure;
  /** Whether the interval of the slope leaves zero out. */
  readonly isReal: boolean;
  readonly chart: Chart;
}

export interface TrendList {
  readonly range: Range;
  readonly items: readonly Trend[];
}

export interface TrendsQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly service?: string;
}

export interface Forecast {
  readonly id: string;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What it must not reach. */
  readonly limit: Figure;
  /** When it is expected to reach the limit; null where it is not within the horizon. */
  readonly reachesAt: Instant | null;
  readonly reachesEarliestAt: Instant | null;
  readonly reachesLatestAt: Instant | null;
  /** What was read, then what is expected: lines `seen`, `expected`, `low`, `high`. */
  readonly chart: Chart;
}

export interface ForecastList {
  readonly items: readonly Forecast[];
}

export interface Anomaly {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly value: Figure;
  /** What was expected then. */
  readonly expected: { readonly low: number; readonly high: number } | null;
  /** Minus the decimal logarithm of the probability of such a value: 3 is one in a thousand. */
  readonly surprise: number;
}

export interface AnomalyList {
  readonly items: readonly Anomaly[];
}

/** One figure over two stretches of time. */
export interface ComparedFigure {
  readonly id: string;
  readonly title: string;
  readonly before: Figure;
  readonly after: Figure;
  /** after ÷ before with its interval. */
  readonly ratio: Figure;
  readonly verdict: "better" | "worse" | "no change" | "too little data";
}

export interface ComparisonQuery {
  /** @default "-1h" */
  readonly from?: TimeWord;
  /** @default "now" */
  readonly to?: TimeWord;
  /** @default "previous" */
  readonly compare?: ComparisonWord;
  /** @maxLength 200 */
  readonly service?: string;
}

export interface Comparison {
  readonly range: Range;
  readonly figures: readonly ComparedFigure[];
  readonly markers: readonly Marker[];
}

/** A service-level objective and what is left of its error budget. */
export interface ServiceLevel {
  readonly name: string;
  readonly service: string;
  /** One sentence: what is promised. */
  readonly promise: string;
  readonly objective: number;
  readonly windowMs: number;
  readonly attained: Figure;
  /** Share of the budget that is left; below 0 where it is overspent. */
  readonly budgetLeft: Figure;
  /** How many times faster than it may the budget was spent in the last hour. */
  readonly burnRate: Figure;
  readonly chart: Chart;
}

export interface ServiceLevelList {
  readonly items: readonly ServiceLevel[];
}

export interface SeriesOperations {
  /** The series that had a point in a stretch of time. */
  readonly listSeries: {
    readonly method: "GET";
    readonly path: "/series";
    readonly scope: "read";
    readonly query: SeriesListQuery;
    readonly result: SeriesPage;
  };
  /** Lines of a metric, put together as the request says. It changes nothing: POST because of its size. */
  readonly querySeries: {
    readonly method: "POST";
    readonly path: "/series/query";
    readonly scope: "read";
    readonly body: SeriesRequest;
    readonly result: SeriesResult;
  };
  /** Deploys, applied fixes, alerts and other changes, to be drawn on charts. */
  readonly listMarkers: {
    readonly method: "GET";
    readonly path: "/markers";
    readonly scope: "read";
    readonly query: MarkersQuery;
    readonly result: MarkerList;
  };
  /** How the main figures of a service went over a stretch of time. */
  readonly listTrends: {
    readonly method: "GET";
    readonly path: "/analytics/trends";
    readonly scope: "read";
    readonly query: TrendsQuery;
    readonly result: TrendList;
  };
  /** What runs out, and when. */
  readonly listForecasts: {
    readonly method: "GET";
    readonly path: "/analytics/forecasts";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: ForecastList;
  };
  /** What is unlike itself, the most surprising first. */
  readonly listAnomalies: {
    readonly method: "GET";
    readonly path: "/analytics/anomalies";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: AnomalyList;
  };
  /** Two stretches of time side by side. */
  readonly compareRanges: {
    readonly method: "GET";
    readonly path: "/analytics/comparison";
    readonly scope: "read";
    readonly query: ComparisonQuery;
    readonly result: Comparison;
  };
  /** Objectives, what was attained, and what is left of the error budgets. */
  readonly listServiceLevels: {
    readonly method: "GET";
    readonly path: "/slos";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: ServiceLevelList;
  };
}
