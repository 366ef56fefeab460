import type { PlanAnatomy } from "../calibration/plan-work.ts";

/** What the planner makes of a statement, over its samples by weight. */
export interface Answer {
  /** The planner's cost of a call. */
  readonly cost: number;
  readonly anatomy: PlanAnatomy;
  /** Ids of the movable indexes that its plans read, in order. */
  readonly used: readonly string[];
}

/** A set of movable indexes that concern one statement. */
export interface IndexSet {
  /** The ids in order, joined. */
  readonly key: string;
  readonly ids: ReadonlySet<string>;
}

/** What is known of one statement's plans. */
export class StatementPlans {
  readonly #exact = new Map<string, Answer | Error>();
  /** Worlds that were really planned. */
  readonly #planned: { readonly world: IndexSet; readonly answer: Answer }[] = [];

  find(world: IndexSet): Answer | Error | undefined {
    return this.#exact.get(world.key);
  }

  /** The answer of a larger world whose plan reads only what this one has, too. */
  infer(world: IndexSet): Answer | undefined {
    return this.#planned.find(
      (known) => known.answer.used.every((id) => world.ids.has(id)) && contains(known.world, world),
    )?.answer;
  }

  keep(world: IndexSet, answer: Answer | Error): void {
    this.#exact.set(world.key, answer);
    if (!(answer instanceof Error)) this.#planned.push({ world, answer });
  }
}

function contains(large: IndexSet, small: IndexSet): boolean {
  if (small.ids.size > large.ids.size) return false;
  for (const id of small.ids) if (!large.ids.has(id)) return false;
  return true;
}
