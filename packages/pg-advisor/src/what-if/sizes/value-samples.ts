import { parseArrayText } from "../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../snapshot/snapshot.ts";

/** A value that statistics know, and the share of the rows that are not null which it stands for. */
export interface ValueSample {
  readonly value: string;
  readonly share: number;
  /** Whether it is one of many that are alike, and not one that was counted. */
  readonly isRepresentative: boolean;
}

/** The most common values with their shares, and the histogram's, which share the rest. */
export function sampleValues(statistics: ColumnStatistics | undefined): readonly ValueSample[] {
  if (statistics === undefined) return [];
  const present = 1 - statistics.nullFraction;
  if (present <= 0) return [];
  const common = elementsOf(statistics.mostCommonValues).map((value, position) => ({
    value,
    share: (statistics.mostCommonFrequencies?.[position] ?? 0) / present,
    isRepresentative: false,
  }));
  const bounds = elementsOf(statistics.histogramBounds);
  const rest = Math.max(0, 1 - common.reduce((sum, { share }) => sum + share, 0));
  return [
    ...common,
    ...bounds.map((value) => ({ value, share: rest / bounds.length, isRepresentative: true })),
  ];
}

function elementsOf(arrayText: string | null): readonly string[] {
  return parseArrayText(arrayText ?? "{}").filter((element) => element !== null);
}
