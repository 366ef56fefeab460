import { parseArrayText } from "../../../snapshot/array-text.ts";
import type { ColumnStatistics } from "../../../snapshot/snapshot.ts";

const LEXEME = /'((?:[^']|'')*)'/g;

/** The lexemes in the text form of a tsvector: `'cat':3 'dog':1,5`. */
export function lexemesOf(vector: string): readonly string[] {
  return [...vector.matchAll(LEXEME)].map(([, lexeme = ""]) => lexeme.replaceAll("''", "'"));
}

const HEADER_BYTES = 8;
const ENTRY_BYTES = 4;
/** How many there are, and mostly one. */
const POSITIONS_BYTES = 4.2;
const USUAL_LEXEME_BYTES = 8;

/** How many lexemes a tsvector has, by the mean width of all: ANALYZE keeps no whole ones. */
export function lexemesPerRow(statistics: ColumnStatistics | undefined): number {
  const lexemes = parseArrayText(statistics?.mostCommonElements ?? "{}").map(String);
  const frequencies = (statistics?.mostCommonElementFrequencies ?? []).slice(0, lexemes.length);
  const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  const bytes = frequencies.reduce(
    (sum, frequency, position) =>
      sum + frequency * 2 * Math.ceil(Buffer.byteLength(lexemes[position] ?? "") / 2),
    0,
  );
  const lexemeBytes = total > 0 ? bytes / total : USUAL_LEXEME_BYTES;
  const widthBytes = statistics?.averageWidth ?? HEADER_BYTES;
  return Math.max(0, widthBytes - HEADER_BYTES) / (ENTRY_BYTES + lexemeBytes + POSITIONS_BYTES);
}
