import { openHistory, type Point, type SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";

const DAY_MS = 86_400_000;
const STEP_MS = 300_000;
const COARSE_STEP_MS = 3_600_000;
const FINE_MS = DAY_MS / 2;
const STEPS_A_WRITE = 144;

/** What is true of the service that the history tells of. */
export const KNOWN = {
  /** Requests in five minutes. */
  users: 600,
  films: 300,
  failed: 30,
} as const;

/** Fills a store with a service of two routes, hour by hour up to the last half day: durations of 10 ms and 40 ms, a fifth of them in PostgreSQL. */
export async function fillStore(database: string, nowMs: number, days: number): Promise<void> {
  const startMs = Math.floor((nowMs - days * DAY_MS) / COARSE_STEP_MS) * COARSE_STEP_MS;
  const time = { nowMs: startMs };
  const history = await openHistory({
    database,
    maintenanceIntervalMs: Number.POSITIVE_INFINITY,
    limitBytes: 4e9,
    clock: {
      now: () => new Date(time.nowMs),
      monotonicMs: () => time.nowMs,
      sleep: async () => undefined,
    },
  });
  try {
    let waiting: SeriesPoint[] = [];
    for (let step = 1; time.nowMs + STEP_MS <= nowMs; step += 1) {
      const stepMs = time.nowMs + COARSE_STEP_MS < nowMs - FINE_MS ? COARSE_STEP_MS : STEP_MS;
      time.nowMs += stepMs;
      waiting.push(...pointsAt(time.nowMs, stepMs));
      const isLast = time.nowMs + STEP_MS > nowMs;
      if (step % STEPS_A_WRITE !== 0 && !isLast) continue;
      await history.write(waiting);
      waiting = [];
      await history.maintain();
    }
  } finally {
    await history.close();
  }
}

function pointsAt(atMs: number, spanMs: number): readonly SeriesPoint[] {
  const times = spanMs / STEP_MS;
  const labels = { service: "shop", instance: "shop-1" };
  const of = (name: string, point: Point, more: Readonly<Record<string, string>> = {}) => ({
    key: { name, labels: { ...labels, ...more } },
    point,
  });
  const histogram = (count: number, seconds: number): Point => ({
    kind: "histogram",
    atMs,
    spanMs,
    data: histogramOf(new Array<number>(count * times).fill(seconds)),
  });
  const counter = (increase: number): Point => ({
    kind: "counter",
    atMs,
    spanMs,
    increase: increase * times,
  });
  const gauge = (last: number): Point => ({
    kind: "gauge",
    atMs,
    spanMs,
    min: last,
    max: last,
    sum: last,
    count: 1,
    last,
  });
  const requests = (route: string, status: string, count: number, seconds: number) =>
    of("http_server_request_duration_seconds", histogram(count, seconds), {
      http_request_method: "GET",
      http_route: route,
      http_response_status_code: status,
    });
  return [
    requests("/users/:id", "200", KNOWN.users, 0.01),
    requests("/films", "200", KNOWN.films, 0.04),
    requests("/films", "500", KNOWN.failed, 0.04),
    of("streamgate_cache_requests", counter(90), { namespace: "films", outcome: "hit" }),
    of("streamgate_cache_requests", counter(10), { namespace: "films", outcome: "miss" }),
    of("db_client_operation_duration_seconds", histogram(900, 0.004), {
      db_system_name: "postgresql",
      db_operation_name: "SELECT",
      error_type: "",
    }),
    of("nodejs_eventloop_delay_seconds", histogram(300, 0.001)),
    of("process_cpu_utilization_ratio", gauge(0.25)),
  ];
}
