import { createTypeFacts } from "../../candidates/type-family.ts";
import type { Source } from "../../rewrites/analysis/level.ts";
import type { ColumnFacts } from "../../rewrites/catalogue/catalogue.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";

const PLAIN = new Set([
  "smallint",
  "integer",
  "bigint",
  "text",
  "character varying",
  "uuid",
  "date",
  "boolean",
]);

/** Whether equal values of a column are the same in every respect, so that one may stand for all of them. */
export function isPlainKey(
  { name, type, collation }: ColumnFacts,
  { table }: Source,
  snapshot: Snapshot,
): boolean {
  if (type === null) return false;
  // Of a collation that users made, `a` and `A` may be equal.
  if (collation !== undefined && !/"?(?:C|POSIX|default)"?$/.test(collation)) return false;
  if (PLAIN.has(type) || createTypeFacts(snapshot.types).family(type) === "enum") return true;
  const full = table?.relation.columns.find((column) => column.name === name)?.type ?? "";
  return /^numeric\(\d+,\s*-?\d+\)$/.test(full);
}
