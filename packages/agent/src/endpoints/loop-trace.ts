import { takeLoopTrace } from "../profiles/loop-trace.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ActContext, fileTime, requireMemory } from "./profiling.ts";
import { onlyKnown, readDurationMs } from "./query.ts";

const DEFAULT_SECONDS = 5;
/** What the most events may take, twice: as objects and as text. */
const TRACE_BYTES = 256 * 1024 * 1024;

/** What the event loop did, for Chrome's tracing and Perfetto: `?seconds=5`. */
export function loopTraceEndpoint(context: ActContext): Endpoint {
  return {
    path: "/streamgate/loop-trace",
    method: "POST",
    access: "act",
    answer: async (exchange) => {
      onlyKnown(exchange.query, ["seconds"]);
      const durationMs = readDurationMs(exchange.query, DEFAULT_SECONDS);
      await requireMemory(context, TRACE_BYTES);
      const startedAtMs = context.clock.now().getTime();
      const { signal } = exchange;
      const trace = await takeLoopTrace({ durationMs, signal, clock: context.clock });
      const name = `${context.service}-loop-${fileTime(startedAtMs)}.trace.json`;
      exchange.file(JSON.stringify(trace), "application/json", name);
    },
  };
}
