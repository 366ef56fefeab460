import { createHash } from "node:crypto";
import { keyTypeOf } from "../batching/key-type.ts";
import type { TracedStatement } from "../requests/traced-request.ts";
import { textOfValue } from "../requests/value-text.ts";
import { isPlace } from "../statements/normalise.ts";
import { type Token, tokensOf } from "../statements/tokens.ts";

/**
 * A statement without what people entered: literals become parameters, and each parameter a hash that is equal for equal values of one
 * recording and begins with their type. Lists keep their lengths, null stays null, and the text stays SQL.
 *
 * @param salt another one for each recording, so that hashes cannot be looked up
 */
export function hideValues(
  { sql, parameters }: Pick<TracedStatement, "sql" | "parameters">,
  salt: string,
): Pick<TracedStatement, "sql" | "parameters"> {
  const hidden = parameters.map((value) => hide(value, salt));
  let text = "";
  let at = 0;
  for (const token of tokensOf(sql)) {
    // Comments are left out with the blanks around them: they may hold anything.
    text += blankBetween(text, sql, at, token);
    if (isPlace(token) && token.kind === "literal") {
      hidden.push(hide(token.text, salt));
      text += `$${hidden.length}`;
    } else text += sql.slice(token.start, token.end);
    at = token.end;
  }
  return { sql: text, parameters: hidden };
}

function blankBetween(text: string, sql: string, from: number, { start }: Token): string {
  if (start === from || text === "") return "";
  const between = sql.slice(from, start);
  return /^\s+$/.test(between) ? between : " ";
}

function hide(value: unknown, salt: string): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => hide(each, salt));
  return `#${kindOf(value)}:${createHash("sha256")
    .update(salt)
    .update(textOfValue(value))
    .digest("hex")
    .slice(0, 12)}`;
}

/** What PostgreSQL would take it for, so that a batch of such values can still be written. */
function kindOf(value: unknown): string {
  return typeof value === "string" && /^[\d.]/.test(value) && !Number.isNaN(Number(value))
    ? keyTypeOf(Number(value))
    : keyTypeOf(value);
}
