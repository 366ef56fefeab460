import { AsyncLocalStorage } from "node:async_hooks";
import type { TraceOptions } from "@streamgate/postgres";
import type pg from "pg";
import { loadPgCopy } from "./pg-copies.ts";
import type { ProcessName, Subject } from "./subjects.ts";

type Work = () => Promise<void>;

/** A copy of pg, and who traces it. */
export interface Traced {
  readonly driver: typeof pg;
  /** Runs one request's statements. */
  runRequest(work: Work): Promise<void>;
  /** Between two portions: what follows courses is off. */
  rest(): void;
}

/** All that take turns in a process. */
export async function loadTracers(name: ProcessName): Promise<ReadonlyMap<Subject, Traced>> {
  const plain: Traced = {
    driver: loadPgCopy(),
    runRequest: (work) => work(),
    rest: () => undefined,
  };
  if (name === "opentelemetry") {
    return new Map([
      ["none", plain],
      ["opentelemetry", await openTelemetry()],
    ]);
  }
  return new Map<Subject, Traced>([
    ["none", plain],
    ["streamgate", await streamgate()],
    ["streamgate, no bound", await streamgate(UNBOUNDED)],
    ["streamgate, every statement kept", await streamgate({ ...UNBOUNDED, onRequest: ignore })],
    [
      "streamgate, every statement kept, promises followed",
      await streamgate({ ...UNBOUNDED, onRequest: ignore, follows: "promises" }),
    ],
    ["plain pg once more", { ...plain, driver: loadPgCopy() }],
    ["an empty AsyncLocalStorage", emptyStorage()],
  ]);
}

/** As a service would have it: findings are told. */
async function streamgate(options: TraceOptions = {}): Promise<Traced> {
  const { traceStatements } = await import("@streamgate/postgres");
  const driver = loadPgCopy();
  const tracing = traceStatements({
    pg: driver,
    http: false,
    ...options,
    onFinding: refuse,
  });
  return {
    driver,
    runRequest: (work) => tracing.runRequest("GET /bench", work),
    // It follows nobody while no request runs.
    rest: () => undefined,
  };
}

/** What Node.js itself takes to follow a request. */
function emptyStorage(): Traced {
  const storage = new AsyncLocalStorage<object>();
  return {
    driver: loadPgCopy(),
    runRequest: (work) => storage.run({}, work),
    rest: () => storage.disable(),
  };
}

const UNBOUNDED: TraceOptions = { requestsPerSecond: Number.POSITIVE_INFINITY };

/** Whoever listens to requests has every statement of every one kept. */
function ignore(): void {}

function refuse({ summary }: { readonly summary: string }): void {
  throw new Error(`the bench is not to be found fault with: ${summary}`);
}

/** Every span is kept, batched, and given to an exporter that throws it away: what sending costs is left out. */
async function openTelemetry(): Promise<Traced> {
  const [sdk, { registerInstrumentations }, { PgInstrumentation }, { context }] = await Promise.all(
    [
      import("@opentelemetry/sdk-trace-node"),
      import("@opentelemetry/instrumentation"),
      import("@opentelemetry/instrumentation-pg"),
      import("@opentelemetry/api"),
    ],
  );
  const exporter = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: async () => undefined,
  };
  const provider = new sdk.NodeTracerProvider({
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  registerInstrumentations({
    tracerProvider: provider,
    instrumentations: [new PgInstrumentation()],
  });
  const driver = loadPgCopy();
  const tracer = provider.getTracer("bench");
  return {
    driver,
    runRequest: (work) =>
      tracer.startActiveSpan("GET /bench", async (span) => {
        await work();
        span.end();
      }),
    // Its next portion turns it on again by itself: the manager is an AsyncLocalStorage.
    rest: () => context.disable(),
  };
}
