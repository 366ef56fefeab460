import type { Registry } from "@streamgate/telemetry";
import type { PoolCounts } from "./observation.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** The little of a `pg.Pool` that is needed. */
export interface WatchedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
}

/** Of `pg`, where nobody said another. */
const DEFAULT_MAX = 10;

/** What a pool of `pg` holds that was found by itself; its series are kept where it was found. */
export type FoundPools = () => Readonly<Record<string, PoolCounts>>;

/** Connections of the pools that the application names, and of those that were found. */
export function poolsSampler(
  { registry }: SamplerContext,
  named: Readonly<Record<string, WatchedPool>>,
  readFound: FoundPools,
): Sampler {
  const show = showPools(registry);
  return {
    name: "pools",
    intervalMs: 1_000,
    sample: () => {
      const counts: Record<string, PoolCounts> = { ...readFound() };
      for (const [name, pool] of Object.entries(named)) {
        const { totalCount: total, idleCount: idle, waitingCount: waiting } = pool;
        counts[name] = { total, idle, waiting, max: pool.options.max ?? DEFAULT_MAX };
        show(name, counts[name]);
      }
      return Object.keys(counts).length === 0 ? {} : { pools: counts };
    },
    stop: () => undefined,
  };
}

function showPools(registry: Registry): (name: string, counts: PoolCounts) => void {
  const connections = registry.gauge({
    name: "db_client_connection_count",
    help: "Connections of a pool, by whether somebody uses them.",
    labelNames: ["db_client_connection_pool_name", "db_client_connection_state"],
  });
  const limits = registry.gauge({
    name: "db_client_connection_max",
    help: "Connections that a pool may have.",
    labelNames: ["db_client_connection_pool_name"],
  });
  const pending = registry.gauge({
    name: "db_client_connection_pending_requests",
    help: "Callers that wait for a connection of a pool.",
    labelNames: ["db_client_connection_pool_name"],
  });
  return (name, { total, idle, waiting, max }) => {
    connections.with(name, "used").set(total - idle);
    connections.with(name, "idle").set(idle);
    limits.with(name).set(max);
    pending.with(name).set(waiting);
  };
}
