import type { Clock } from "@streamgate/core";
import type { SeriesPoint } from "@streamgate/monitor";
import { adviceCollector } from "../advising/advice-collector.ts";
import { indexCollector } from "../indexes/index-collector.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { type PlanCollectorParts, planCollector } from "../plans/history/plan-collector.ts";
import type { PlatformConfiguration } from "../platform/platform-configuration.ts";
import type { StorePool } from "../platform/store-pool.ts";
import {
  type RegressionCollectorParts,
  regressionCollector,
} from "../queries/regressions/regression-collector.ts";
import type { Collector } from "./collector.ts";
import { databaseCollector } from "./database/database-collector.ts";
import { prometheusCollector } from "./prometheus-collector.ts";
import { redisCollector } from "./redis/redis-collector.ts";
import { storeCollector } from "./store-collector.ts";

/** What collectors work with. */
export interface CollectorParts
  extends Pick<PlanCollectorParts, "series">,
    Pick<RegressionCollectorParts, "readHistory" | "readChanges"> {
  readonly tables: StorePool;
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** Keeps points and judges them by the rules. */
  readonly feed: (points: readonly SeriesPoint[]) => void;
  /** The store's address, for people. */
  readonly storeName: string;
  /** Why the history could not be written lately. */
  readonly writeProblem: () => string | undefined;
}

/** Everything that is read by a configuration; agents are the monitor's. */
export function collectorsOf(
  { databases, redis, prometheus }: PlatformConfiguration,
  parts: CollectorParts,
): readonly Collector[] {
  const { tables, jobs, clock, feed, storeName, writeProblem } = parts;
  return [
    storeCollector(tables, storeName, writeProblem),
    ...databases.map((database) => databaseCollector({ database, tables, feed })),
    ...databases.map((database) => indexCollector(database, { tables, clock, feed })),
    ...databases.map((database) => planCollector(database, parts)),
    ...databases.map((database) => regressionCollector(database, parts)),
    ...databases
      .filter(({ adviseEveryMs }) => adviseEveryMs > 0)
      .map((database) => adviceCollector(database, jobs, clock)),
    ...redis.map((one) => redisCollector(one, feed)),
    ...(prometheus === null ? [] : [prometheusCollector(prometheus)]),
  ];
}
