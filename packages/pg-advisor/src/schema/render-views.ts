import type { Relation } from "../snapshot/snapshot.ts";
import { qualify } from "./identifiers.ts";
import { renderOptions } from "./render-storage-options.ts";
import type { SchemaStatement } from "./schema-script.ts";

/** Views and materialized views; a snapshot holds them in an order in which they can be made. */
export function renderViews(relations: readonly Relation[]): readonly SchemaStatement[] {
  return relations.flatMap((relation) => {
    const definition = relation.definition?.trim().replace(/;$/, "");
    if (definition === undefined) return [];
    const head = `${qualify(relation)}${renderOptions(relation.options)} AS ${definition}`;
    return relation.kind === "materialized view"
      ? [
          {
            object: `materialized view ${qualify(relation)}`,
            of: [relation],
            sql: `CREATE MATERIALIZED VIEW ${head} WITH NO DATA`,
          },
        ]
      : [{ object: `view ${qualify(relation)}`, of: [relation], sql: `CREATE VIEW ${head}` }];
  });
}
