import { messageOf } from "@streamgate/core";
import type { Candidate, IndexDefinition } from "../candidates/candidate.ts";
import { hashOf, nameless } from "../candidates/definition-sql.ts";
import { createTableTree } from "../candidates/table-tree.ts";
import { resolveChoiceOptions } from "../choice/options.ts";
import {
  type TracedStatement,
  traceStatements,
  worthWeighing,
} from "../choice/weigh-statements.ts";
import type { PlanNode } from "../plans/plan.ts";
import { indexesUsed } from "../plans/walk-plan.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import type { Configuration, WhatIf } from "./what-if.ts";

export interface CostIndexesInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly whatIf: WhatIf;
  /** Indexes to be imagined. */
  readonly definitions: readonly IndexDefinition[];
  /** Existing indexes to be imagined away. */
  readonly without: readonly RelationName[];
}

/** A statement with what the planner thinks of it in both worlds. */
export interface CostedStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly calls: number;
  readonly meanMs: number;
  /** The measured mean × the cost in the imagined world ÷ that of today. */
  readonly expectedMeanMs: number;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Names of existing indexes, and `CREATE INDEX …` of imagined ones. */
  readonly usesIndexes: readonly string[];
}

export interface IndexCosts {
  /** The most changed first. */
  readonly statements: readonly CostedStatement[];
  readonly indexes: readonly { readonly definition: string; readonly sizeBytes: number | null }[];
  /** What could not be costed, and why. */
  readonly leftOut: readonly string[];
}

/**
 * Costs the statements of a workload in a world with other indexes. Statements that touch no table of these indexes cannot change and
 * are left alone; of the others the costliest 500 are planned.
 */
export async function costIndexes(input: CostIndexesInput): Promise<IndexCosts> {
  const { workload, snapshot, whatIf, definitions, without } = input;
  const candidates = definitions.map(candidateOf);
  await whatIf.define(candidates);
  const made = candidates.flatMap((candidate) => sizeOf(whatIf, candidate));
  const present = made.flatMap(({ candidate, sizeBytes }) =>
    sizeBytes === null ? [] : [candidate.id],
  );
  const traced = concernedBy(workload, snapshot, definitions, without);
  const before = await plan(whatIf, traced, { present: [], absent: [] });
  const after = await plan(whatIf, traced, { present, absent: without });
  const sqlById = new Map(candidates.map(({ id, definition }) => [id, nameless(definition)]));
  const leftOut = made.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const statements: CostedStatement[] = [];
  for (const [position, { statement }] of traced.entries()) {
    const one = before[position];
    const other = after[position];
    if (one === undefined || other === undefined || "problem" in one || "problem" in other) {
      const problem = [one, other].find((plans) => plans !== undefined && "problem" in plans);
      const why = problem !== undefined && "problem" in problem ? problem.problem : "no answer";
      leftOut.push(`statement ${statement.fingerprint}: ${why}`);
      continue;
    }
    const { fingerprint, text, calls, meanMs } = statement;
    statements.push({
      fingerprint,
      text,
      calls,
      meanMs,
      expectedMeanMs: one.cost > 0 ? (meanMs * other.cost) / one.cost : meanMs,
      costBefore: one.cost,
      costAfter: other.cost,
      usesIndexes: other.uses.map((name) => sqlById.get(name) ?? name),
    });
  }
  return {
    statements: statements.toSorted((one, other) => changeOf(other) - changeOf(one)),
    indexes: made.map(({ candidate, sizeBytes }) => ({
      definition: nameless(candidate.definition),
      sizeBytes,
    })),
    leftOut,
  };
}

function candidateOf(definition: IndexDefinition): Candidate {
  const id = `imagined_${hashOf(nameless(definition), 16)}`;
  return { id, definition, fingerprints: [], origin: "imagined by hand" };
}

interface Made {
  readonly candidate: Candidate;
  /** Null where it could not be made. */
  readonly sizeBytes: number | null;
  readonly problem: string | null;
}

function sizeOf(whatIf: WhatIf, candidate: Candidate): readonly Made[] {
  try {
    return [{ candidate, sizeBytes: whatIf.sizeBytes(candidate.id), problem: null }];
  } catch (error) {
    const problem = `${nameless(candidate.definition)}: ${messageOf(error)}`;
    return [{ candidate, sizeBytes: null, problem }];
  }
}

function concernedBy(
  workload: Workload,
  snapshot: Snapshot,
  definitions: readonly IndexDefinition[],
  without: readonly RelationName[],
): readonly TracedStatement[] {
  const gone = new Set(without.map(keyOf));
  const tables = new Set([
    ...definitions.map(({ table }) => keyOf(table)),
    ...snapshot.indexes
      .filter((index) => gone.has(keyOf(index)))
      .map((index) => keyOf(index.table)),
  ]);
  const traced = traceStatements(workload, snapshot, createTableTree(snapshot));
  // What is fast today may be what the world without an index harms most.
  return worthWeighing(
    traced,
    tables,
    resolveChoiceOptions({ shareOfTimeWeighed: 1, statementsAtMost: 500 }),
  );
}

type Planned =
  | { readonly cost: number; readonly uses: readonly string[] }
  | { readonly problem: string };

/** Cost of each statement over its samples by weight, and the indexes that any of them uses. */
async function plan(
  whatIf: WhatIf,
  traced: readonly TracedStatement[],
  configuration: Configuration,
): Promise<readonly Planned[]> {
  const requests = traced.flatMap(({ statement: { text, samples } }) =>
    samples.map((sample) => ({ text, sample })),
  );
  const plans = (await whatIf.planMany(requests, configuration)).values();
  return traced.map(({ statement: { samples } }) => {
    const answers = samples.map(({ weight }) => ({ weight, plan: plans.next().value }));
    const failed = answers.find(({ plan: one }) => one === undefined || one instanceof Error);
    if (failed !== undefined) return { problem: messageOf(failed.plan ?? "no answer") };
    const uses = new Set<string>();
    let cost = 0;
    for (const { weight, plan: one } of answers) {
      if (!isPlan(one)) continue;
      cost += weight * one.totalCost;
      for (const { name } of indexesUsed(one)) uses.add(name);
    }
    return { cost, uses: [...uses] };
  });
}

function isPlan(answer: PlanNode | Error | undefined): answer is PlanNode {
  return answer !== undefined && !(answer instanceof Error);
}

function changeOf({ calls, meanMs, expectedMeanMs }: CostedStatement): number {
  return calls * Math.abs(meanMs - expectedMeanMs);
}
