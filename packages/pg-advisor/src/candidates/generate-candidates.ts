import type { Declined } from "@streamgate/core";
import { keyOf } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import type { TableUse } from "../workload/shape/statement-shape.ts";
import type { Workload } from "../workload/workload.ts";
import type { Candidate } from "./candidate.ts";
import { type ColumnFacts, createColumnFacts } from "./column-facts.ts";
import { describeDefinition, nameless } from "./definition-sql.ts";
import { type PlainIndex, plainIndexesByTable } from "./existing-indexes.ts";
import { type IndexRequirement, serves } from "./index-requirement.ts";
import { declineExisting, mergeRequirements } from "./merge-requirements.ts";
import { requireIndexes } from "./require-indexes.ts";
import { createTableTree, type TableTree } from "./table-tree.ts";

export interface GenerateOptions {
  /** Tables of at most so many pages are read faster in sequence. @default 8 */
  readonly smallTablePages?: number;
}

const DEFAULTS = { smallTablePages: 8 } as const;

export interface GeneratedCandidates {
  readonly candidates: readonly Candidate[];
  readonly declined: readonly Declined[];
}

/** One occurrence of a table in the workload, on its root where it is a partition. */
interface WorkloadUse {
  readonly use: TableUse;
  readonly fingerprint: string;
}

/**
 * Indexes that might help a workload, derived from the statements' parse trees: equality columns
 * first, then one range or an order. Whether they do help is for the planner to say.
 *
 * @returns the candidates, and those that tables or indexes of today make needless, with the reason
 * @example
 * ```ts
 * import { generateCandidates, type Snapshot, type Workload } from "@streamgate/pg-advisor";
 * const definitions = (workload: Workload, snapshot: Snapshot) =>
 *   generateCandidates(workload, snapshot).candidates.map(({ definition }) => definition.keys);
 * ```
 */
export function generateCandidates(
  workload: Workload,
  snapshot: Snapshot,
  { smallTablePages = DEFAULTS.smallTablePages }: GenerateOptions = {},
): GeneratedCandidates {
  const tree = createTableTree(snapshot);
  const facts = createColumnFacts(snapshot);
  const existing = plainIndexesByTable(snapshot);
  const candidates: Candidate[] = [];
  const declined: Declined[] = [];
  for (const [key, { table, uses }] of usesByTable(workload, snapshot, tree)) {
    const indexes = existing.get(key) ?? [];
    const requirements = requirementsOf(uses, indexes, facts);
    for (const candidate of mergeRequirements(
      table,
      requirements.filter(isServedByNone(indexes)),
    )) {
      const pages = tree.pages(table);
      if (pages <= smallTablePages) declined.push(tooSmall(candidate, pages));
      else candidates.push(candidate);
    }
    declined.push(...declineExisting(table, requirements, indexes));
  }
  return { candidates, declined };
}

function usesByTable(
  workload: Workload,
  snapshot: Snapshot,
  tree: TableTree,
): ReadonlyMap<string, { readonly table: Relation; readonly uses: readonly WorkloadUse[] }> {
  const resolver = createNameResolver(snapshot);
  const byTable = new Map<string, { table: Relation; uses: WorkloadUse[] }>();
  for (const { text, fingerprint } of workload.statements) {
    const node = nodeOf(text);
    if (node === undefined) continue;
    for (const use of readShape(node, resolver).tables) {
      const root = tree.rootOf(use.relation);
      for (const table of [root, ...tree.inheritorsOf(root)]) {
        const entry = byTable.get(keyOf(table)) ?? { table, uses: [] };
        byTable.set(keyOf(table), entry);
        entry.uses.push({ use, fingerprint });
      }
    }
  }
  return byTable;
}

function requirementsOf(
  uses: readonly WorkloadUse[],
  indexes: readonly PlainIndex[],
  facts: ColumnFacts,
): readonly IndexRequirement[] {
  const uniqueSets = indexes.flatMap(({ isUnique, keys }) =>
    isUnique ? [keys.map(({ column }) => column)] : [],
  );
  const sharedBy = countEqualities(uses);
  return uses.flatMap(({ use, fingerprint }) =>
    requireIndexes({ use, fingerprint, facts, sharedBy, uniqueSets }),
  );
}

function countEqualities(uses: readonly WorkloadUse[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { use } of uses) {
    const equal = use.predicates.filter(({ kind }) => kind === "equal" || kind === "any of");
    for (const column of new Set(equal.map((predicate) => predicate.column))) {
      counts.set(column, (counts.get(column) ?? 0) + 1);
    }
  }
  return counts;
}

function isServedByNone(
  indexes: readonly PlainIndex[],
): (requirement: IndexRequirement) => boolean {
  return (requirement) => indexes.every(({ keys }) => !serves(keys, requirement));
}

function tooSmall({ definition }: Candidate, pages: number): Declined {
  return {
    candidate: nameless(definition),
    reason: "table-too-small",
    explanation: `${describeDefinition(definition).split(" (")[0]} has ${Math.round(pages)} pages: reading them all is as fast as any index.`,
  };
}
