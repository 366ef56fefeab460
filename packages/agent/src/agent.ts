import type { Finding } from "@streamgate/core";
import {
  createFailureBook,
  createRegistry,
  type FailureBook,
  type ProcessIdentity,
  type ProcessReport,
  type Registry,
} from "@streamgate/telemetry";
import { createTracer, type Tracer } from "@streamgate/telemetry/tracing";
import { findCaches } from "./caches/find-caches.ts";
import { ActGate } from "./endpoints/act-gate.ts";
import { allEndpoints } from "./endpoints/all-endpoints.ts";
import type { Endpoint } from "./endpoints/endpoint.ts";
import { ReadinessChecks } from "./endpoints/readiness.ts";
import type { Door } from "./endpoints/serve.ts";
import { identify } from "./identity.ts";
import { type Instrumentation, startInstrumentation } from "./instrumentation/instrumentation.ts";
import { type AgentOptions, type ResolvedAgentOptions, resolveAgentOptions } from "./options.ts";
import { readHeadroom } from "./profiles/read-headroom.ts";
import { type Rules, startRules } from "./rules/start-rules.ts";
import type { ObservationLog, PoolCounts } from "./samplers/observation.ts";
import { type Samplers, startSamplers } from "./samplers/start-samplers.ts";

/** What watches this process. */
export interface Agent {
  /** Where all is counted; the application may count its own things in it. */
  readonly registry: Registry;
  /** Undefined where there are to be no traces. */
  readonly tracer: Tracer | undefined;
  readonly failures: FailureBook;
  readonly identity: ProcessIdentity;
  /** What the samplers saw lately. */
  readonly observations: ObservationLog;
  /** The problems that there are now. */
  findings(): readonly Finding[];
  /** All that the process says of itself at this moment. For thousands of series ask `/streamgate/report`: it takes turns. */
  report(): ProcessReport;
  /** Counts the listeners of an emitter from now on, as one that gathers them leaks; the process's own are counted anyway. */
  watchListeners(name: string, emitter: NodeJS.EventEmitter | EventTarget): void;
  /** From now on `/ready` says that the process is to get no new requests. */
  drain(): void;
  /** Ends all watching and gives everything back. */
  stop(): Promise<void>;
}

/** How often it looks for database clients that were loaded meanwhile. */
const FIND_MODULES_MS = 10_000;

/** An agent without a port: what serves it stands around it. */
export class RunningAgent implements Agent {
  readonly registry: Registry;
  readonly tracer: Tracer | undefined;
  readonly failures: FailureBook;
  readonly identity: ProcessIdentity;
  readonly options: ResolvedAgentOptions;
  readonly endpoints: readonly Endpoint[];
  readonly door: Door;
  readonly instrumentation: Instrumentation | undefined;
  private readonly samplers: Samplers;
  private readonly rules: Rules | undefined;
  private readonly readiness: ReadinessChecks;
  private readonly timer: NodeJS.Timeout | undefined;

  /**
   * @param findPublicAddress an address that others can reach, where what serves the agent listens on one
   * @throws SG_AGENT_BAD_OPTION, SG_AGENT_WEAK_TOKEN
   */
  constructor(
    options: AgentOptions,
    findPublicAddress: () => string | undefined = () => undefined,
  ) {
    const resolved = resolveAgentOptions(options);
    const { clock, environment, maxCpuShare, pools, caches } = resolved;
    this.options = resolved;
    this.identity = identify(resolved, environment, clock);
    this.registry = resolved.registry ?? createRegistry({ clock });
    this.tracer =
      resolved.tracer === false ? undefined : (resolved.tracer ?? createTracer({ clock }));
    this.failures = createFailureBook({ clock, release: this.identity.release });
    this.samplers = startSamplers({
      registry: this.registry,
      clock,
      pools,
      foundPools: () => this.findPools(),
      caches,
      maxCpuShare,
    });
    try {
      this.instrumentation = this.startInstrumentation();
      this.rules = this.startRules();
    } catch (thrown) {
      this.instrumentation?.stop();
      this.samplers.stop();
      throw thrown;
    }
    this.readiness = new ReadinessChecks({
      checks: resolved.readiness,
      timeoutMs: resolved.readinessTimeoutMs,
      clock,
    });
    this.endpoints = this.makeEndpoints();
    this.door = {
      token: resolved.token,
      acts: new ActGate(clock),
      findPublicAddress: () => findPublicAddress(),
      onRequest: (request) => this.instrumentation?.ignore(request),
      onFailure: () => this.samplers.cost.fail("endpoints"),
    };
    if (this.instrumentation !== undefined)
      this.timer = setInterval(() => this.findModules(), FIND_MODULES_MS).unref();
  }

  get observations(): ObservationLog {
    return this.samplers.observations;
  }

  findings(): readonly Finding[] {
    return this.rules?.findings() ?? [];
  }

  report(): ProcessReport {
    return { ...this.reportHead(), families: this.registry.collect() };
  }

  watchListeners(name: string, emitter: NodeJS.EventEmitter | EventTarget): void {
    this.rules?.watchListeners(name, emitter);
  }

  drain(): void {
    this.readiness.drain();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.drain();
    this.door.acts.close();
    this.end("rules", () => this.rules?.stop());
    this.end("instrumentation", () => this.instrumentation?.stop());
    this.end("samplers", () => this.samplers.stop());
    if (this.options.tracer === undefined) this.end("tracer", () => this.tracer?.close());
  }

  /** One part that cannot end must not keep the others, or the application, from ending. */
  private end(part: string, stop: () => void): void {
    try {
      stop();
    } catch {
      this.samplers.cost.fail(part);
    }
  }

  private startInstrumentation(): Instrumentation | undefined {
    const { registry, tracer, failures } = this;
    const { instrumentation, clock, caches } = this.options;
    if (!instrumentation) return undefined;
    const started = startInstrumentation({
      registry,
      failures,
      clock,
      ...(tracer === undefined ? {} : { tracer }),
    });
    for (const cache of Object.values(caches)) started.observeCache(cache);
    return started;
  }

  private findModules(): void {
    try {
      this.instrumentation?.findModules();
    } catch {
      this.samplers.cost.fail("instrumentation");
    }
  }

  private findPools(): Readonly<Record<string, PoolCounts>> {
    const found: Record<string, PoolCounts> = {};
    for (const [name, { used, idle, most, pending }] of this.instrumentation?.pools() ?? [])
      found[name] = { total: used + idle, idle, waiting: pending, max: most };
    return found;
  }

  private startRules(): Rules | undefined {
    const { registry, observations, identity, options } = this;
    const { rules, clock } = options;
    if (rules === false) return undefined;
    const { service, instance } = identity;
    const choices = rules === true ? {} : rules;
    return startRules({ ...choices, registry, observations, service, instance, clock });
  }

  private makeEndpoints(): readonly Endpoint[] {
    const { registry, tracer, readiness, identity, options } = this;
    return allEndpoints({
      registry,
      tracer,
      readiness,
      isHealthOpen: options.openHealth,
      acts: {
        service: identity.service,
        clock: options.clock,
        readHeadroom: () => readHeadroom(),
      },
      caches: {
        shownKeys: options.cacheKeys,
        findCaches: () => findCaches(options.caches),
        onFailure: () => this.samplers.cost.fail("caches"),
      },
      readHead: () => this.reportHead(),
    });
  }

  private reportHead(): Omit<ProcessReport, "families"> {
    return {
      version: 1,
      identity: this.identity,
      takenAtMs: this.options.clock.now().getTime(),
      findings: this.findings(),
      failures: this.failures.groups(),
    };
  }
}
