import type { Labels } from "@streamgate/telemetry";
import type { SeriesSelector, SeriesWindow } from "../series/point.ts";
import { type StepGrid, type StepTotal, StepTotals } from "../series/step-totals.ts";

export interface AggregateQuery {
  readonly selector: SeriesSelector;
  /** Points that end after this, in ms since 1970. */
  readonly fromMs: number;
  /** Points that end at or before this. */
  readonly toMs: number;
  /** Length of a step; the first begins at `fromMs`. Best a multiple of 1 s, 10 s, 5 min or 1 h, as `fromMs` too. */
  readonly stepMs: number;
  /** Series with the same values of these labels are put together; none: all. */
  readonly by: readonly string[];
}

/** Series that were put together. */
export interface SeriesGroup {
  /** Those of `by`; empty where a series has none. */
  readonly labels: Labels;
  /** How many series there are in it. */
  readonly series: number;
  /** One for each step; undefined where nothing was read. */
  readonly steps: readonly (StepTotal | undefined)[];
}

/** The steps of a query. */
export function gridOf({
  fromMs,
  toMs,
  stepMs,
}: Omit<AggregateQuery, "selector" | "by">): StepGrid {
  return { fromMs, stepMs, steps: Math.max(0, Math.ceil((toMs - fromMs) / stepMs)) };
}

/** Members of a group of series, whatever is known of each. */
export function groupBy<Member extends { readonly labels: Labels }>(
  members: readonly Member[],
  by: readonly string[],
): readonly { readonly labels: Labels; readonly members: readonly Member[] }[] {
  const groups = new Map<string, { readonly labels: Labels; readonly members: Member[] }>();
  for (const member of members) {
    const values = by.map((label) => member.labels[label] ?? "");
    const id = JSON.stringify(values);
    const group = groups.get(id);
    if (group !== undefined) {
      group.members.push(member);
      continue;
    }
    const labels = Object.fromEntries(by.map((label, at) => [label, values[at] ?? ""]));
    groups.set(id, { labels, members: [member] });
  }
  return [...groups.values()];
}

/**
 * Puts series together that are in memory already.
 *
 * @example
 * ```ts
 * import { aggregateWindows } from "@streamgate/monitor";
 * aggregateWindows([], { fromMs: 0, toMs: 60_000, stepMs: 10_000, by: ["service"] }); // []
 * ```
 */
export function aggregateWindows(
  windows: readonly SeriesWindow[],
  query: Omit<AggregateQuery, "selector">,
): readonly SeriesGroup[] {
  const members = windows.map(({ key, points }) => ({ labels: key.labels, points }));
  return groupBy(members, query.by).map((group) => {
    const totals = new StepTotals(gridOf(query));
    for (const { points } of group.members) {
      totals.beginSeries();
      for (const point of points)
        if (point.atMs > query.fromMs && point.atMs <= query.toMs) totals.add(point);
    }
    return { labels: group.labels, series: group.members.length, steps: totals.finish() };
  });
}
