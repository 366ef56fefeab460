import { badRequest } from "./refusal.ts";

/** The order of a list, by which a page goes on where the one before ended, whatever came or went meanwhile. */
export interface Keyset<Item> {
  /** Name of the order: what a page of another order gave as `next` is refused. */
  readonly name: string;
  readonly direction: "ascending" | "descending";
  /** What is ordered by; null comes last. */
  valueOf(item: Item): number | string | null;
  /** Unique in the list; decides between equal values. */
  idOf(item: Item): string;
}

export interface KeysetPage<Item> {
  readonly items: readonly Item[];
  /** What the next page is asked for with; null at the end. */
  readonly next: string | null;
  /** How many there are in all. */
  readonly total: number;
}

type Value = number | string | null;
type Place = readonly [value: Value, id: string];

/** The list in its order. */
export function inOrder<Item>(items: readonly Item[], keyset: Keyset<Item>): readonly Item[] {
  // Each place is made once, not at each comparison: lists are long.
  const placed = items.map((item) => ({ item, place: placeOf(item, keyset) }));
  placed.sort((one, other) => comparePlaces(one.place, other.place, keyset.direction));
  return placed.map(({ item }) => item);
}

/**
 * One page of a list that is in its order.
 *
 * @param after what the page before gave as `next`
 * @throws ApiRefusal 400 where that is no place in a list of this order
 */
export function pageOf<Item>(
  ordered: readonly Item[],
  keyset: Keyset<Item>,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): KeysetPage<Item> {
  const start = after === undefined ? 0 : firstAfter(ordered, keyset, readCursor(after, keyset));
  const items = ordered.slice(start, start + limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && start + items.length < ordered.length;
  return {
    items,
    next: hasMore ? writeCursor(placeOf(last, keyset), keyset) : null,
    total: ordered.length,
  };
}

function placeOf<Item>(item: Item, keyset: Keyset<Item>): Place {
  return [keyset.valueOf(item), keyset.idOf(item)];
}

function firstAfter<Item>(ordered: readonly Item[], keyset: Keyset<Item>, place: Place): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = ordered[middle];
    const isBefore =
      item !== undefined && comparePlaces(placeOf(item, keyset), place, keyset.direction) <= 0;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function comparePlaces(one: Place, other: Place, direction: Keyset<unknown>["direction"]): number {
  const [value, id] = one;
  const [otherValue, otherId] = other;
  if (value !== otherValue) {
    if (value === null) return 1;
    if (otherValue === null) return -1;
    const order = value < otherValue ? -1 : 1;
    return direction === "ascending" ? order : -order;
  }
  return id < otherId ? -1 : id > otherId ? 1 : 0;
}

function writeCursor(place: Place, { name }: Keyset<never>): string {
  return Buffer.from(JSON.stringify([name, ...place])).toString("base64url");
}

function readCursor<Item>(cursor: string, { name }: Keyset<Item>): Place {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === 3 && parts[0] === name) {
    const [, value, id] = parts as readonly unknown[];
    if (isValue(value) && typeof id === "string") return [value, id];
  }
  throw badRequest(
    "after is no place in this list",
    "send what the page before gave as next, with the same sort",
    [{ place: "query.after", message: "is no place in this list" }],
  );
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function isValue(value: unknown): value is Value {
  return value === null || typeof value === "string" || Number.isFinite(value);
}
