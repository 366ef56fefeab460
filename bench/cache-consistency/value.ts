import { isDeepStrictEqual } from "node:util";
import type { Entry } from "./plan.ts";

/** Versions of rows by name. */
export type Versions = Readonly<Record<string, number>>;

const LONG_NOTE = 3_000;

/** What a load gives: nothing in it is free but the key and the versions, so that any harm to it shows. */
export function makeValue(key: string, versions: Versions, isRich: boolean): unknown {
  const sum = Object.values(versions).reduce((total, version) => total + version, 0);
  const isLong = key.length % 7 === 0;
  const plain = {
    key,
    versions,
    note: isLong ? `${key}#${sum};`.repeat(LONG_NOTE / 20) : `${key}#${sum}`,
  };
  if (!isRich) return plain;
  return {
    ...plain,
    at: new Date(1_000_000 * (sum + 1)),
    large: 2n ** 70n + BigInt(sum),
    none: undefined,
    nothing: null,
    set: new Set([key, sum]),
    map: new Map<unknown, unknown>([[sum, { key }]]),
    bytes: Buffer.from(key),
    words: new Uint16Array([sum, 1]),
  };
}

/** Every fourth schedule, where the cache keeps such values. */
export function isRichSchedule(number: number): boolean {
  return number % 4 === 0;
}

/** The versions in a value that came back; undefined when it is not what a load of this entry gave. */
export function versionsIn(value: unknown, entry: Entry, isRich: boolean): Versions | undefined {
  if (typeof value !== "object" || value === null || !("versions" in value)) return undefined;
  const versions = value.versions as Versions;
  if (typeof versions !== "object" || versions === null) return undefined;
  const expected = makeValue(entry.key, versions, isRich);
  return isDeepStrictEqual(value, expected) ? versions : undefined;
}
