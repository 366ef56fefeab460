import type { Finding } from "@streamgate/core";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";

/** A statement of the workload that a proof runs. */
export interface ConcernedStatement {
  readonly statement: Statement;
  readonly role: "affected" | "bystander";
  /** Share of the workload's time, 0 to 1. */
  readonly shareOfTime: number;
  /** before ÷ after of the mean time, as the advice expects it; 1 for a bystander. */
  readonly expectedSpeedup: number;
}

/**
 * The statements on which the finding counts, and those others on the same tables that take most
 * time. Inserts are no bystanders: their cost is measured as the cost of writing.
 */
export function chooseStatements(
  finding: Finding,
  workload: Workload,
  mostBystanders: number,
): readonly ConcernedStatement[] {
  const totalMs = workload.statements.reduce((sum, statement) => sum + statement.totalMs, 0);
  const concern = (statement: Statement, role: ConcernedStatement["role"]): ConcernedStatement => ({
    statement,
    role,
    shareOfTime: totalMs === 0 ? 0 : statement.totalMs / totalMs,
    expectedSpeedup: expected.get(statement.fingerprint) ?? 1,
  });
  const expected = new Map(
    finding.statements.map(({ fingerprint, meanMs, expectedMeanMs }) => [
      fingerprint,
      meanMs / Math.max(expectedMeanMs, 1e-6),
    ]),
  );
  const fingerprints = new Set(expected.keys());
  const affected = workload.statements.filter((one) => fingerprints.has(one.fingerprint));
  const touched = touchedTables(finding, affected);
  const bystanders = workload.statements
    .filter((one) => !fingerprints.has(one.fingerprint) && one.kind !== "insert")
    .filter((one) => one.relations.some((relation) => touched.has(keyOf(relation))))
    .sort((left, right) => right.totalMs - left.totalMs)
    .slice(0, mostBystanders);
  return [
    ...affected.map((statement) => concern(statement, "affected")),
    ...bystanders.map((statement) => concern(statement, "bystander")),
  ];
}

/**
 * The tables that a lab must hold to prove the finding: all that its statements and their
 * bystanders read, and the finding's own.
 */
export function tablesForProof(
  finding: Finding,
  workload: Workload,
  snapshot: Snapshot,
  mostBystanders = 4,
): readonly RelationName[] {
  const concerned = chooseStatements(finding, workload, mostBystanders);
  const subject = snapshot.relations.find((one) => isWrittenAs(one, finding.subject.object));
  const names = [
    ...(subject === undefined ? [] : [{ schema: subject.schema, name: subject.name }]),
    ...concerned.flatMap(({ statement }) => statement.relations),
  ];
  return [...new Map(names.map((name) => [keyOf(name), name])).values()];
}

/** The tables that the fix changes: the finding's subject, or all that its statements read. */
function touchedTables(finding: Finding, affected: readonly Statement[]): ReadonlySet<string> {
  const relations = affected.flatMap((statement) => statement.relations);
  const named = relations.filter((one) => isWrittenAs(one, finding.subject.object));
  return new Set((named.length > 0 ? named : relations).map(keyOf));
}

function isWrittenAs(name: RelationName, written: string): boolean {
  const bare = written.replaceAll('"', "");
  return bare === `${name.schema}.${name.name}` || bare === name.name;
}
