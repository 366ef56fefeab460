import type { TableUse } from "../workload/shape/statement-shape.ts";
import type { IndexKey } from "./candidate.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { type IndexRequirement, subjectOf } from "./index-requirement.ts";
import type { SearchTerm } from "./search-terms.ts";

/** What shapes the requirements of one table use. */
export interface RequirementInput {
  readonly use: TableUse;
  readonly fingerprint: string;
  readonly facts: ColumnFacts;
  /** In how many of the workload's statements each column of the table is compared for equality. */
  readonly sharedBy: ReadonlyMap<string, number>;
  /** Sets of columns that a unique index covers: nothing is to be gained where all are given. */
  readonly uniqueSets: readonly (readonly string[])[];
  /** Conditions that hold together. */
  readonly terms: readonly SearchTerm[];
  /** The same of each arm of an OR. */
  readonly arms: readonly (readonly SearchTerm[])[];
  /** Orders of expressions. */
  readonly expressionOrders: readonly (readonly IndexKey[])[];
}

const KEY_COLUMNS_AT_MOST = 4;

/** Collects requirements, each once, and leaves out those that a unique index answers already. */
export class RequirementList {
  readonly requirements: IndexRequirement[] = [];
  readonly #seen = new Set<string>();
  readonly #input: RequirementInput;

  constructor(input: RequirementInput) {
    this.#input = input;
  }

  /** Equality columns, alone, before each range and before each order; with a range behind an order. */
  addEquality(
    terms: readonly SearchTerm[],
    ranges: readonly IndexKey[],
    orders: readonly (readonly IndexKey[])[],
  ): void {
    if (this.#isUnique(terms)) return;
    for (const equal of this.#arrange(onePerSubject(terms))) {
      this.#add(equal, []);
      for (const range of ranges) this.#add(equal, [range]);
      for (const order of orders) {
        const rest = without(order, equal);
        this.#add(equal, rest);
        for (const range of ranges) {
          if (rest.length > 0 && !rest.some((key) => subjectOf(key) === subjectOf(range))) {
            this.#add(equal, [...rest, range]);
          }
        }
      }
    }
  }

  /** Equality columns in the given order only: those that a join gives values for, then the filters, or the other way round. */
  addInThisOrder(terms: readonly SearchTerm[], ranges: readonly IndexKey[]): void {
    if (this.#isUnique(terms)) return;
    const equal = onePerSubject(terms).map(({ key }) => key);
    this.#add(equal, []);
    for (const range of ranges) this.#add(equal, [range]);
  }

  /** An order alone, and with a filtered column behind it that saves visits to the table. */
  addOrder(order: readonly IndexKey[], filtered: readonly IndexKey[]): void {
    this.#add([], order);
    for (const key of filtered) {
      if (order.every((ordered) => subjectOf(ordered) !== subjectOf(key)))
        this.#add([], [...order, key]);
    }
  }

  #isUnique(terms: readonly SearchTerm[]): boolean {
    const columns = new Set(terms.map(({ key }) => key.column));
    return this.#input.uniqueSets.some((set) => set.every((column) => columns.has(column)));
  }

  /** Most different values first; and most shared with other statements first. */
  #arrange(terms: readonly SearchTerm[]): readonly (readonly IndexKey[])[] {
    const shares = ({ key }: SearchTerm): number => this.#input.sharedBy.get(subjectOf(key)) ?? 0;
    const selective = terms.toSorted((one, other) => other.distinct - one.distinct);
    const shared = selective.toSorted((one, other) => shares(other) - shares(one));
    return [selective, shared].map((arranged) => arranged.map(({ key }) => key));
  }

  #add(equalKeys: readonly IndexKey[], orderedKeys: readonly IndexKey[]): void {
    const equal = equalKeys.slice(0, KEY_COLUMNS_AT_MOST);
    const ordered = without(orderedKeys, equal).slice(0, KEY_COLUMNS_AT_MOST - equal.length);
    if (equal.length + ordered.length === 0) return;
    const key = JSON.stringify([equal, ordered]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.requirements.push({
      equal,
      ordered,
      origin: inWords(equal, ordered),
      fingerprint: this.#input.fingerprint,
    });
  }
}

function without(keys: readonly IndexKey[], others: readonly IndexKey[]): readonly IndexKey[] {
  const taken = new Set(others.map(subjectOf));
  return keys.filter((key) => !taken.has(subjectOf(key)));
}

function onePerSubject(terms: readonly SearchTerm[]): readonly SearchTerm[] {
  return [...new Map(terms.map((term) => [subjectOf(term.key), term])).values()];
}

function inWords(equal: readonly IndexKey[], ordered: readonly IndexKey[]): string {
  const parts = [
    equal.length === 0 ? "" : `equality on ${equal.map(wordOf).join(" and ")}`,
    ordered.length === 0
      ? ""
      : `range or order on ${ordered.map((key) => (key.direction === "desc" ? `${wordOf(key)} desc` : wordOf(key))).join(", ")}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function wordOf({ column, expression }: IndexKey): string {
  return column ?? expression ?? "";
}
