import type { IndexPortrait } from "@streamgate/pg-advisor";
import { addressOf } from "./advance-readings.ts";
import type { IndexReading, WatchedIndexes } from "./index-reading.ts";

export const INDEX_EVENTS = [
  "appeared",
  "became valid",
  "changed",
  "renamed",
  "rebuilt",
  "vanished",
] as const;
export type IndexEventKind = (typeof INDEX_EVENTS)[number];

/** Something that happened to an index between two looks. */
export interface IndexEvent {
  readonly database: string;
  readonly kind: IndexEventKind;
  /** The look before, and the one that saw it, in ms since 1970. */
  readonly notBeforeMs: number;
  readonly atMs: number;
  /** After the event; before it, of one that vanished. */
  readonly portrait: IndexPortrait;
  /** Its definition or its name before, where that is what changed. */
  readonly previous: string | null;
  readonly previousSizeBytes: number | null;
}

/** What a REINDEX CONCURRENTLY makes and takes away on its way. */
const TRANSIENT = /_cc(?:new|old)\d*$/;

/**
 * What happened to the indexes of a database between two looks. Those of partitions are told by that of their parent. Where not one
 * index of before is there any more, it is another database under the same name, of which nothing is known yet.
 */
export function indexEvents(
  before: WatchedIndexes | undefined,
  now: WatchedIndexes,
): readonly IndexEvent[] {
  if (before === undefined) return [];
  const earlier = free(before.readings);
  const later = free(now.readings);
  const byOid = new Map(earlier.map((one) => [one.portrait.index.oid, one]));
  const byAddress = new Map(earlier.map((one) => [addressOf(one.portrait.index), one]));
  const span = { notBeforeMs: before.watch.readAtMs, atMs: now.watch.readAtMs };
  const gone = new Set(earlier);
  const events: IndexEvent[] = [];
  for (const reading of later) {
    const { index } = reading.portrait;
    const same = byOid.get(index.oid);
    const previous =
      same !== undefined && isSameTable(same, reading) ? same : byAddress.get(addressOf(index));
    if (previous !== undefined) gone.delete(previous);
    const told = describe(previous, reading);
    if (told !== null)
      events.push({
        database: now.watch.database,
        ...span,
        ...told,
        portrait: reading.portrait,
        previousSizeBytes: previous?.portrait.index.sizeBytes ?? null,
      });
  }
  if (earlier.length > 0 && gone.size === earlier.length) return [];
  for (const { portrait } of gone)
    events.push({
      database: now.watch.database,
      ...span,
      kind: "vanished",
      previous: null,
      portrait,
      previousSizeBytes: portrait.index.sizeBytes,
    });
  return events;
}

function free(readings: readonly IndexReading[]): readonly IndexReading[] {
  return readings.filter(
    ({ portrait: { index } }) => index.parent === null && !TRANSIENT.test(index.name),
  );
}

/** Numbers are given anew in another database, to whatever comes. */
function isSameTable(one: IndexReading, other: IndexReading): boolean {
  return addressOf(one.portrait.index.table) === addressOf(other.portrait.index.table);
}

function describe(
  before: IndexReading | undefined,
  { portrait: { index } }: IndexReading,
): Pick<IndexEvent, "kind" | "previous"> | null {
  if (before === undefined) return { kind: "appeared", previous: null };
  const earlier = before.portrait.index;
  const isRenamed = earlier.name !== index.name;
  if (isRenamed && withoutName(earlier) === withoutName(index))
    return { kind: "renamed", previous: earlier.name };
  if (earlier.definition !== index.definition)
    return { kind: "changed", previous: earlier.definition };
  if (!earlier.isValid && index.isValid) return { kind: "became valid", previous: null };
  if (earlier.oid !== index.oid) return { kind: "rebuilt", previous: null };
  return null;
}

/** All of a definition after its ON. */
function withoutName({ definition }: IndexPortrait["index"]): string {
  return definition.slice(definition.indexOf(" ON "));
}
