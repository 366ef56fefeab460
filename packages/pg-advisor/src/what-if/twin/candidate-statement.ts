import type { Candidate, IndexKey } from "../../candidates/candidate.ts";
import { qualify, quoteIdentifier } from "../../schema/identifiers.ts";

/** The statement that makes a candidate on the twin, under its id. */
export function candidateStatement({ id, definition }: Candidate): string {
  const { table, method, keys, include, predicate } = definition;
  const clauses = [
    `create index ${quoteIdentifier(id)} on ${qualify(table)} using ${method} (${keys.map(keyClause).join(", ")})`,
    include.length === 0 ? "" : `include (${include.map(quoteIdentifier).join(", ")})`,
    predicate === null ? "" : `where ${predicate}`,
  ];
  return clauses.filter((clause) => clause !== "").join(" ");
}

function keyClause({ column, direction, nulls }: IndexKey): string {
  return `${quoteIdentifier(column)} ${direction} nulls ${nulls}`;
}
