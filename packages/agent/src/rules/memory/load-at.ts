import type { Observation, ObservationLog } from "../../samplers/observation.ts";

/** Readings that lie further away say nothing of a moment. */
const NEAR_MS = 15_000;

/**
 * How much the process had in hand at a moment: its handles and the operations under way, as the reading nearest to it counts them. What requests
 * hold while they wait is in the heap and lives through collections; it comes and goes with this number.
 */
export function loadAt(observations: ObservationLog, atMs: number): number {
  let nearest: Observation | undefined;
  for (const observation of observations.observations(atMs - NEAR_MS)) {
    if (observation.handles === undefined) continue;
    if (nearest === undefined || distance(observation, atMs) < distance(nearest, atMs))
      nearest = observation;
  }
  return nearest === undefined ? 0 : sum(nearest.handles) + sum(nearest.requests);
}

function distance(observation: Observation, atMs: number): number {
  return Math.abs(observation.atMs - atMs);
}

function sum(counts: Readonly<Record<string, number>> | undefined): number {
  return Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
}
