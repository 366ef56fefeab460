import {
  createFailureBook,
  createRegistry,
  type FailureBook,
  type Labels,
  type Registry,
} from "@streamgate/telemetry";
import { createTracer, type KeptSpan, type Tracer } from "@streamgate/telemetry/tracing";
import {
  type Instrumentation,
  type InstrumentationOptions,
  startInstrumentation,
} from "../../src/instrumentation/instrumentation.ts";

/** Everything that an instrumentation writes to; every trace is kept. */
export interface Watched {
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly failures: FailureBook;
  readonly instrumentation: Instrumentation;
  /** Count of a histogram's values, or the value, of each series with these labels; 0 where there is none. */
  total(name: string, labels?: Labels): number;
  /** The labels of all series of a metric. */
  labelsOf(name: string): readonly Labels[];
  /** All spans of all kept traces. */
  spans(): readonly KeptSpan[];
  stop(): void;
}

export function startWatched(options: Partial<InstrumentationOptions> = {}): Watched {
  const registry = createRegistry();
  const tracer = createTracer({
    alwaysSlowMs: 0,
    sampling: { slowPerSecond: 1e9, failedPerSecond: 1e9 },
  });
  const failures = createFailureBook();
  const instrumentation = startInstrumentation({ registry, tracer, failures, ...options });
  const seriesOf = (name: string) =>
    registry.collect().find((family) => family.name === name)?.series ?? [];
  return {
    registry,
    tracer,
    failures,
    instrumentation,
    total: (name, labels = {}) =>
      seriesOf(name)
        .filter((series) =>
          Object.entries(labels).every(([key, value]) => series.labels[key] === value),
        )
        .reduce(
          (sum, series) => sum + ("value" in series ? series.value : series.histogram.count),
          0,
        ),
    labelsOf: (name) => seriesOf(name).map(({ labels }) => labels),
    spans: () => tracer.kept().flatMap(({ spans }) => spans),
    stop: () => {
      instrumentation.stop();
      tracer.close();
    },
  };
}
