import { formatArrayText } from "../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../snapshot/snapshot.ts";
import type { DerivedStatistics } from "./derive-statistics.ts";
import type { SampleRow } from "./sample-rows.ts";

/** The statistics of a column among the rows for which a predicate on it alone is true. */
export function statisticsOfRows(
  statistics: ColumnStatistics,
  rows: readonly SampleRow[],
  isKept: readonly boolean[],
  tableRows: number,
): DerivedStatistics | null {
  const kept = rows.filter((_, position) => isKept[position] === true);
  const total = kept.reduce((sum, { share }) => sum + share, 0);
  if (total <= 0) return null;
  const nullShare = kept
    .filter(({ values }) => values[0] === null)
    .reduce((sum, { share }) => sum + share, 0);
  const common = kept.filter(({ values, isCommon }) => isCommon && values[0] !== null);
  const isOther = ({ isCommon }: SampleRow): boolean => !isCommon;
  const others = kept.filter(isOther);
  const allOthers = rows.filter(isOther);
  const all = statistics.distinct >= 0 ? statistics.distinct : -statistics.distinct * tableRows;
  const allCommon = statistics.mostCommonFrequencies?.length ?? 0;
  const otherDistinct =
    Math.max(0, all - allCommon) * (allOthers.length === 0 ? 0 : others.length / allOthers.length);
  return {
    ...statistics,
    nullFraction: nullShare / total,
    distinct: Math.max(1, common.length + otherDistinct),
    mostCommonValues: common.length === 0 ? null : textOf(common),
    mostCommonFrequencies: common.length === 0 ? null : common.map(({ share }) => share / total),
    histogramBounds: others.length === 0 ? null : textOf(others),
    isOfIndexedRows: true,
  };
}

function textOf(rows: readonly SampleRow[]): string {
  return formatArrayText(rows.map(({ values }) => values[0] ?? null));
}
