import { createHash } from "node:crypto";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { IndexDefinition, IndexKey } from "./candidate.ts";

/** `btree (user_id, created_at DESC)`: method, keys, included columns, options and predicate. */
export function definitionBody(definition: IndexDefinition): string {
  const { method, keys, include, predicate, options } = definition;
  const clauses = [
    `${method} (${keys.map(keySql).join(", ")})`,
    include.length === 0 ? "" : `INCLUDE (${include.map(quoteIdentifier).join(", ")})`,
    options.length === 0 ? "" : `WITH (${options.join(", ")})`,
    predicate === null ? "" : `WHERE ${predicate}`,
  ];
  return clauses.filter((clause) => clause !== "").join(" ");
}

/** `public.content (user_id, created_at DESC)`: how a person names an index that does not exist. */
export function describeDefinition(definition: IndexDefinition): string {
  const body = definitionBody(definition);
  return definition.method === "btree"
    ? `${qualify(definition.table)} ${body.slice("btree ".length)}`
    : `${qualify(definition.table)} USING ${body}`;
}

/** CREATE INDEX as one may paste it, nameless: PostgreSQL names it. */
export function nameless(definition: IndexDefinition): string {
  return `CREATE INDEX ON ${qualify(definition.table)} USING ${definitionBody(definition)}`;
}

/** Letters that stand for a definition: the same on every run. */
export function hashOf(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** Directions and nulls are written only where they are not PostgreSQL's default. */
function keySql({ column, expression, operatorClass, direction, nulls }: IndexKey): string {
  const key = column === null ? `(${expression ?? ""})` : quoteIdentifier(column);
  const byDefault = direction === "asc" ? "last" : "first";
  const order = direction === "desc" ? " DESC" : "";
  return `${key}${operatorClass === null ? "" : ` ${operatorClass}`}${order}${nulls === byDefault ? "" : ` NULLS ${nulls.toUpperCase()}`}`;
}
