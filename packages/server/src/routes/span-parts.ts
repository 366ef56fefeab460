import type { TimePart } from "@streamgate/contract";
import type { KeptSpan, KeptTrace } from "@streamgate/telemetry/tracing";

export type Part = TimePart["part"];

/** Where the time of a step goes, as its attributes tell. */
export function partOf(span: Pick<KeptSpan, "kind" | "name" | "attributes">): Part {
  const { kind, name, attributes } = span;
  if (attributes["db.system.name"] === "redis") return "redis";
  if (attributes["db.system.name"] !== undefined) return "postgresql";
  if (attributes["db.client.connection.pool.name"] !== undefined) return "pool wait";
  if (kind === "client") return "http";
  if (name === "serialise" || name === "serialize") return "serialising";
  return "application";
}

/**
 * How long a request was in each part. A moment belongs to the innermost steps that go on then, in equal portions where several do:
 * the parts add up to the request's own time, however much of it ran side by side.
 */
export function partsOfTrace({ spans }: Pick<KeptTrace, "spans">): ReadonlyMap<Part, number> {
  const [root] = spans;
  const parts = new Map<Part, number>();
  if (root === undefined) return parts;
  const endMs = root.startMs + root.durationMs;
  const known = new Map(spans.map((span, index) => [span.spanId, index]));
  const parents = spans.map(({ parentSpanId }, index) =>
    index === 0 ? -1 : (known.get(parentSpanId) ?? 0),
  );
  const edges = spans
    .flatMap((span, index) => {
      const fromMs = clamp(span.startMs, root.startMs, endMs);
      const toMs = clamp(span.startMs + span.durationMs, root.startMs, endMs);
      return toMs > fromMs
        ? [
            { atMs: fromMs, index, isStart: true },
            { atMs: toMs, index, isStart: false },
          ]
        : [];
    })
    .sort((left, right) => left.atMs - right.atMs);
  const active = new Set<number>();
  let sinceMs = root.startMs;
  for (const { atMs, index, isStart } of edges) {
    if (atMs > sinceMs && active.size > 0) share(parts, spans, parents, active, atMs - sinceMs);
    sinceMs = atMs;
    if (isStart) active.add(index);
    else active.delete(index);
  }
  return parts;
}

function share(
  parts: Map<Part, number>,
  spans: readonly KeptSpan[],
  parents: readonly number[],
  active: ReadonlySet<number>,
  lengthMs: number,
): void {
  const withChildren = new Set([...active].map((index) => parents[index]));
  const innermost = [...active].filter((index) => !withChildren.has(index));
  // Steps that are each other's parent, as only a lying agent has them, count all alike.
  const counted = innermost.length === 0 ? [...active] : innermost;
  for (const index of counted) {
    const span = spans[index];
    if (span === undefined) continue;
    const part = partOf(span);
    parts.set(part, (parts.get(part) ?? 0) + lengthMs / counted.length);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
