import type { Finding } from "@streamgate/core";
import type { MetricFamily } from "../metrics/metric-family.ts";

/** Which process a report is about. */
export interface ProcessIdentity {
  /** `service.name` of OpenTelemetry. */
  readonly service: string;
  /** `service.instance.id`: one process of the service. */
  readonly instance: string;
  /** `service.version`: what was deployed; empty where nobody said. */
  readonly release: string;
  readonly pid: number;
  readonly host: string;
  /** Wall time of the process's start, in ms since 1970. Another one means that all counters began anew. */
  readonly startedAtMs: number;
}

/** Errors with the same type and stack, counted. */
export interface FailureGroup {
  /** Stable across processes and releases for the same place in the code. */
  readonly fingerprint: string;
  readonly type: string;
  /** With numbers, ids and quoted text taken out. */
  readonly message: string;
  /** The frames of the program's own code, innermost first, as `function (file:line)`. */
  readonly frames: readonly string[];
  readonly count: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly release: string;
}

/**
 * All that a watched process says of itself at one instant: what the agent serves at
 * `/streamgate/report` and what the monitor polls. As JSON: numbers that JSON cannot say are null.
 */
export interface ProcessReport {
  readonly version: 1;
  readonly identity: ProcessIdentity;
  /** Wall time of the reading, in ms since 1970. */
  readonly takenAtMs: number;
  readonly families: readonly MetricFamily[];
  readonly findings: readonly Finding[];
  readonly failures: readonly FailureGroup[];
}
