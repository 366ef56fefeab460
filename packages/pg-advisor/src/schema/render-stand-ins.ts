import type { OwnType, RelationName } from "../snapshot/snapshot.ts";
import { qualify, quoteIdentifier } from "./identifiers.ts";
import type { SchemaStatement } from "./schema-script.ts";

/** Types of extensions that the new server lacks. */
export function absentTypes(
  ownTypes: readonly OwnType[],
  availableExtensions: readonly string[],
): readonly OwnType[] {
  return ownTypes.filter(
    ({ extension }) => extension !== null && !availableExtensions.includes(extension),
  );
}

/**
 * Types of the same names that hold any text and can nothing: a column of one keeps its place and its width, and a statement that
 * calls for an operator of it is refused by the server that plans. A superuser must make them.
 */
export function renderStandIns(types: readonly RelationName[]): readonly SchemaStatement[] {
  return types.map((type) => {
    const name = qualify(type);
    const routine = (end: string): string =>
      `${quoteIdentifier(type.schema)}.${quoteIdentifier(`${type.name.slice(0, 30)} ${end}`)}`;
    return {
      object: `stand-in of type ${name}`,
      sql: [
        `CREATE TYPE ${name}`,
        `CREATE FUNCTION ${routine("read as text")}(cstring) RETURNS ${name} LANGUAGE internal IMMUTABLE STRICT AS 'textin'`,
        `CREATE FUNCTION ${routine("written as text")}(${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'`,
        `CREATE TYPE ${name} (INPUT = ${routine("read as text")}, OUTPUT = ${routine("written as text")}, STORAGE = extended)`,
      ].join(";\n"),
    };
  });
}

/** A column's type without the modifiers that a stand-in does not know: `public.vector(3)` becomes `public.vector`. */
export function withoutModifiers(type: string, standIns: readonly RelationName[]): string {
  const name = standIns.map(qualify).find((one) => type.startsWith(one));
  if (name === undefined) return type;
  const rest = type.slice(name.length);
  return /^(?:\(.*\))?(?:\[\])*$/.test(rest) ? `${name}${rest.replace(/\(.*\)/, "")}` : type;
}
