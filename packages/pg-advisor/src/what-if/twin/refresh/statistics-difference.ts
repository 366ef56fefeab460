import { keyOf } from "../../../schema/identifiers.ts";
import type { ColumnStatistics, ExtendedStatistics, Snapshot } from "../../../snapshot/snapshot.ts";
import type { RelationStatistics } from "../relation-statistics.ts";
import { relationStatisticsOf } from "../size-plan.ts";

/** What the planner knew and does not know any more, and what it must be told. */
export interface StatisticsDifference {
  readonly relations: readonly RelationStatistics[];
  /** To be forgotten, whether they get others or none. */
  readonly columnsToClear: readonly ColumnStatistics[];
  readonly columns: readonly ColumnStatistics[];
  readonly extendedToClear: readonly ExtendedStatistics[];
  readonly extended: readonly ExtendedStatistics[];
}

/** @param isFresh whether a relation or index was just made, and knows nothing */
export function statisticsDifference(
  before: Snapshot,
  after: Snapshot,
  isFresh: (relation: { readonly schema: string; readonly name: string }) => boolean,
): StatisticsDifference {
  const columns = compare(before.columnStatistics, after.columnStatistics, columnKey, (column) =>
    isFresh({ schema: column.schema, name: column.relation }),
  );
  const extended = compare(
    before.extendedStatistics,
    after.extendedStatistics,
    ({ schema, name, inherited }) => JSON.stringify([schema, name, inherited]),
    ({ table }) => isFresh(table),
  );
  const relations = compare(
    relationStatisticsOf(before),
    relationStatisticsOf(after),
    keyOf,
    isFresh,
  );
  return {
    relations: relations.told,
    columnsToClear: columns.forgotten,
    columns: columns.told,
    extendedToClear: extended.forgotten,
    extended: extended.told,
  };
}

interface Compared<Row> {
  readonly forgotten: readonly Row[];
  readonly told: readonly Row[];
}

function compare<Row>(
  before: readonly Row[],
  after: readonly Row[],
  nameOf: (row: Row) => string,
  isFresh: (row: Row) => boolean,
): Compared<Row> {
  const old = new Map(before.map((row) => [nameOf(row), JSON.stringify(row)]));
  const now = new Map(after.map((row) => [nameOf(row), JSON.stringify(row)]));
  return {
    forgotten: before.filter(
      (row) => !isFresh(row) && now.get(nameOf(row)) !== old.get(nameOf(row)),
    ),
    told: after.filter((row) => isFresh(row) || old.get(nameOf(row)) !== now.get(nameOf(row))),
  };
}

function columnKey({ schema, relation, column, inherited }: ColumnStatistics): string {
  return JSON.stringify([schema, relation, column, inherited]);
}
