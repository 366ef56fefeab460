import type { TypeName } from "@pgsql/types";
import { namesOf } from "../workload/text/sql-nodes.ts";
import { createTypeFacts, type TypeFamily } from "./type-family.ts";

/**
 * Casts whose result no setting changes (`pg_cast`, and the input and output functions of the types). Left out are those that print or
 * read dates (DateStyle), those of instants (TimeZone) and those of enums, whose labels can be renamed.
 */
const IMMUTABLE: ReadonlySet<string> = new Set(
  [
    ["text", "text citext number boolean uuid bytes json jsonb network"],
    ["citext", "text citext"],
    ["number", "number text boolean"],
    ["boolean", "text number"],
    ["uuid", "text"],
    ["bytes", "text"],
    ["json", "text jsonb"],
    ["jsonb", "text json number boolean"],
    ["network", "text network"],
    ["date", "timestamp"],
    ["timestamp", "date time"],
  ].flatMap(([from = "", into = ""]) => into.split(" ").map((family) => `${from} → ${family}`)),
);

const TYPES = createTypeFacts([]);

export function isImmutableCast(from: TypeFamily, into: TypeFamily): boolean {
  return IMMUTABLE.has(`${from} → ${into}`);
}

/** The family that a cast leads to; of types that users made always `other`. */
export function familyOfCast(type: TypeName | undefined): TypeFamily {
  if ((type?.arrayBounds ?? []).length > 0) return "array";
  const names = namesOf(type?.names) ?? [];
  if (names.length > 1 && names[0] !== "pg_catalog") return "other";
  const name = names.at(-1) ?? "";
  // A configuration is written as text and looked up once, when the index is made.
  return name === "regconfig" ? "text" : TYPES.family(name);
}
