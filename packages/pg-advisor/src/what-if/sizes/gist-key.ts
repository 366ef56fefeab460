import type { ColumnStatistics } from "../../snapshot/snapshot.ts";
import type { KeyColumn } from "../btree/key-column.ts";
import { lexemesOf, lexemesPerRow } from "./gin/lexemes.ts";
import { trigramsOf } from "./gin/trigrams.ts";
import { sampleValues } from "./value-samples.ts";

const TRIGRAM_BYTES = 3;
const TRIGRAM_HEADER_BYTES = 5;
const LEXEME_BYTES = 4;
const LEXEME_HEADER_BYTES = 8;

/** The key as the leaves of a GiST store it, where that is not the value itself. */
export function describeGistKey(
  column: KeyColumn,
  operatorClass: string,
  statistics: ColumnStatistics | undefined,
): KeyColumn {
  const samples = sampleValues(statistics).map(({ value }) => value);
  if (operatorClass === "gist_trgm_ops") {
    return withWidths(
      column,
      samples.map(
        (value) => TRIGRAM_HEADER_BYTES + TRIGRAM_BYTES * new Set(trigramsOf(value)).size,
      ),
      TRIGRAM_HEADER_BYTES + TRIGRAM_BYTES * column.averageWidthBytes,
    );
  }
  if (operatorClass === "tsvector_ops") {
    return withWidths(
      column,
      samples.map((value) => LEXEME_HEADER_BYTES + LEXEME_BYTES * lexemesOf(value).length),
      LEXEME_HEADER_BYTES + LEXEME_BYTES * lexemesPerRow(statistics),
    );
  }
  return column;
}

function withWidths(
  column: KeyColumn,
  sampleWidthsBytes: readonly number[],
  otherwiseBytes: number,
): KeyColumn {
  const total = sampleWidthsBytes.reduce((sum, width) => sum + width, 0);
  return {
    ...column,
    lengthBytes: -1,
    alignmentBytes: 4,
    averageWidthBytes:
      sampleWidthsBytes.length === 0 ? otherwiseBytes : total / sampleWidthsBytes.length,
    sampleWidthsBytes,
  };
}
