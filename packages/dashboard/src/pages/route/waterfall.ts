import type { TraceSummary } from "@streamgate/contract";

export type Span = TraceSummary["spans"][number];

/** A step of a request as a row. */
export interface WaterfallRow {
  readonly span: Span;
  readonly depth: number;
  /** Left edge and width as shares of the request, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

/** The most rows that are drawn of one request. */
export const MOST_ROWS = 60;

/** The steps of a request in the order in which they began, each below the one that it belongs to. */
export function waterfallRows({ spans, duration }: TraceSummary): readonly WaterfallRow[] {
  const ids = new Set(spans.map(({ id }) => id));
  const children = new Map<string | null, Span[]>();
  for (const span of spans) {
    const parent = span.parent !== null && ids.has(span.parent) ? span.parent : null;
    const beside = children.get(parent) ?? [];
    beside.push(span);
    children.set(parent, beside);
  }
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  const lengthMs = Math.max(duration.value ?? 0, endMs - startMs);
  const rows: WaterfallRow[] = [];
  const visited = new Set<string>();
  const visit = (parent: string | null, depth: number): void => {
    const beside = (children.get(parent) ?? []).toSorted(
      (one, other) => one.startMs - other.startMs,
    );
    for (const span of beside) {
      if (visited.has(span.id) || rows.length >= MOST_ROWS) continue;
      visited.add(span.id);
      const left = lengthMs > 0 ? (span.startMs - startMs) / lengthMs : 0;
      const width = lengthMs > 0 ? span.durationMs / lengthMs : 1;
      rows.push({ span, depth, left, width: Math.min(width, 1 - left) });
      visit(span.id, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}
