import type { PartMemory } from "../memory/memory-watch.ts";
import type { TurnState } from "../turn/turn-state.ts";
import type { WatchView } from "./watch-view.ts";

/** Latency of the API in a short stretch of time. */
export interface LatencyPoint {
  readonly at: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Latency of the API over the windows in which production was watched. */
export interface LatencyWindow {
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** What the demo adds to a turn: an API with visitors, seen from outside. */
export interface ServiceView {
  /** What is happening, while there is no turn yet: `loading the data`. */
  readonly activity: string | null;
  readonly apiAddress: string | null;
  readonly databaseAddress: string | null;
  readonly latency: readonly LatencyPoint[];
  /** Before the first apply and after the last; null until then. */
  readonly before: LatencyWindow | null;
  readonly after: LatencyWindow | null;
  /** When each fix stood. */
  readonly appliedAt: readonly string[];
}

/** Everything that the page shows. Plain data; `/api/v1/state` is this as JSON. */
export interface PageState {
  readonly turn: TurnState;
  readonly service: ServiceView | null;
  /** What the monitor sees; null where nothing is watched, or not yet. */
  readonly watch: WatchView | null;
  readonly memory: readonly PartMemory[];
}
