/** Latency of the demo's API over a window, as it counts itself. */
export interface LatencyWindow {
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const ANSWER_PATIENCE_MS = 3_000;

/** Figures of the last `sinceMs` milliseconds; null when the API does not answer. */
export async function readLatency(apiUrl: string, sinceMs: number): Promise<LatencyWindow | null> {
  try {
    const url = new URL(`/internal/latency?since=${Math.ceil(sinceMs)}`, apiUrl);
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_PATIENCE_MS) });
    return answer.ok ? windowOf(await answer.json()) : null;
  } catch {
    return null;
  }
}

function windowOf(answer: unknown): LatencyWindow | null {
  if (typeof answer !== "object" || answer === null) return null;
  const figures = answer as Readonly<Record<string, unknown>>;
  const figure = (name: string): number | null => {
    const value = figures[name];
    return typeof value === "number" ? value : null;
  };
  return {
    requests: figure("requests") ?? 0,
    errors: figure("errors") ?? 0,
    p50Ms: figure("p50Ms"),
    p95Ms: figure("p95Ms"),
    p99Ms: figure("p99Ms"),
  };
}
