import type { RunContext } from "../../context.ts";
import type { PlanNode } from "../../plans/plan.ts";
import { indexesUsed } from "../../plans/walk-plan.ts";
import { keyOf } from "../../schema/identifiers.ts";
import type { WhatIf } from "../../what-if/what-if.ts";
import {
  anatomyOf,
  costOf,
  join,
  NO_WORK,
  type PlanAnatomy,
  scale,
  type WorkFacts,
} from "../calibration/plan-work.ts";
import type { TracedStatement } from "../weigh-statements.ts";
import { type PackedQuestions, packQuestions, type WorldlyQuestion } from "./pack-questions.ts";
import { type Answer, type IndexSet, StatementPlans } from "./statement-plans.ts";

/** One statement in one world. */
export interface Question {
  readonly traced: TracedStatement;
  /** Ids of the movable indexes that exist in it. */
  readonly present: readonly string[];
}

/** An index that exists in some worlds and not in others. */
export type MovableIndex =
  | { readonly kind: "candidate"; readonly id: string; readonly table: string }
  | {
      readonly kind: "existing";
      readonly id: string;
      readonly table: string;
      readonly schema: string;
      readonly name: string;
    };

export interface PlanBookParts {
  readonly whatIf: Pick<WhatIf, "planMany">;
  readonly context: RunContext;
  readonly movable: readonly MovableIndex[];
  readonly facts: WorkFacts;
  /** Key of the table that indexes are made on, for a table that a plan reads: the root of a partition. */
  readonly rootKeyOf: (schema: string | null, table: string) => string | null;
  /** Ids of candidates by the keys of their indexes' names: those of partitions have names of their own. */
  readonly candidateNames: ReadonlyMap<string, string>;
  /** Keys of all indexes of today. */
  readonly standing: ReadonlySet<string>;
  /** Plans that may be asked for, and the instant of the monotonic clock at which asking ends. */
  readonly plannerCallsAtMost: number;
  readonly deadlineMs: number;
}

const PLANS_A_BATCH = 64;

/**
 * Plans of statements in worlds with other indexes, each asked of the planner once. Only the indexes that a plan reads matter to it: if
 * the cheapest plan in a world reads the indexes U, it stays the cheapest in every smaller world that has U. So one plan answers for many
 * configurations (the atomic configurations of Finkelstein et al., SIGMOD 1988; Papadomanolakis et al., INUM, VLDB 2007).
 */
export class PlanBook {
  /** Plans asked for. */
  plannerCalls = 0;
  /** Plans that would have been asked for but for those of other configurations. */
  callsSaved = 0;
  readonly #parts: PlanBookParts;
  readonly #plans = new Map<string, StatementPlans>();
  readonly #movable: ReadonlyMap<string, MovableIndex>;
  readonly #movableByTable: ReadonlyMap<string, readonly MovableIndex[]>;
  readonly #existing: ReadonlyMap<string, string>;
  readonly #relevant = new Map<string, ReadonlySet<string>>();

  constructor(parts: PlanBookParts) {
    this.#parts = parts;
    this.#movable = new Map(parts.movable.map((index) => [index.id, index]));
    this.#movableByTable = byTable(parts.movable);
    this.#existing = new Map(
      parts.movable.flatMap((index) =>
        index.kind === "existing" ? [[keyOf(index), index.id] as const] : [],
      ),
    );
  }

  /** Whether the plans or the time that were allowed are used up. What was begun is still finished. */
  get isExhausted(): boolean {
    const { context, deadlineMs, plannerCallsAtMost } = this.#parts;
    return this.plannerCalls >= plannerCallsAtMost || context.clock.monotonicMs() >= deadlineMs;
  }

  /** Plans what cannot be told from other worlds. Stops between batches where plans or time are used up, unless it must not. */
  async ask(questions: readonly Question[], mustFinish = true): Promise<void> {
    const missing = new Map<string, WorldlyQuestion>();
    for (const question of questions) {
      const world = this.#worldOf(question);
      const plans = this.#plansOf(question.traced);
      if (plans.find(world) !== undefined) continue;
      const known = plans.infer(world);
      if (known === undefined) {
        missing.set(`${question.traced.statement.fingerprint} ${world.key}`, {
          ...question,
          world,
          keysByTable: this.#keysByTable(question.traced, world),
        });
      } else {
        plans.keep(world, known);
        this.callsSaved += question.traced.samples.length;
      }
    }
    for (const packed of packQuestions([...missing.values()], PLANS_A_BATCH)) {
      if (!mustFinish && this.isExhausted) return;
      await this.#plan(packed);
    }
  }

  /** The answer where it is known by now: an error where the statement cannot be planned, undefined where it was not asked. */
  answer(question: Question): Answer | Error | undefined {
    return this.#plansOf(question.traced).find(this.#worldOf(question));
  }

  async #plan({ questions, present }: PackedQuestions): Promise<void> {
    const { whatIf, context } = this.#parts;
    context.signal.throwIfAborted();
    const requests = questions.flatMap(({ traced: { statement, samples } }) =>
      samples.map((sample) => ({ text: statement.text, sample })),
    );
    this.plannerCalls += requests.length;
    const ids = [...present].filter((id) => this.#movable.get(id)?.kind === "candidate");
    const tables = new Set(questions.flatMap(({ traced }) => [...traced.tables]));
    const absent = [...tables]
      .flatMap((table) => this.#movableByTable.get(table) ?? [])
      .flatMap((index) =>
        index.kind === "existing" && !present.has(index.id)
          ? [{ schema: index.schema, name: index.name }]
          : [],
      );
    const plans = (await whatIf.planMany(requests, { present: ids.sort(), absent })).values();
    for (const { traced, world } of questions) {
      const answers = traced.samples.map(({ weight }) => ({
        weight,
        plan: plans.next().value ?? new Error("the planner gave no answer"),
      }));
      this.#plansOf(traced).keep(world, this.#readAnswer(answers, world));
    }
  }

  #readAnswer(
    answers: readonly { readonly weight: number; readonly plan: PlanNode | Error }[],
    world: IndexSet,
  ): Answer | Error {
    let anatomy: PlanAnatomy = { work: NO_WORK, loops: [] };
    const used = new Set<string>();
    for (const { weight, plan } of answers) {
      if (plan instanceof Error) return plan;
      anatomy = join(anatomy, scale(anatomyOf(plan, this.#parts.facts), weight));
      for (const id of this.#movableUsed(plan, world)) used.add(id);
    }
    return { cost: costOf(anatomy.work), anatomy, used: [...used].sort() };
  }

  /** Of an index of a partition that nobody knows, whichever of the parent's it may be counts as read. */
  #movableUsed(plan: PlanNode, world: IndexSet): readonly string[] {
    const { standing, rootKeyOf } = this.#parts;
    return indexesUsed(plan).flatMap(({ schema, name, table }) => {
      if (world.ids.has(name)) return [name];
      const key = schema === null ? null : keyOf({ schema, name });
      const candidate = key === null ? undefined : this.#parts.candidateNames.get(key);
      if (candidate !== undefined) return [candidate];
      const existing = key === null ? undefined : this.#existing.get(key);
      if (existing !== undefined) return [existing];
      if (key !== null && standing.has(key)) return [];
      const root = table === null ? null : rootKeyOf(schema, table);
      return [...world.ids].filter((id) => root === null || this.#movable.get(id)?.table === root);
    });
  }

  #plansOf({ statement }: TracedStatement): StatementPlans {
    const known = this.#plans.get(statement.fingerprint);
    if (known !== undefined) return known;
    const made = new StatementPlans();
    this.#plans.set(statement.fingerprint, made);
    return made;
  }

  /** Indexes on other tables cannot change the plan. */
  #worldOf({ traced, present }: Question): IndexSet {
    const relevant = this.#relevantTo(traced);
    const ids = [...new Set(present)].filter((id) => relevant.has(id)).sort();
    return { key: ids.join(" "), ids: new Set(ids) };
  }

  #relevantTo({ statement, tables }: TracedStatement): ReadonlySet<string> {
    const known = this.#relevant.get(statement.fingerprint);
    if (known !== undefined) return known;
    const made = new Set(
      [...tables].flatMap((table) => (this.#movableByTable.get(table) ?? []).map(({ id }) => id)),
    );
    this.#relevant.set(statement.fingerprint, made);
    return made;
  }

  #keysByTable({ tables }: TracedStatement, { ids }: IndexSet): ReadonlyMap<string, string> {
    return new Map(
      [...tables].map((table) => {
        const own = (this.#movableByTable.get(table) ?? []).filter(({ id }) => ids.has(id));
        return [
          table,
          own
            .map(({ id }) => id)
            .sort()
            .join(" "),
        ];
      }),
    );
  }
}

function byTable(movable: readonly MovableIndex[]): ReadonlyMap<string, readonly MovableIndex[]> {
  const found = new Map<string, MovableIndex[]>();
  for (const index of movable) {
    const known = found.get(index.table);
    if (known === undefined) found.set(index.table, [index]);
    else known.push(index);
  }
  return found;
}
