import type { Clock } from "@streamgate/core";
import { type Counted, SpaceSaving } from "./space-saving.ts";

export interface PopularityOptions {
  readonly clock: Clock;
  /** Ids that are followed; about 150 bytes each. @default 10000 */
  readonly capacity?: number;
  /** After this time a use counts half. @default 3600000 (1 h) */
  readonly halfLifeMs?: number;
}

/** An id that is worth warming. */
export interface PopularId {
  readonly id: string;
  /** Load time that keeping it saves, aged, in milliseconds; at least this much is certain. */
  readonly worthMs: number;
}

/** What is kept across restarts. */
export interface PopularityRecord {
  readonly version: 1;
  readonly total: number;
  /** Id, count and error, the greatest first. */
  readonly ids: readonly (readonly [string, number, number])[];
}

/** Even a value whose load took no time that a clock shows is worth something. */
const LEAST_COST_MS = 0.1;

/**
 * Which ids to load first after a restart: ranked by uses × what a load of them takes, faded by
 * halving. Bounded by a space-saving sketch, so that a scan over cold ids cannot push out the popular ones
 * for long: what it brings in carries its uncertainty, and the ranking counts only what is certain.
 *
 * @example
 * ```ts
 * import { Popularity } from "@streamgate/cache";
 * import { systemClock } from "@streamgate/core";
 * const popularity = new Popularity({ clock: systemClock });
 * popularity.used("42", 32, 7.5); // 32 hits of what took 7.5 ms to load
 * popularity.top(100); // [{ id: "42", worthMs: 240 }]
 * const kept = JSON.stringify(popularity); // for Popularity.restore after the restart
 * ```
 */
export class Popularity {
  readonly #clock: Clock;
  readonly #halfLifeMs: number;
  readonly #sketch: SpaceSaving;
  #halvedAtMs: number;

  constructor({ clock, capacity = 10_000, halfLifeMs = 3_600_000 }: PopularityOptions) {
    this.#clock = clock;
    this.#halfLifeMs = Math.max(1, halfLifeMs);
    this.#sketch = new SpaceSaving(capacity);
    this.#halvedAtMs = clock.monotonicMs();
  }

  /** @param loadMs what the last load of the value took */
  used(id: string, times: number, loadMs: number): void {
    this.#age();
    this.#sketch.offer(id, times * Math.max(LEAST_COST_MS, loadMs));
  }

  /** The ids of greatest worth first; those that a scan may have left are not among them. */
  top(limit: number): readonly PopularId[] {
    this.#age();
    return this.#sketch
      .top()
      .map(({ key, count, error }) => ({ id: key, worthMs: count - error }))
      .filter(({ worthMs }) => worthMs > 0)
      .sort((one, other) => other.worthMs - one.worthMs)
      .slice(0, limit);
  }

  toJSON(): PopularityRecord {
    this.#age();
    return {
      version: 1,
      total: this.#sketch.total,
      ids: this.#sketch.top().map(({ key, count, error }) => [key, count, error] as const),
    };
  }

  /** Adds what a former process knew; false where `record` is not one of {@link Popularity.toJSON}. */
  restore(record: unknown): boolean {
    const read = readRecord(record);
    if (read === undefined) return false;
    this.#sketch.restore(read.counted, read.total);
    return true;
  }

  #age(): void {
    const halvings = Math.floor((this.#clock.monotonicMs() - this.#halvedAtMs) / this.#halfLifeMs);
    if (halvings < 1) return;
    this.#halvedAtMs += halvings * this.#halfLifeMs;
    for (let round = 0; round < Math.min(halvings, MOST_HALVINGS); round += 1) this.#sketch.halve();
  }
}

/** After so many nothing is left that matters. */
const MOST_HALVINGS = 64;

function readRecord(
  record: unknown,
): { readonly counted: readonly Counted[]; readonly total: number } | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { version, total, ids } = record as Partial<Record<keyof PopularityRecord, unknown>>;
  if (version !== 1 || !isAmount(total) || !Array.isArray(ids)) return undefined;
  const counted: Counted[] = [];
  for (const row of ids as readonly unknown[]) {
    if (!Array.isArray(row)) return undefined;
    const [key, count, error] = row as readonly unknown[];
    if (typeof key !== "string" || !isAmount(count) || !isAmount(error)) return undefined;
    counted.push({ key, count, error });
  }
  return { counted, total };
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
