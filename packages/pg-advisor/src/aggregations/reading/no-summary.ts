import type { SelectStmt } from "@pgsql/types";
import { hasSublink, hasWindow, isBelowWith } from "../../rewrites/analysis/expressions.ts";
import type { Level, Source } from "../../rewrites/analysis/level.ts";

/** Thrown while a statement is read, caught at the top: no summary could answer it exactly. */
export class NoSummary extends Error {}

/** The one table that a statement reads. */
export function onlyTableOf({ sources }: Level): Source {
  const [only, ...others] = sources;
  if (only === undefined || others.length > 0)
    throw new NoSummary("it reads more than one table: a summary of a join is not written here");
  const { table } = only;
  if (table === null) throw new NoSummary("it reads a subquery");
  if (table.relation.kind !== "table" && table.relation.kind !== "partitioned table")
    throw new NoSummary(`it reads a ${table.relation.kind}`);
  if (table.relation.hasRowSecurity === true)
    throw new NoSummary(
      "policies hide rows of its table from some roles, and a summary would show them",
    );
  return only;
}

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
