import type { StatementsQuery } from "@streamgate/contract";
import { inOrder, type Keyset } from "../api/keyset.ts";
import { finiteOrNull } from "../figures/figure.ts";
import { type StatementTotals, statementKey } from "./statement-totals.ts";

export type StatementSort = NonNullable<StatementsQuery["sort"]>;

/** What a book is made of. */
export interface StatementBookParts {
  /** Those whose counters are known one by one. */
  readonly counted: readonly StatementTotals[];
  /** Those that ran, and of which no more is known; in the order of their keys. */
  readonly others?: readonly StatementTotals[];
  /** What all statements of each database took, the others among them. */
  readonly secondsByDatabase?: ReadonlyMap<string, number>;
  /** Standard deviation of a call in ms, by the statement's key: that of all calls, for no series has it. */
  readonly spreads?: ReadonlyMap<string, number>;
}

/** What ran in a stretch of time: asked page by page, sorted once for each order. */
export class StatementBook {
  readonly #counted: readonly StatementTotals[];
  readonly #others: readonly StatementTotals[];
  readonly #secondsByDatabase: ReadonlyMap<string, number>;
  readonly #spreads: ReadonlyMap<string, number>;
  readonly #byKey: ReadonlyMap<string, StatementTotals>;
  readonly #orders = new Map<StatementSort, readonly StatementTotals[]>();

  constructor(parts: StatementBookParts) {
    const { counted, others = [], secondsByDatabase = new Map(), spreads = new Map() } = parts;
    this.#counted = counted;
    this.#others = others;
    this.#secondsByDatabase = secondsByDatabase;
    this.#spreads = spreads;
    this.#byKey = new Map(counted.map((one) => [statementKey(one.database, one.fingerprint), one]));
  }

  /** Undefined, too, for one whose counters are not known. */
  find(database: string, fingerprint: string): StatementTotals | undefined {
    return this.#byKey.get(statementKey(database, fingerprint));
  }

  /** Time of all statements of a database, or of all of them; never less than that of those that are known one by one. */
  totalMs(database: string | undefined): number {
    const isWanted = (name: string): boolean => database === undefined || name === database;
    let countedMs = 0;
    for (const one of this.#counted) if (isWanted(one.database)) countedMs += one.totalMs;
    let seconds = 0;
    for (const [name, value] of this.#secondsByDatabase) if (isWanted(name)) seconds += value;
    return Math.max(countedMs, seconds * 1_000);
  }

  /** All statements, the greatest first. */
  ordered(sort: StatementSort): readonly StatementTotals[] {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const keyset = this.keyset(sort);
    const ordered =
      sort === "spread"
        ? inOrder([...this.#counted, ...this.#others], keyset)
        : // What is not known comes last, in the order of its keys.
          [...inOrder(this.#counted, keyset), ...this.#others];
    this.#orders.set(sort, ordered);
    return ordered;
  }

  keyset(sort: StatementSort): Keyset<StatementTotals> {
    return {
      name: `statements by ${sort}`,
      direction: "descending",
      idOf: ({ database, fingerprint }) => statementKey(database, fingerprint),
      valueOf: (one) => finiteOrNull(this.#figureOf(one, sort)),
    };
  }

  #figureOf(one: StatementTotals, sort: StatementSort): number | null {
    switch (sort) {
      case "total":
        return one.totalMs;
      case "calls":
        return one.calls;
      case "mean":
        return one.totalMs / one.calls;
      case "rows":
        return one.rows / one.calls;
      case "spread":
        return this.#spreads.get(statementKey(one.database, one.fingerprint)) ?? null;
    }
  }
}
