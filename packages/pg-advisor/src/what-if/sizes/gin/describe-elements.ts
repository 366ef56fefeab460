import type { ColumnStatistics } from "../../../snapshot/snapshot.ts";
import { type ColumnType, describeColumn } from "../../btree/describe-column.ts";
import type { KeyGroup } from "../../btree/key-groups.ts";
import { keyGroups } from "../../btree/key-groups.ts";
import { withoutNulls } from "../hash-size.ts";
import { sampleValues, type ValueSample } from "../value-samples.ts";
import { commonElements } from "./common-elements.ts";
import { countKeys, type SampledKey } from "./count-keys.ts";
import { namesAndValues, pathsToValues } from "./document-keys.ts";
import type { ElementFacts } from "./element-facts.ts";
import type { EstimateRare } from "./rare-keys.ts";
import { rareTrigrams } from "./rare-trigrams.ts";
import { trigramsOf } from "./trigrams.ts";

export interface ElementsInput {
  /** The key as the index stores it. */
  readonly key: ColumnType;
  readonly operatorClass: string;
  /** Of the indexed column. */
  readonly statistics: ColumnStatistics | undefined;
  readonly rows: number;
}

/** What the keys of a GIN column are, as far as the planner's statistics tell. */
export function describeElements(input: ElementsInput): ElementFacts {
  const { key, statistics, rows } = input;
  const nullRows = rows * (statistics?.nullFraction ?? 0);
  const { groups, widths, emptyShare } = keysOf(input, rows - nullRows);
  const mean = widths.reduce((sum, width) => sum + width, 0) / Math.max(1, widths.length);
  return {
    groups,
    lengthBytes: key.lengthBytes,
    alignmentBytes: key.alignmentBytes,
    averageWidthBytes: widths.length === 0 ? (statistics?.averageWidth ?? 8) : mean,
    sampleWidthsBytes: widths,
    nullRows,
    emptyRows: emptyShare * (rows - nullRows),
  };
}

interface FoundKeys {
  readonly groups: readonly KeyGroup[];
  readonly widths: readonly number[];
  readonly emptyShare: number;
}

function keysOf(input: ElementsInput, rows: number): FoundKeys {
  const { operatorClass, statistics, key } = input;
  const samples = sampleValues(statistics);
  switch (operatorClass) {
    case "jsonb_ops":
      return counted(samples, rows, (value) => namesAndValues(parseJson(value)));
    case "jsonb_path_ops":
      return counted(samples, rows, (value) => pathsToValues(parseJson(value)));
    case "gin_trgm_ops":
      return counted(
        samples,
        rows,
        (value) => trigramsOf(value).map((trigram) => ({ path: "", key: trigram, widthBytes: 4 })),
        ({ sure, seen, singles, drawn, occurrences }) =>
          rareTrigrams(sure, seen, (singles / drawn) * occurrences),
      );
    case "array_ops":
    case "tsvector_ops":
      return commonElements(statistics, samples, rows, operatorClass === "tsvector_ops");
    default: {
      const column = withoutNulls(describeColumn(key, statistics, rows));
      const groups = keyGroups({
        rows,
        columns: [column],
        keyCount: 1,
        distinctKeys: null,
        deduplicates: false,
      });
      return { groups, widths: column.sampleWidthsBytes, emptyShare: 0 };
    }
  }
}

function counted(
  samples: readonly ValueSample[],
  rows: number,
  keysIn: (value: string) => readonly SampledKey[],
  estimateRare?: EstimateRare,
): FoundKeys {
  return countKeys(
    samples.map(({ value, ...sample }) => ({ ...sample, keys: keysIn(value) })),
    rows,
    estimateRare,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
