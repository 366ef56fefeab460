import type { NowFigure } from "@streamgate/contract";
import type { SeriesGroup } from "@streamgate/monitor";
import { amountOf } from "../charts/step-value.ts";
import { isFailed } from "../figures/figure-values.ts";
import type { FigureSeries } from "../figures/read-figure-series.ts";
import { routeId, routeOf } from "../routes/route-id.ts";

/** What has the greatest part in a figure. */
export interface TimeCause {
  readonly summary: string;
  /** 0 to 1. */
  readonly share: number;
  readonly href: string;
}

/** A part that is less than this is no cause: a route has it more likely. */
const LEAST_SHARE = 0.4;

/** What has the greatest part in each figure, as far as the series tell. */
export function timeCauses(series: FigureSeries): Partial<Record<NowFigure["id"], TimeCause>> {
  const route = slowestRoute(series.requests);
  const part = greatestPart(series);
  const latency = part !== undefined && part.share >= LEAST_SHARE ? part : route;
  const errors = failingRoute(series.requests);
  return {
    ...(latency === undefined ? {} : { latency }),
    ...(errors === undefined ? {} : { errors }),
    ...(route === undefined ? {} : { cpu: route }),
  };
}

function greatestPart(series: FigureSeries): TimeCause | undefined {
  const whole = secondsOf(series.requests);
  if (whole === 0) return undefined;
  const of = (system: string): readonly SeriesGroup[] =>
    series.calls.filter(({ labels }) => labels.db_system_name === system);
  const parts = [
    { name: "PostgreSQL", seconds: secondsOf(of("postgresql")), href: "/queries" },
    { name: "Redis", seconds: secondsOf(of("redis")), href: "/cache" },
    {
      name: "Waiting for a database connection",
      seconds: secondsOf(series.poolWait),
      href: "/resources",
    },
    { name: "Calling other services", seconds: secondsOf(series.outgoing), href: "/routes" },
  ];
  const [greatest] = parts.sort((left, right) => right.seconds - left.seconds);
  if (greatest === undefined || greatest.seconds === 0) return undefined;
  // Calls of one request may run side by side: together they can be longer than it.
  const share = Math.min(1, greatest.seconds / whole);
  return {
    summary: `${greatest.name} has most of the requests' time.`,
    share,
    href: greatest.href,
  };
}

function slowestRoute(requests: readonly SeriesGroup[]): TimeCause | undefined {
  const found = greatestRoute(requests, secondsOf);
  return found && { ...found, summary: `${found.name} has most of the requests' time.` };
}

function failingRoute(requests: readonly SeriesGroup[]): TimeCause | undefined {
  const found = greatestRoute(requests.filter(isFailed), countOf);
  return found && { ...found, summary: `${found.name} has most of the failures.` };
}

function greatestRoute(
  requests: readonly SeriesGroup[],
  measure: (groups: readonly SeriesGroup[]) => number,
): { readonly name: string; readonly share: number; readonly href: string } | undefined {
  const routes = new Map<string, SeriesGroup[]>();
  for (const group of requests) {
    const id = routeId(routeOf(group.labels));
    const held = routes.get(id);
    if (held === undefined) routes.set(id, [group]);
    else held.push(group);
  }
  const whole = measure(requests);
  let best: { name: string; share: number; href: string } | undefined;
  for (const [id, groups] of routes) {
    const share = whole === 0 ? 0 : measure(groups) / whole;
    if (share <= (best?.share ?? 0)) continue;
    const { method, route } = routeOf(groups[0]?.labels ?? {});
    best = { name: `${method} ${route}`.trim(), share, href: `/routes/${id}` };
  }
  return best;
}

function secondsOf(groups: readonly SeriesGroup[]): number {
  return amountOf(groups, "sum");
}

function countOf(groups: readonly SeriesGroup[]): number {
  return amountOf(groups, "increase");
}
