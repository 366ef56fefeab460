import type { SeriesKey } from "./point.ts";

/** The same text for the same name and labels, in whatever order these stand. Empty labels do not count. */
export function canonicalKey({ name, labels }: SeriesKey): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== "")
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return JSON.stringify([name, ...pairs.flat()]);
}
