import type { AnyMetric, AnySeries, Registry } from "../metrics/registry.ts";
import type { SeriesSlot } from "../metrics/series-table.ts";
import { ByteWriter } from "./byte-writer.ts";
import { FamilyWriter } from "./family-writer.ts";
import type { ExpositionFormat } from "./negotiate.ts";
import { pacedChunks } from "./paced-chunks.ts";

/** How metrics are exposed. */
export interface ExposeOptions {
  /** @default "prometheus" */
  readonly format?: ExpositionFormat;
  /**
   * How long writing may hold the event loop at a time, in ms.
   *
   * @default 0.5
   */
  readonly turnMs?: number;
}

/**
 * All series as text, in chunks of about 64 KB, written only as they are read. Each series is written at one instant; series made
 * after the first chunk was asked for are left to the next scrape, and removed ones do not disturb. Any number of scrapes may run at once.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { Readable } from "node:stream";
 * import { CONTENT_TYPES, createRegistry, exposeMetrics, negotiate } from "@streamgate/telemetry";
 * const registry = createRegistry();
 * createServer((request, response) => {
 *   const format = negotiate(request.headers.accept);
 *   response.setHeader("content-type", CONTENT_TYPES[format]);
 *   Readable.from(exposeMetrics(registry, { format })).pipe(response);
 * });
 * ```
 */
export function exposeMetrics(
  registry: Registry,
  options: ExposeOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const out = new ByteWriter();
  return pacedChunks(steps(registry, options.format ?? "prometheus", out), out, options.turnMs);
}

function* steps(registry: Registry, format: ExpositionFormat, out: ByteWriter): Generator<void> {
  for (const { metric, series } of readInSteps(registry)) {
    const writer = new FamilyWriter(metric, format, out);
    let isHeadWritten = false;
    for (const [each, slot] of series) {
      if (!isHeadWritten) writer.head();
      isHeadWritten = true;
      writer.series(each, slot);
      yield;
    }
  }
  if (format === "openmetrics") out.text("# EOF\n");
}

/** A metric with the series that it had when the reading began. */
export interface FamilyReading {
  readonly metric: AnyMetric;
  readonly series: Iterable<readonly [AnySeries, SeriesSlot]>;
}

/** What there is to read now, to be walked along while others add and remove series. */
export function readInSteps(registry: Registry): readonly FamilyReading[] {
  return registry.beginReading().map((metric) => ({
    metric,
    series: seriesUpTo(metric, metric.table.seriesMade),
  }));
}

function* seriesUpTo(
  { table }: AnyMetric,
  seriesMade: number,
): Generator<readonly [AnySeries, SeriesSlot]> {
  for (let slot = 0; slot < table.slotCount; slot += 1) {
    const series = table.at(slot);
    if (series !== undefined && table.ordinalAt(slot) < seriesMade) yield [series, slot];
  }
}
