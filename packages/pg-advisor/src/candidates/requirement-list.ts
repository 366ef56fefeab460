import type { OrderedColumn, TableUse } from "../workload/shape/statement-shape.ts";
import type { ColumnFacts } from "./column-facts.ts";
import type { IndexRequirement } from "./index-requirement.ts";

/** What shapes the requirements of one table use. */
export interface RequirementInput {
  readonly use: TableUse;
  readonly fingerprint: string;
  readonly facts: ColumnFacts;
  /** In how many of the workload's statements each column of the table is compared for equality. */
  readonly sharedBy: ReadonlyMap<string, number>;
  /** Sets of columns that a unique index covers: nothing is to be gained where all are given. */
  readonly uniqueSets: readonly (readonly string[])[];
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
    columns: readonly string[],
    ranges: readonly string[],
    orders: readonly (readonly OrderedColumn[])[],
  ): void {
    const { uniqueSets } = this.#input;
    if (uniqueSets.some((set) => set.every((column) => columns.includes(column)))) return;
    for (const equal of this.#arrange([...new Set(columns)])) {
      this.#add(equal, []);
      for (const range of ranges) this.#add(equal, [ascending(range)]);
      for (const order of orders) {
        const rest = order.filter(({ column }) => !equal.includes(column));
        this.#add(equal, rest);
        for (const range of ranges) {
          if (rest.length > 0 && rest.every(({ column }) => column !== range)) {
            this.#add(equal, [...rest, ascending(range)]);
          }
        }
      }
    }
  }

  /** An order alone, and with a filtered column behind it that saves visits to the table. */
  addOrder(order: readonly OrderedColumn[], filtered: readonly string[]): void {
    this.#add([], order);
    for (const column of filtered) {
      if (order.every((ordered) => ordered.column !== column))
        this.#add([], [...order, ascending(column)]);
    }
  }

  /** Most different values first; and most shared with other statements first. */
  #arrange(columns: readonly string[]): readonly (readonly string[])[] {
    const { facts, use, sharedBy } = this.#input;
    const selective = columns.toSorted(
      (one, other) =>
        facts.distinctValues(use.relation, other) - facts.distinctValues(use.relation, one),
    );
    const shared = selective.toSorted(
      (one, other) => (sharedBy.get(other) ?? 0) - (sharedBy.get(one) ?? 0),
    );
    return [selective, shared];
  }

  #add(equalColumns: readonly string[], orderedColumns: readonly OrderedColumn[]): void {
    const equal = equalColumns.slice(0, KEY_COLUMNS_AT_MOST);
    const ordered = orderedColumns
      .filter(({ column }) => !equal.includes(column))
      .slice(0, KEY_COLUMNS_AT_MOST - equal.length);
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

function ascending(column: string): OrderedColumn {
  return { column, direction: "asc", nulls: "last" };
}

function inWords(equal: readonly string[], ordered: readonly OrderedColumn[]): string {
  const parts = [
    equal.length === 0 ? "" : `equality on ${equal.join(" and ")}`,
    ordered.length === 0
      ? ""
      : `range or order on ${ordered.map(({ column, direction }) => (direction === "desc" ? `${column} desc` : column)).join(", ")}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
