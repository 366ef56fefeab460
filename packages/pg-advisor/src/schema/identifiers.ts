import type { RelationName } from "../snapshot/snapshot.ts";
import { KEYWORDS } from "./keywords.ts";

const PLAIN_IDENTIFIER = /^[a-z_][a-z0-9_]*$/;

/**
 * A name as SQL wants it: in quotes only where it needs them, exactly as PostgreSQL's `quote_ident`.
 *
 * @example
 * ```ts
 * import { quoteIdentifier } from "@streamgate/pg-advisor";
 * quoteIdentifier("users"); // users
 * quoteIdentifier("Order"); // "Order"
 * quoteIdentifier("order"); // "order"
 * ```
 */
export function quoteIdentifier(name: string): string {
  return PLAIN_IDENTIFIER.test(name) && !KEYWORDS.has(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}

/** A string constant that means the same whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? `E${quoted}` : quoted;
}

/** `schema.name`, each quoted where it must be. */
export function qualify(relation: RelationName): string {
  return `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`;
}

/** A relation's address as one string, for maps and sets. */
export function keyOf(relation: RelationName): string {
  return JSON.stringify([relation.schema, relation.name]);
}
