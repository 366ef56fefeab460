import { formatArrayText, parseArrayText } from "../snapshot/array-text.ts";
import type { ValueStatistics } from "../snapshot/snapshot.ts";
import type { ExportOptions } from "./options.ts";
import type { ReplacedValues } from "./replaced-values.ts";
import type { ValueKind } from "./value-kind.ts";

const NO_VALUES = {
  mostCommonValues: null,
  mostCommonFrequencies: null,
  histogramBounds: null,
  mostCommonElements: null,
  mostCommonElementFrequencies: null,
  elementCountHistogram: null,
  rangeLengthHistogram: null,
  rangeEmptyFraction: null,
  rangeBoundsHistogram: null,
} as const;

/** What may be told of a column: frequencies, and other values in the place of its own. */
export function replaceStatistics<Statistics extends ValueStatistics>(
  statistics: Statistics,
  kind: ValueKind,
  values: ReplacedValues,
  told: ExportOptions["values"],
): Statistics {
  const replaced = withReplacedValues(statistics, kind, values);
  return told === "none" ? { ...statistics, ...NO_VALUES } : { ...statistics, ...replaced };
}

function withReplacedValues(
  statistics: ValueStatistics,
  kind: ValueKind,
  values: ReplacedValues,
): Partial<ValueStatistics> {
  const { mostCommonValues, histogramBounds, rangeBoundsHistogram } = statistics;
  const common = mostCommonValues === null ? null : values.replaceArray(mostCommonValues, kind);
  const bounds = histogramBounds === null ? null : values.replaceArray(histogramBounds, kind);
  return {
    mostCommonValues: common,
    mostCommonFrequencies: common === null ? null : statistics.mostCommonFrequencies,
    histogramBounds: bounds === null ? null : inOrder(bounds, kind),
    ...elements(statistics, values),
    rangeBoundsHistogram:
      rangeBoundsHistogram === null ? null : values.replaceArray(rangeBoundsHistogram, "range"),
    // Lengths are distances, which moving keeps.
    ...(kind === "range" || kind === "unknown"
      ? {}
      : { rangeLengthHistogram: null, rangeEmptyFraction: null }),
  };
}

/** Codes of texts stand in the order of this process; the bounds must stand in the order of codes. */
function inOrder(bounds: string, kind: ValueKind): string {
  return kind === "text" ? formatArrayText(sorted(parseArrayText(bounds))) : bounds;
}

function sorted(elements: readonly (string | null)[]): readonly (string | null)[] {
  return [...elements].sort(byText);
}

function byText(one: string | null, other: string | null): number {
  return (one ?? "") < (other ?? "") ? -1 : (one ?? "") > (other ?? "") ? 1 : 0;
}

/** Common elements stand in order, and behind their frequencies those of the least, the most and NULL. */
function elements(
  { mostCommonElements, mostCommonElementFrequencies }: ValueStatistics,
  values: ReplacedValues,
): Partial<ValueStatistics> {
  const replaced =
    mostCommonElements === null ? null : values.replaceArray(mostCommonElements, "unknown");
  if (replaced === null || mostCommonElementFrequencies === null) {
    return { mostCommonElements: null, mostCommonElementFrequencies: null };
  }
  const found = parseArrayText(replaced).map((element, position) => ({
    element,
    frequency: mostCommonElementFrequencies[position] ?? 0,
  }));
  const isText = found.some(({ element }) => /^v/.test(element ?? ""));
  const ordered = isText ? found.sort((one, other) => byText(one.element, other.element)) : found;
  return {
    mostCommonElements: formatArrayText(ordered.map(({ element }) => element)),
    mostCommonElementFrequencies: [
      ...ordered.map(({ frequency }) => frequency),
      ...mostCommonElementFrequencies.slice(found.length),
    ],
  };
}
