import type { IncomingMessage } from "node:http";
import { type Clock, systemClock } from "@streamgate/core";
import type { FailureBook, Registry } from "@streamgate/telemetry";
import type { Tracer } from "@streamgate/telemetry/tracing";
import { type CacheInstrument, type ObservedCache, watchCache } from "./cache.ts";
import { type FastifyInstrument, type FastifyLike, watchFastify } from "./fastify-routes.ts";
import { watchHttpClient } from "./http-client.ts";
import { type HttpServerInstrument, watchHttpServer } from "./http-server.ts";
import { findLoaded, prototypeIn } from "./loaded-modules.ts";
import type { PoolSums } from "./pool-gauges.ts";
import { watchStatements } from "./postgres.ts";
import { type PoolInstrument, watchPools } from "./postgres-pools.ts";
import { watchRedis } from "./redis.ts";
import { watchUncaught } from "./uncaught.ts";
import { type Instrument, ownErrorsOf, type Watch } from "./watch.ts";

/** What is watched, and where the figures go. */
export interface InstrumentationOptions {
  readonly registry: Registry;
  /** Without one there are figures only, no spans, and no cost of following what a request begins. @default none */
  readonly tracer?: Tracer;
  /** Where errors of requests, calls and the process are grouped. @default nowhere */
  readonly failures?: FailureBook;
  /** The tracer's, where there is one. @default the system's */
  readonly clock?: Clock;
  /** Requests that this process serves, with Fastify's routes. @default true */
  readonly httpServer?: boolean;
  /** Requests that it makes, by `fetch`, undici, `node:http` and `node:https`. @default true */
  readonly httpClient?: boolean;
  /** Statements and pools of `pg`: the module, or `true` for every copy that is loaded. @default true */
  readonly postgres?: boolean | PostgresModule;
  /** Commands of ioredis: the module, or `true` for every copy that is loaded. @default true */
  readonly redis?: boolean | RedisModule;
  /** Loads of StreamGate's cache, and the books of caches handed to `observeCache`. @default true */
  readonly cache?: boolean;
  /** Errors that nobody caught, before the process ends by them. @default true */
  readonly uncaught?: boolean;
}

/** The little of `pg` that is needed: `import pg from "pg"`. */
export interface PostgresModule {
  readonly Client: object;
  readonly Pool: object;
}

/** The little of ioredis that is needed: `import * as ioredis from "ioredis"`. */
export interface RedisModule {
  readonly Redis: object;
}

/** The instrumentation of this process, while it runs. */
export interface Instrumentation {
  /** Tells the route of a request that Fastify does not name: `/users/:id`. */
  nameRoute(request: IncomingMessage, route: string): void;
  /** Names the routes of an application that was made before the instrumentation began. */
  attachFastify(app: FastifyLike): void;
  /** Counts hits, misses and size of this cache from now on. */
  observeCache(cache: ObservedCache): void;
  /** Takes a request out of all figures: one that asks the agent itself is no work of the program. */
  ignore(request: IncomingMessage): void;
  /** What the pools of `pg` hold now, by their names. */
  pools(): ReadonlyMap<string, PoolSums>;
  /** Watches copies of pg and ioredis that were loaded since; what is watched already stays so. */
  findModules(): void;
  /** Takes everything back: subscriptions, wrapped methods, gauges. */
  stop(): void;
}

const DEFAULTS = {
  clock: systemClock,
  httpServer: true,
  httpClient: true,
  postgres: true,
  redis: true,
  cache: true,
  uncaught: true,
} as const;

/**
 * Measures what this process serves and calls, from diagnostics channels where there are any. Nothing that goes wrong in here
 * reaches the program.
 *
 * @example
 * ```ts
 * import { startInstrumentation } from "@streamgate/agent";
 * import { createRegistry } from "@streamgate/telemetry";
 * import { createTracer } from "@streamgate/telemetry/tracing";
 *
 * const registry = createRegistry();
 * const instrumentation = startInstrumentation({ registry, tracer: createTracer() });
 * instrumentation.stop();
 * ```
 */
export function startInstrumentation(options: InstrumentationOptions): Instrumentation {
  return new RunningInstrumentation({ ...DEFAULTS, ...options });
}

type Resolved = InstrumentationOptions &
  Required<Omit<InstrumentationOptions, "tracer" | "failures">>;

class RunningInstrumentation implements Instrumentation {
  private readonly options: Resolved;
  private readonly watch: Watch;
  private readonly running: Instrument[] = [];
  private readonly wrapped = new Set<object>();
  private readonly server: HttpServerInstrument | undefined;
  private readonly fastify: FastifyInstrument | undefined;
  private readonly cache: CacheInstrument | undefined;
  private readonly poolInstruments: PoolInstrument[] = [];

  constructor(options: Resolved) {
    this.options = options;
    const { registry, tracer, failures, clock } = options;
    this.watch = { registry, tracer, failures, clock, ownErrors: ownErrorsOf(registry) };
    if (options.httpServer) {
      this.server = this.keep(watchHttpServer(this.watch));
      this.fastify = this.keep(watchFastify(this.watch, this.server));
    }
    if (options.httpClient) this.keep(watchHttpClient(this.watch));
    if (options.cache) this.cache = this.keep(watchCache(this.watch));
    if (options.uncaught && failures !== undefined) this.keep(watchUncaught(failures));
    this.findModules();
  }

  nameRoute(request: IncomingMessage, route: string): void {
    this.server?.nameRoute(request, route);
  }

  attachFastify(app: FastifyLike): void {
    this.fastify?.attach(app);
  }

  observeCache(cache: ObservedCache): void {
    this.cache?.observe(cache);
  }

  ignore(request: IncomingMessage): void {
    this.server?.ignore(request);
  }

  pools(): ReadonlyMap<string, PoolSums> {
    return new Map(this.poolInstruments.flatMap((pools) => [...pools.read()]));
  }

  findModules(): void {
    const { postgres, redis } = this.options;
    for (const module of modulesOf(postgres, "pg/lib/index.js")) {
      this.wrap(prototypeIn(module, "Client"), watchStatements);
      this.wrap(prototypeIn(module, "Pool"), (watch, prototype) => {
        const pools = watchPools(watch, prototype);
        this.poolInstruments.push(pools);
        return pools;
      });
    }
    for (const module of modulesOf(redis, "ioredis/built/index.js")) {
      this.wrap(prototypeIn(module, "Redis"), watchRedis);
    }
  }

  stop(): void {
    for (const instrument of this.running.splice(0)) instrument.stop();
    this.wrapped.clear();
    this.poolInstruments.length = 0;
  }

  private wrap(
    prototype: object | undefined,
    watchIt: (watch: Watch, prototype: object) => Instrument,
  ): void {
    if (prototype === undefined || this.wrapped.has(prototype)) return;
    this.wrapped.add(prototype);
    this.keep(watchIt(this.watch, prototype));
  }

  private keep<Kind extends Instrument>(instrument: Kind): Kind {
    this.running.push(instrument);
    return instrument;
  }
}

function modulesOf(choice: boolean | object, entry: string): readonly unknown[] {
  if (choice === false) return [];
  return choice === true ? findLoaded(entry) : [choice];
}
