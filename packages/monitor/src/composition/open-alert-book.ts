import { type Clock, systemClock } from "@streamgate/core";
import pg from "pg";
import { openHistory, type PostgresHistory } from "../history/open-history.ts";
import { Incidents } from "../incidents/incidents.ts";
import type { EscalationPolicy } from "../notifications/escalation/policy.ts";
import { transact } from "../notifications/leadership/term.ts";
import { Silences } from "../notifications/muting/silence-store.ts";
import { Letters } from "../notifications/queue/letters.ts";
import { loadAlerts } from "../notifications/recording/alert-store.ts";
import type { RecordedAlert } from "../notifications/recording/recorded-alert.ts";
import { migrateMonitor } from "../schema/migrations.ts";

/** What monitors on a database remember, for whoever looks and acts without watching. */
export interface AlertBook {
  /** What fires. */
  alerts(): Promise<readonly RecordedAlert[]>;
  readonly silences: Silences;
  readonly incidents: Incidents;
  readonly letters: Letters;
  readonly history: PostgresHistory;
  close(): Promise<void>;
}

export interface AlertBookOptions {
  /** Address of the PostgreSQL that the monitors share. */
  readonly database: string;
  /** Those that acknowledgements follow. @default none */
  readonly escalations?: readonly EscalationPolicy[];
  /** @default systemClock */
  readonly clock?: Clock;
}

const GIVE_UP_AFTER_MS = 3 * 3_600_000;

/**
 * Opens what monitors remember: alerts, silences, incidents, the queue, the history. It takes no
 * leadership and watches nothing; what is done here, the leading monitor follows.
 *
 * @throws whatever the database says when it cannot be reached
 * @example
 * ```ts
 * import { openAlertBook } from "@streamgate/monitor";
 * const book = await openAlertBook({ database: "postgresql://127.0.0.1/streamgate" });
 * const [incident] = await book.incidents.list(1);
 * if (incident !== undefined) await book.incidents.acknowledge(incident.id, "ana");
 * await book.close();
 * ```
 */
export async function openAlertBook(options: AlertBookOptions): Promise<AlertBook> {
  const { database, escalations = [], clock = systemClock } = options;
  const pool = new pg.Pool({
    connectionString: database,
    max: 2,
    connectionTimeoutMillis: 10_000,
    application_name: "streamgate",
  });
  pool.on("error", () => undefined);
  try {
    await migrateMonitor(pool);
    const policies = new Map(escalations.map((policy) => [policy.name, policy]));
    const giveUpAfterMs = (): number => GIVE_UP_AFTER_MS;
    const history = await openHistory({
      database: pool,
      clock,
      maintenanceIntervalMs: Number.POSITIVE_INFINITY,
    });
    return {
      alerts: () => transact(pool, (query) => loadAlerts(query, clock.now().getTime(), 0)),
      silences: new Silences(pool, clock),
      letters: new Letters(pool, clock, giveUpAfterMs),
      incidents: new Incidents({ pool, clock, policies: () => policies, giveUpAfterMs }),
      history,
      close: async () => {
        await history.close();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}
