import type { LatencyPoint, LatencyWindow } from "../page/page-state.ts";

/** Asks the API how fast it answers, as long as it runs. */
export interface LatencyWatch {
  /** Figures of the last `sinceMs` milliseconds; null when the API does not answer. */
  window(sinceMs: number): Promise<LatencyWindow | null>;
  stop(): void;
}

const INTERVAL_MS = 2_000;
const ANSWER_PATIENCE_MS = 3_000;

export function watchLatency(apiUrl: string, onPoint: (point: LatencyPoint) => void): LatencyWatch {
  const timer = setInterval(() => {
    void ask(apiUrl, INTERVAL_MS).then((window) => {
      if (window === null || window.requests === 0) return;
      const { requests, errors, p50Ms, p95Ms } = window;
      onPoint({ at: new Date().toISOString(), requests, errors, p50Ms, p95Ms });
    });
  }, INTERVAL_MS);
  timer.unref();
  return {
    window: (sinceMs) => ask(apiUrl, sinceMs),
    stop: () => clearInterval(timer),
  };
}

async function ask(apiUrl: string, sinceMs: number): Promise<LatencyWindow | null> {
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
