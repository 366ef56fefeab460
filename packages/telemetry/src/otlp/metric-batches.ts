import { setImmediate as nextTurn } from "node:timers/promises";
import { readInSteps } from "../exposition/expose-metrics.ts";
import type { MetricFamily, SeriesData } from "../metrics/metric-family.ts";
import { type Registry, readSeries } from "../metrics/registry.ts";

/** Small enough to encode within a few milliseconds. */
const MOST_SERIES = 200;

/** All series of a registry in batches, with a turn for the event loop after each. */
export async function* metricBatches(registry: Registry): AsyncGenerator<readonly MetricFamily[]> {
  let batch: MetricFamily[] = [];
  let size = 0;
  for (const { metric, series } of readInSteps(registry)) {
    const { name, help, unit = "" } = metric.definition;
    let read: SeriesData[] = [];
    for (const [, slot] of series) {
      const data = readSeries(metric, slot);
      if (data === undefined) continue;
      read.push(data);
      size += 1;
      if (size < MOST_SERIES) continue;
      yield [...batch, { name, help, kind: metric.kind, unit, series: read }];
      [batch, read, size] = [[], [], 0];
      await nextTurn();
    }
    if (read.length > 0) batch.push({ name, help, kind: metric.kind, unit, series: read });
  }
  if (batch.length > 0) yield batch;
}
