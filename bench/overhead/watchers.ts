import { createRequire } from "node:module";

/** Who watches the server while it is measured. */
export const WATCHERS = [
  "none",
  "streamgate",
  "opentelemetry",
  "opentelemetry, 1 % of the traces",
] as const;
export type Watcher = (typeof WATCHERS)[number];

const IDENTITY = {
  service: "measured",
  instance: String(process.pid),
  release: "",
  pid: process.pid,
  host: "127.0.0.1",
  startedAtMs: performance.timeOrigin,
};

/** Begins to watch this process; before anything else of it is loaded, as OpenTelemetry wants it. */
export async function startWatching(watcher: Watcher, sinkUrl: string): Promise<() => void> {
  if (watcher === "streamgate") return startStreamGate(sinkUrl);
  if (watcher === "opentelemetry") await startOpenTelemetry(sinkUrl, 1);
  if (watcher === "opentelemetry, 1 % of the traces") await startOpenTelemetry(sinkUrl, 0.01);
  return () => undefined;
}

/** Spans and metrics, kept and sent; returns what to call when the program is loaded. */
async function startStreamGate(sinkUrl: string): Promise<() => void> {
  const { createFailureBook, createRegistry } = await import("@streamgate/telemetry");
  const { createTracer } = await import("@streamgate/telemetry/tracing");
  const { startOtlpExporter } = await import("@streamgate/telemetry/otlp");
  const { startInstrumentation } = await import("@streamgate/agent");
  const registry = createRegistry();
  const tracer = createTracer();
  const failures = createFailureBook();
  const instrumentation = startInstrumentation({ registry, tracer, failures });
  startOtlpExporter({ url: sinkUrl, identity: IDENTITY, registry, tracer });
  return () => instrumentation.findModules();
}

/**
 * Spans, batched and sent as protobuf. The modules are loaded by `require`, which OpenTelemetry watches; an `import` of the same
 * module gets the same objects.
 */
async function startOpenTelemetry(sinkUrl: string, share: number): Promise<void> {
  const [sdk, { OTLPTraceExporter }, { registerInstrumentations }] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("@opentelemetry/instrumentation"),
  ]);
  const [{ HttpInstrumentation }, { PgInstrumentation }, { IORedisInstrumentation }] =
    await Promise.all([
      import("@opentelemetry/instrumentation-http"),
      import("@opentelemetry/instrumentation-pg"),
      import("@opentelemetry/instrumentation-ioredis"),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${sinkUrl}/v1/traces` });
  const provider = new sdk.NodeTracerProvider({
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  registerInstrumentations({
    tracerProvider: provider,
    instrumentations: [
      new HttpInstrumentation(),
      new PgInstrumentation(),
      new IORedisInstrumentation(),
    ],
  });
  const require = createRequire(import.meta.url);
  for (const name of ["http", "https", "pg", "ioredis"]) require(name);
}
