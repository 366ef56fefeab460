import { FAULTS, type Fault } from "./faults.ts";

/** Some schedules under some faults. */
export interface Phase {
  readonly name: string;
  readonly schedules: number;
  /** The share of schedules that last for seconds. */
  readonly longShare: number;
  /** Schedules at a time. */
  readonly atOnce: number;
  /** Each comes at least once, so there may be more schedules than were asked for. */
  readonly faults: readonly Fault[];
}

/** Most of what races can show needs no fault, and runs fastest without one. */
const HEALTHY_SHARE = 0.45;
const MIXED_SHARE = 0.15;
/** What a rival runs into, all in one phase. */
const RIVAL_FAULTS = ["partition", "cut", "stop", "flush", "failover"] as const;
const RIVAL_HEALTHY_SHARE = 0.67;

/** Healthy first, then each fault alone, then all at once. */
export function ourPhases(schedules: number): readonly Phase[] {
  const healthy = Math.round(schedules * HEALTHY_SHARE);
  const mixed = Math.round(schedules * MIXED_SHARE);
  const each = Math.ceil((schedules - healthy - mixed) / FAULTS.length);
  return [
    healthyPhase(healthy),
    ...FAULTS.map((fault) => troubledPhase(fault, each, [fault])),
    troubledPhase("all faults", mixed, FAULTS),
  ];
}

export function rivalPhases(schedules: number): readonly Phase[] {
  const healthy = Math.round(schedules * RIVAL_HEALTHY_SHARE);
  return [healthyPhase(healthy), troubledPhase("faults", schedules - healthy, RIVAL_FAULTS)];
}

export function healthyPhase(schedules: number): Phase {
  return { name: "healthy", schedules, longShare: 0.01, atOnce: 250, faults: [] };
}

/** Faults last for seconds, so many schedules must too. */
export function troubledPhase(name: string, schedules: number, faults: readonly Fault[]): Phase {
  return { name, schedules, longShare: 0.08, atOnce: 400, faults };
}
