import type { FuncCall, Node } from "@pgsql/types";
import { factsOfExpression } from "../../rewrites/analysis/expression-facts.ts";
import { columnUse, nameOfCall } from "../../rewrites/analysis/expressions.ts";
import type { Source } from "../../rewrites/analysis/level.ts";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import { ROW_COUNT, type StoredMeasure } from "./aggregation.ts";
import { type NumberType, numberTypeOf } from "./number-type.ts";
import { type Names, sqlOf } from "./sql-pieces.ts";

/** How an aggregate is read from what a summary keeps. */
export type MeasureReading =
  | { readonly outcome: "kept"; readonly sql: string; readonly notByTrigger: string | null }
  | { readonly outcome: "refused"; readonly because: string };

const ONE_OF_ALL: Readonly<Record<string, StoredMeasure["combine"]>> = {
  min: "min",
  max: "max",
  bool_and: "bool_and",
  every: "bool_and",
  bool_or: "bool_or",
};

/** Collects what a summary must keep so that the aggregates of a statement can be read from it. */
export class Measures {
  readonly #source: Source;
  readonly #isGrouped: boolean;
  readonly #names: Names;
  readonly #stored = new Map<string, StoredMeasure>();

  constructor(source: Source, isGrouped: boolean, names: Names) {
    this.#source = source;
    this.#isGrouped = isGrouped;
    this.#names = names;
  }

  get stored(): readonly StoredMeasure[] {
    return [...this.#stored.values()];
  }

  /** The aggregate over rows, as one over the summary's rows under the same alias. */
  read(call: FuncCall): MeasureReading {
    const name = nameOfCall(call);
    const [argument, more] = call.args ?? [];
    if (call.agg_distinct === true)
      return refused(`${name}(DISTINCT …) cannot be added up from parts`);
    if (call.agg_order !== undefined || call.agg_within_group === true || more !== undefined)
      return refused(`${name} depends on the order of its rows, or takes more than one argument`);
    if (hasParameter(call.args)) return refused(`a parameter stands inside ${name}()`);
    const keyFilter = hasParameter(call.agg_filter) ? call.agg_filter : undefined;
    const rowFilter = keyFilter === undefined ? call.agg_filter : undefined;
    const after = keyFilter === undefined ? "" : ` filter (where ${sqlOf(keyFilter)})`;
    if (name === "count") return this.#count(argument, rowFilter, after);
    if (argument === undefined) return refused(`${name} has no argument`);
    if (name === "sum" || name === "avg") return this.#sum(name, argument, rowFilter, after);
    const combine = ONE_OF_ALL[name];
    if (combine === undefined) return refused(`${name} cannot be added up from parts`);
    const kept = this.#keep(name, argument, `${name}(${sqlOf(argument)})`, rowFilter, combine);
    return {
      outcome: "kept",
      sql: `${name}(${kept})${after}`,
      notByTrigger: `${name}() of what is left is not known when a row goes`,
    };
  }

  #count(argument: Node | undefined, filter: Node | undefined, after: string): MeasureReading {
    const counted = this.#countOf(argument, filter);
    const sum = `sum(${counted})${after}`;
    return kept(this.#isGrouped && after === "" ? `${sum}::bigint` : `coalesce(${sum}, 0)::bigint`);
  }

  /** The column that counts the rows in which the argument is not null. */
  #countOf(argument: Node | undefined, filter: Node | undefined): string {
    const isOfAll = argument === undefined || this.#isNeverNull(argument);
    if (isOfAll && filter === undefined) return `${this.#alias}.${ROW_COUNT}`;
    const counted = isOfAll ? "*" : sqlOf(argument);
    return this.#keep("count", argument, `count(${counted})`, filter, "sum");
  }

  #sum(
    name: "sum" | "avg",
    argument: Node,
    filter: Node | undefined,
    after: string,
  ): MeasureReading {
    const type = numberTypeOf(argument, this.#source);
    const objection = objectionTo(type);
    if (objection === "none can be added up")
      return refused(`what ${sqlOf(argument)} is made of is not known`);
    const isNumeric = type === "numeric" || type === "numeric of one scale";
    const term = sqlOf(argument);
    const ordinary = isNumeric ? this.#and(filter, `${term} <> 'NaN'`) : filterSql(filter);
    const total = this.#keepSql("sum", argument, `coalesce(sum(${term})${ordinary}, 0)`, "sum");
    const counted = this.#countOf(argument, filter);
    const odd = isNumeric
      ? this.#keepSql("nan", argument, `count(*)${this.#and(filter, `${term} = 'NaN'`)}`, "sum")
      : null;
    const sum = (column: string): string => `sum(${column})${after}`;
    const bare = type === "float" ? sum(total) : `${sum(total)}`;
    const isAlwaysThere =
      this.#isGrouped && filter === undefined && after === "" && this.#isNeverNull(argument);
    const cases = odd === null ? "" : `when ${sum(odd)} > 0 then 'NaN'::numeric `;
    const value =
      name === "sum"
        ? type === "integer"
          ? `${bare}::bigint`
          : bare
        : `${bare}${isNumeric || type === "float" ? "" : "::numeric"} / ${sum(counted)}`;
    const sql =
      isAlwaysThere && cases === ""
        ? value
        : `case ${cases}when ${sum(counted)} > 0 then ${value} end`;
    return { outcome: "kept", sql, notByTrigger: objection };
  }

  #and(filter: Node | undefined, condition: string): string {
    const conditions = filter === undefined ? [condition] : [`(${sqlOf(filter)})`, condition];
    return ` filter (where ${conditions.join(" and ")})`;
  }

  #keep(
    prefix: string,
    argument: Node | undefined,
    aggregate: string,
    filter: Node | undefined,
    combine: StoredMeasure["combine"],
  ): string {
    return this.#keepSql(prefix, argument, `${aggregate}${filterSql(filter)}`, combine);
  }

  #keepSql(
    prefix: string,
    argument: Node | undefined,
    sql: string,
    combine: StoredMeasure["combine"],
  ): string {
    const known = this.#stored.get(sql);
    const column = argument === undefined ? undefined : columnUse(argument)?.column;
    const name = known?.name ?? this.#names.take(`${prefix}_${column ?? "rows"}`);
    if (known === undefined) this.#stored.set(sql, { name, sql, combine });
    return `${this.#alias}.${quoteIdentifier(name)}`;
  }

  get #alias(): string {
    return quoteIdentifier(this.#source.alias);
  }

  #isNeverNull(argument: Node): boolean {
    return factsOfExpression(argument, [this.#source], true).isNotNull;
  }
}

function filterSql(filter: Node | undefined): string {
  return filter === undefined ? "" : ` filter (where ${sqlOf(filter)})`;
}

function hasParameter(part: unknown): boolean {
  return JSON.stringify(part ?? null).includes('"ParamRef"');
}

/** Why what is taken off again does not leave what was there before; null where it does. */
function objectionTo(type: NumberType): string | null {
  switch (type) {
    case "integer":
    case "bigint":
    case "numeric of one scale":
      return null;
    case "numeric":
      return "numbers of different scale leave the digits of the longest behind when they go";
    case "float":
      return "floating-point sums round, and what is taken off does not leave what was there before";
    case "other":
      return "none can be added up";
  }
}

function kept(sql: string): MeasureReading {
  return { outcome: "kept", sql, notByTrigger: null };
}

function refused(because: string): MeasureReading {
  return { outcome: "refused", because };
}
