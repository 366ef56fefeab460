import type { TraceSummary } from "@streamgate/contract";
import type { KeptSpan, KeptTrace } from "@streamgate/telemetry/tracing";
import { measured } from "../figures/figure.ts";
import { instantOf } from "../ranges/time-range.ts";
import { redact } from "../secrets/redact.ts";
import type { RouteKey } from "./route-id.ts";
import { partOf } from "./span-parts.ts";

const MOST_SPANS_SHOWN = 300;
const LONGEST_DETAIL = 500;

/** Whether a trace is of a request to the route. */
export function isOfRoute({ spans }: KeptTrace, { method, route }: RouteKey): boolean {
  const attributes = spans[0]?.attributes ?? {};
  return (
    (attributes["http.route"] ?? "") === route &&
    (attributes["http.request.method"] ?? "") === method
  );
}

/** A trace as it is shown: times from its beginning. */
export function traceSummary({ traceId, keptBecause, spans }: KeptTrace): TraceSummary {
  const [root] = spans;
  const startMs = root?.startMs ?? 0;
  const known = new Set(spans.map(({ spanId }) => spanId));
  return {
    traceId,
    at: instantOf(startMs),
    duration: measured(root?.durationMs ?? null, "ms"),
    isError: spans.some(({ hasFailed }) => hasFailed === true),
    reason: reasonOf(keptBecause),
    spans: spans.slice(0, MOST_SPANS_SHOWN).map((span, index) => ({
      id: span.spanId,
      parent: index > 0 && known.has(span.parentSpanId) ? span.parentSpanId : null,
      name: span.name,
      part: partOf(span),
      startMs: span.startMs - startMs,
      durationMs: span.durationMs,
      detail: detailOf(span),
    })),
  };
}

function reasonOf(keptBecause: KeptTrace["keptBecause"]): string {
  switch (keptBecause) {
    case "failed":
    case "failed-inside":
      return "error";
    case "slow":
      return "slow";
    case "chosen":
    case "asked":
      return "sample";
  }
}

/** What was asked: the agent has taken literals out, and nothing secret goes further. */
function detailOf({ attributes }: KeptSpan): string {
  const text =
    attributes["db.query.text"] ??
    attributes["server.address"] ??
    attributes["db.client.connection.pool.name"] ??
    attributes["error.type"] ??
    "";
  return redact(String(text)).slice(0, LONGEST_DETAIL);
}
