import { StreamGateError } from "@streamgate/core";
import { migrateMonitor } from "../schema/migrations.ts";
import type { SeriesPoint } from "../series/point.ts";
import { aggregateSeries } from "./aggregate-series.ts";
import { openHistoryDatabase, sqlStateOf } from "./database.ts";
import { badQuery, historyFull, readTimedOut } from "./errors.ts";
import type { History } from "./history.ts";
import { appendToJournal } from "./journal.ts";
import { type Batch, encodeBatch } from "./journal-frame.ts";
import { createMaintenance } from "./maintenance.ts";
import { type HistoryOptions, resolveHistoryOptions } from "./options.ts";
import { listSeries, readSeries } from "./read-series.ts";
import { createSeriesIds } from "./series-ids.ts";
import { measureSize } from "./size.ts";

/** A history in PostgreSQL. */
export interface PostgresHistory extends History {
  /** What `append` takes: the same points in a tenth of the memory. Throws `SG_MONITOR_BAD_POINT`. */
  encode(points: readonly SeriesPoint[]): Batch;
  /** As `write`. A batch may be appended again where it is not known whether it was: its points count once. */
  append(batch: Batch): Promise<void>;
  /** Seals, rolls up and drops what is due, which happens by itself at each interval. */
  maintain(): Promise<void>;
}

const SIZE_TIMEOUT_MS = 10_000;

/**
 * Opens the history of series in a PostgreSQL of version 14 or later, making its schema
 * `streamgate_monitor` where it is missing. Any number of processes may share one: a point is
 * known by its series and its time, so the same one written twice counts once.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_OPTION`, `SG_MONITOR_SCHEMA_TOO_NEW`, `SG_MONITOR_MIGRATION_CHANGED`
 * @example
 * ```ts
 * import { openHistory } from "@streamgate/monitor";
 * const history = await openHistory({ database: "postgresql://127.0.0.1/streamgate" });
 * const windows = await history.read({
 *   selector: { name: "http_server_request_duration_seconds", where: [{ label: "service", is: "media" }] },
 *   fromMs: Date.now() - 3_600_000,
 *   toMs: Date.now(),
 * });
 * await history.close();
 * ```
 */
export async function openHistory(options: HistoryOptions): Promise<PostgresHistory> {
  const resolved = resolveHistoryOptions(options);
  const { tiers, limitBytes, readTimeoutMs, clock } = resolved;
  const database = openHistoryDatabase(resolved.database);
  try {
    await migrateMonitor(await database.pool());
  } catch (error) {
    await database.close();
    throw error;
  }
  const seriesIds = createSeriesIds();
  const maintenance = createMaintenance(database, resolved);
  maintenance.begin();

  const append = async (batch: Batch): Promise<void> => {
    const { bytes } = maintenance;
    if (bytes > limitBytes) throw historyFull(bytes, limitBytes);
    await appendToJournal(database, seriesIds, batch);
  };
  const reading = {
    tried: "read series from the history",
    timeoutMs: readTimeoutMs,
    isReadOnly: true,
  };
  const nowMs = (): number => clock.now().getTime();

  return {
    encode: encodeBatch,
    append,
    write: async (points) => append(encodeBatch(points)),
    read: (query, signal) =>
      database
        .transaction(reading, (run) => readSeries(run, tiers, query, nowMs(), signal))
        .catch((error: unknown) => {
          throw explainRead(error, readTimeoutMs);
        }),
    aggregate: (query, signal) =>
      database
        .transaction(reading, (run) => aggregateSeries(run, tiers, query, nowMs(), signal))
        .catch((error: unknown) => {
          throw explainRead(error, readTimeoutMs);
        }),
    list: (selector, fromMs, toMs) =>
      database
        .transaction(reading, (run) => listSeries(run, selector, fromMs, toMs))
        .catch((error: unknown) => {
          throw explainRead(error, readTimeoutMs);
        }),
    size: () =>
      database.transaction({ tried: "measure the history", timeoutMs: SIZE_TIMEOUT_MS }, (run) =>
        measureSize(run, tiers, limitBytes),
      ),
    maintain: () => maintenance.run(),
    async close() {
      await maintenance.end();
      await database.close();
    },
  };
}

const CANCELLED = "57014";
const BAD_PATTERN = "2201B";

function explainRead(error: unknown, timeoutMs: number): unknown {
  const state = sqlStateOf(
    error instanceof StreamGateError && error.cause !== undefined ? error.cause : error,
  );
  if (state === CANCELLED) return readTimedOut(timeoutMs, error);
  if (state === BAD_PATTERN) return badQuery("a pattern is no regular expression", error);
  return error;
}
