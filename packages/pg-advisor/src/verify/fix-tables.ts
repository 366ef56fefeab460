import type { Finding, Fix } from "@streamgate/core";
import { planApply } from "../apply/planned-step.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";

/**
 * The tables whose statements a fix may change: those on which its steps make or drop indexes, or,
 * where the steps do not tell, all that the finding's statements touch.
 */
export async function fixTables(
  fix: Fix,
  finding: Finding,
  workload: Workload,
): Promise<readonly RelationName[]> {
  const named = (await planApply(fix)).flatMap(({ action, undoAction }) =>
    [action, undoAction].flatMap((either) =>
      either.kind === "create index"
        ? [{ schema: either.table.schema ?? "public", name: either.table.name }]
        : [],
    ),
  );
  if (named.length > 0) return named;
  const targets = new Set(finding.statements.map(({ fingerprint }) => fingerprint));
  return workload.statements
    .filter(({ fingerprint }) => targets.has(fingerprint))
    .flatMap(({ relations }) => relations);
}
