import type {
  Chart,
  FieldsQuery,
  RangeQuery,
  RouteList,
  RoutesQuery,
  RouteView,
} from "@streamgate/contract";
import type { SeriesGroup } from "@streamgate/monitor";
import { notFound } from "../api/refusal.ts";
import { acrossOf, amountOf, type Statistic, stepValue, wholeOf } from "../charts/step-value.ts";
import { objectiveOf } from "../figures/now-figures.ts";
import { ofService, REQUEST_LABELS } from "../figures/read-figure-series.ts";
import type { Platform } from "../platform/platform.ts";
import { readMarkers } from "../ranges/read-markers.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange, stepOf } from "../ranges/steps.ts";
import { rangeView, type SteppedRange } from "../ranges/time-range.ts";
import { KeptTraces } from "./kept-traces.ts";
import { byRoute, type RouteSeries, routeSummaries, sortRoutes, stepsOf } from "./route-figures.ts";
import { readRouteId, routeId } from "./route-id.ts";
import { type ServiceSeconds, timeParts } from "./time-parts.ts";
import { isOfRoute, traceSummary } from "./trace-summary.ts";

const SPARKLINE_STEPS = 60;
const SHOWN_TRACES = 20;
const SECOND_MS = 1_000;
const REQUESTS = "http_server_request_duration_seconds";

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The routes of the watched services, and where the time of one goes. */
export class RouteViews {
  readonly #platform: Platform;
  readonly #traces: KeptTraces;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#traces = new KeptTraces(platform);
  }

  async list({ service, sort = "time", search, ...query }: RoutesQuery): Promise<RouteList> {
    const asked = await readRange(this.#platform, query);
    const range = alignRange(asked, stepOf(asked, SPARKLINE_STEPS));
    const { routes, before } = await this.#readRoutes(service, range);
    const wanted = search?.toLowerCase();
    const items = routeSummaries(routes, before).filter(
      ({ method, route }) =>
        wanted === undefined || `${method} ${route}`.toLowerCase().includes(wanted),
    );
    return { range: rangeView(asked), items: sortRoutes(items, sort) };
  }

  async one(id: string, query: RangeQuery & FieldsQuery): Promise<RouteView> {
    const key = readRouteId(id);
    const asked = await readRange(this.#platform, query);
    const range = alignRange(asked);
    const [{ routes, before }, service, queueMs, kept, markers, advised] = await Promise.all([
      this.#readRoutes(key.service, range),
      this.#serviceSeconds(key.service, range),
      this.#queueMs(key.service, range),
      this.#traces.ofService(key.service),
      readMarkers(this.#platform, range, key.service),
      this.#platform.recommendations.page({ state: "open", limit: 3, sort: "saved" }),
    ]);
    const [summary] = routeSummaries(routes, before, routeId(key));
    const series = routes.find((route) => routeId(route.key) === routeId(key));
    if (summary === undefined || series === undefined)
      throw notFound("route with requests in this range", `${key.method} ${key.route}`);
    const earlier = before?.find((route) => routeId(route.key) === routeId(key)) ?? null;
    const traces = kept.filter((trace) => isOfRoute(trace, key));
    const { parts, partsOf } = timeParts({ traces, service, meanMs: summary.mean.value, queueMs });
    return {
      range: rangeView(asked),
      route: summary,
      parts,
      partsOf,
      charts: this.#charts(series, earlier, range, before !== null),
      markers,
      traces: traces
        .toSorted((left, right) => durationOf(right) - durationOf(left))
        .slice(0, SHOWN_TRACES)
        .map(traceSummary),
      recommendations: advised.items,
    };
  }

  async #readRoutes(
    service: string | undefined,
    range: SteppedRange,
  ): Promise<{
    readonly routes: readonly RouteSeries[];
    readonly before: readonly RouteSeries[] | null;
  }> {
    const read = ({ fromMs, toMs }: Stretch): Promise<readonly SeriesGroup[]> =>
      this.#platform.series.aggregate({
        selector: { name: REQUESTS, where: ofService(service) },
        fromMs,
        toMs,
        stepMs: range.stepMs,
        by: REQUEST_LABELS,
      });
    const [now, before] = await Promise.all([
      read(range),
      range.compared === null ? null : read(range.compared),
    ]);
    return { routes: byRoute(now), before: before === null ? null : byRoute(before) };
  }

  async #serviceSeconds(service: string, range: SteppedRange): Promise<ServiceSeconds> {
    const [requests, calls, waits, outgoing] = await Promise.all([
      this.#groups(REQUESTS, service, range, REQUEST_LABELS),
      this.#groups("db_client_operation_duration_seconds", service, range, ["db_system_name"]),
      this.#groups("db_client_connection_wait_time_seconds", service, range, []),
      this.#groups("http_client_request_duration_seconds", service, range, []),
    ]);
    const of = (system: string): readonly SeriesGroup[] =>
      calls.filter(({ labels }) => labels.db_system_name === system);
    return {
      requests: amountOf(requests, "sum"),
      postgresql: amountOf(of("postgresql"), "sum"),
      redis: amountOf(of("redis"), "sum"),
      poolWait: amountOf(waits, "sum"),
      http: amountOf(outgoing, "sum"),
    };
  }

  async #queueMs(service: string, range: SteppedRange): Promise<number | null> {
    const groups = await this.#groups("nodejs_eventloop_delay_seconds", service, range, []);
    const mean = stepValue(wholeOf(groups[0]?.steps ?? []), { kind: "mean" });
    return mean === null ? null : mean * SECOND_MS;
  }

  #groups(
    name: string,
    service: string,
    { fromMs, toMs, stepMs }: SteppedRange,
    by: readonly string[],
  ): Promise<readonly SeriesGroup[]> {
    const selector = { name, where: ofService(service) };
    return this.#platform.series.aggregate({ selector, fromMs, toMs, stepMs, by });
  }

  #charts(
    series: RouteSeries,
    earlier: RouteSeries | null,
    range: SteppedRange,
    isCompared: boolean,
  ): readonly Chart[] {
    const { objectives } = this.#platform.configuration();
    const objective = objectiveOf("latency", null, objectives);
    const chart = (
      id: string,
      title: string,
      unit: string,
      lines: (route: RouteSeries) => Chart["lines"],
    ): Chart => ({
      id,
      title,
      unit,
      rung: "measured",
      startMs: range.fromMs,
      stepMs: range.stepMs,
      lines: lines(series),
      ...(isCompared ? { compared: earlier === null ? [] : lines(earlier) } : {}),
    });
    return [
      { ...chart("latency", "Latency", "ms", latencyLines), ...(objective && { objective }) },
      chart("requests", "Requests by status", "per second", statusLines),
    ];
  }
}

function latencyLines(route: RouteSeries): Chart["lines"] {
  const steps = stepsOf(route);
  return [0.5, 0.95, 0.99].map((quantile) => ({
    label: `p${quantile * 100}`,
    labels: {},
    values: steps.map((step) => {
      const value = stepValue(step, { kind: "quantile", quantile });
      return value === null ? null : value * SECOND_MS;
    }),
  }));
}

const RATE: Statistic = { kind: "rate" };

function statusLines({ groups }: RouteSeries): Chart["lines"] {
  const classes = new Map<string, SeriesGroup[]>();
  for (const group of groups) {
    const { http_response_status_code: status = "" } = group.labels;
    const name = /^\d/.test(status) ? `${status[0]}xx` : "no answer";
    const held = classes.get(name);
    if (held === undefined) classes.set(name, [group]);
    else held.push(group);
  }
  return [...classes]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([label, members]) => ({
      label,
      labels: {},
      values: (members[0]?.steps ?? []).map((_, step) =>
        stepValue(acrossOf(members.map(({ steps }) => steps[step])), RATE),
      ),
    }));
}

function durationOf({
  spans,
}: {
  readonly spans: readonly { readonly durationMs: number }[];
}): number {
  return spans[0]?.durationMs ?? 0;
}
