import type { PlanNode, Twin } from "@streamgate/pg-advisor";
import type { AdvisorInput } from "../advisor.ts";
import type { BenchStatement } from "../workload-case.ts";
import { type ColumnIndex, candidateOf } from "./column-index.ts";

const NO_VALUES = { values: [], weight: 1, origin: "given" } as const;

/** The planner's cost of statements while indexes exist, each question asked once. */
export class WhatIfCosts {
  plannerCalls = 0;
  readonly #twin: Twin;
  readonly #statements: readonly BenchStatement[];
  /** Tables of each statement. */
  readonly #tables: readonly ReadonlySet<string>[];
  readonly #plans = new Map<string, PlanNode | Error>();
  readonly #defined = new Set<string>();

  constructor(twin: Twin, { statements, columns }: AdvisorInput) {
    this.#twin = twin;
    this.#statements = statements;
    this.#tables = columns.map(
      ({ tables }) => new Set(tables.map(({ schema, name }) => `${schema}.${name}`)),
    );
  }

  async define(indexes: readonly ColumnIndex[]): Promise<void> {
    const fresh = indexes.filter(({ id }) => !this.#defined.has(id));
    for (const { id } of fresh) this.#defined.add(id);
    if (fresh.length > 0) await this.#twin.define(fresh.map(candidateOf));
  }

  /** Cost of an hour: of all statements by their calls. */
  async total(present: readonly ColumnIndex[]): Promise<number> {
    await this.#planMissing(present);
    return this.#statements.reduce((sum, { callsAnHour }, position) => {
      const plan = this.#planOf(position, present);
      return plan === null ? sum : sum + callsAnHour * plan.totalCost;
    }, 0);
  }

  /** The plan of one statement; null where there is none. */
  async plan(position: number, present: readonly ColumnIndex[]): Promise<PlanNode | null> {
    await this.#planMissing(present, [position]);
    return this.#planOf(position, present);
  }

  async #planMissing(
    present: readonly ColumnIndex[],
    positions: readonly number[] = [...this.#statements.keys()],
  ): Promise<void> {
    const groups = new Map<string, number[]>();
    for (const position of positions) {
      if (this.#plans.has(this.#key(position, present))) continue;
      const relevant = JSON.stringify(this.#relevant(position, present));
      groups.set(relevant, [...(groups.get(relevant) ?? []), position]);
    }
    for (const [relevant, group] of groups) {
      const ids = JSON.parse(relevant) as string[];
      const requests = group.map((position) => ({
        text: this.#statements[position]?.sql ?? "",
        sample: NO_VALUES,
      }));
      const plans = await this.#twin.planMany(requests, { present: ids, absent: [] });
      this.plannerCalls += requests.length;
      for (const [at, position] of group.entries()) {
        this.#plans.set(this.#key(position, present), plans[at] ?? new Error("no answer"));
      }
    }
  }

  #planOf(position: number, present: readonly ColumnIndex[]): PlanNode | null {
    const plan = this.#plans.get(this.#key(position, present));
    return plan === undefined || plan instanceof Error ? null : plan;
  }

  #key(position: number, present: readonly ColumnIndex[]): string {
    return `${position} ${this.#relevant(position, present).join(" ")}`;
  }

  /** Indexes on other tables cannot change a statement's plan. */
  #relevant(position: number, present: readonly ColumnIndex[]): readonly string[] {
    const tables = this.#tables[position];
    return present
      .filter(({ table }) => tables?.has(`${table.schema}.${table.name}`) === true)
      .map(({ id }) => id)
      .toSorted();
  }
}
