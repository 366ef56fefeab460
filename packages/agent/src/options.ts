import { type Clock, systemClock } from "@streamgate/core";
import type { Registry } from "@streamgate/telemetry";
import type { Tracer } from "@streamgate/telemetry/tracing";
import type { ShownKeys } from "./caches/caches-report.ts";
import type { ReadinessCheck } from "./endpoints/readiness.ts";
import { type TokenCheck, tokenCheck } from "./endpoints/token.ts";
import { badAgentOption } from "./errors.ts";
import type { RulesOptions } from "./rules/start-rules.ts";
import type { WatchedCache } from "./samplers/caches.ts";
import type { WatchedPool } from "./samplers/pools.ts";

/** How an agent watches its process. */
export interface AgentOptions {
  /** `service.name`. @default as OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, then npm say */
  readonly service?: string;
  /** `service.instance.id`: one process of the service. @default as OTEL_RESOURCE_ATTRIBUTES says, else `host:pid` */
  readonly instance?: string;
  /** `service.version`: what was deployed. @default as OTEL_RESOURCE_ATTRIBUTES, then npm say */
  readonly release?: string;
  /**
   * Who has it may see figures and act; at least 16 characters. Without one only this machine itself may.
   *
   * @default as STREAMGATE_AGENT_TOKEN says, else none
   */
  readonly token?: string;
  /** Whether anybody may ask for `/health` and `/ready`. @default true */
  readonly openHealth?: boolean;
  /** What must be there before the process may get requests, by name. @default none */
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>;
  /** A check that takes longer has failed; 10 to 60,000 ms. @default 2_000 */
  readonly readinessTimeoutMs?: number;
  /** Pools of connections, by name, that are not of `pg`: those are found by themselves. @default none */
  readonly pools?: Readonly<Record<string, WatchedPool>>;
  /** Caches of `@streamgate/cache`, by names that say more than their own; those that are open are found by themselves. @default none */
  readonly caches?: Readonly<Record<string, WatchedCache>>;
  /**
   * How the hottest keys of caches leave this process, as they may hold ids of people: `hashed` shows what is hot, not whose it is.
   *
   * @default "plain": who has the token sees them
   */
  readonly cacheKeys?: ShownKeys;
  /** Whether requests, calls and statements are measured. @default true */
  readonly instrumentation?: boolean;
  /** Traces of what requests did; false for none. @default one that keeps the slow, the failed and a few of the rest */
  readonly tracer?: Tracer | false;
  /** Whether leaks and the like are looked for, or how. @default true */
  readonly rules?: boolean | RuleChoices;
  /** Where the application counts its own things; they are served along. @default one of the agent's own */
  readonly registry?: Registry;
  /** Share of a core that sampling may take, 0.0001 to 1; dear samplers are asked more rarely. @default 0.01 */
  readonly maxCpuShare?: number;
  /** Told what a person should know, in one sentence. @default a warning of the process */
  readonly onWarning?: (warning: string) => void;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default the system's */
  readonly clock?: Clock;
}

/** How the rules look. */
export type RuleChoices = Pick<RulesOptions, "mostPauseMs" | "triesSettings" | "onFinding">;

type Defaulted =
  | "openHealth"
  | "readiness"
  | "readinessTimeoutMs"
  | "pools"
  | "caches"
  | "cacheKeys"
  | "instrumentation"
  | "rules"
  | "maxCpuShare"
  | "onWarning"
  | "clock";

const DEFAULTS: Required<Pick<AgentOptions, Defaulted>> = {
  openHealth: true,
  readiness: {},
  readinessTimeoutMs: 2_000,
  pools: {},
  caches: {},
  cacheKeys: "plain",
  instrumentation: true,
  rules: true,
  maxCpuShare: 0.01,
  onWarning: (warning: string): void => process.emitWarning(warning, "StreamGateWarning"),
  clock: systemClock,
};

export interface ResolvedAgentOptions
  extends Omit<AgentOptions, "token" | Defaulted>,
    Required<Pick<AgentOptions, Defaulted>> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly token: TokenCheck | undefined;
}

/** @throws SG_AGENT_BAD_OPTION, SG_AGENT_WEAK_TOKEN */
export function resolveAgentOptions(options: AgentOptions): ResolvedAgentOptions {
  const { environment = process.env } = options;
  const token = options.token ?? environment.STREAMGATE_AGENT_TOKEN;
  const resolved = { ...DEFAULTS, ...options };
  if (!["plain", "hashed", "none"].includes(resolved.cacheKeys))
    throw badAgentOption("cacheKeys", resolved.cacheKeys, "plain, hashed or none");
  requireBetween("readinessTimeoutMs", resolved.readinessTimeoutMs, 10, 60_000);
  requireBetween("maxCpuShare", resolved.maxCpuShare, 0.0001, 1);
  return {
    ...resolved,
    environment,
    token: token === undefined || token === "" ? undefined : tokenCheck(token),
  };
}

/** @throws SG_AGENT_BAD_OPTION */
export function requireBetween(name: string, value: number, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw badAgentOption(name, value, `a number from ${least} to ${most}`);
}
