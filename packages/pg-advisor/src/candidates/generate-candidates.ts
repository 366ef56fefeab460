import type { Declined } from "@streamgate/core";
import { keyOf, qualify } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import { boundProposals } from "./bound-candidates.ts";
import type { Candidate } from "./candidate.ts";
import { type ColumnFacts, createColumnFacts } from "./column-facts.ts";
import { definitionBody, hashOf, nameless } from "./definition-sql.ts";
import { type ExistingIndex, existingIndexesByTable } from "./existing-indexes.ts";
import { servesInAnyOrder } from "./index-requirement.ts";
import { mergeProposals, uniteCovering } from "./merge-proposals.ts";
import { declineExisting, mergeRequirements } from "./merge-requirements.ts";
import type { Proposal } from "./proposal.ts";
import { requirementsOfUses } from "./requirements-of-uses.ts";
import { ALL_RULES } from "./rules/all-rules.ts";
import type { TableFacts } from "./rules/rule.ts";
import { isThereAlready } from "./stands-in.ts";
import { createTableTree, type TableTree } from "./table-tree.ts";
import { type UsedTable, usesByTable } from "./table-uses.ts";
import { explainUnsearchable } from "./unsearchable.ts";

export interface GenerateOptions {
  /** Tables of at most so many pages are read faster in sequence. @default 8 */
  readonly smallTablePages?: number;
  /** Candidates for one table at the most; the most promising stay. @default 80 */
  readonly candidatesPerTable?: number;
  /** Candidates of all tables together at the most. @default 2000 */
  readonly candidatesAtMost?: number;
}

const DEFAULTS = { smallTablePages: 8, candidatesPerTable: 80, candidatesAtMost: 2_000 } as const;
/** An index of a partitioned table is one of each partition: so many may be made for one table. */
const PARTS_AT_MOST = 2_400;
const LEAST_PER_TABLE = 10;
/** Of those that are left out so many are named. */
const NAMED_AT_MOST = 10;

export interface GeneratedCandidates {
  readonly candidates: readonly Candidate[];
  readonly declined: readonly Declined[];
}

/**
 * Indexes that might help a workload, derived from the statements' parse trees, their values and the statistics: B-trees with equality
 * columns first, then one range or an order; those with columns carried for index-only scans, of a part of the table, on expressions;
 * and GIN, GiST, BRIN and hash where conditions or statistics ask for them. Whether they do help is for the planner to say.
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
  options: GenerateOptions = {},
): GeneratedCandidates {
  const { smallTablePages, candidatesPerTable, candidatesAtMost } = { ...DEFAULTS, ...options };
  const tree = createTableTree(snapshot);
  const facts = createColumnFacts(snapshot);
  const existing = existingIndexesByTable(snapshot);
  const msByFingerprint = new Map(
    workload.statements.map(({ fingerprint, totalMs }) => [fingerprint, totalMs]),
  );
  const promising: Proposal[] = [];
  const declined: Declined[] = [];
  for (const used of usesByTable(workload, snapshot, tree)) {
    const { table } = used;
    const indexes = existing.get(keyOf(table)) ?? [];
    const proposed = proposeFor(used, indexes, { snapshot, facts, tree });
    declined.push(...explainUnsearchable(used, facts));
    const pages = tree.pages(table);
    if (pages <= smallTablePages) {
      const plain = proposed.fresh.filter(({ family }) => family === "plain");
      declined.push(...plain.map((proposal) => tooSmall(proposal, table, pages)));
    } else {
      const parts = Math.max(LEAST_PER_TABLE, PARTS_AT_MOST / Math.max(1, tree.leaves(table)));
      const most = Math.min(candidatesPerTable, Math.floor(parts));
      const { kept, left } = boundProposals(proposed.fresh, msByFingerprint, most);
      promising.push(...kept);
      declined.push(...leftOut(left, `the ${most} most promising of ${qualify(table)}`));
    }
    declined.push(...proposed.declined);
  }
  const { kept, left } = boundProposals(promising, msByFingerprint, candidatesAtMost);
  declined.push(...leftOut(left, `the ${candidatesAtMost} most promising of all tables`));
  return { candidates: kept.map(candidateOf), declined };
}

interface Sources {
  readonly snapshot: Snapshot;
  readonly facts: ColumnFacts;
  readonly tree: TableTree;
}

interface Proposed {
  /** What no index of today stands in for. */
  readonly fresh: readonly Proposal[];
  readonly declined: readonly Declined[];
}

function proposeFor(
  used: UsedTable,
  indexes: readonly ExistingIndex[],
  { snapshot, facts, tree }: Sources,
): Proposed {
  const { table } = used;
  const tableFacts: TableFacts = {
    pages: tree.pages(table),
    rows: tree.rows(table),
    allVisibleShare: tree.allVisibleShare(table),
  };
  const { extensions } = snapshot;
  const asked = requirementsOfUses(used, indexes, facts, extensions);
  const requirements = asked.flatMap((one) => one.requirements);
  const isServedByNone = (one: (typeof requirements)[number]): boolean =>
    indexes.every(({ plainKeys }) => !servesInAnyOrder(plainKeys, one));
  const plain = mergeRequirements(table, requirements.filter(isServedByNone));
  const special = asked.flatMap(({ use, statement, context, requirements: own }) =>
    ALL_RULES.flatMap((rule) =>
      rule({ table, use, statement, facts, tableFacts, requirements: own, context, extensions }),
    ),
  );
  const whole = mergeProposals([...plain, ...special, ...uniteCovering(special, table, facts)]);
  return {
    fresh: whole.filter((proposal) => !isThereAlready(proposal, indexes)),
    declined: declineExisting(table, requirements, indexes),
  };
}

function candidateOf({ definition, fingerprints, origin }: Proposal): Candidate {
  const id = `sg_candidate_${hashOf(`${keyOf(definition.table)} ${definitionBody(definition)}`, 12)}`;
  return { id, definition, fingerprints, origin };
}

function tooSmall({ definition }: Proposal, table: Relation, pages: number): Declined {
  return {
    candidate: nameless(definition),
    reason: "table-too-small",
    explanation: `${qualify(table)} has ${Math.round(pages)} pages: reading them all is as fast as any index.`,
  };
}

function leftOut(left: readonly Proposal[], weighed: string): readonly Declined[] {
  const others = Math.max(0, left.length - NAMED_AT_MOST);
  const more = others === 0 ? "" : `, nor are ${others} others that are not named here`;
  return left.slice(0, NAMED_AT_MOST).map(({ definition }) => ({
    candidate: nameless(definition),
    reason: "not-evaluated",
    explanation: `Weighed are ${weighed}, by the time of their statements; this is not among them${more}.`,
  }));
}
