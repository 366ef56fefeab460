import type { MetricKind } from "@streamgate/telemetry";
import type { LabelMatcher, SeriesSelector } from "../../series/point.ts";
import type { EventPart, GaugeMeasure, Measure } from "../rules/measure.ts";
import { METRIC_KINDS } from "./metric-kinds.ts";
import { promDuration } from "./prom-duration.ts";

/** Prometheus scrapes every 15 s or so, and a rate needs a few scrapes. */
const LEAST_WINDOW_MS = 60_000;

export interface PromqlOptions {
  /** Names of labels that are others in Prometheus. @default service is `job` */
  readonly rename?: Readonly<Record<string, string>>;
  /** Kinds of metrics that are not StreamGate's own. @default counter */
  readonly kinds?: Readonly<Record<string, MetricKind>>;
}

/** Writes PromQL for measures, with the names that Prometheus gives. */
export interface PromqlWriter {
  /** `by (job, instance)`. */
  grouping(by: readonly string[]): string;
  label(name: string): string;
  selector(selector: SeriesSelector, suffix?: string, more?: readonly LabelMatcher[]): string;
  /** Events a second over a window, summed by groups. */
  events(
    of: SeriesSelector,
    windowMs: number,
    by: readonly string[],
    more?: readonly LabelMatcher[],
  ): string;
  /** Share of events of a kind. */
  share(of: SeriesSelector, part: EventPart, windowMs: number, by: readonly string[]): string;
  /** The share below which `quantile` of what was recorded lies. */
  quantile(of: SeriesSelector, quantile: number, windowMs: number, by: readonly string[]): string;
  measure(measure: Measure, by: readonly string[]): string;
  gauge(measure: GaugeMeasure, by: readonly string[]): string;
}

export function promqlWriter({
  rename = { service: "job" },
  kinds = {},
}: PromqlOptions): PromqlWriter {
  const label = (name: string): string => rename[name] ?? name;
  const kindOf = (name: string): MetricKind => kinds[name] ?? METRIC_KINDS[name] ?? "counter";
  const grouping = (by: readonly string[]): string => `by (${by.map(label).join(", ")})`;
  const window = (ms: number): string => promDuration(Math.max(ms, LEAST_WINDOW_MS));

  const selector: PromqlWriter["selector"] = ({ name, where }, suffix = "", more = []) => {
    const conditions = [...where, ...more].map((matcher) => writeMatcher(matcher, label));
    return `${name}${suffix}${conditions.length === 0 ? "" : `{${conditions.join(", ")}}`}`;
  };
  const events: PromqlWriter["events"] = (of, windowMs, by, more = []) => {
    const kind = kindOf(of.name);
    const suffix = kind === "histogram" ? "_count" : kind === "counter" ? "_total" : "";
    const call = kind === "gauge" ? "avg_over_time" : "rate";
    return `sum ${grouping(by)} (${call}(${selector(of, suffix, more)}[${window(windowMs)}]))`;
  };
  const quantile: PromqlWriter["quantile"] = (of, share, windowMs, by) =>
    `histogram_quantile(${share}, sum ${grouping([...by, "le"])} (rate(${selector(of, "_bucket")}[${window(windowMs)}])))`;
  const share: PromqlWriter["share"] = (of, part, windowMs, by) => {
    if ("where" in part) {
      const all = events(of, windowMs, by);
      // Groups without any event of the kind have a share of zero, not none.
      return `(${events(of, windowMs, by, part.where)} or 0 * ${all}) / ${all}`;
    }
    const seconds = window(windowMs);
    const below = selector(of, "_bucket", [boundMatcher(part.above)]);
    return `1 - sum ${grouping(by)} (rate(${below}[${seconds}])) / ${events(of, windowMs, by)}`;
  };
  const gauge: PromqlWriter["gauge"] = ({ of, statistic, across, windowMs }, by) => {
    const range = `${selector(of)}[${window(windowMs)}]`;
    return `${across} ${grouping(by)} (${statistic}_over_time(${range}))`;
  };
  const measure: PromqlWriter["measure"] = (read, by) => {
    switch (read.kind) {
      case "gauge":
        return gauge(read, by);
      case "rate":
        return events(read.of, read.windowMs, by);
      case "ratio":
        return `${events(read.of, read.windowMs, by)} / ${events(read.to, read.windowMs, by)}`;
      case "share":
        return share(read.of, read.part, read.windowMs, by);
      case "quantile":
        return quantile(read.of, read.quantile, read.windowMs, by);
    }
  };
  return { grouping, label, selector, events, share, quantile, measure, gauge };
}

/** OpenMetrics writes 1 as `1.0`, Prometheus' own format as `1`. */
function boundMatcher(above: number): LabelMatcher {
  return Number.isInteger(above)
    ? { label: "le", matches: `${above}(\\.0)?` }
    : { label: "le", is: String(above) };
}

function writeMatcher(matcher: LabelMatcher, rename: (name: string) => string): string {
  const name = rename(matcher.label);
  if ("is" in matcher) return `${name}=${text(matcher.is)}`;
  if ("isNot" in matcher) return `${name}!=${text(matcher.isNot)}`;
  if ("matches" in matcher) return `${name}=~${text(matcher.matches)}`;
  return `${name}!~${text(matcher.matchesNot)}`;
}

/** PromQL's strings have Go's escapes, of which JSON's are a part. */
export function text(value: string): string {
  return JSON.stringify(value);
}
