import { messageOf } from "@streamgate/core";
import type { PlanNode } from "../plans/plan.ts";
import { indexesUsed, walkPlan } from "../plans/walk-plan.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { ParameterSample, Statement, Workload } from "../workload/workload.ts";
import { mentions } from "./mentions.ts";
import { SiblingStatements } from "./sibling-statements.ts";

/** A statement that a drop would change. */
export interface StatementLoss {
  readonly statement: Statement;
  /**
   * `costs more`: the planner finds no plan as cheap; `cannot be planned`: it is an error without the index (ON CONFLICT without its
   * unique index); `estimated otherwise`: the plan does not read the index, and yet is another one without its statistics or promise.
   */
  readonly kind: "costs more" | "cannot be planned" | "estimated otherwise";
  readonly costBefore: number;
  readonly costAfter: number;
}

/** What the whole workload says of a world without some indexes. */
export interface LossReport {
  /** The worst first. */
  readonly losses: readonly StatementLoss[];
  /** Statements that touch the table, all of which were planned with and without. */
  readonly planned: readonly Statement[];
  /** Statements on the table of which the twin could not make a plan at all, with the reason. */
  readonly unplanned: readonly { readonly text: string; readonly why: string }[];
}

export interface LossInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly whatIf: Pick<WhatIf, "planMany">;
}

type Sample = ParameterSample | "generic";
type Answer = PlanNode | Error;

const TODAY = { present: [], absent: [] } as const;
/** Two costs this close are the same: arithmetic of the planner, no other plan. */
const SAME_COST = 1e-6;

/**
 * Plans the workload in worlds without indexes, on the twin. Every sample of every statement that touches the table counts, and the plan
 * for unknown values besides. What a statement costs today is asked once.
 *
 * @example
 * ```ts
 * import { LossPlanner, type Snapshot, type Twin, type Workload } from "@streamgate/pg-advisor";
 * const losers = async (workload: Workload, snapshot: Snapshot, whatIf: Twin) => {
 *   const planner = new LossPlanner({ workload, snapshot, whatIf });
 *   const songs = { schema: "public", name: "songs" };
 *   const { losses } = await planner.without(songs, [{ schema: "public", name: "songs_title" }]);
 *   return losses.map(({ statement, kind }) => `${statement.text}: ${kind}`);
 * };
 * ```
 */
export class LossPlanner {
  readonly #input: LossInput;
  readonly #byTable: ReadonlyMap<string, readonly Statement[]>;
  readonly #siblings: SiblingStatements;
  readonly #today = new Map<Statement, readonly Answer[]>();

  constructor(input: LossInput) {
    this.#input = input;
    this.#byTable = statementsByTable(input);
    this.#siblings = new SiblingStatements(input.workload);
  }

  /**
   * @param table that of the index in question
   * @param absent all indexes that are gone in that world
   * @param tolerance up to this factor a plan may cost more. @default 1
   */
  async without(
    table: RelationName,
    absent: readonly RelationName[],
    tolerance = 1,
  ): Promise<LossReport> {
    const own = this.#byTable.get(keyOf(table)) ?? [];
    const siblings = this.#siblings.of(table);
    const statements = [...own, ...siblings];
    await this.#planToday(statements);
    const after = await this.#plan(statements, { present: [], absent });
    const gone = this.#withPartitions(absent);
    const losses: StatementLoss[] = [];
    const unplanned = [...this.#unknownOn(table)];
    const planned: Statement[] = [];
    for (const [position, statement] of statements.entries()) {
      const before = this.#today.get(statement) ?? [];
      const failure = before.find((answer) => answer instanceof Error);
      if (failure !== undefined) {
        // Of a sibling nobody knows that it is there: it may have no such column.
        if (siblings.includes(statement)) continue;
        unplanned.push({ text: statement.text, why: messageOf(failure) });
        continue;
      }
      planned.push(statement);
      const loss = lossOf(statement, before, after[position] ?? [], { gone, tolerance });
      if (loss !== null) losses.push(loss);
    }
    return {
      losses: losses.toSorted((one, other) => growth(other) - growth(one)),
      planned,
      unplanned,
    };
  }

  async #planToday(statements: readonly Statement[]): Promise<void> {
    const unknown = statements.filter((statement) => !this.#today.has(statement));
    const answers = await this.#plan(unknown, TODAY);
    for (const [position, statement] of unknown.entries())
      this.#today.set(statement, answers[position] ?? []);
  }

  async #plan(
    statements: readonly Statement[],
    configuration: {
      readonly present: readonly string[];
      readonly absent: readonly RelationName[];
    },
  ): Promise<readonly (readonly Answer[])[]> {
    if (statements.length === 0) return [];
    const requests = statements.flatMap((statement) =>
      samplesOf(statement).map((sample) => ({ text: statement.text, sample })),
    );
    const answers = (await this.#input.whatIf.planMany(requests, configuration)).values();
    return statements.map((statement) =>
      samplesOf(statement).map(() => answers.next().value ?? new Error("no answer")),
    );
  }

  /** Plans name the indexes of partitions, which go with that of their parent. */
  #withPartitions(absent: readonly RelationName[]): ReadonlySet<string> {
    const gone = new Set(absent.map(keyOf));
    const names = new Set(absent.map(({ name }) => name));
    // A parent may stand behind its parts: as many rounds as there are levels.
    for (let before = -1; before < gone.size; ) {
      before = gone.size;
      for (const index of this.#input.snapshot.indexes) {
        if (index.parent === null || !gone.has(keyOf(index.parent))) continue;
        gone.add(keyOf(index));
        names.add(index.name);
      }
    }
    return names;
  }

  /** Statements that could not be read as far as their tables, and whose text names this one. */
  *#unknownOn(table: RelationName): Generator<{ readonly text: string; readonly why: string }> {
    for (const { text, reason, explanation } of this.#input.workload.declined) {
      if (!IS_UNKNOWN.has(reason) || !mentions(text, table.name)) continue;
      yield { text, why: explanation };
    }
  }
}

const IS_UNKNOWN: ReadonlySet<string> = new Set([
  "does not parse",
  "text cut off",
  "relation unknown",
  "cannot be planned",
]);

function samplesOf({ samples, parameterCount }: Statement): readonly Sample[] {
  return parameterCount === 0 ? samples : [...samples, "generic"];
}

interface World {
  readonly gone: ReadonlySet<string>;
  readonly tolerance: number;
}

function lossOf(
  statement: Statement,
  before: readonly Answer[],
  after: readonly Answer[],
  world: World,
): StatementLoss | null {
  let worst: StatementLoss | null = null;
  for (const [position, plan] of before.entries()) {
    const other = after[position];
    if (plan instanceof Error || other === undefined) continue;
    const costBefore = plan.totalCost;
    if (other instanceof Error)
      return { statement, kind: "cannot be planned", costBefore, costAfter: costBefore };
    const kind = changeOf(plan, other, world);
    if (kind === null) continue;
    const loss = { statement, kind, costBefore, costAfter: other.totalCost };
    if (worst === null || growth(loss) > growth(worst)) worst = loss;
  }
  return worst;
}

function changeOf(
  plan: PlanNode,
  other: PlanNode,
  { gone, tolerance }: World,
): StatementLoss["kind"] | null {
  const usesIt = indexesUsed(plan).some(({ name }) => gone.has(name));
  const isSame =
    Math.abs(other.totalCost - plan.totalCost) <= SAME_COST * Math.max(1, plan.totalCost) &&
    rowsOf(plan) === rowsOf(other);
  if (isSame) return null;
  // Without reading it, only what it tells the planner can have changed the plan.
  if (!usesIt) return "estimated otherwise";
  return other.totalCost > plan.totalCost * tolerance * (1 + SAME_COST) ? "costs more" : null;
}

function rowsOf(plan: PlanNode): string {
  return [...walkPlan(plan)].map(({ node }) => node.rows).join(" ");
}

function growth({ costBefore, costAfter, kind }: StatementLoss): number {
  if (kind === "cannot be planned") return Number.POSITIVE_INFINITY;
  return costAfter / Math.max(costBefore, Number.MIN_VALUE);
}

/** A statement is on a table where it names it, a view that reads it, or another one of its family of partitions. */
function statementsByTable({
  workload,
  snapshot,
}: LossInput): ReadonlyMap<string, readonly Statement[]> {
  const related = relatedTables(snapshot);
  const byTable = new Map<string, Statement[]>();
  for (const statement of workload.statements) {
    const keys = new Set(
      statement.relations.flatMap((one) => [...(related.get(keyOf(one)) ?? [])]),
    );
    for (const key of keys) {
      const known = byTable.get(key);
      if (known === undefined) byTable.set(key, [statement]);
      else known.push(statement);
    }
  }
  return byTable;
}

/** All relations that a relation leads to: views' sources, parents and children of every sort. */
function relatedTables(snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  const connect = (from: RelationName, to: RelationName): void => {
    const known = edges.get(keyOf(from));
    if (known === undefined) edges.set(keyOf(from), new Set([keyOf(to)]));
    else known.add(keyOf(to));
  };
  for (const relation of snapshot.relations) {
    for (const source of relation.dependsOn) connect(relation, source);
    const parents = [
      ...relation.inherits,
      ...(relation.partitionOf === null ? [] : [relation.partitionOf.parent]),
    ];
    for (const parent of parents) {
      connect(relation, parent);
      connect(parent, relation);
    }
  }
  return new Map(
    snapshot.relations.map((relation) => [keyOf(relation), reachable(keyOf(relation), edges)]),
  );
}

function reachable(
  from: string,
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set([from]);
  for (const key of found) for (const next of edges.get(key) ?? []) found.add(next);
  return found;
}
