import { systemClock } from "@streamgate/core";
import { createRegistry, type Registry } from "@streamgate/telemetry";
import type { Collection, Stall } from "../../src/samplers/observation.ts";
import type { SamplerContext } from "../../src/samplers/sampler.ts";

/** What a sampler stands on, with what it told. */
export interface RecordingContext extends SamplerContext {
  readonly collections: Collection[];
  readonly stalls: Stall[];
}

export function recordingContext(more: Partial<SamplerContext> = {}): RecordingContext {
  const collections: Collection[] = [];
  const stalls: Stall[] = [];
  return {
    registry: createRegistry(),
    clock: systemClock,
    systemRoot: "/",
    addCost: () => undefined,
    addCollection: (collection) => void collections.push(collection),
    addStall: (stall) => void stalls.push(stall),
    ...more,
    collections,
    stalls,
  };
}

/** The value of a counter or gauge with these labels; undefined where there is none. */
export function readValue(
  registry: Registry,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = registry.collect().find((each) => each.name === name);
  const series = family?.series.find((each) =>
    Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  return series !== undefined && "value" in series ? series.value : undefined;
}

/** Holds the thread. */
export function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
