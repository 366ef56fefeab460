import { type Random, seededRandom } from "@streamgate/core";
import type { Point, SeriesKey, SeriesPoint } from "@streamgate/monitor";
import { bucketLowerBound, bucketUpperBound, histogramOf } from "@streamgate/telemetry";

/** Series as agents give them: sparse histograms of a service's routes and statements, gauges that wander, counters. */
export interface AgentSeries {
  readonly count: number;
  /** What each of them says of an interval. */
  pointsAt(atMs: number, spanMs: number): SeriesPoint[];
}

type Maker = (atMs: number, spanMs: number) => Point;

const ROUTES = 20;
const STATUSES = ["200", "500"] as const;
const HEAP_SPACES = 8;
const HANDLE_TYPES = 10;
const AGENT_PARTS = 8;
/** The longest histogram that one interval makes. */
const MOST_VALUES = 300;

/**
 * @param processes each has 128 series
 * @param everyNth which of them are given
 */
export function agentSeries(processes: number, seed: number, everyNth = 1): AgentSeries {
  const random = seededRandom(seed);
  const all: (readonly [SeriesKey, Maker])[] = [];
  for (let at = 1; at <= processes; at += 1) all.push(...processSeries(`media-${at}`, random));
  const members = all.filter((_, at) => at % everyNth === 0);
  return {
    count: members.length,
    pointsAt: (atMs, spanMs) => members.map(([key, make]) => ({ key, point: make(atMs, spanMs) })),
  };
}

function processSeries(instance: string, random: Random): (readonly [SeriesKey, Maker])[] {
  const series: (readonly [SeriesKey, Maker])[] = [];
  const add = (name: string, make: Maker, labels: Readonly<Record<string, string>> = {}): void => {
    series.push([{ name, labels: { ...labels, service: "media", instance } }, make]);
  };
  const each = (count: number, work: (at: number) => void): void => {
    for (let at = 0; at < count; at += 1) work(at);
  };

  each(ROUTES, (route) => {
    for (const status of STATUSES) {
      // A few routes have most of the requests, and few of these fail.
      const perSecond = (20 / (route + 1)) * (status === "200" ? 1 : 0.01);
      add("http_server_request_duration_seconds", durations(random, perSecond, 0.02), {
        http_request_method: "GET",
        http_route: `/route/${route}`,
        http_response_status_code: status,
      });
    }
  });
  add("http_server_active_requests", wholeGauge(random, 5, 2));
  each(3, (at) =>
    add("http_client_request_duration_seconds", durations(random, 1, 0.08), {
      http_request_method: "GET",
      server_address: `upstream-${at}`,
      http_response_status_code: "200",
    }),
  );
  each(8, (at) =>
    add("db_client_operation_duration_seconds", durations(random, 30 / (at + 1), 0.003), {
      db_system_name: at < 5 ? "postgresql" : "redis",
      db_operation_name: `operation-${at}`,
    }),
  );
  each(2, (at) =>
    add("db_client_connection_wait_time_seconds", durations(random, 10, 0.0002), {
      db_client_connection_pool_name: `pool-${at}`,
    }),
  );
  each(8, (at) =>
    add("db_client_connection_count", wholeGauge(random, 6, 1), {
      db_client_connection_pool_name: `pool-${at % 2}`,
      state: `state-${at >> 1}`,
    }),
  );
  each(6, (at) =>
    add("streamgate_cache_requests", wholeCounter(random, 40), {
      namespace: `n${at >> 1}`,
      outcome: at % 2 === 0 ? "hit" : "miss",
    }),
  );
  each(4, (at) =>
    add("streamgate_cache_memory_bytes", wholeGauge(random, 5e7, 1e5), { tier: `${at}` }),
  );
  add("nodejs_eventloop_delay_seconds", durations(random, 90, 0.0101));
  add("nodejs_eventloop_utilization_ratio", ratio(random));
  for (const type of ["minor", "major", "incremental", "weakcb"]) {
    const perSecond = type === "minor" ? 2 : 0.05;
    add("v8js_gc_duration_seconds", durations(random, perSecond, 0.002), { v8js_gc_type: type });
  }
  each(HEAP_SPACES, (at) =>
    add("v8js_heap_space_used_bytes", wholeGauge(random, 1e7, 1e5), {
      v8js_heap_space_name: `space-${at}`,
    }),
  );
  for (const name of ["heap_used", "heap_limit", "heap_floor", "external", "array_buffers"]) {
    const isSteady = name === "heap_limit" || name === "heap_floor";
    add(`v8js_memory_${name}_bytes`, wholeGauge(random, 9e7, isSteady ? 0 : 3e6));
  }
  add("process_memory_usage_bytes", wholeGauge(random, 2e8, 4_096 * 50));
  add("process_memory_limit_bytes", wholeGauge(random, 2 ** 30, 0));
  add("streamgate_process_memory_ratio", ratio(random));
  each(2, (at) => add("process_cpu_time_seconds", fraction(random), { cpu_mode: `${at}` }));
  add("process_cpu_utilization_ratio", ratio(random));
  add("streamgate_process_cpu_throttled_seconds", wholeCounter(random, 0));
  each(HANDLE_TYPES, (at) =>
    add("streamgate_process_handles", wholeGauge(random, 12, 1), { type: `${at}` }),
  );
  each(3, (at) => add("streamgate_process_requests", wholeGauge(random, 2, 1), { type: `${at}` }));
  for (const what of ["open_file_descriptors_count", "threads", "sockets"]) {
    add(`process_${what}`, wholeGauge(random, 40, 1));
  }
  each(4, (at) =>
    add("process_network_io_bytes", wholeCounter(random, 80_000), { direction: `${at}` }),
  );
  each(AGENT_PARTS, (at) =>
    add("streamgate_agent_cpu_seconds", fraction(random), { part: `${at}` }),
  );
  add("streamgate_collection_duration_seconds", ratio(random));
  add("up", wholeGauge(random, 1, 0));
  while (series.length < SERIES_A_PROCESS)
    add(`other_${series.length}`, wholeGauge(random, 100, 1));
  return series;
}

const SERIES_A_PROCESS = 128;

/** Durations about a median, log-normal; as an agent's differences of cumulative histograms say them. */
function durations(random: Random, perSecond: number, medianSeconds: number): Maker {
  return (atMs, spanMs) => {
    const expected = (perSecond * spanMs) / 1_000;
    const count = Math.min(
      MOST_VALUES,
      Math.floor(expected) + (random.next() < expected % 1 ? 1 : 0),
    );
    const values = Array.from(
      { length: count },
      () => medianSeconds * Math.exp(normal(random) * 0.6),
    );
    const data = histogramOf(values);
    const [lowest] = data.indices;
    const highest = data.indices.at(-1);
    if (lowest === undefined || highest === undefined)
      return { kind: "histogram", atMs, spanMs, data };
    const bounds = { min: bucketLowerBound(lowest), max: bucketUpperBound(highest) };
    return { kind: "histogram", atMs, spanMs, data: { ...data, ...bounds } };
  };
}

/** A whole number that wanders; with a swing of 0 it stands still. */
function wholeGauge(random: Random, middle: number, swing: number): Maker {
  let value = middle;
  return (atMs, spanMs) => {
    value = Math.max(
      0,
      Math.round(value + (random.next() - 0.5) * 2 * swing + (middle - value) * 0.01),
    );
    return gauge(atMs, spanMs, value);
  };
}

function ratio(random: Random): Maker {
  return (atMs, spanMs) => gauge(atMs, spanMs, random.next());
}

function wholeCounter(random: Random, perSecond: number): Maker {
  return (atMs, spanMs) => ({
    kind: "counter",
    atMs,
    spanMs,
    increase: Math.round((random.next() * 2 * perSecond * spanMs) / 1_000),
  });
}

/** Seconds that were counted in microseconds. */
function fraction(random: Random): Maker {
  return (atMs, spanMs) => ({
    kind: "counter",
    atMs,
    spanMs,
    increase: Math.round(random.next() * 20 * spanMs) / 1e6,
  });
}

/** One reading, or what 300 of them come to where the interval is that of a roll-up. */
function gauge(atMs: number, spanMs: number, last: number): Point {
  if (spanMs <= 1_000) {
    return { kind: "gauge", atMs, spanMs, min: last, max: last, sum: last, count: 1, last };
  }
  const count = spanMs / 1_000;
  return {
    kind: "gauge",
    atMs,
    spanMs,
    min: last * 0.9,
    max: last * 1.1,
    sum: last * count,
    count,
    last,
  };
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
