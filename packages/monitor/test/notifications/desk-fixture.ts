import { type Clock, seededRandom, systemClock } from "@streamgate/core";
import pg from "pg";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { AlertTransition } from "../../src/alerts/transition.ts";
import { AlertDesk } from "../../src/notifications/alert-desk.ts";
import { type AlertingOptions, resolveAlerting } from "../../src/notifications/alerting-options.ts";
import { migrateMonitor } from "../../src/schema/migrations.ts";

/** A PostgreSQL with the monitor's schema, and desks of several instances on it. */
export interface DeskFixture {
  readonly postgres: TestPostgres;
  readonly pool: pg.Pool;
  /** Starts an instance; it is stopped with the fixture. */
  startDesk(alerting: AlertingOptions, overrides?: DeskOverrides): AlertDesk;
  /** Empties all tables of notifications and incidents, and stops all desks. */
  reset(): Promise<void>;
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

interface DeskOverrides {
  readonly clock?: Clock;
  /** In place of the database's own address: a proxy in front of it. */
  readonly connectionString?: string;
}

export async function startDeskFixture(): Promise<DeskFixture> {
  const postgres = await startTestPostgres({ hasStatementCounters: false });
  const pool = new pg.Pool({ connectionString: postgres.url(), max: 10 });
  pool.on("error", () => undefined);
  await migrateMonitor(pool);
  const desks: AlertDesk[] = [];
  const pools: pg.Pool[] = [];
  const problems: string[] = [];
  const stopDesks = async (): Promise<void> => {
    await Promise.all(desks.splice(0).map((desk) => desk.stop()));
    await Promise.all(pools.splice(0).map((own) => own.end()));
  };
  return {
    postgres,
    pool,
    problems,
    startDesk: (alerting, overrides = {}) => {
      const connectionString = overrides.connectionString ?? postgres.url();
      const own = new pg.Pool({ connectionString, max: 10 });
      own.on("error", () => undefined);
      pools.push(own);
      const desk = new AlertDesk({
        pool: own,
        connection: { connectionString },
        holder: `desk ${desks.length}`,
        alerting: resolveAlerting(alerting),
        clock: overrides.clock ?? systemClock,
        random: seededRandom(1),
        onProblem: (part, reason) => problems.push(`${part}: ${reason}`),
      });
      desks.push(desk);
      desk.start();
      return desk;
    },
    reset: async () => {
      await stopDesks();
      problems.length = 0;
      await pool.query(
        `truncate streamgate_monitor.leadership, streamgate_monitor.alerts, streamgate_monitor.transitions,
          streamgate_monitor.notification_groups, streamgate_monitor.notifications, streamgate_monitor.silences,
          streamgate_monitor.incidents, streamgate_monitor.changes, streamgate_monitor.findings_seen cascade`,
      );
    },
    stop: async () => {
      await stopDesks();
      await pool.end();
      await postgres.stop();
    },
  };
}

/** A transition, with what a test does not care about filled in. */
export function transition(overrides: Partial<AlertTransition> = {}): AlertTransition {
  const ruleName = overrides.ruleName ?? "errors-high";
  const service = overrides.labels?.service ?? "api";
  const atMs = overrides.atMs ?? Date.now();
  return {
    alertId: `${ruleName}|${service}|${overrides.labels?.instance ?? ""}`,
    ruleName,
    state: "firing",
    severity: "high",
    summary: `${ruleName} of ${service}`,
    description: "3.4 % of the requests failed over the last minute",
    runbook: `docs/runbooks/${ruleName}.md`,
    value: 0.034,
    startedAtMs: atMs - 2_000,
    atMs,
    ...overrides,
    labels: { alertname: ruleName, service, ...overrides.labels },
  };
}

/** A clock that stands where a test puts it; sleeping is real. */
export function manualClock(
  startMs: number,
): Clock & { set(atMs: number): void; advance(ms: number): void } {
  let nowMs = startMs;
  let monotonicMs = 0;
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => monotonicMs + performance.now(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    set: (atMs) => {
      nowMs = atMs;
    },
    advance: (ms) => {
      nowMs += ms;
      monotonicMs += ms;
    },
  };
}
