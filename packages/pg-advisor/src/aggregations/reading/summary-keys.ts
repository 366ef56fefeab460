import type { Node } from "@pgsql/types";
import type { TypeFamily } from "../../candidates/type-family.ts";
import { columnUse, equalityOf } from "../../rewrites/analysis/expressions.ts";
import type { Source } from "../../rewrites/analysis/level.ts";
import { isSame } from "../../rewrites/tree/same.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { finer, type TextOf, type TimeUnit, unitWithin } from "../time/time-unit.ts";
import type { StretchKey, SummaryKey } from "./aggregation.ts";
import { NoSummary } from "./no-summary.ts";
import { isPlainKey } from "./plain-key.ts";
import type { RangePart } from "./read-range.ts";
import type { RowExpressions } from "./row-expressions.ts";
import { type Names, sqlOf } from "./sql-pieces.ts";

/** Without groups by time, a range is answered by stretches of this length and the rows at its ends. */
const UNIT_OF_RANGES: TimeUnit = "hour";
/** What expressions give whose equal values are the same in every respect. */
const PLAIN_FAMILIES: ReadonlySet<TypeFamily | "literal"> = new Set([
  "text",
  "boolean",
  "date",
  "timestamp",
  "uuid",
]);

/** Collects what a summary must tell rows apart by. */
export class SummaryKeys {
  readonly #source: Source;
  readonly #rows: RowExpressions;
  readonly #names: Names;
  readonly #snapshot: Snapshot;
  readonly #keys: SummaryKey[] = [];
  #stretch: StretchKey | null = null;

  constructor(source: Source, rows: RowExpressions, names: Names, snapshot: Snapshot) {
    this.#source = source;
    this.#rows = rows;
    this.#names = names;
    this.#snapshot = snapshot;
  }

  get stretch(): StretchKey | null {
    return this.#stretch;
  }

  /** As an index is searched: what is asked for by equality, then time, then the rest. */
  inOrderOfSearch(asked: readonly Node[]): readonly SummaryKey[] {
    const equal = new Set(
      asked.flatMap((condition) => {
        const sides = equalityOf(condition);
        return [columnUse(sides?.left)?.column, columnUse(sides?.right)?.column];
      }),
    );
    const rank = (key: SummaryKey): number =>
      key.kind === "column" && equal.has(key.name) ? 0 : key.kind === "stretch of time" ? 1 : 2;
    return this.#keys.toSorted((one, other) => rank(one) - rank(other));
  }

  /** The key that an expression is computed into; undefined where it is none. */
  ofExpression(node: Node): SummaryKey | undefined {
    return this.#keys.find((key) => key.kind === "expression" && isSame(key.expression, node));
  }

  /** Whether a column of the table can be read from the summary. */
  has(column: string): boolean {
    return (
      column === this.#stretch?.column ||
      this.#keys.some((key) => key.kind === "column" && key.name === column)
    );
  }

  /** One column of time may be counted by stretches; every use of it must do with the finest of them. */
  chooseStretch(parts: readonly Node[], range: readonly RangePart[], textOf: TextOf): void {
    const used = [
      ...parts.flatMap((part) => this.#rows.columnsIn(part)),
      ...range.map(({ column }) => column),
    ];
    const [name, another] = new Set(
      used.filter((column) => this.#rows.timeColumn(column) !== null),
    );
    const column = name === undefined ? null : this.#rows.timeColumn(name);
    if (name === undefined || column === null) return;
    if (another !== undefined) throw new NoSummary("it depends on two columns of time");
    let unit: TimeUnit | null = null;
    for (const part of parts) {
      if (!this.#rows.columnsIn(part).includes(name)) continue;
      const needed = unitWithin(part, column, textOf);
      if (needed === null)
        throw new NoSummary(
          `${sqlOf(part)} may change within a minute, or what it depends on is not known`,
        );
      unit = unit === null ? needed : finer(unit, needed);
    }
    const chosen = unit ?? UNIT_OF_RANGES;
    this.#stretch = {
      kind: "stretch of time",
      name: this.#names.take(`${name}_${chosen.replace("15 minutes", "quarter")}`),
      column: name,
      unit: chosen,
      isZoned: column.isZoned,
      isNotNull: this.#source.columns.find((one) => one.name === name)?.isNotNull === true,
    };
    this.#keys.push(this.#stretch);
  }

  /** A group is computed once where it is the same for ever, and from its columns in each call else. */
  addGroup(group: Node): void {
    const isOfTime = this.#rows.columnsIn(group).some((column) => column === this.#stretch?.column);
    const isComputed =
      columnUse(group) === null &&
      !isOfTime &&
      this.#rows.isSteady(group) &&
      PLAIN_FAMILIES.has(this.#rows.familyOf(group));
    if (!isComputed) this.addColumns(group);
    else if (this.ofExpression(group) === undefined) {
      const name = this.#names.take("key");
      this.#keys.push({ kind: "expression", name, expression: group, isNotNull: false });
    }
  }

  /** Every column of a part as a key of its own; the column of time is one already. */
  addColumns(part: Node): void {
    for (const name of this.#rows.columnsIn(part)) {
      if (this.has(name)) continue;
      const column = this.#source.columns.find((one) => one.name === name);
      if (column === undefined || !isPlainKey(column, this.#source, this.#snapshot))
        throw new NoSummary(
          `equal values of ${name} may look different, so that rows cannot be told apart by it`,
        );
      this.#keys.push({ kind: "column", name, isNotNull: column.isNotNull });
    }
  }
}
