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

const EVERY_MS = 60_000;
const TIMEOUT_MS = 30_000;
/** Planning costs the database up to some ms a statement: the very busiest are looked at each minute, the others by turns. */
const MOST_STATEMENTS = 25;
const EACH_TIME = 5;
const BY_TURNS = 5;
const STATEMENT_TIMEOUT_MS = 1_000;
const LOCK_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 5_000;

/** Asks a database every minute how it plans the statements that take most of its time, and keeps each plan that is another. */
export function planCollector(
  { name, url }: WatchedDatabase,
  { tables, series }: PlanCollectorParts,
): Collector {
  let turn = 0;
  return {
    source: { id: `plans:${name}`, kind: "job", name: `plans of ${name}`, everyMs: EVERY_MS },
    definition: JSON.stringify(["plans", name, url]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async ({ atMs, signal }) => {
      const busiest = await busiestLately(series, name, atMs, MOST_STATEMENTS);
      const looked = lookedAt(busiest, turn);
      turn += 1;
      const rows = await readStatementRows(
        tables.query,
        looked.map((fingerprint) => ({ database: name, fingerprint })),
      );
      const wanted = looked.flatMap((fingerprint) => {
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

/** The busiest, and the next few of the others. */
function lookedAt(busiest: readonly string[], turn: number): readonly string[] {
  const others = busiest.slice(EACH_TIME);
  const turns = Math.max(1, Math.ceil(others.length / BY_TURNS));
  const from = (turn % turns) * BY_TURNS;
  return [...busiest.slice(0, EACH_TIME), ...others.slice(from, from + BY_TURNS)];
}
