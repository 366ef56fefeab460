import type { Snapshot } from "../snapshot/snapshot.ts";
import { keyOf } from "./identifiers.ts";
import { RENDER_DEFAULTS, type RenderOptions } from "./options.ts";
import { renderConstraints, renderForeignKeys } from "./render-constraints.ts";
import { renderExtensions } from "./render-extensions.ts";
import { renderForeignServers } from "./render-foreign.ts";
import { renderIndexes } from "./render-indexes.ts";
import {
  renderFunctions,
  renderSchemas,
  renderSequences,
  renderStatistics,
  renderTypes,
} from "./render-objects.ts";
import { absentTypes, renderStandIns } from "./render-stand-ins.ts";
import { renderTables } from "./render-tables.ts";
import { renderViews } from "./render-views.ts";
import type { SchemaScript } from "./schema-script.ts";
import { selectRelations } from "./select-relations.ts";

/**
 * The statements that rebuild a snapshot's schema in an empty PostgreSQL 18: the same names, column
 * orders, constraints and indexes, without data. Materialized views are made without data, too, and
 * want a REFRESH before anything reads them.
 *
 * @example
 * ```ts
 * import { renderSchema, type Snapshot } from "@streamgate/pg-advisor";
 * const rebuild = (snapshot: Snapshot) =>
 *   renderSchema(snapshot, { availableExtensions: ["pg_trgm"], withDefaults: true });
 * ```
 */
export function renderSchema(snapshot: Snapshot, options: RenderOptions = {}): SchemaScript {
  const {
    availableExtensions,
    withDefaults,
    isForPlansOnly,
    relations: wanted,
  } = {
    ...RENDER_DEFAULTS,
    ...options,
  };
  const relations = selectRelations(snapshot.relations, wanted);
  const selected = new Set(relations.map(keyOf));
  const isSelected = (name: { readonly schema: string; readonly name: string }): boolean =>
    selected.has(keyOf(name));

  const extensions = renderExtensions(snapshot.extensions, availableExtensions);
  const sequences = withDefaults ? renderSequences(snapshot.sequences) : [];
  const standIns = isForPlansOnly ? absentTypes(snapshot.ownTypes ?? [], availableExtensions) : [];
  const foreign = renderForeignServers(
    isForPlansOnly ? snapshot : {},
    relations,
    availableExtensions,
  );
  const tables = renderTables(relations, {
    withDefaults,
    standIns,
    isNeverFilled: isForPlansOnly,
    isForeignCarried: foreign.isCarried,
  });
  const indexes = renderIndexes(snapshot.indexes, relations);
  const foreignKeys = renderForeignKeys(snapshot.constraints, isSelected);
  const statistics = renderStatistics(snapshot.extendedStatistics, relations);
  return {
    stages: [
      { name: "schemas", statements: renderSchemas(snapshot, availableExtensions) },
      { name: "extensions", statements: extensions.statements },
      { name: "foreign servers", statements: foreign.servers },
      { name: "stand-ins", statements: renderStandIns(standIns) },
      { name: "types", statements: renderTypes(snapshot) },
      { name: "functions", statements: renderFunctions(snapshot.functions) },
      { name: "tables", statements: [...sequences, ...tables] },
      { name: "keys", statements: renderConstraints(snapshot.constraints, relations) },
      { name: "indexes", statements: indexes.onTables },
      { name: "foreign keys", statements: foreignKeys.statements },
      { name: "statistics", statements: statistics.onTables },
      {
        name: "views",
        statements: [
          ...renderViews(relations),
          ...indexes.onMaterializedViews,
          ...statistics.onMaterializedViews,
        ],
      },
    ],
    skipped: [
      ...extensions.skipped,
      ...foreign.skipped,
      ...indexes.skipped,
      ...foreignKeys.skipped,
    ],
  };
}
