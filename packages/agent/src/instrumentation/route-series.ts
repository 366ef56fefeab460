import {
  type Histogram,
  type HistogramSeries,
  OVERFLOW_LABEL,
  type Registry,
} from "@streamgate/telemetry";

type Durations = Histogram<
  readonly ["http_request_method", "http_route", "http_response_status_code"]
>;

/** As RFC 9110, RFC 5789 and the QUERY method name them; any other is `_OTHER`, as a stranger may invent many. */
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
  "PATCH",
  "QUERY",
]);
const OTHER_METHOD = "_OTHER";
/** A program that names routes by what strangers send must not fill the memory. */
const MOST_ROUTES = 2_000;

/** The method, or `_OTHER` where it is none that is known. */
export function standardMethod(method: string): string {
  return METHODS.has(method) ? method : OTHER_METHOD;
}

/** The series of one method and route, found once and kept. */
export interface RouteSeries {
  readonly route: string;
  /** What a span of it is called: `GET /users/:id`. */
  readonly spanName: string;
  /** By status; 0 where no answer was begun. */
  withStatus(status: number): HistogramSeries;
}

/** Finds the series of a request without making a label set. */
export class RouteTable {
  private readonly durations: Durations;
  private readonly routes = new Map<string, Map<string, RouteSeries>>();

  constructor(registry: Registry) {
    this.durations = registry.histogram({
      name: "http_server_request_duration_seconds",
      help: "Time from the head of a request to the end of its answer, or to its abort.",
      unit: "seconds",
      labelNames: ["http_request_method", "http_route", "http_response_status_code"],
    });
  }

  /** @param route empty where nobody named it */
  find(method: string, route: string): RouteSeries {
    return this.routes.get(route)?.get(method) ?? this.add(method, route);
  }

  private add(method: string, route: string): RouteSeries {
    if (!METHODS.has(method) && method !== OTHER_METHOD) return this.find(OTHER_METHOD, route);
    const methods = this.routes.get(route);
    if (methods === undefined) {
      if (this.routes.size >= MOST_ROUTES && route !== OVERFLOW_LABEL) {
        return this.find(method, OVERFLOW_LABEL);
      }
      this.routes.set(route, new Map());
      return this.add(method, route);
    }
    const series = routeSeries(this.durations, method, route);
    methods.set(method, series);
    return series;
  }
}

function routeSeries(durations: Durations, method: string, route: string): RouteSeries {
  const byStatus = new Map<number, HistogramSeries>();
  return {
    route,
    spanName: route === "" ? method : `${method} ${route}`,
    withStatus: (status) => {
      const known = byStatus.get(status);
      if (known !== undefined) return known;
      const bound = durations.with(method, route, status === 0 ? "" : String(status));
      byStatus.set(status, bound);
      return bound;
    },
  };
}
