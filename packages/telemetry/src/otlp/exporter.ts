import type { MetricFamily } from "../metrics/metric-family.ts";
import type { KeptTrace } from "../tracing/kept-trace.ts";
import { Delivery, type DeliveryCounts } from "./delivery.ts";
import { Deltas } from "./deltas.ts";
import { encodeMetrics } from "./encode-metrics.ts";
import { encodeTraces } from "./encode-traces.ts";
import {
  type OtlpExporterOptions,
  type ResolvedOtlpExporterOptions,
  resolveOtlpOptions,
} from "./exporter-options.ts";
import { metricBatches } from "./metric-batches.ts";
import { createPoster } from "./post.ts";

/** What was sent, in spans and in points. */
export interface OtlpCounts {
  readonly spans: DeliveryCounts;
  readonly points: DeliveryCounts;
}

/** Sends metrics and kept traces to an OpenTelemetry receiver. */
export interface OtlpExporter {
  /** Sends what there is now; resolves when it was sent or given up. */
  flush(): Promise<void>;
  /**
   * Sends what there is for the last time, and ends.
   *
   * @param withinMs what is not sent by then is dropped; 5,000 by default
   */
  stop(withinMs?: number): Promise<void>;
  counts(): OtlpCounts;
}

const STOP_WITHIN_MS = 5_000;
/** A request of this many spans is some hundred kilobytes. */
const MOST_SPANS = 1_000;

/**
 * Exports over OTLP/HTTP with protobuf bodies (https://opentelemetry.io/docs/specs/otlp/). It keeps no process alive, throws into
 * nobody, and holds at most `maxQueueBytes` of each signal.
 *
 * @throws StreamGateError `SG_TELEMETRY_BAD_OTLP_OPTION`
 * @example
 * ```ts
 * import { createRegistry } from "@streamgate/telemetry";
 * import { startOtlpExporter } from "@streamgate/telemetry/otlp";
 *
 * const exporter = startOtlpExporter({
 *   url: "http://127.0.0.1:4318",
 *   registry: createRegistry(),
 *   identity: {
 *     service: "shop",
 *     instance: "shop-1",
 *     release: "2.4.1",
 *     pid: process.pid,
 *     host: "web-1",
 *     startedAtMs: performance.timeOrigin,
 *   },
 * });
 * await exporter.stop();
 * ```
 */
export function startOtlpExporter(options: OtlpExporterOptions): OtlpExporter {
  const exporter = new RunningExporter(resolveOtlpOptions(options));
  exporter.start();
  return exporter;
}

class RunningExporter implements OtlpExporter {
  private readonly options: ResolvedOtlpExporterOptions;
  private readonly spans: Delivery;
  private readonly points: Delivery;
  private readonly deltas = new Deltas();
  private readonly ends: (() => void)[] = [];
  private waitingTraces: KeptTrace[] = [];
  private unsentSpans = 0;
  private reading: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;
  private lastReadMs: number;

  constructor(options: ResolvedOtlpExporterOptions) {
    this.options = options;
    this.lastReadMs = options.identity.startedAtMs;
    this.spans = this.deliveryTo("/v1/traces", "spans");
    this.points = this.deliveryTo("/v1/metrics", "points");
  }

  start(): void {
    const { tracer, registry, tracesEveryMs, metricsEveryMs } = this.options;
    if (tracer !== undefined) {
      this.ends.push(tracer.onKept((trace) => this.wait(trace)));
      this.every(tracesEveryMs, () => this.offerTraces());
    }
    if (registry !== undefined) this.every(metricsEveryMs, () => void this.offerMetrics());
  }

  async flush(): Promise<void> {
    if (this.stopping !== undefined) return this.stopping;
    this.offerTraces();
    await this.offerMetrics();
    await Promise.all([this.spans.idle(), this.points.idle()]);
  }

  stop(withinMs: number = STOP_WITHIN_MS): Promise<void> {
    this.stopping ??= this.sendTheLast(withinMs);
    return this.stopping;
  }

  counts(): OtlpCounts {
    const spans = this.spans.counts();
    return {
      spans: { ...spans, dropped: spans.dropped + this.unsentSpans },
      points: this.points.counts(),
    };
  }

  private async sendTheLast(withinMs: number): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    this.offerTraces();
    await this.offerMetrics();
    await Promise.all([this.spans.stop(withinMs), this.points.stop(withinMs)]);
  }

  private deliveryTo(path: string, what: string): Delivery {
    const { url, headers, isGzipped, clock, onProblem } = this.options;
    const poster = createPoster({
      url: `${url.replace(/\/+$/, "")}${path}`,
      headers,
      isGzipped,
      nowMs: () => clock.now().getTime(),
    });
    return new Delivery(poster, this.options, (problem) => onProblem(`${what} ${problem}`));
  }

  private every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    timer.unref();
    this.ends.push(() => clearInterval(timer));
  }

  private wait(trace: KeptTrace): void {
    if (this.waitingTraces.length < this.options.maxWaitingTraces) this.waitingTraces.push(trace);
    else this.unsentSpans += trace.spans.length;
  }

  private offerTraces(): void {
    let batch: KeptTrace[] = [];
    let items = 0;
    for (const trace of this.waitingTraces.splice(0)) {
      batch.push(trace);
      items += trace.spans.length;
      if (items < MOST_SPANS) continue;
      this.spans.offer({ body: encodeTraces(batch, this.options.identity), items });
      [batch, items] = [[], 0];
    }
    if (items > 0) this.spans.offer({ body: encodeTraces(batch, this.options.identity), items });
  }

  /** One reading at a time: a second one that is asked for meanwhile is the first. */
  private offerMetrics(): Promise<void> {
    this.reading ??= this.readMetrics()
      .catch((error: unknown) => this.options.onProblem(`points not read: ${String(error)}`))
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }

  private async readMetrics(): Promise<void> {
    const { registry, identity, temporality, clock } = this.options;
    if (registry === undefined) return;
    const toMs = clock.now().getTime();
    const fromMs = temporality === "delta" ? this.lastReadMs : identity.startedAtMs;
    for await (const batch of metricBatches(registry)) {
      const families = temporality === "delta" ? this.deltas.since(batch) : batch;
      const body = encodeMetrics(families, identity, { temporality, fromMs, toMs });
      this.points.offer({ body, items: pointsIn(families) });
    }
    this.deltas.endReading();
    this.lastReadMs = toMs;
  }
}

function pointsIn(families: readonly MetricFamily[]): number {
  return families.reduce((sum, { series }) => sum + series.length, 0);
}
