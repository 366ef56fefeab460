import type { RunContext } from "../context.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** What the book needs to know of a candidate. */
export interface PlacedCandidate {
  readonly id: string;
  /** Key of its table. */
  readonly table: string;
}

/** Costs of statements in configurations, each asked of the planner once. */
export class CostBook {
  plannerCalls = 0;
  readonly #whatIf: Pick<WhatIf, "planMany">;
  readonly #context: RunContext;
  readonly #costs = new Map<string, number | Error>();
  readonly #tables = new Map<string, string>();

  constructor(
    whatIf: Pick<WhatIf, "planMany">,
    context: RunContext,
    candidates: readonly PlacedCandidate[],
  ) {
    this.#whatIf = whatIf;
    this.#context = context;
    for (const { id, table } of candidates) this.#tables.set(id, table);
  }

  /** Cost a call of each statement while these candidates exist, over its samples by weight. */
  async costs(
    statements: readonly TracedStatement[],
    present: readonly string[],
  ): Promise<ReadonlyMap<string, number | Error>> {
    const groups = new Map<string, { present: readonly string[]; missing: TracedStatement[] }>();
    for (const traced of statements) {
      const relevant = this.#relevant(traced, present);
      if (this.#costs.has(keyFor(traced, relevant))) continue;
      const key = JSON.stringify(relevant);
      const group = groups.get(key) ?? { present: relevant, missing: [] };
      group.missing.push(traced);
      groups.set(key, group);
    }
    for (const group of groups.values()) await this.#plan(group.missing, group.present);
    return new Map(
      statements.map((traced) => {
        const cost = this.#costs.get(keyFor(traced, this.#relevant(traced, present)));
        return [traced.statement.fingerprint, cost ?? new Error("it was not planned")];
      }),
    );
  }

  async #plan(statements: readonly TracedStatement[], present: readonly string[]): Promise<void> {
    this.#context.signal.throwIfAborted();
    const requests = statements.flatMap(({ statement }) =>
      statement.samples.map((sample) => ({ text: statement.text, sample })),
    );
    this.plannerCalls += requests.length;
    const plans = (await this.#whatIf.planMany(requests, { present, absent: [] })).values();
    for (const traced of statements) {
      let cost = 0;
      let problem: Error | null = null;
      for (const { weight } of traced.statement.samples) {
        const plan = plans.next().value ?? new Error("the planner gave no answer");
        if (plan instanceof Error) problem = plan;
        else cost += plan.totalCost * weight;
      }
      this.#costs.set(keyFor(traced, present), problem ?? cost);
    }
  }

  /** Candidates on other tables cannot change the plan: leaving them out lets costs be used again. */
  #relevant({ tables }: TracedStatement, present: readonly string[]): readonly string[] {
    return present.filter((id) => tables.has(this.#tables.get(id) ?? "")).toSorted();
  }
}

function keyFor({ statement }: TracedStatement, present: readonly string[]): string {
  return `${statement.fingerprint} ${present.join(" ")}`;
}
