import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Knex } from "knex";
import type pg from "pg";

/** What a request has to do with. */
export interface Shop {
  readonly pool: pg.Pool;
  readonly knex: Knex;
  readonly drizzle: NodePgDatabase;
}

/** A request as a program would make it, and what is to be found in it. */
export interface Scenario {
  readonly name: string;
  /** The statements that are asked one by one, as their text shows; none in a trap. */
  readonly loops: readonly RegExp[];
  run(shop: Shop): Promise<unknown>;
}

/** A request with look-ups that one statement could make. */
export function loop(
  name: string,
  loops: RegExp | readonly RegExp[],
  run: (shop: Shop) => Promise<unknown>,
): Scenario {
  return { name, loops: loops instanceof RegExp ? [loops] : loops, run };
}

/** A request that looks like it and is none. */
export function trap(name: string, run: (shop: Shop) => Promise<unknown>): Scenario {
  return { name, loops: [], run };
}

/** So many numbers from `from` on. */
export function numbers(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A list in parts of a size. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
