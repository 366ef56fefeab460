import type { Column } from "../snapshot/snapshot.ts";
import { quoteIdentifier } from "./identifiers.ts";

const STORAGES: Readonly<Record<string, string>> = {
  p: "PLAIN",
  e: "EXTERNAL",
  m: "MAIN",
  x: "EXTENDED",
};

/** A column inside CREATE TABLE, without its default. */
export function renderColumn(
  column: Column,
  facts: {
    readonly isNotNull: boolean;
    readonly hasIdentity: boolean;
    /** A table that never has a row needs no second one for long values, nor that one's index: half of the work of making it. */
    readonly isNeverFilled: boolean;
  },
): string {
  const isPlain = facts.isNeverFilled && column.storage !== "p";
  const own = column.hasOwnStorage ? STORAGES[column.storage] : undefined;
  const storage = isPlain ? "PLAIN" : own;
  return [
    quoteIdentifier(column.name),
    column.type,
    ...(storage === undefined ? [] : [`STORAGE ${storage}`]),
    ...(column.collation === null ? [] : [`COLLATE ${column.collation}`]),
    ...(column.generated === "" ? [] : [generation(column)]),
    ...(facts.hasIdentity && column.identity !== "" ? [identity(column)] : []),
    ...(facts.isNotNull ? ["NOT NULL"] : []),
  ].join(" ");
}

function generation(column: Column): string {
  return `GENERATED ALWAYS AS (${column.defaultExpression}) ${column.generated.toUpperCase()}`;
}

function identity(column: Column): string {
  return `GENERATED ${column.identity.toUpperCase()} AS IDENTITY`;
}
