import type { Relation } from "../../snapshot/snapshot.ts";
import { describeColumn } from "../btree/describe-column.ts";
import type { KeyColumn } from "../btree/key-column.ts";
import type { DerivedStatistics } from "../sizes/derive-statistics.ts";
import { describeElements } from "../sizes/gin/describe-elements.ts";
import { describeGistKey } from "../sizes/gist-key.ts";
import type { BrinColumn, IndexFacts } from "../sizes/index-facts.ts";
import { btreeFacts, type StatisticsByColumn } from "./btree-facts.ts";
import type { StoredColumn, StoredIndex } from "./twin-catalogue.ts";

export interface IndexFactsInput {
  readonly index: StoredIndex;
  /** Rows that the index holds: of a partial one those of its predicate. */
  readonly rows: number;
  /** Whether its metapage says that equal keys may share a posting list. */
  readonly deduplicates: boolean;
  /** Its table, as the snapshot has it. */
  readonly table: Relation | undefined;
  readonly statistics: StatisticsByColumn;
  /** What had to be worked out, by the names of the index's columns. */
  readonly derived: ReadonlyMap<string, DerivedStatistics>;
}

/** Puts an index of the twin into the words of the size model. */
export function indexFacts(input: IndexFactsInput): IndexFacts {
  const { index, rows, deduplicates, statistics, derived } = input;
  const knownOf = (column: StoredColumn): DerivedStatistics | undefined =>
    derived.get(column.indexColumn) ?? statistics.ofIndexColumn(index, column);
  const tablePages = Math.max(1, Math.ceil((input.table?.sizeBytes ?? 0) / 8192));
  const tableRows = rowsOf(input.table, tablePages, rows);
  const columns = index.columns.map((column) =>
    describeColumn(column, knownOf(column), rows, tableRows),
  );
  const keys = columns.slice(0, index.keyCount);
  switch (index.method) {
    case "hash":
      return {
        method: "hash",
        rows,
        tableRows,
        column: keys[0] ?? NO_COLUMN,
        ...fillFactorOf(index),
      };
    case "brin":
      return {
        method: "brin",
        tablePages,
        rowsPerPage: tableRows / tablePages,
        pagesPerRange: numberOf(index.options, "pages_per_range") ?? 128,
        columns: keys.map((column, position) => ({
          column,
          summary: summaryOf(index.operatorClasses[position] ?? ""),
        })),
      };
    case "gin":
      return {
        method: "gin",
        rows,
        tableRows,
        tablePages,
        columns: index.columns.map((column, position) =>
          describeElements({
            key: column,
            operatorClass: index.operatorClasses[position] ?? "",
            statistics: knownOf(column),
            rows,
          }),
        ),
      };
    case "gist":
      return {
        method: "gist",
        rows,
        columns: keys.map((column, position) => {
          const operatorClass = index.operatorClasses[position] ?? "";
          const stored = index.columns[position];
          const known = stored === undefined ? undefined : knownOf(stored);
          return { operatorClass, column: describeGistKey(column, operatorClass, known) };
        }),
        include: columns.slice(index.keyCount),
        ...fillFactorOf(index),
      };
    default:
      return {
        method: "btree",
        ...btreeFacts(
          index,
          rows,
          deduplicates && !index.options.includes("deduplicate_items=off"),
          statistics,
          tableRows,
          derived,
        ),
      };
  }
}

const NO_COLUMN: KeyColumn = {
  lengthBytes: 4,
  alignmentBytes: 4,
  averageWidthBytes: 4,
  sampleWidthsBytes: [],
  nullFraction: 0,
  distinct: 1,
  commonFractions: [],
};

/** Rows of the table now, as the planner scales those of the last ANALYZE. */
function rowsOf(table: Relation | undefined, tablePages: number, rows: number): number {
  if (table === undefined || table.rows < 0 || table.pages < 1) return rows;
  return (table.rows / table.pages) * tablePages;
}

function summaryOf(operatorClass: string): BrinColumn["summary"] {
  if (operatorClass.endsWith("_minmax_multi_ops")) return "minmax-multi";
  if (operatorClass.endsWith("_bloom_ops")) return "bloom";
  return operatorClass.endsWith("_inclusion_ops") ? "inclusion" : "minmax";
}

function fillFactorOf({ options }: StoredIndex): { readonly fillFactorPercent?: number } {
  const fillFactorPercent = numberOf(options, "fillfactor");
  return fillFactorPercent === null ? {} : { fillFactorPercent };
}

function numberOf(options: readonly string[], name: string): number | null {
  const option = options.find((each) => each.startsWith(`${name}=`));
  const value = Number(option?.slice(name.length + 1));
  return Number.isFinite(value) ? value : null;
}
