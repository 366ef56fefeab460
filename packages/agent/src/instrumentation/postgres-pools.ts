import { isMethod, type Method, wrapMethod } from "@streamgate/core";
import type { Span } from "@streamgate/telemetry/tracing";
import { type KnownPool, PoolGauges, type PoolLike, type PoolSums } from "./pool-gauges.ts";
import type { Instrument, Watch } from "./watch.ts";

/** A shorter wait is a look into the pool, not a wait; it gets no span of its own. */
const SHORTEST_SPAN_MS = 1;

export interface PoolInstrument extends Instrument {
  /** What each pool holds now, by its name. */
  read(): ReadonlyMap<string, PoolSums>;
}

/**
 * Watches how long callers of a `pg.Pool` class wait for a connection, apart from the statement, and how full its pools are.
 *
 * @param prototype of the class
 */
export function watchPools(watch: Watch, prototype: object): PoolInstrument {
  const gauges = new PoolGauges(watch.registry);
  const unwrap = wrapMethod(prototype, "connect", (original, wrapping) => {
    return function connect(this: unknown, ...values: unknown[]): unknown {
      const wait = wrapping.isOn ? beginWait(watch, gauges, this) : undefined;
      if (wait === undefined) return original.apply(this, values);
      const [callback] = values;
      if (isMethod(callback)) return original.call(this, ending(watch, wait, callback));
      const result = original.apply(this, values);
      return result instanceof Promise ? handOn(wait, result) : result;
    };
  });
  return {
    read: () => gauges.read(),
    stop: () => {
      unwrap();
      gauges.stop();
    },
  };
}

/** One caller's wait for a connection. */
class Wait {
  readonly course: Span | undefined;
  private readonly watch: Watch;
  private readonly pool: KnownPool;
  private readonly startMs: number;

  constructor(watch: Watch, pool: KnownPool) {
    this.watch = watch;
    this.pool = pool;
    this.startMs = watch.clock.monotonicMs();
    this.course = watch.tracer?.current();
  }

  end(error: unknown): void {
    const { watch, pool, startMs, course } = this;
    const endMs = watch.clock.monotonicMs();
    pool.waits.record((endMs - startMs) / 1_000);
    const hasFailed = error !== undefined && error !== null;
    if (course === undefined || (endMs - startMs < SHORTEST_SPAN_MS && !hasFailed)) return;
    const span = watch.tracer?.startSpan("wait for connection", "client", course, startMs);
    span?.set("db.client.connection.pool.name", pool.name);
    if (hasFailed) span?.fail();
    span?.end(endMs);
  }
}

function beginWait(watch: Watch, gauges: PoolGauges, pool: unknown): Wait | undefined {
  try {
    return new Wait(watch, gauges.add(pool as PoolLike));
  } catch {
    watch.ownErrors.with("postgres-pools").add(1);
    return undefined;
  }
}

/** A pool calls back in the course of whoever gave the connection back: the caller's own is put in its place. */
function ending({ tracer }: Watch, wait: Wait, callback: Method): Method {
  return function onConnection(this: unknown, ...results: unknown[]): unknown {
    wait.end(results[0]);
    if (tracer === undefined || wait.course === undefined) return callback.apply(this, results);
    return tracer.run(wait.course, () => callback.apply(this, results));
  };
}

function handOn(wait: Wait, result: Promise<unknown>): Promise<unknown> {
  return result.then(
    (connection) => {
      wait.end(undefined);
      return connection;
    },
    (error: unknown) => {
      wait.end(error);
      throw error;
    },
  );
}
