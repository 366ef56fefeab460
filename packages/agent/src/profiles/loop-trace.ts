import { once } from "node:events";
import { Session } from "node:inspector/promises";
import type { Clock } from "@streamgate/core";
import { profileFailed } from "../errors.ts";

/** One event of Chrome's trace format. */
type TraceEvent = object;

/** What the event loop did, as Chrome's trace format (`chrome://tracing`, Perfetto). */
export interface LoopTrace {
  readonly traceEvents: readonly TraceEvent[];
  /** Events that came after the limit. */
  readonly droppedEvents: number;
}

export interface LoopTraceOptions {
  readonly durationMs: number;
  /** @default 200_000 */
  readonly maxEvents?: number;
  /** Ends it without a trace. */
  readonly signal?: AbortSignal;
  readonly clock: Clock;
}

/** Rounds of the loop with timers and immediates, synchronous file access, DNS, HTTP, and garbage collections. */
const CATEGORIES: readonly string[] = [
  "node.environment",
  "node.fs.sync",
  "node.dns.native",
  "node.net.native",
  "node.http",
  "node.perf",
  "v8",
];
const MOST_EVENTS = 200_000;

/**
 * Records what the event loop does, with Node's own trace events. One at a time a process, in its main thread.
 *
 * @throws the signal's reason; SG_AGENT_PROFILE_FAILED
 */
export async function takeLoopTrace(options: LoopTraceOptions): Promise<LoopTrace> {
  const { durationMs, maxEvents = MOST_EVENTS, signal, clock } = options;
  signal?.throwIfAborted();
  const session = new Session();
  session.connect();
  const traceEvents: TraceEvent[] = [];
  let droppedEvents = 0;
  session.on("NodeTracing.dataCollected", ({ params }) => {
    const room = Math.max(0, maxEvents - traceEvents.length);
    traceEvents.push(...params.value.slice(0, room));
    droppedEvents += Math.max(0, params.value.length - room);
  });
  let isTracing = false;
  try {
    await session.post("NodeTracing.start", {
      traceConfig: { includedCategories: [...CATEGORIES] },
    });
    isTracing = true;
    await clock.sleep(durationMs, signal);
    const complete = once(session, "NodeTracing.tracingComplete");
    isTracing = false;
    await session.post("NodeTracing.stop");
    await complete;
    return { traceEvents, droppedEvents };
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw profileFailed("a trace of the event loop", thrown);
  } finally {
    if (isTracing) await session.post("NodeTracing.stop").catch(() => undefined);
    session.disconnect();
  }
}
