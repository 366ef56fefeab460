/** What is slow depends on the route: a report may take a second, a look-up may not. */
export interface SlownessOptions {
  /** From here on every trace is slow, whatever its route; ms. */
  readonly alwaysSlowMs: number;
  /** Routes that are told apart; all others share one threshold. */
  readonly maxRoutes: number;
}

/** The share of a route's requests that count as ordinary. */
const ORDINARY_SHARE = 0.99;
const LEAST_SEEN = 100;
/** One request moves the threshold by at most this share, once the route is known. */
const SETTLED_STEP = 0.05;
const OTHER_ROUTES = "_other";

interface RouteThreshold {
  thresholdMs: number;
  seen: number;
}

/**
 * Learns the 99th percentile of each route by stochastic approximation (Robbins & Monro, "A
 * Stochastic Approximation Method", 1951), on a multiplicative scale: a slower request raises the
 * threshold by 99 parts of a step, any other lowers it by one part, so that it rests where one in a
 * hundred is slower. One number a route, and it follows a route that changes.
 */
export class Slowness {
  private readonly options: SlownessOptions;
  private readonly routes = new Map<string, RouteThreshold>();

  constructor(options: SlownessOptions) {
    this.options = options;
  }

  /** Whether it was slow by what was seen before; then learns from it. */
  isSlow(route: string, durationMs: number): boolean {
    const known = this.thresholdOf(route, durationMs);
    const isSlow =
      durationMs >= this.options.alwaysSlowMs ||
      (known.seen >= LEAST_SEEN && durationMs > known.thresholdMs);
    known.seen += 1;
    const step = Math.max(SETTLED_STEP, 1 / Math.sqrt(known.seen));
    known.thresholdMs *=
      durationMs > known.thresholdMs ? 1 + step * ORDINARY_SHARE : 1 - step * (1 - ORDINARY_SHARE);
    return isSlow;
  }

  private thresholdOf(route: string, durationMs: number): RouteThreshold {
    const known = this.routes.get(route);
    if (known !== undefined) return known;
    if (this.routes.size >= this.options.maxRoutes && route !== OTHER_ROUTES) {
      return this.thresholdOf(OTHER_ROUTES, durationMs);
    }
    const learned = { thresholdMs: Math.max(durationMs, Number.MIN_VALUE), seen: 0 };
    this.routes.set(route, learned);
    return learned;
  }
}
