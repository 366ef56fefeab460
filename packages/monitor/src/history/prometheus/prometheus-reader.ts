import { type Clock, systemClock } from "@streamgate/core";
import { canonicalKey } from "../../series/canonical-key.ts";
import type { SeriesKey, SeriesSelector, SeriesWindow } from "../../series/point.ts";
import { badHistoryOption, badQuery } from "../errors.ts";
import type { HistoryQuery, SeriesReader } from "../history.ts";
import { type PrometheusApi, prometheusApi } from "./prometheus-api.ts";
import { counterWindows, gaugeWindows, histogramWindows } from "./prometheus-points.ts";
import { promqlSelector } from "./promql.ts";
import { keysOf } from "./series-names.ts";

/** Which Prometheus, and how it is read. */
export interface PrometheusReaderOptions {
  /** Its address, with the path prefix where it has one. */
  readonly url: string;
  /** Sent as bearer token. */
  readonly token?: string;
  /** How often it scrapes: the shortest step that is asked for where the caller names none. @default 15_000 */
  readonly scrapeIntervalMs?: number;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** @default systemClock */
  readonly clock?: Clock;
}

const DEFAULTS = { scrapeIntervalMs: 15_000, timeoutMs: 10_000, clock: systemClock } as const;

const MOST_POINTS = 1_000;
/** Prometheus refuses more than 11,000 steps at once. */
const MOST_STEPS_A_REQUEST = 10_000;

/**
 * Reads series from a Prometheus that is there already. Counters and histograms come as what
 * happened between two steps, with the process's restarts seen to as `increase` does; a counter is
 * found with or without `_total`; classic histograms come in our buckets (see `fromClassic`).
 *
 * @throws StreamGateError `SG_MONITOR_BAD_OPTION`; its methods `SG_MONITOR_BAD_QUERY`, `SG_MONITOR_PROMETHEUS_UNAVAILABLE`
 * @example
 * ```ts
 * import { prometheusReader } from "@streamgate/monitor";
 * const reader = prometheusReader({ url: "http://127.0.0.1:9090" });
 * const windows = await reader.read({
 *   selector: { name: "http_server_request_duration_seconds", where: [] },
 *   fromMs: Date.now() - 3_600_000,
 *   toMs: Date.now(),
 * });
 * ```
 */
export function prometheusReader(options: PrometheusReaderOptions): SeriesReader {
  const { url, token, scrapeIntervalMs, timeoutMs, clock } = { ...DEFAULTS, ...options };
  if (!URL.canParse(url)) throw badHistoryOption("url", url, "the address of a Prometheus");
  for (const [name, value] of Object.entries({ scrapeIntervalMs, timeoutMs })) {
    if (!(value >= 1)) throw badHistoryOption(name, value, "a number of at least 1");
  }
  const api = prometheusApi({ url, token, timeoutMs });
  return {
    async read(query, signal) {
      const stretch = stretchOf(query, scrapeIntervalMs, clock.now().getTime());
      if (stretch === undefined) return [];
      const windows = await readWindows(api, query.selector, stretch, signal);
      return windows
        .map(({ key, points }) => ({
          key,
          points: points.filter(({ atMs }) => atMs > query.fromMs && atMs <= query.toMs),
        }))
        .filter(({ points }) => points.length > 0);
    },
    async list(selector, fromMs, toMs): Promise<readonly SeriesKey[]> {
      const names = selector.name === undefined ? [] : storedNames(selector.name);
      const found = await api.series(promqlSelector(names, selector.where ?? []), fromMs, toMs);
      const keys = keysOf(found);
      return selector.name === undefined ? keys : keys.filter(({ name }) => name === selector.name);
    },
  };
}

/** Steps from one instant to another, both multiples of the step. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

function stretchOf(
  { fromMs, toMs, stepMs }: HistoryQuery,
  scrapeIntervalMs: number,
  nowMs: number,
): Stretch | undefined {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) {
    throw badQuery(`the stretch from ${fromMs} to ${toMs} has no ends`);
  }
  if (stepMs !== undefined && !(stepMs >= 1)) throw badQuery(`a step of ${stepMs} ms is none`);
  const lastMs = Math.min(toMs, nowMs);
  const chosenMs = stepMs ?? Math.max(scrapeIntervalMs, (lastMs - fromMs) / MOST_POINTS);
  const step = stepMs === undefined ? Math.ceil(chosenMs / 1000) * 1000 : Math.floor(chosenMs);
  // One step before the first, as increases need a value to begin from.
  const from = Math.floor(Math.max(0, fromMs) / step) * step;
  const to = Math.floor(lastMs / step) * step;
  return to > from ? { fromMs: from, toMs: to, stepMs: step } : undefined;
}

/** Under which names Prometheus may keep a series of ours. */
function storedNames(name: string): readonly string[] {
  return [name, `${name}_total`, `${name}_bucket`];
}

async function readWindows(
  api: PrometheusApi,
  { name, where }: SeriesSelector,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<readonly SeriesWindow[]> {
  const range = (stored: string): ReturnType<PrometheusApi["range"]> =>
    readInParts(api, promqlSelector([stored], where), stretch, signal);
  const found = await api.series(
    promqlSelector(storedNames(name), where),
    stretch.fromMs,
    stretch.toMs,
    signal,
  );
  const stored = new Set(found.map(({ __name__ = "" }) => __name__));
  if (stored.has(`${name}_bucket`)) {
    const [buckets, sums] = await Promise.all([range(`${name}_bucket`), range(`${name}_sum`)]);
    return histogramWindows(name, buckets, sums);
  }
  if (stored.has(`${name}_total`)) return counterWindows(name, await range(`${name}_total`));
  if (!stored.has(name)) return [];
  const isCounter = name.endsWith("_total") || (await api.typeOf(name, signal)) === "counter";
  const series = await range(name);
  return isCounter ? counterWindows(name, series) : gaugeWindows(name, series, stretch.stepMs);
}

/** All steps, in as many requests as Prometheus's limit asks for. */
async function readInParts(
  api: PrometheusApi,
  selector: string,
  { fromMs, toMs, stepMs }: Stretch,
  signal: AbortSignal | undefined,
): ReturnType<PrometheusApi["range"]> {
  const whole = new Map<string, Awaited<ReturnType<PrometheusApi["range"]>>[number]>();
  const partMs = MOST_STEPS_A_REQUEST * stepMs;
  for (let from = fromMs; from <= toMs; from += partMs + stepMs) {
    const part = await api.range(selector, from, Math.min(from + partMs, toMs), stepMs, signal);
    for (const { labels, samples } of part) {
      const identity = canonicalKey({ name: "", labels });
      const before = whole.get(identity)?.samples ?? [];
      whole.set(identity, { labels, samples: [...before, ...samples] });
    }
  }
  return [...whole.values()];
}
