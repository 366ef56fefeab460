import type { Labels } from "@streamgate/telemetry";
import { canonicalKey } from "../../series/canonical-key.ts";
import type { SeriesKey } from "../../series/point.ts";

const PARTS_OF_HISTOGRAMS = ["_bucket", "_sum", "_count"] as const;

/** The series behind those that Prometheus keeps: a histogram is one, and a counter has no `_total`. */
export function keysOf(found: readonly Labels[]): readonly SeriesKey[] {
  const stored = new Set(found.map(({ __name__ = "" }) => __name__));
  const keys = new Map<string, SeriesKey>();
  for (const { __name__: storedName = "", ...labels } of found) {
    const key = keyOf(storedName, labels, stored);
    keys.set(canonicalKey(key), key);
  }
  return [...keys.values()];
}

function keyOf(storedName: string, labels: Labels, stored: ReadonlySet<string>): SeriesKey {
  const part = PARTS_OF_HISTOGRAMS.find((suffix) => storedName.endsWith(suffix));
  const family = storedName.slice(0, storedName.length - (part?.length ?? 0));
  if (part !== undefined && stored.has(`${family}_bucket`)) {
    const { le: _, ...others } = labels;
    return { name: family, labels: others };
  }
  return { name: storedName.replace(/_total$/, ""), labels };
}
