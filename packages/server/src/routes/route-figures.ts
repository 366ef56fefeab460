import type { RouteSummary } from "@streamgate/contract";
import type { SeriesGroup, StepTotal } from "@streamgate/monitor";
import { acrossOf, amountOf, type Statistic, stepValue, wholeOf } from "../charts/step-value.ts";
import { measured } from "../figures/figure.ts";
import { isFailed } from "../figures/figure-values.ts";
import { type RouteKey, routeId, routeOf } from "./route-id.ts";

/** A route with its series, one for each status. */
export interface RouteSeries {
  readonly key: RouteKey;
  readonly groups: readonly SeriesGroup[];
}

/** Groups by service, method, route and status, put together by route. */
export function byRoute(requests: readonly SeriesGroup[]): readonly RouteSeries[] {
  const routes = new Map<string, { readonly key: RouteKey; readonly groups: SeriesGroup[] }>();
  for (const group of requests) {
    const key = routeOf(group.labels);
    const id = routeId(key);
    const known = routes.get(id);
    if (known === undefined) routes.set(id, { key, groups: [group] });
    else known.groups.push(group);
  }
  return [...routes.values()];
}

const SECOND_MS = 1_000;

/**
 * Each route with its figures. Routes that nobody asked for in the range are left out.
 *
 * @param only the route of this id
 */
export function routeSummaries(
  routes: readonly RouteSeries[],
  before: readonly RouteSeries[] | null,
  only?: string,
): readonly RouteSummary[] {
  const seconds = routes.reduce((sum, { groups }) => sum + amountOf(groups, "sum"), 0);
  const earlier = new Map(before?.map((route) => [routeId(route.key), route]));
  return routes
    .filter(({ key }) => only === undefined || routeId(key) === only)
    .filter(({ groups }) => amountOf(groups, "increase") > 0)
    .map((route) =>
      summaryOf(route, seconds, before === null ? null : earlier.get(routeId(route.key))),
    );
}

/** @param before null where nothing is compared; undefined where the route was not asked for then */
function summaryOf(
  route: RouteSeries,
  allSeconds: number,
  before: RouteSeries | null | undefined,
): RouteSummary {
  const steps = stepsOf(route);
  const whole = wholeOf(steps);
  const earlier = before === null || before === undefined ? undefined : wholeOf(stepsOf(before));
  const figure = (unit: string, read: (total: StepTotal | undefined) => number | null) => ({
    ...measured(read(whole), unit),
    ...(before === null ? {} : { compared: read(earlier) }),
  });
  const ms =
    (statistic: Statistic) =>
    (total: StepTotal | undefined): number | null => {
      const value = stepValue(total, statistic);
      return value === null ? null : value * SECOND_MS;
    };
  return {
    id: routeId(route.key),
    ...route.key,
    requests: figure("per second", (total) => stepValue(total, { kind: "rate" })),
    mean: figure("ms", ms({ kind: "mean" })),
    p50: figure("ms", ms({ kind: "quantile", quantile: 0.5 })),
    p95: figure("ms", ms({ kind: "quantile", quantile: 0.95 })),
    p99: figure("ms", ms({ kind: "quantile", quantile: 0.99 })),
    errors: {
      ...measured(failedShare(route), "ratio"),
      ...(before === null ? {} : { compared: before === undefined ? null : failedShare(before) }),
    },
    shareOfTime: measured(
      allSeconds === 0 ? null : amountOf(route.groups, "sum") / allSeconds,
      "ratio",
    ),
    sparkline: steps.map((step) => {
      const value = ms({ kind: "quantile", quantile: 0.95 })(step);
      return value === null ? null : Number(value.toPrecision(4));
    }),
  };
}

/** All its requests, step by step. */
export function stepsOf({ groups }: RouteSeries): readonly (StepTotal | undefined)[] {
  const steps = groups[0]?.steps ?? [];
  return steps.map((_, step) => acrossOf(groups.map((group) => group.steps[step])));
}

function failedShare({ groups }: RouteSeries): number | null {
  const all = amountOf(groups, "increase");
  return all === 0 ? null : amountOf(groups.filter(isFailed), "increase") / all;
}

const ORDERS: Readonly<Record<string, (one: RouteSummary) => number>> = {
  time: ({ shareOfTime }) => shareOfTime.value ?? 0,
  requests: ({ requests }) => requests.value ?? 0,
  p95: ({ p95 }) => p95.value ?? 0,
  errors: ({ errors }) => errors.value ?? 0,
};

/** The greatest first, or by name. */
export function sortRoutes(
  routes: readonly RouteSummary[],
  sort: "time" | "requests" | "p95" | "errors" | "route",
): readonly RouteSummary[] {
  const nameOf = ({ route, method, service }: RouteSummary): string =>
    `${route} ${method} ${service}`;
  const order = ORDERS[sort] ?? (() => 0);
  return routes.toSorted(
    (left, right) => order(right) - order(left) || nameOf(left).localeCompare(nameOf(right)),
  );
}
