import { type Clock, systemClock } from "@streamgate/core";
import type { ProcessReport } from "@streamgate/telemetry";
import type { SeriesPoint } from "../series/point.ts";
import { badCollectorOption } from "./errors.ts";

/** A process whose series are collected. */
export interface Target {
  /** Where it answers. Without a path: `/streamgate/report`. */
  readonly url: string;
  /** Sent as bearer token. */
  readonly token?: string;
  /** The label `service` of its series. @default what the report says; of others, the address */
  readonly name?: string;
  /** `report` of a StreamGate agent, or Prometheus's text format. @default "prometheus" where the path ends in `/metrics`, else "report" */
  readonly kind?: "report" | "prometheus";
}

/** From where points came. */
export interface PointsSource {
  readonly target: Target;
  readonly isUp: boolean;
  /** Why it is down, or what was left out. */
  readonly problem?: string;
}

export interface CollectorOptions {
  readonly targets: readonly Target[];
  /**
   * Hears of each target at each tick: what happened in it since the last one, `up` (0 or 1) and
   * `streamgate_collection_duration_seconds` among the points; and its report, where it gave one.
   */
  readonly onPoints: (
    points: readonly SeriesPoint[],
    report: ProcessReport | undefined,
    source: PointsSource,
  ) => void;
  /** @default 1_000 */
  readonly intervalMs?: number;
  /** After which a target that does not answer is down. @default 2_000 */
  readonly timeoutMs?: number;
  /** The longest pause before a target that is down is tried again. @default 5_000 */
  readonly longestPauseMs?: number;
  /** Series that one target may have; further ones are left out. @default 20_000 */
  readonly limitSeries?: number;
  /** What one answer may take. @default 16 MB (16e6) */
  readonly limitBytes?: number;
  /** Hears what `onPoints` throws. @default nobody */
  readonly onProblem?: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

export type ResolvedCollectorOptions = Required<Omit<CollectorOptions, "targets">>;

const DEFAULTS = {
  intervalMs: 1_000,
  timeoutMs: 2_000,
  longestPauseMs: 5_000,
  limitSeries: 20_000,
  limitBytes: 16_000_000,
  onProblem: (): void => undefined,
  clock: systemClock,
} as const;

const NUMBERS = ["intervalMs", "timeoutMs", "longestPauseMs", "limitSeries", "limitBytes"] as const;

/** @throws StreamGateError `SG_MONITOR_BAD_OPTION` */
export function resolveCollectorOptions({
  targets: _targets,
  ...options
}: CollectorOptions): ResolvedCollectorOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const name of NUMBERS) {
    const value: unknown = resolved[name];
    if (typeof value !== "number" || !(value >= 1)) {
      throw badCollectorOption(name, value, "a number of at least 1");
    }
  }
  return resolved;
}

/** A target whose address was checked. */
export interface ResolvedTarget {
  readonly target: Target;
  readonly url: URL;
  readonly kind: "report" | "prometheus";
  /** Host and port: the label `instance` where nothing better is known. */
  readonly address: string;
}

const REPORT_PATH = "/streamgate/report";

/** @throws StreamGateError `SG_MONITOR_BAD_OPTION` */
export function resolveTarget(target: Target): ResolvedTarget {
  const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw badCollectorOption("target.url", target.url, "an http or https address");
  }
  if (url.pathname === "/") url.pathname = REPORT_PATH;
  const kind = target.kind ?? (url.pathname.endsWith("/metrics") ? "prometheus" : "report");
  return { target, url, kind, address: url.host };
}
