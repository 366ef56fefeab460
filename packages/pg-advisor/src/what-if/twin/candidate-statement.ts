import type { Candidate } from "../../candidates/candidate.ts";
import { definitionBody } from "../../candidates/definition-sql.ts";
import { qualify, quoteIdentifier } from "../../schema/identifiers.ts";

/** The statement that makes a candidate on the twin, under its id. */
export function candidateStatement({ id, definition }: Candidate): string {
  return `create index ${quoteIdentifier(id)} on ${qualify(definition.table)} using ${definitionBody(definition)}`;
}
