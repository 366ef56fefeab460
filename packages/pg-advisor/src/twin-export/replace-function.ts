import type { Literals } from "./rewrite-sql.ts";

/**
 * The statement that makes a function, with another text of SQL in the place of its own. A body in PL/pgSQL becomes an empty one, as
 * the planner does not look into it; of other languages nothing is told.
 *
 * @param definition as pg_get_functiondef writes it
 * @returns null where the function may not be told
 */
export function replaceFunction(
  definition: string,
  rewrite: (sql: string, literals: Literals) => string | null,
): string | null {
  const [, head, body] = /^(.*?\n?AS )(\$[^$]*\$.*\$[^$]*\$\s*)$/s.exec(definition) ?? [];
  if (head === undefined || body === undefined) return rewrite(definition, "texts only");
  const start = rewrite(head, "texts only");
  if (start === null) return null;
  const language = / LANGUAGE (\w+)/.exec(head)?.[1];
  if (language === "plpgsql") return `${start} $body$ begin ${emptyReturn(head)} end $body$`;
  if (language !== "sql") return null;
  const text = /^\$[^$]*\$(.*)\$[^$]*\$\s*$/s.exec(body)?.[1] ?? "";
  const rewritten = rewrite(text, "replaced");
  return rewritten === null ? null : `${start} $body$ ${rewritten} $body$`;
}

/** A planner that folds a call of constants gets NULL. */
function emptyReturn(head: string): string {
  if (/ RETURNS (?:SETOF|TABLE|void)/.test(head)) return "return;";
  return / RETURNS /.test(head) ? "return null;" : "";
}
