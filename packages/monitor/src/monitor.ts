import type { Registry } from "@streamgate/telemetry";
import pg from "pg";
import type { AlertTransition } from "./alerts/transition.ts";
import type { AnomalyVerdict } from "./anomalies/watched.ts";
import type { TargetStatus } from "./collection/watched-target.ts";
import { RunningMonitor } from "./composition/running-monitor.ts";
import type { HistorySize, SeriesAggregator, SeriesReader } from "./history/history.ts";
import { openHistory, type PostgresHistory } from "./history/open-history.ts";
import type { SeriesWriterCounts } from "./history/series-writer.ts";
import type { Change } from "./incidents/change.ts";
import type { Incidents } from "./incidents/incidents.ts";
import type { AlertDeskHealth } from "./notifications/alert-desk.ts";
import type { Silences } from "./notifications/muting/silence-store.ts";
import type { OnCall } from "./notifications/on-call/rota.ts";
import type { Letters } from "./notifications/queue/letters.ts";
import type { RecordedAlert } from "./notifications/recording/recorded-alert.ts";
import { type MonitorOptions, type MonitorReload, resolveMonitorOptions } from "./options.ts";
import { migrateMonitor } from "./schema/migrations.ts";
import type { SeriesPoint } from "./series/point.ts";

/** Watches processes, and does what follows. */
export interface Monitor {
  /** What fires, as all instances remember it. */
  alerts(): Promise<readonly RecordedAlert[]>;
  /** What is about to fire, as this instance sees it. */
  pending(): readonly AlertTransition[];
  readonly silences: Silences;
  readonly incidents: Incidents;
  /** What waits to be sent, and what could not be. */
  readonly letters: Letters;
  /** Who answers, by rota. */
  onCall(atMs?: number): Readonly<Record<string, OnCall>>;
  /** Something that was done to a watched service. */
  recordChange(change: Change): Promise<void>;
  /** Points that come from elsewhere than the targets: they are kept and judged like any other. */
  feed(points: readonly SeriesPoint[]): void;
  /** The series that were kept; undefined where none are. */
  readonly history:
    | (SeriesReader & SeriesAggregator & { size(): Promise<HistorySize> })
    | undefined;
  /** The last verdict on every series that is watched for anomalies, the most surprising first. */
  anomalies(): readonly AnomalyVerdict[];
  health(): MonitorHealth;
  /** What the monitor counts of itself. */
  readonly metrics: Registry;
  /** Goes on with other targets, rules or alerting; nothing that stands or waits is lost. */
  reload(changes: MonitorReload): Promise<void>;
  /** Ends in order: what was seen is recorded and written, what is on its way arrives, the leadership is given up. */
  stop(): Promise<void>;
}

/** How every part is. */
export interface MonitorHealth {
  readonly isHealthy: boolean;
  readonly alerting: AlertDeskHealth;
  readonly targets: readonly TargetStatus[];
  readonly points: SeriesWriterCounts | undefined;
  /** The last problem of each part, with its time; those of the last minute make it unhealthy. */
  readonly problems: Readonly<Record<string, { readonly reason: string; readonly atMs: number }>>;
}

const POOL_SIZE = 8;

/**
 * Starts a monitor: polls the targets, keeps their series, evaluates the rules, and tells whom it concerns. Any number of
 * instances may run on one database: all watch, one of them tells.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_MONITOR_OPTION`, `SG_MONITOR_BAD_NOTIFICATION_OPTION`; whatever the database says when
 * it cannot be reached
 * @example
 * ```ts
 * import { createMonitor, webhookChannel } from "@streamgate/monitor";
 * const monitor = await createMonitor({
 *   database: "postgresql://127.0.0.1/streamgate",
 *   targets: [{ url: "http://10.0.0.7:9464", token: process.env.AGENT_TOKEN ?? "" }],
 *   alerting: { channels: [webhookChannel({ name: "pager", url: "https://pager.example/streamgate" })] },
 * });
 * console.log(await monitor.alerts());
 * await monitor.stop();
 * ```
 */
export async function createMonitor(options: MonitorOptions): Promise<Monitor> {
  const resolved = resolveMonitorOptions(options);
  const pool = new pg.Pool({
    connectionString: resolved.database,
    max: POOL_SIZE,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: "streamgate monitor",
  });
  // A connection that breaks while it is idle is replaced at its next use.
  pool.on("error", () => undefined);
  let history: PostgresHistory | undefined;
  try {
    await migrateMonitor(pool);
    const monitor = new RunningMonitor(resolved, pool);
    if (resolved.history !== false) {
      // With connections of its own: however busy it is, alerts find theirs.
      history = await openHistory({
        ...resolved.history,
        database: resolved.database,
        clock: resolved.clock,
        onProblem: monitor.problemOf("history"),
      });
    }
    await monitor.start(history);
    return monitor;
  } catch (error) {
    await history?.close();
    await pool.end();
    throw error;
  }
}
