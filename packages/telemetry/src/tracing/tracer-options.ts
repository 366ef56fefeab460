import { type Clock, type Random, seededRandom, systemClock } from "@streamgate/core";
import { badTracerOption } from "./errors.ts";
import type { SamplingRates } from "./tail-sampler.ts";

export interface TracerOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** Where ids come from. @default seeded by 32 bits of the platform's randomness */
  readonly random?: Random;
  /** How many traces a second are kept, by sort. @default see `SamplingRates` */
  readonly sampling?: Partial<SamplingRates>;
  /** From this duration on every trace is slow, ms; below it, what is slower than 99 % of its route. @default 1_000 */
  readonly alwaysSlowMs?: number;
  /** Routes with a threshold of their own. @default 1_000 */
  readonly maxRoutes?: number;
  /** Spans of a trace at the most; more are counted. @default 256 */
  readonly maxSpansPerTrace?: number;
  /** Kept traces that `kept()` lists. @default 200 */
  readonly maxKeptTraces?: number;
}

export interface ResolvedTracerOptions extends Required<Omit<TracerOptions, "sampling">> {
  readonly sampling: SamplingRates;
}

const SAMPLING_DEFAULTS: SamplingRates = {
  failedPerSecond: 5,
  slowPerSecond: 5,
  failedInsidePerSecond: 1,
  askedPerSecond: 5,
  chosenPerSecond: 1,
};

const DEFAULTS = {
  alwaysSlowMs: 1_000,
  maxRoutes: 1_000,
  maxSpansPerTrace: 256,
  maxKeptTraces: 200,
} as const;

/** @throws StreamGateError `SG_TELEMETRY_BAD_TRACER_OPTION` */
export function resolveTracerOptions(options: TracerOptions = {}): ResolvedTracerOptions {
  const resolved = {
    ...DEFAULTS,
    ...options,
    clock: options.clock ?? systemClock,
    random: options.random ?? seededRandom(systemSeed()),
    sampling: { ...SAMPLING_DEFAULTS, ...options.sampling },
  };
  for (const [name, rate] of Object.entries(resolved.sampling)) {
    requireFrom(`sampling.${name}`, rate, 0);
  }
  requireFrom("alwaysSlowMs", resolved.alwaysSlowMs, 0);
  for (const name of ["maxRoutes", "maxSpansPerTrace", "maxKeptTraces"] as const) {
    requireFrom(name, resolved[name], name === "maxKeptTraces" ? 0 : 1);
  }
  return resolved;
}

function requireFrom(name: string, value: number, least: number): void {
  if (value >= least) return;
  throw badTracerOption(name, value, `a number from ${least}`);
}

function systemSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
}
