import type { Clock } from "@streamgate/core";
import { ApiRefusal } from "../api/refusal.ts";

export interface RememberedOptions {
  readonly clock: Clock;
  /** How long what was found is taken for true. */
  readonly freshMs: number;
  /** How long it serves where the source does not answer. */
  readonly staleMs: number;
  /** Entries; the one that was used longest ago goes first. */
  readonly most: number;
}

/** Remembers for a short while what was found in a slow place; never that something was not found. */
export interface Remembered<Value> {
  /** What is known of the key, or what `look` finds: once for all who ask at the same time. */
  of(key: string, look: () => Promise<Value | undefined>): Promise<Value | undefined>;
  /** Whether it was found lately, fresh or not. */
  has(key: string): boolean;
  /** At once, also for those who are looking just now. */
  forget(isMeant: (value: Value, key: string) => boolean): void;
}

interface Kept<Value> {
  readonly value: Value;
  freshUntilMs: number;
  readonly staleUntilMs: number;
}

/** Where the source is gone, it is not asked with each request. */
const PATIENCE_MS = 2_000;

export function createRemembered<Value>(options: RememberedOptions): Remembered<Value> {
  const { clock, freshMs, staleMs, most } = options;
  const entries = new Map<string, Kept<Value>>();
  const flights = new Map<string, Promise<Value | undefined>>();
  let generation = 0;

  const keep = (key: string, value: Value): void => {
    const nowMs = clock.monotonicMs();
    entries.delete(key);
    entries.set(key, { value, freshUntilMs: nowMs + freshMs, staleUntilMs: nowMs + staleMs });
    const [oldest] = entries.keys();
    if (entries.size > most && oldest !== undefined) entries.delete(oldest);
  };
  /** What was forgotten while it was looked for is looked for again. */
  const find = async (
    key: string,
    look: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> => {
    for (;;) {
      const begun = generation;
      const value = await look();
      if (begun !== generation) continue;
      if (value === undefined) entries.delete(key);
      else keep(key, value);
      return value;
    }
  };
  return {
    of: async (key, look) => {
      const kept = entries.get(key);
      if (kept !== undefined && clock.monotonicMs() < kept.freshUntilMs) {
        entries.delete(key);
        entries.set(key, kept);
        return kept.value;
      }
      const flight = flights.get(key) ?? find(key, look).finally(() => flights.delete(key));
      flights.set(key, flight);
      try {
        return await flight;
      } catch (error) {
        const stale = entries.get(key);
        if (error instanceof ApiRefusal || stale === undefined) throw error;
        const nowMs = clock.monotonicMs();
        if (nowMs >= stale.staleUntilMs) throw error;
        stale.freshUntilMs = nowMs + PATIENCE_MS;
        return stale.value;
      }
    },
    has: (key) => clock.monotonicMs() < (entries.get(key)?.staleUntilMs ?? 0),
    forget: (isMeant) => {
      generation += 1;
      for (const [key, { value }] of entries) if (isMeant(value, key)) entries.delete(key);
    },
  };
}
