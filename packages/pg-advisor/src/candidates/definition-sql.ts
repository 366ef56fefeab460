import { createHash } from "node:crypto";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { IndexDefinition, IndexKey } from "./candidate.ts";

/** `btree (user_id, created_at DESC)`: method, keys, included columns and predicate. */
export function definitionBody({ method, keys, include, predicate }: IndexDefinition): string {
  const body = `${method} (${keys.map(keySql).join(", ")})`;
  const included =
    include.length === 0 ? "" : ` INCLUDE (${include.map(quoteIdentifier).join(", ")})`;
  return `${body}${included}${predicate === null ? "" : ` WHERE ${predicate}`}`;
}

/** `public.content (user_id, created_at DESC)`: how a person names an index that does not exist. */
export function describeDefinition(definition: IndexDefinition): string {
  return `${qualify(definition.table)} ${definitionBody(definition).replace(/^btree /, "")}`;
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
function keySql({ column, direction, nulls }: IndexKey): string {
  const byDefault = direction === "asc" ? "last" : "first";
  const order = direction === "desc" ? " DESC" : "";
  return `${quoteIdentifier(column)}${order}${nulls === byDefault ? "" : ` NULLS ${nulls.toUpperCase()}`}`;
}
