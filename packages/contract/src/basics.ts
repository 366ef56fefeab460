import type { Rung } from "@streamgate/core";

/**
 * ISO 8601 instant in UTC: `2026-01-31T10:20:30.000Z`.
 *
 * @format date-time
 */
export type Instant = string;

/**
 * An end of a time range: an instant, milliseconds since 1970, `now`, or how long ago: `-90s`, `-15m`, `-6h`, `-30d`.
 *
 * @maxLength 40
 */
export type TimeWord = string;

/**
 * With what a time range is compared: the stretch of the same length before it, before the latest deploy, before the latest
 * change of any kind, or before an instant.
 *
 * @maxLength 40
 */
export type ComparisonWord = string;

/** The stretch of time that is asked for. */
export interface RangeQuery {
  /** @default "-1h" */
  readonly from?: TimeWord;
  /** @default "now" */
  readonly to?: TimeWord;
  /** `previous`, `deploy`, `change`, or an instant; nothing is compared where it is absent. */
  readonly compare?: ComparisonWord;
}

/** One stretch of a list. */
export interface PageQuery {
  /**
   * @minimum 1
   * @maximum 500
   * @default 50
   * @asType integer
   */
  readonly limit?: number;
  /**
   * What the page before gave as `next`.
   *
   * @maxLength 400
   */
  readonly after?: string;
}

/** The part of a representation that is wanted. */
export interface FieldsQuery {
  /**
   * Names of fields of the answer (of the items where it is a list), with commas between; dots lead inwards: `id,finding.summary`.
   *
   * @maxLength 1000
   */
  readonly fields?: string;
}

/** The range that an answer is about, resolved. */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
  /** What it was compared with; null where with nothing. */
  readonly compared: { readonly from: Instant; readonly to: Instant; readonly why: string } | null;
}

/** A number as a person sees it: with its unit, and how it was earned. */
export interface Figure {
  /** Null: not known. Never zero for what was not read. */
  readonly value: number | null;
  /** `ms`, `bytes`, `ratio` (0 to 1), `per second`, `count`, `cores`, `rows`. */
  readonly unit: string;
  readonly rung: Rung;
  /** Bounds of its confidence interval. */
  readonly low?: number;
  readonly high?: number;
  /** The same over the range that is compared with. */
  readonly compared?: number | null;
  readonly objective?: Objective;
}

/** What a figure should be. */
export interface Objective {
  readonly kind: "at most" | "at least";
  readonly value: number;
  /** Null where the figure is not known. */
  readonly isMet: boolean | null;
}

/** How fresh what is shown of a source is. */
export interface SourceHealth {
  /** Stable: `database:main`, `agent:http://10.0.0.7:9464`, `store`. */
  readonly id: string;
  readonly kind: "database" | "redis" | "agent" | "prometheus" | "store" | "monitor" | "job";
  readonly name: string;
  /** `waiting`: never read yet; `late`: what is shown is older than it should be; `lost`: several readings in a row failed. */
  readonly state: "waiting" | "fresh" | "late" | "lost";
  readonly readAt: Instant | null;
  /** Age of what is shown when the answer was made; null where nothing is. */
  readonly ageMs: number | null;
  /** What went wrong last, where something did. */
  readonly problem: string | null;
}

/** A line of a chart: one value a step. */
export interface ChartLine {
  readonly label: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: nothing was read, or nothing happened. */
  readonly values: readonly (number | null)[];
}

/** Lines over the same instants: the value with index `i` is of the step that ends at `startMs + (i + 1) * stepMs`. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly rung: Rung;
  /** In ms since 1970. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly lines: readonly ChartLine[];
  /** The same lines over the range that is compared with, moved to these instants. */
  readonly compared?: readonly ChartLine[];
  readonly objective?: Objective;
}

/** Something that happened, to be drawn on every chart. */
export interface Marker {
  readonly at: Instant;
  readonly kind: "deploy" | "fix" | "alert" | "change";
  readonly label: string;
  /** Where the dashboard tells more of it; empty where nowhere. */
  readonly href: string;
}

/** What is known of whoever asks. */
export type Scope = "read" | "act";

/** What went wrong (RFC 9457). Sent as `application/problem+json`. */
export interface Problem {
  /** Where the kind of problem is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable: `SG_SERVER_…`. */
  readonly code: string;
  /** What to do about it. */
  readonly remedy: string;
  /** By this the log tells more. */
  readonly requestId: string;
  /** What is wrong with which part of the request. */
  readonly errors?: readonly { readonly place: string; readonly message: string }[];
}
