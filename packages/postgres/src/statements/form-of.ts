import { normalise } from "./normalise.ts";
import { tokensOf } from "./tokens.ts";

/**
 * The text that a statement has in common with all that differ from it in literals, comments, blanks and the length of lists only: by it a
 * statement of pg_stat_statements is known for one that a traced process tells of.
 *
 * @example
 * ```ts
 * import { formOf } from "@streamgate/postgres";
 * formOf("select 1 from t where id = $1") === formOf("SELECT 1 FROM t WHERE id = 7"); // true
 * ```
 */
export function formOf(sql: string): string {
  return normalise(tokensOf(sql));
}
