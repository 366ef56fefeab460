import type { Candidate } from "../../candidates/candidate.ts";
import { keyOf, qualify } from "../../schema/identifiers.ts";
import type { RelationName } from "../../snapshot/snapshot.ts";
import type { LeafTables } from "./leaf-tables.ts";
import type { PlanningSession } from "./planning-session.ts";

/** How many rows of a leaf table a candidate holds. */
export type ExpectedRows = (candidateId: string, leafTable: RelationName) => number;

/**
 * Asks the planner how many rows each candidate will hold: those of its predicate. Where the
 * predicate cannot be planned, making the index will tell why.
 */
export async function expectRows(
  session: PlanningSession,
  candidates: readonly Candidate[],
  leafTables: LeafTables,
): Promise<ExpectedRows> {
  const questions = candidates.flatMap((candidate) =>
    leafTables.of(candidate.definition.table).map((table) => ({
      key: keyFor(candidate.id, table),
      request: { text: rowsQuestion(candidate, table), isGeneric: false },
    })),
  );
  const plans = await session.explain(
    questions.map(({ request }) => request),
    { shown: [], hidden: [] },
  );
  const rows = new Map(
    questions.map(({ key }, position) => {
      const plan = plans[position];
      return [key, plan === undefined || plan instanceof Error ? 0 : plan.rows];
    }),
  );
  return (candidateId, table) => rows.get(keyFor(candidateId, table)) ?? 0;
}

function rowsQuestion({ definition }: Candidate, leafTable: RelationName): string {
  const where = definition.predicate === null ? "" : ` where ${definition.predicate}`;
  return `select 1 from only ${qualify(leafTable)}${where}`;
}

function keyFor(candidateId: string, table: RelationName): string {
  return `${candidateId} ${keyOf(table)}`;
}
