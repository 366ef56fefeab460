import { type Clock, type Random, seededRandom, systemClock } from "@streamgate/core";
import type { ProcessReport, Registry } from "@streamgate/telemetry";
import { defaultRules } from "./alerts/rules/default-rules.ts";
import type { Rule } from "./alerts/rules/rule.ts";
import type { AlertTransition } from "./alerts/transition.ts";
import type { AnomalyWatchOptions } from "./anomalies/options.ts";
import type { CollectorOptions, Target } from "./collection/options.ts";
import { badMonitorOption } from "./errors.ts";
import type { HistoryOptions } from "./history/options.ts";
import {
  type AlertingOptions,
  type ResolvedAlerting,
  resolveAlerting,
} from "./notifications/alerting-options.ts";
import type { SeriesPoint } from "./series/point.ts";

/** What a monitor watches, and what it does about it. */
export interface MonitorOptions {
  /**
   * Address of a PostgreSQL, 14 or later; all instances of one monitor share it. Reached directly or by a pooler that
   * gives each client a session of its own: the leadership is a lock of a session.
   */
  readonly database: string;
  /** The processes that are polled. @default [] */
  readonly targets?: readonly Target[];
  /** @default defaultRules() */
  readonly rules?: readonly Rule[];
  /** What follows an alert. @default recorded and shown, nobody is told */
  readonly alerting?: AlertingOptions;
  /** Series that are watched for anomalies to be shown, beside the rules. @default none */
  readonly anomalies?: AnomalyWatchOptions;
  /** How series are kept; false: not at all. */
  readonly history?: Omit<HistoryOptions, "database" | "clock" | "onProblem"> | false;
  /** How targets are polled. */
  readonly collection?: Pick<
    CollectorOptions,
    "intervalMs" | "timeoutMs" | "longestPauseMs" | "limitSeries" | "limitBytes"
  >;
  /** How often the rules are evaluated. @default 1_000 */
  readonly evaluateEveryMs?: number;
  /** Who this instance is, for people. @default host and process */
  readonly holder?: string;
  /** Hears what the rules say as this instance sees it, whether or not it leads. @default nobody */
  readonly onTransition?: (transition: AlertTransition) => void;
  /** Hears all points as they come in, those of `feed` among them; it must be quick. @default nobody */
  readonly onPoints?: (points: readonly SeriesPoint[]) => void;
  /** Hears each report of a watched process. @default nobody */
  readonly onReport?: (report: ProcessReport, target: Target) => void;
  /** Where the monitor counts what it does. @default one of its own */
  readonly registry?: Registry;
  /** Hears what goes wrong in the monitor itself and is tried again. @default nobody; it is counted and shown */
  readonly onProblem?: (part: string, reason: string) => void;
  /** @default systemClock */
  readonly clock?: Clock;
  /** @default seeded by the process's number */
  readonly random?: Random;
}

/** What may change while the monitor runs; what is left out stays as it is. */
export type MonitorReload = Pick<MonitorOptions, "targets" | "rules" | "alerting">;

/** The options with everything filled in and checked. */
export interface ResolvedMonitorOptions {
  readonly database: string;
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly alerting: ResolvedAlerting;
  readonly anomalies: AnomalyWatchOptions | undefined;
  readonly history: Omit<HistoryOptions, "database" | "clock" | "onProblem"> | false;
  readonly collection: NonNullable<MonitorOptions["collection"]>;
  readonly evaluateEveryMs: number;
  readonly holder: string | undefined;
  readonly onTransition: (transition: AlertTransition) => void;
  readonly onPoints: (points: readonly SeriesPoint[]) => void;
  readonly onReport: (report: ProcessReport, target: Target) => void;
  readonly registry: Registry | undefined;
  readonly onProblem: (part: string, reason: string) => void;
  readonly clock: Clock;
  readonly random: Random;
}

const LEAST_EVALUATE_MS = 100;

/** @throws StreamGateError `SG_MONITOR_BAD_MONITOR_OPTION`, `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function resolveMonitorOptions(options: MonitorOptions): ResolvedMonitorOptions {
  if (!/^postgres(ql)?:\/\//.test(options.database))
    throw badMonitorOption("database", "…", "an address such as postgresql://host/database");
  const evaluateEveryMs = options.evaluateEveryMs ?? 1_000;
  if (!(Number.isFinite(evaluateEveryMs) && evaluateEveryMs >= LEAST_EVALUATE_MS))
    throw badMonitorOption("evaluateEveryMs", evaluateEveryMs, `at least ${LEAST_EVALUATE_MS} ms`);
  return {
    database: options.database,
    targets: options.targets ?? [],
    rules: options.rules ?? defaultRules(),
    alerting: resolveAlerting(options.alerting ?? {}),
    anomalies: options.anomalies,
    history: options.history ?? {},
    collection: options.collection ?? {},
    evaluateEveryMs,
    holder: options.holder,
    onTransition: options.onTransition ?? (() => undefined),
    onPoints: options.onPoints ?? (() => undefined),
    onReport: options.onReport ?? (() => undefined),
    registry: options.registry,
    onProblem: options.onProblem ?? (() => undefined),
    clock: options.clock ?? systemClock,
    random: options.random ?? seededRandom(process.pid),
  };
}
