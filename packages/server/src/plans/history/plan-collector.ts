import { explainEachGenerically } from "@streamgate/pg-advisor";
import type { SeriesSource } from "../../charts/series-source.ts";
import type { Collector } from "../../collectors/collector.ts";
import type { WatchedDatabase } from "../../platform/platform-configuration.ts";
import type { StorePool } from "../../platform/store-pool.ts";
import { busiestLately } from "../../queries/busiest-lately.ts";
import { readStatementRows } from "../../queries/statement-rows.ts";
import { statementKey } from "../../queries/statement-totals.ts";
import type { PlanLook } from "./plan-looks.ts";
import { notePlans } from "./plan-table.ts";

export interface PlanCollectorParts {
  readonly tables: StorePool;
  readonly series: Pick<SeriesSource, "aggregate">;
}

const EVERY_MS = 5 * 60_000;
const TIMEOUT_MS = 60_000;
const MOST_STATEMENTS = 25;
const STATEMENT_TIMEOUT_MS = 1_000;
const LOCK_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 5_000;

/** Asks a database every few minutes how it plans the statements that take most of its time, and keeps each plan that is another. */
export function planCollector(
  { name, url }: WatchedDatabase,
  { tables, series }: PlanCollectorParts,
): Collector {
  return {
    source: { id: `plans:${name}`, kind: "job", name: `plans of ${name}`, everyMs: EVERY_MS },
    definition: JSON.stringify(["plans", name, url]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async ({ atMs, signal }) => {
      const busiest = await busiestLately(series, name, atMs, MOST_STATEMENTS);
      const rows = await readStatementRows(
        tables.query,
        busiest.map((fingerprint) => ({ database: name, fingerprint })),
      );
      const wanted = busiest.flatMap((fingerprint) => {
        const row = rows.get(statementKey(name, fingerprint));
        return row === undefined ? [] : [row];
      });
      if (wanted.length === 0) return undefined;
      const plans = await explainEachGenerically(
        url,
        wanted.map(({ text }) => text),
        {
          statementTimeoutMs: STATEMENT_TIMEOUT_MS,
          lockTimeoutMs: LOCK_TIMEOUT_MS,
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
        },
      );
      signal.throwIfAborted();
      const looks = wanted.flatMap(({ fingerprint }, index): readonly PlanLook[] => {
        const one = plans[index];
        return one?.outcome === "planned" ? [{ fingerprint, plan: one.plan }] : [];
      });
      await notePlans(tables.query, name, looks, new Date(atMs));
      return undefined;
    },
    rest: async () => undefined,
  };
}
