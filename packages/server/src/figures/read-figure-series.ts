import type { LabelMatcher, SeriesGroup } from "@streamgate/monitor";
import type { SeriesSource } from "../charts/series-source.ts";

/** StreamGate watches itself; what it does is not what the watched services do. */
export const OWN_SERVICE = "streamgate";

/** All that the six figures are made of, step by step. */
export interface FigureSeries {
  /** By the labels that were asked for, status among them. */
  readonly requests: readonly SeriesGroup[];
  /** By outcome. */
  readonly cache: readonly SeriesGroup[];
  /** By system: what services saw of their databases. */
  readonly calls: readonly SeriesGroup[];
  readonly poolWait: readonly SeriesGroup[];
  readonly outgoing: readonly SeriesGroup[];
  /** What databases counted themselves, where no service tells. */
  readonly databaseCalls: readonly SeriesGroup[];
  readonly databaseSeconds: readonly SeriesGroup[];
  readonly cpu: readonly SeriesGroup[];
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Series of one service, or of all but StreamGate's own. */
export function ofService(service: string | undefined): readonly LabelMatcher[] {
  return service === undefined
    ? [{ label: "service", isNot: OWN_SERVICE }]
    : [{ label: "service", is: service }];
}

/** @param requestsBy what requests are told apart by; with fewer labels there is less to be read and added up */
export async function readFigureSeries(
  source: SeriesSource,
  service: string | undefined,
  { fromMs, toMs, stepMs }: Stretch,
  requestsBy: readonly string[] = [STATUS_LABEL],
): Promise<FigureSeries> {
  const where = ofService(service);
  const read = (name: string, by: readonly string[]): Promise<readonly SeriesGroup[]> =>
    source.aggregate({ selector: { name, where }, fromMs, toMs, stepMs, by });
  const ofDatabases = (name: string): Promise<readonly SeriesGroup[]> =>
    service === undefined ? read(name, []) : Promise.resolve([]);
  const [requests, cache, calls, poolWait, outgoing, databaseCalls, databaseSeconds, cpu] =
    await Promise.all([
      read("http_server_request_duration_seconds", requestsBy),
      read("streamgate_cache_requests", ["outcome"]),
      read("db_client_operation_duration_seconds", ["db_system_name"]),
      read("db_client_connection_wait_time_seconds", []),
      read("http_client_request_duration_seconds", []),
      ofDatabases("streamgate_database_calls"),
      ofDatabases("streamgate_database_seconds"),
      read("process_cpu_utilization_ratio", []),
    ]);
  return { requests, cache, calls, poolWait, outgoing, databaseCalls, databaseSeconds, cpu };
}

const STATUS_LABEL = "http_response_status_code";

/** What tells the requests of each route and status apart. */
export const REQUEST_LABELS: readonly string[] = [
  "service",
  "http_request_method",
  "http_route",
  STATUS_LABEL,
];
