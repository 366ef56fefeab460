import type { Clock } from "@streamgate/core";
import type { Registry } from "@streamgate/telemetry";
import type { Collection, Observation, Stall } from "./observation.ts";

/** Parts of an observation that a sampler read. */
export type ObservedParts = Omit<Partial<Observation>, "atMs" | "takenAtMs">;

/** What samplers stand on. */
export interface SamplerContext {
  readonly registry: Registry;
  readonly clock: Clock;
  /** Where `/proc` and `/sys` are; another place in tests. @default "/" */
  readonly systemRoot: string;
  /** For what a sampler does outside of `sample`. */
  addCost(part: string, costMs: number): void;
  addCollection(collection: Collection): void;
  addStall(stall: Stall): void;
}

/** Reads one thing now and then, and keeps its series. */
export interface Sampler {
  /** The value of the label `part` in the agent's own cost. */
  readonly name: string;
  /** How often it wants to be asked; more rarely where it turns out dear. */
  readonly intervalMs: number;
  /** What it reads gathers until it is asked: asking more rarely would save nothing, and hold the thread for longer. @default false */
  readonly gathers?: boolean;
  /**
   * Reads, sets its series, and gives what is of interest to rules. A promise where the kernel could keep it waiting;
   * it is not asked again before that has settled.
   */
  sample(): ObservedParts | Promise<ObservedParts>;
  /** Gives back timers, files and subscriptions. */
  stop(): void;
}

/** @returns undefined where this platform does not tell */
export type SamplerFactory = (context: SamplerContext) => Sampler | undefined;
