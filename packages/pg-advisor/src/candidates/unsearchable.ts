import type { Declined } from "@streamgate/core";
import { quoteIdentifier } from "../schema/identifiers.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { nameless } from "./definition-sql.ts";
import { keyOn } from "./search-terms.ts";
import type { UsedTable } from "./table-uses.ts";

/** Conditions that no index is searched by as they are written, though the same in other words would be. */
export function explainUnsearchable(
  { table, uses }: UsedTable,
  facts: ColumnFacts,
): readonly Declined[] {
  const found = new Map<string, Declined>();
  for (const { use } of uses) {
    for (const { column, operator } of use.predicates) {
      if (operator !== "= any" || facts.family(use.relation, column) !== "array") continue;
      const { schema, name } = table;
      const definition = {
        table: { schema, name },
        method: "gin",
        keys: [keyOn(column, null)],
        include: [],
        predicate: null,
        options: [],
      } as const;
      const quoted = quoteIdentifier(column);
      found.set(column, {
        candidate: nameless(definition),
        reason: "statement-must-change",
        explanation: `PostgreSQL searches no index for a value = ANY (${quoted}); written as ${quoted} @> ARRAY[value] this one would serve.`,
      });
    }
  }
  return [...found.values()];
}
