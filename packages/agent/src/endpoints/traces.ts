import { setImmediate as nextRound } from "node:timers/promises";
import type { KeptTrace, Tracer } from "@streamgate/telemetry/tracing";
import type { Endpoint } from "./endpoint.ts";

/** The last kept traces, the newest first. */
export function tracesEndpoint(tracer: Tracer | undefined): Endpoint {
  return {
    path: "/streamgate/traces",
    method: "GET",
    access: "read",
    answer: (exchange) =>
      exchange.stream(writeTraces([...(tracer?.kept() ?? [])].reverse()), {
        "content-type": "application/json",
      }),
  };
}

async function* writeTraces(traces: readonly KeptTrace[]): AsyncGenerator<Buffer> {
  let separator = "";
  yield Buffer.from('{"traces":[');
  for (const trace of traces) {
    yield Buffer.from(separator + JSON.stringify(trace));
    separator = ",";
    await nextRound();
  }
  yield Buffer.from("]}");
}
