import { keyOf } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import type { TableUse } from "../workload/shape/statement-shape.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import type { TableTree } from "./table-tree.ts";

/** One occurrence of a table in the workload. */
export interface WorkloadUse {
  readonly use: TableUse;
  readonly statement: Statement;
}

/** A table on which indexes could stand, with all that the workload asks of it. */
export interface UsedTable {
  readonly table: Relation;
  readonly uses: readonly WorkloadUse[];
}

/** The workload by table: a partition counts as its topmost parent, and who inherits from a table is read with it. */
export function usesByTable(
  workload: Workload,
  snapshot: Snapshot,
  tree: TableTree,
): readonly UsedTable[] {
  const resolver = createNameResolver(snapshot);
  const byTable = new Map<string, { table: Relation; uses: WorkloadUse[] }>();
  for (const statement of workload.statements) {
    const node = nodeOf(statement.text);
    if (node === undefined) continue;
    for (const use of readShape(node, resolver).tables) {
      const root = tree.rootOf(use.relation);
      for (const table of [root, ...tree.inheritorsOf(root)]) {
        const entry = byTable.get(keyOf(table)) ?? { table, uses: [] };
        byTable.set(keyOf(table), entry);
        entry.uses.push({ use, statement });
      }
    }
  }
  return [...byTable.values()];
}
