import type { Severity } from "@streamgate/core";

/** What a process did in the last seconds; all of it measured, null where nothing was seen. */
export interface ProcessFigures {
  /** Cores that it used. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** 99th percentile of how late the event loop was, in seconds. */
  readonly loopDelayP99Seconds: number | null;
}

/** The same of an API, with what its visitors got. */
export interface ApiFigures extends ProcessFigures {
  readonly requestsPerSecond: number | null;
  readonly p95Seconds: number | null;
  /** Share of the requests that were answered by 5xx, 0 to 1. */
  readonly errorShare: number | null;
  /** Share of the look-ups that found something, 0 to 1; null where there is no cache. */
  readonly cacheHitShare: number | null;
  /** Cores that the agent used in the API's process. */
  readonly agentCores: number | null;
}

/** An alert that fires, or is about to. */
export interface WatchedAlert {
  readonly state: "pending" | "firing";
  readonly severity: Severity;
  readonly summary: string;
  readonly runbook: string;
  readonly since: string;
}

/** What the agent in the API found. */
export interface WatchedFinding {
  readonly id: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly remedy: string;
}

/** What the monitor sees while the demo runs. */
export interface WatchView {
  /** Every figure in it was read from counters of the process. */
  readonly rung: "measured";
  readonly windowMs: number;
  readonly api: ApiFigures;
  /** StreamGate's own process. */
  readonly own: ProcessFigures;
  readonly alerts: readonly WatchedAlert[];
  readonly findings: readonly WatchedFinding[];
  /** Why no alert is evaluated; null while all is well. */
  readonly problem: string | null;
}
