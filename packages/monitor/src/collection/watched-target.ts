import { messageOf } from "@streamgate/core";
import { type Labels, type ProcessReport, parseReport } from "@streamgate/telemetry";
import type { GaugePoint, SeriesKey, SeriesPoint } from "../series/point.ts";
import { type BodyFetcher, createBodyFetcher } from "./fetch-body.ts";
import type { ResolvedCollectorOptions, ResolvedTarget } from "./options.ts";
import { parseExposition } from "./parse-exposition.ts";
import type { CumulativeSeries, Reading, Snapshot } from "./reading.ts";
import { takeSnapshot } from "./snapshot.ts";
import { createTickTimes, spanBetween, type Tick } from "./tick-times.ts";
import { toPoints } from "./to-points.ts";

/** What is known of a target at the moment. */
export interface TargetStatus {
  readonly url: string;
  readonly service: string;
  /** Undefined before the first answer or failure. */
  readonly isUp: boolean | undefined;
  readonly problem?: string;
  /** Of the last reading. */
  readonly series: number;
  /** Series past the limit, which were left out. */
  readonly refusedSeries: number;
}

/** Gives each process behind the targets an `instance` of its own, whatever it calls itself. */
export type ClaimInstance = (service: string, instance: string, address: string) => string;

const UP = "up";
const DURATION = "streamgate_collection_duration_seconds";

/** One target with its own schedule: however slow it is, no other waits. */
export class WatchedTarget {
  readonly #resolved: ResolvedTarget;
  readonly #options: ResolvedCollectorOptions;
  readonly #claim: ClaimInstance;
  readonly #fetcher: BodyFetcher = createBodyFetcher();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  /** The last snapshot of each process that answered here, the latest last: behind one address there may be several. */
  readonly #seen = new Map<string, Seen>();
  #lastTold: Tick | undefined;
  #isPolling = false;
  #failures = 0;
  #retryAtMs = 0;
  #problem: string | undefined;
  #isUp: boolean | undefined;
  #service: string;
  #keys: OwnKeys;

  constructor(resolved: ResolvedTarget, options: ResolvedCollectorOptions, claim: ClaimInstance) {
    this.#resolved = resolved;
    this.#options = options;
    this.#claim = claim;
    this.#service = resolved.target.name ?? resolved.address;
    this.#keys = ownKeys(this.#service, resolved.address);
    this.#loop = this.#run();
  }

  status(): TargetStatus {
    const latest = this.#latest()?.snapshot;
    return {
      url: this.#resolved.url.href,
      service: this.#service,
      isUp: this.#isUp,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      series: latest?.series.size ?? 0,
      refusedSeries: latest?.refused ?? 0,
    };
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#fetcher.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    const times = createTickTimes(clock, intervalMs);
    for (;;) {
      await clock.sleep(times.untilNextMs(), this.#ending.signal).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      this.#onTick(times.take());
    }
  }

  #onTick(tick: Tick): void {
    const isWaiting = this.#isPolling || tick.monotonicMs < this.#retryAtMs;
    if (!isWaiting) {
      this.#poll(tick).catch(this.#options.onProblem);
    } else if (this.#isUp === false) this.#tellDown(tick);
  }

  async #poll(tick: Tick): Promise<void> {
    const { clock } = this.#options;
    this.#isPolling = true;
    const began = clock.monotonicMs();
    try {
      const body = await this.#fetchBody();
      if (this.#ending.signal.aborted) return;
      const { reading, report } = this.#read(body);
      const points = this.#pointsOf(reading, tick);
      this.#failures = 0;
      this.#retryAtMs = 0;
      this.#isUp = true;
      const durationSeconds = (clock.monotonicMs() - began) / 1000;
      this.#tell([...points, ...this.#ownPoints(tick, 1, durationSeconds)], report);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.#fail(error);
      this.#tellDown(tick);
    } finally {
      this.#isPolling = false;
    }
  }

  #fetchBody(): Promise<string> {
    const { url, kind, target } = this.#resolved;
    const { timeoutMs, limitBytes } = this.#options;
    const accept =
      kind === "report"
        ? "application/json"
        : "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5";
    const headers = {
      accept,
      ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    };
    return this.#fetcher.fetch({
      url,
      headers,
      timeoutMs,
      limitBytes,
      signal: this.#ending.signal,
    });
  }

  #read(body: string): { readonly reading: Reading; readonly report?: ProcessReport } {
    const { kind, target, address } = this.#resolved;
    if (kind === "prometheus") {
      const series = parseExposition(body, this.#options.limitSeries * LINES_A_SERIES);
      const service = target.name ?? address;
      const startedAtMs = startOf(series);
      return { reading: { service, instance: address, startedAtMs, takenAtMs: 0, series } };
    }
    const report = parseReport(body);
    const service = target.name ?? report.identity.service;
    const instance = this.#claim(service, report.identity.instance, address);
    const { startedAtMs } = report.identity;
    const { takenAtMs } = report;
    return {
      reading: { service, instance, startedAtMs, takenAtMs, series: seriesOf(report) },
      report: { ...report, identity: { ...report.identity, service, instance } },
    };
  }

  #pointsOf(reading: Reading, tick: Tick): SeriesPoint[] {
    const { limitSeries } = this.#options;
    const identity = JSON.stringify([reading.service, reading.instance]);
    const before = this.#seen.get(identity) ?? this.#latest();
    const snapshot = takeSnapshot(reading, before?.snapshot, limitSeries);
    const spanMs = this.#spanSince(before?.tick, tick);
    const points = toPoints(before?.snapshot, snapshot, { atMs: tick.atMs, spanMs });
    this.#remember(identity, { snapshot, tick });
    this.#problem =
      snapshot.refused === 0
        ? undefined
        : `${snapshot.refused} series past the limit of ${limitSeries} were left out`;
    if (reading.service !== this.#service) this.#rename(reading.service, tick, points);
    return points;
  }

  #latest(): Seen | undefined {
    return [...this.#seen.values()].at(-1);
  }

  #remember(identity: string, seen: Seen): void {
    this.#seen.delete(identity);
    this.#seen.set(identity, seen);
    if (this.#seen.size <= MOST_PROCESSES) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Whoever heard that the target was down under its address hears under that name that it is up. */
  #rename(service: string, tick: Tick, points: SeriesPoint[]): void {
    if (this.#isUp !== undefined) points.push(...this.#ownPoints(tick, 1));
    this.#service = service;
    this.#keys = ownKeys(service, this.#resolved.address);
  }

  #fail(error: unknown): void {
    const { intervalMs, longestPauseMs, clock } = this.#options;
    this.#failures += 1;
    this.#isUp = false;
    this.#problem = messageOf(error);
    const pauseMs = Math.min(intervalMs * 2 ** (this.#failures - 1), longestPauseMs);
    // Half an interval early, so that the tick at that time is not missed by a millisecond.
    this.#retryAtMs = clock.monotonicMs() + pauseMs - intervalMs / 2;
  }

  #tellDown(tick: Tick): void {
    this.#tell(this.#ownPoints(tick, 0), undefined);
  }

  #ownPoints(tick: Tick, up: 0 | 1, durationSeconds?: number): SeriesPoint[] {
    const spanMs = this.#spanSince(this.#lastTold, tick);
    this.#lastTold = tick;
    const points = [{ key: this.#keys.up, point: gauge(tick.atMs, spanMs, up) }];
    if (durationSeconds !== undefined) {
      const point = gauge(tick.atMs, spanMs, durationSeconds);
      points.push({ key: this.#keys.duration, point });
    }
    return points;
  }

  #spanSince(earlier: Tick | undefined, tick: Tick): number {
    const { intervalMs } = this.#options;
    if (earlier === undefined || earlier === tick) return intervalMs;
    return spanBetween(earlier, tick, intervalMs);
  }

  #tell(points: readonly SeriesPoint[], report: ProcessReport | undefined): void {
    const isUp = this.#isUp === true;
    const problem = this.#problem === undefined ? {} : { problem: this.#problem };
    try {
      this.#options.onPoints(points, report, { target: this.#resolved.target, isUp, ...problem });
    } catch (error) {
      this.#options.onProblem(error);
    }
  }
}

/** Processes that may take turns behind one address. */
const MOST_PROCESSES = 4;

interface Seen {
  readonly snapshot: Snapshot;
  readonly tick: Tick;
}

/** Lines that an exposition may have for each series: a histogram has one a bucket. */
const LINES_A_SERIES = 20;

interface OwnKeys {
  readonly up: SeriesKey;
  readonly duration: SeriesKey;
}

/** The monitor's own series of a target carry its address as `instance`: they outlive its processes. */
function ownKeys(service: string, address: string): OwnKeys {
  const labels: Labels = { service, instance: address };
  return { up: { name: UP, labels }, duration: { name: DURATION, labels } };
}

function gauge(atMs: number, spanMs: number, last: number): GaugePoint {
  return { kind: "gauge", atMs, spanMs, min: last, max: last, sum: last, count: 1, last };
}

function seriesOf({ families }: ProcessReport): readonly CumulativeSeries[] {
  const series: CumulativeSeries[] = [];
  for (const { name, kind, series: all } of families) {
    for (const each of all) {
      const { labels } = each;
      if ("histogram" in each) {
        series.push({ name, labels, value: { kind: "histogram", histogram: each.histogram } });
      } else if (kind !== "histogram") {
        series.push({ name, labels, value: { kind, value: each.value } });
      }
    }
  }
  return series;
}

/** What most client libraries say of their process. */
function startOf(series: readonly CumulativeSeries[]): number {
  const start = series.find(({ name }) => name === "process_start_time_seconds")?.value;
  return start?.kind === "gauge" && Number.isFinite(start.value) ? start.value * 1000 : 0;
}
