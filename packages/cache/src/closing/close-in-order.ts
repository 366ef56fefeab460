import { messageOf } from "@streamgate/core";
import type { Invalidator } from "../invalidation/invalidator.ts";
import type { ManagedMemory } from "../memory/managed-memory.ts";
import type { NamespaceState } from "../namespace/namespace-state.ts";
import type { ResolvedCacheOptions } from "../options/cache-options.ts";
import type { BackgroundWork } from "./background-work.ts";

/** A cache that could not leave everything in order; see `Cache.close`. */
export interface CloseReport {
  /** Tags whose invalidation no tier or bus acknowledged in the end. */
  readonly unacknowledged: readonly string[];
}

/** Lets loads land first, then what they began, then invalidations; only then what all these go through is closed. */
export async function closeInOrder({
  states,
  background,
  invalidator,
  managed,
  options,
}: {
  readonly states: ReadonlyMap<string, NamespaceState>;
  readonly background: BackgroundWork;
  readonly invalidator: Invalidator;
  readonly managed: ManagedMemory;
  readonly options: ResolvedCacheOptions;
}): Promise<CloseReport> {
  const { bus, edge, shared, onWarning } = options;
  for (const state of states.values()) state.close();
  await Promise.all([...states.values()].map(({ flights }) => flights.landed()));
  await background.ended();
  const unacknowledged = await invalidator.close();
  managed.close();
  managed.tier.clear();
  await closePart("the bus", bus, onWarning);
  await Promise.all(shared.map((tier) => closePart(`the tier ${tier.name}`, tier, onWarning)));
  await closePart("the edge", edge, onWarning);
  return { unacknowledged };
}

/** One that cannot be closed must not keep the others open. */
async function closePart(
  name: string,
  part: { close(): Promise<void> } | undefined,
  warn: (warning: string) => void,
): Promise<void> {
  try {
    await part?.close();
  } catch (error) {
    warn(`${name} could not be closed: ${messageOf(error)}`);
  }
}
