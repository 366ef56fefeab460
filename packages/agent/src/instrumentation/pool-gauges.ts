import type { Gauge, Histogram, HistogramSeries, Registry } from "@streamgate/telemetry";

/** The little of a `pg.Pool` that is needed. */
export interface PoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: PoolOptionsLike;
}

interface PoolOptionsLike {
  readonly max?: unknown;
  readonly application_name?: unknown;
  readonly connectionString?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

type PoolGauge = Gauge<readonly ["db_client_connection_pool_name"]>;

/** What pools of one name hold, summed. */
export interface PoolSums {
  used: number;
  idle: number;
  most: number;
  pending: number;
}

/** A pool that was asked for a connection. */
export interface KnownPool {
  readonly name: string;
  readonly waits: HistogramSeries;
}

/** Shows how full all pools are that were ever asked for a connection; pools of one name are one pool. */
export class PoolGauges {
  private readonly known = new WeakMap<PoolLike, KnownPool>();
  private readonly pools = new Set<WeakRef<PoolLike>>();
  private readonly counts: Gauge<
    readonly ["db_client_connection_pool_name", "db_client_connection_state"]
  >;
  private readonly most: PoolGauge;
  private readonly pending: PoolGauge;
  private readonly waits: Histogram<readonly ["db_client_connection_pool_name"]>;
  private readonly endCollecting: () => void;

  constructor(registry: Registry) {
    this.counts = registry.gauge({
      name: "db_client_connection_count",
      help: "Connections of a pool, by whether somebody uses them.",
      labelNames: ["db_client_connection_pool_name", "db_client_connection_state"],
    });
    this.most = registry.gauge({
      name: "db_client_connection_max",
      help: "Connections that a pool may have.",
      labelNames: ["db_client_connection_pool_name"],
    });
    this.pending = registry.gauge({
      name: "db_client_connection_pending_requests",
      help: "Callers that wait for a connection of a pool.",
      labelNames: ["db_client_connection_pool_name"],
    });
    this.waits = registry.histogram({
      name: "db_client_connection_wait_time_seconds",
      help: "Time from asking a pool for a connection to having one, or an error.",
      unit: "seconds",
      labelNames: ["db_client_connection_pool_name"],
    });
    this.endCollecting = registry.onCollect(() => this.show());
  }

  /** The pool is shown from now on. */
  add(pool: PoolLike): KnownPool {
    const known = this.known.get(pool);
    if (known !== undefined) return known;
    const name = poolNameOf(pool.options);
    const added = { name, waits: this.waits.with(name) };
    this.known.set(pool, added);
    this.pools.add(new WeakRef(pool));
    return added;
  }

  stop(): void {
    this.endCollecting();
  }

  private show(): void {
    for (const [name, { used, idle, most, pending }] of this.read()) {
      this.counts.with(name, "used").set(used);
      this.counts.with(name, "idle").set(idle);
      this.most.with(name).set(most);
      this.pending.with(name).set(pending);
    }
  }

  /** What each pool holds now, by its name. */
  read(): ReadonlyMap<string, PoolSums> {
    const byName = new Map<string, PoolSums>();
    for (const reference of this.pools) {
      const pool = reference.deref();
      if (pool === undefined) {
        this.pools.delete(reference);
        continue;
      }
      const name = this.known.get(pool)?.name ?? "";
      const sum = byName.get(name) ?? { used: 0, idle: 0, most: 0, pending: 0 };
      sum.used += pool.totalCount - pool.idleCount;
      sum.idle += pool.idleCount;
      sum.most += Number(pool.options.max ?? 0);
      sum.pending += pool.waitingCount;
      byName.set(name, sum);
    }
    return byName;
  }
}

/** The name of the application where the pool tells one, else `host:port/database`; never a user or a password. */
export function poolNameOf(options: PoolOptionsLike): string {
  const { application_name: application, connectionString, host, port, database } = options;
  if (typeof application === "string" && application !== "") return application;
  if (typeof connectionString === "string" && URL.canParse(connectionString)) {
    const { host: address, pathname } = new URL(connectionString);
    return `${address}${pathname}`;
  }
  return `${textOf(host, "localhost")}:${textOf(port, "5432")}/${textOf(database, "")}`;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
}
