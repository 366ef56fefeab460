/** The latest finished requests in bounded memory: 17 bytes each. */
export interface LatencyRing {
  add(request: FinishedRequest): void;
  /** Figures over the requests that finished at `sinceMs` or later. */
  summary(sinceMs: number): LatencySummary;
}

interface FinishedRequest {
  /** `GET /content/:contentId`. */
  readonly route: string;
  readonly finishedAtMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
}

export interface LatencyFigures {
  readonly requests: number;
  readonly errors: number;
  /** Null without a request in the window. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface LatencySummary extends LatencyFigures {
  readonly routes: Readonly<Record<string, LatencyFigures>>;
}

/** @param capacity requests kept; the oldest make room */
export function createLatencyRing(capacity = 100_000): LatencyRing {
  const finishedAtMs = new Float64Array(capacity);
  const durationMs = new Float32Array(capacity);
  const routeNumber = new Uint32Array(capacity);
  const isError = new Uint8Array(capacity);
  const routeNames: string[] = [];
  const routeNumbers = new Map<string, number>();
  let added = 0;

  const numberOf = (route: string): number => {
    const known = routeNumbers.get(route);
    if (known !== undefined) return known;
    routeNumbers.set(route, routeNames.length);
    routeNames.push(route);
    return routeNames.length - 1;
  };

  return {
    add: (request) => {
      const slot = added % capacity;
      finishedAtMs[slot] = request.finishedAtMs;
      durationMs[slot] = request.durationMs;
      routeNumber[slot] = numberOf(request.route);
      isError[slot] = request.isError ? 1 : 0;
      added += 1;
    },
    summary: (sinceMs) => {
      const overall = new Sample();
      const byRoute = routeNames.map(() => new Sample());
      for (let slot = 0; slot < Math.min(added, capacity); slot += 1) {
        if ((finishedAtMs[slot] ?? 0) < sinceMs) continue;
        const duration = durationMs[slot] ?? 0;
        overall.add(duration, isError[slot] === 1);
        byRoute[routeNumber[slot] ?? 0]?.add(duration, isError[slot] === 1);
      }
      const routes = Object.fromEntries(
        routeNames.flatMap((name, index) => {
          const figures = byRoute[index]?.figures();
          return figures === undefined || figures.requests === 0 ? [] : [[name, figures] as const];
        }),
      );
      return { ...overall.figures(), routes };
    },
  };
}

class Sample {
  private readonly durations: number[] = [];
  private errors = 0;

  add(durationMs: number, isError: boolean): void {
    this.durations.push(durationMs);
    if (isError) this.errors += 1;
  }

  figures(): LatencyFigures {
    const sorted = Float64Array.from(this.durations).sort();
    return {
      requests: sorted.length,
      errors: this.errors,
      p50Ms: quantile(sorted, 0.5),
      p95Ms: quantile(sorted, 0.95),
      p99Ms: quantile(sorted, 0.99),
    };
  }
}

/** The nearest-rank quantile of sorted values, to a microsecond; null of none. */
function quantile(sorted: Float64Array, share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : Math.round(value * 1_000) / 1_000;
}
