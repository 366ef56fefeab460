import { quoteLiteral } from "../../schema/identifiers.ts";
import { statementRefused } from "../errors.ts";
import type { StatementText } from "./statement-text.ts";

/**
 * The statement's text with a literal of the right type in place of each `$n`, in parentheses so
 * that it binds as the placeholder did.
 *
 * @param types type name of each parameter, as PostgreSQL writes it
 * @param values text form of each value; null is SQL NULL
 * @throws StreamGateError `SG_PG_STATEMENT_REFUSED` where a placeholder has no type or value
 * @example
 * ```text
 * const statement = await readStatement("select * from users where id = $1");
 * substituteValues(statement, ["bigint"], ["7"]); // "… where id = ('7'::bigint)"
 * ```
 */
export function substituteValues(
  statement: StatementText,
  types: readonly string[],
  values: readonly (string | null)[],
): string {
  let text = statement.pieces[0] ?? "";
  for (const [position, number] of statement.placeholders.entries()) {
    text += literalOf(number, types[number - 1], values[number - 1]);
    text += statement.pieces[position + 1] ?? "";
  }
  return text;
}

/** The statement's text with its placeholders, without comments and the last semicolon. */
export function withPlaceholders(statement: StatementText): string {
  return statement.pieces.reduce(
    (text, piece, position) => `${text}$${statement.placeholders[position - 1]}${piece}`,
  );
}

function literalOf(
  number: number,
  type: string | undefined,
  value: string | null | undefined,
): string {
  if (type === undefined) throw statementRefused(`the type of $${number} is not known`);
  if (value === undefined) throw statementRefused(`there is no value for $${number}`);
  return value === null ? `(NULL::${type})` : `(${quoteLiteral(value)}::${type})`;
}
