import type { SelectStmt } from "@pgsql/types";
import { hasSublink, hasWindow, isBelowWith } from "../../rewrites/analysis/expressions.ts";

/** Thrown while a statement is read, caught at the top: no summary could answer it exactly. */
export class NoSummary extends Error {}

export function refuseForms(select: SelectStmt): void {
  const problem = !isBelowWith(select)
    ? "it is a UNION, or a list of values"
    : select.withClause !== undefined
      ? "it has a WITH"
      : select.distinctClause !== undefined
        ? "it has a DISTINCT"
        : hasWindow(select)
          ? "it has a window"
          : hasSublink(select)
            ? "it has a subquery"
            : select.havingClause !== undefined && (select.groupClause ?? []).length === 0
              ? "it has a HAVING without groups"
              : null;
  if (problem !== null) throw new NoSummary(problem);
}
