import { parseArrayText } from "../../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../../snapshot/snapshot.ts";
import type { KeyGroup } from "../../btree/key-groups.ts";
import type { ValueSample } from "../value-samples.ts";
import { countKeys } from "./count-keys.ts";
import { lexemesOf, lexemesPerRow } from "./lexemes.ts";

const FEWEST_FOR_TREND = 40;
const GOLDEN_RATIO = 0.6180339887498949;

interface FoundElements {
  readonly groups: readonly KeyGroup[];
  readonly widths: readonly number[];
  readonly emptyShare: number;
}

/**
 * Keys of arrays and of tsvectors: those that ANALYZE listed, and the rest, told by sampled values where
 * there are any, and else by how the listed ones grow rarer.
 */
export function commonElements(
  statistics: ColumnStatistics | undefined,
  samples: readonly ValueSample[],
  rows: number,
  isLexemes: boolean,
): FoundElements {
  // After the frequencies of elements come the smallest and the largest (and, of arrays, that of NULL).
  const elements = parseArrayText(statistics?.mostCommonElements ?? "{}").map(String);
  const frequencies = (statistics?.mostCommonElementFrequencies ?? []).slice(0, elements.length);
  const listed = frequencies.map((frequency) => ({
    keys: 1,
    rowsPerKey: Math.max(1, frequency * rows),
  }));
  const widths = elements.map(widthOf);
  const known = new Set(elements);
  const keysIn = (value: string): readonly string[] =>
    isLexemes ? lexemesOf(value) : parseArrayText(value).filter((element) => element !== null);
  const found = countKeys(
    samples.map(({ value, ...sample }) => ({
      ...sample,
      keys: keysIn(value)
        .filter((element) => !known.has(element))
        .map((element) => ({ path: "", key: element, widthBytes: widthOf(element) })),
    })),
    rows,
  );
  const perRow = isLexemes
    ? lexemesPerRow(statistics)
    : (statistics?.elementCountHistogram?.at(-1) ?? null);
  const rest =
    perRow !== null && elements.length >= FEWEST_FOR_TREND
      ? restByTrend(frequencies, perRow, rows)
      : found.groups;
  const restWidths = found.widths.length > 0 ? found.widths : widths;
  const rare = rest.reduce((sum, { keys }) => sum + keys, 0);
  return {
    groups: [...listed, ...rest],
    widths: mixed(widths, restWidths, rare / Math.max(1, rare + elements.length)),
    emptyShare: samples
      .filter(({ value }) => keysIn(value).length === 0)
      .reduce((sum, { share }) => sum + share, 0),
  };
}

const WIDTHS = 64;

function widthOf(element: string): number {
  return Buffer.byteLength(element) + 1;
}

function mixed(
  listed: readonly number[],
  rest: readonly number[],
  restShare: number,
): readonly number[] {
  if (listed.length + rest.length === 0) return [];
  return Array.from({ length: WIDTHS }, (_, position) => {
    const source = (position + 0.5) / WIDTHS < restShare || listed.length === 0 ? rest : listed;
    return source[Math.floor((((position + 0.5) * GOLDEN_RATIO) % 1) * source.length)] ?? 8;
  });
}

/** Elements beyond the list, rarer by the power of their rank by which the rarer half of the list falls. */
function restByTrend(
  frequencies: readonly number[],
  elementsPerRow: number,
  rows: number,
): readonly KeyGroup[] {
  const sorted = frequencies.toSorted((one, other) => other - one);
  const count = sorted.length;
  const last = sorted.at(-1);
  if (last === undefined) return [];
  const middle = sorted[Math.floor(count / 4)] ?? last;
  const exponent = Math.max(0.1, Math.log(middle / last) / Math.log(count / (count / 4 + 1)));
  let left = elementsPerRow - sorted.reduce((sum, frequency) => sum + frequency, 0);
  const groups: KeyGroup[] = [];
  for (let rank = count, width = 16; left > 0; rank += width, width *= 1.3) {
    const fraction = Math.max(1 / rows, last * ((rank + width / 2) / count) ** -exponent);
    const keys = Math.min(width, left / fraction);
    groups.push({ keys, rowsPerKey: Math.max(1, fraction * rows), isRandom: true });
    left -= keys * fraction;
    if (keys < width) break;
  }
  return groups;
}
