import type { FuncCall, Node, SelectStmt } from "@pgsql/types";
import { analyse } from "../../rewrites/analysis/analyse.ts";
import { aggregatesIn, columnUse } from "../../rewrites/analysis/expressions.ts";
import type { Level, Source } from "../../rewrites/analysis/level.ts";
import { outputName } from "../../rewrites/analysis/output-name.ts";
import type { RewriteCatalogue } from "../../rewrites/catalogue/catalogue.ts";
import { deparseFaithfully } from "../../rewrites/tree/deparse.ts";
import { replaceNodes } from "../../rewrites/tree/replace.ts";
import { isSame } from "../../rewrites/tree/same.ts";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import { nodeOf } from "../../workload/parse-statement.ts";
import { conjunctsOf, namesOf } from "../../workload/text/sql-nodes.ts";
import type { Statement } from "../../workload/workload.ts";
import { timeGrid } from "../time/time-grid.ts";
import { type Aggregation, ROW_COUNT, type TimeRange } from "./aggregation.ts";
import { assumptionsOf, textsOf } from "./known-texts.ts";
import { Measures } from "./measures.ts";
import { NoSummary, refuseForms } from "./no-summary.ts";
import { numberTypeOf } from "./number-type.ts";
import { type AggregationInput, readInput } from "./read-input.ts";
import { type RangePart, readRange } from "./read-range.ts";
import { RowExpressions } from "./row-expressions.ts";
import { splitCase } from "./split-case.ts";
import { expressionOf, Names, sqlOf } from "./sql-pieces.ts";
import { SummaryKeys } from "./summary-keys.ts";

export type AggregationOutcome =
  | { readonly outcome: "understood"; readonly aggregation: Aggregation }
  /** It counts or sums nothing, and is no business of a summary's. */
  | { readonly outcome: "no aggregation" }
  | { readonly outcome: "declined"; readonly because: string };

type StatementToRead = Pick<Statement, "text" | "samples">;

/** Reads a statement as one that a summary of its table could answer, or says why none could. */
export function readAggregation(
  statement: StatementToRead,
  catalogue: RewriteCatalogue,
): AggregationOutcome {
  const node = nodeOf(statement.text);
  if (node === undefined || !("SelectStmt" in node)) return { outcome: "no aggregation" };
  if (aggregatesIn(node.SelectStmt.targetList).length === 0) return { outcome: "no aggregation" };
  const analysed = analyse(node, catalogue);
  if (analysed.outcome === "declined") return { outcome: "declined", because: analysed.because };
  const [level] = analysed.analysis.levels;
  if (level === undefined) return { outcome: "no aggregation" };
  try {
    if (deparseFaithfully(analysed.analysis.tree) === null)
      throw new NoSummary("it cannot be written out again word for word");
    refuseForms(level.select);
    const reader = new AggregationReader(level, statement, catalogue);
    return { outcome: "understood", aggregation: reader.read() };
  } catch (error) {
    if (!(error instanceof NoSummary)) throw error;
    return { outcome: "declined", because: error.message };
  }
}

const READS_THE_CLOCK = /\b(?:now|current_timestamp|transaction_timestamp|statement_timestamp)\b/i;

/** Conditions by what they ask: of every row alike, by parameters, of a stretch of time. */
interface ReadConditions {
  readonly own: readonly Node[];
  readonly asked: readonly Node[];
  readonly range: readonly RangePart[];
}

class AggregationReader {
  readonly #input: AggregationInput;
  readonly #select: SelectStmt;
  readonly #statement: StatementToRead;
  readonly #source: Source;
  readonly #rows: RowExpressions;
  readonly #keys: SummaryKeys;
  readonly #names: Names;
  readonly #notByTrigger = new Set<string>();

  constructor(level: Level, statement: StatementToRead, { snapshot }: RewriteCatalogue) {
    this.#input = readInput(level);
    this.#select = this.#input.select;
    this.#statement = statement;
    this.#source = this.#input.source;
    this.#rows = new RowExpressions(this.#source, snapshot);
    this.#names = new Names([ROW_COUNT, ...this.#source.columns.map(({ name }) => name)]);
    this.#keys = new SummaryKeys(this.#source, this.#rows, this.#names, snapshot);
  }

  read(): Aggregation {
    const { tables, from, originOf, joinConditions } = this.#input;
    for (const condition of joinConditions) {
      if (!this.#rows.isSteady(condition))
        throw new NoSummary(`tables are joined by ${sqlOf(condition)}, which may change`);
    }
    if (tables.length > 1) this.#notByTrigger.add("what it joins changes with each of its tables");
    const groups = this.#groups();
    const { own, asked, range } = this.#conditions();
    this.#keys.chooseStretch([...groups, ...asked], range, textsOf(this.#statement.samples));
    for (const group of groups) this.#keys.addGroup(group);
    for (const condition of asked) this.#keys.addColumns(condition);
    const measures = new Measures(this.#source, groups.length > 0, this.#names);
    const targets = (this.#select.targetList ?? []).map((item) => this.#target(item, measures));
    const having = this.#select.havingClause;
    const havingSql = having === undefined ? null : sqlOf(this.#onSummary(having, measures));
    const tail = this.#tail(measures);
    return {
      tables,
      from,
      originOf,
      alias: this.#source.alias,
      keys: this.#keys.inOrderOfSearch(asked),
      measures: measures.stored,
      ownConditions: own.map(sqlOf),
      rowConditions: asked.map(sqlOf),
      keyConditions: asked.map((condition) => sqlOf(this.#onStored(condition))),
      range: this.#rangeOf(range),
      targets,
      groups: groups.map((group) => this.#groupSql(group)),
      having: havingSql,
      tail,
      assumptions: assumptionsOf(this.#select, this.#statement),
      notByTrigger: [...this.#notByTrigger],
    };
  }

  /** GROUP BY with its numbers and output names looked up. */
  #groups(): readonly Node[] {
    const targets = this.#select.targetList ?? [];
    return (this.#select.groupClause ?? []).map((item) => {
      if ("GroupingSet" in item) throw new NoSummary("it groups by several sets at once");
      const place = "A_Const" in item ? item.A_Const.ival?.ival : undefined;
      const name = nameAloneOf(item);
      const target =
        place === undefined
          ? targets.find((one) => name !== null && outputName(one) === name)
          : targets[place - 1];
      const value =
        target !== undefined && "ResTarget" in target ? target.ResTarget.val : undefined;
      return value ?? item;
    });
  }

  #conditions(): ReadConditions {
    const own: Node[] = [];
    const asked: Node[] = [];
    const range: RangePart[] = [];
    for (const condition of conjunctsOf(this.#select.whereClause)) {
      const parts = readRange(condition, ({ column }) => this.#rows.timeColumn(column) !== null);
      if (parts !== null) range.push(...parts);
      else if (this.#rows.isSteady(condition)) own.push(condition);
      else asked.push(condition);
    }
    if (new Set(range.map(({ column }) => column)).size > 1)
      throw new NoSummary("it asks for ranges of two columns of time");
    for (const end of ["low", "high"] as const) {
      if (range.filter((part) => part.end === end).length > 1)
        throw new NoSummary("a range of time has two bounds on one side");
    }
    return { own, asked, range };
  }

  #target(item: Node, measures: Measures): Aggregation["targets"][number] {
    const name = outputName(item);
    if (!("ResTarget" in item) || item.ResTarget.val === undefined || name === null)
      throw new NoSummary("it asks for all columns");
    return { sql: sqlOf(this.#onSummary(item.ResTarget.val, measures)), name };
  }

  /** ORDER BY and LIMIT. */
  #tail(measures: Measures): string {
    const { sortClause, limitCount, limitOffset, limitOption } = this.#select;
    const names = new Set(
      (this.#select.targetList ?? []).flatMap((item) => outputName(item) ?? []),
    );
    const sort = (sortClause ?? []).map((item) => {
      if (!("SortBy" in item) || item.SortBy.node === undefined) return item;
      const { node } = item.SortBy;
      const isOutput = "A_Const" in node || names.has(nameAloneOf(node) ?? "");
      return isOutput
        ? item
        : { SortBy: { ...item.SortBy, node: this.#onSummary(node, measures) } };
    });
    const isLimited = limitCount !== undefined || limitOffset !== undefined;
    if (isLimited && sort.length === 0 && (this.#select.groupClause ?? []).length > 0)
      throw new NoSummary("its LIMIT without ORDER BY leaves open which rows it brings");
    const tail = sqlOf({
      SelectStmt: {
        targetList: [{ ResTarget: { val: { A_Const: { ival: { ival: 1 } } } } }],
        ...(sort.length === 0 ? {} : { sortClause: sort }),
        ...(limitCount === undefined ? {} : { limitCount }),
        ...(limitOffset === undefined ? {} : { limitOffset }),
        limitOption: limitOption ?? "LIMIT_OPTION_DEFAULT",
        op: "SETOP_NONE",
      },
    });
    return tail.replace(/^select\s+1\s*/i, "").trim();
  }

  /** An expression over what the summary gives under the table's alias: aggregates and computed keys are read from it. */
  #onSummary(node: Node, measures: Measures): Node {
    const calls = aggregatesIn([node]);
    return replaceNodes(node, (part) => {
      const key = this.#keys.ofExpression(part);
      if (key !== undefined) return expressionOf(this.#column(key.name));
      const use = columnUse(part);
      // Grouped by its key, a table gives its other columns as well.
      if (use !== null && !this.#keys.has(use.column))
        throw new NoSummary(`${use.column} is no group of its own`);
      if (!("FuncCall" in part) || !calls.includes(part.FuncCall)) return undefined;
      return expressionOf(this.#aggregate(part.FuncCall, measures));
    });
  }

  #aggregate(call: FuncCall, measures: Measures): string {
    const split = splitCase(call);
    if (split?.kind === "filtered") return this.#kept(split.call, measures);
    if (split === null) return this.#kept(call, measures);
    const { chosen, chosenCount, otherCount, other } = split;
    const [sum, some, rest] = [chosen, chosenCount, otherCount].map((one) =>
      this.#kept(one, measures),
    );
    const argument = chosen.args?.[0];
    const isWhole =
      argument !== undefined && /^(?:integer|bigint)$/.test(numberTypeOf(argument, this.#source));
    const each = `(${sqlOf(other)})::${isWhole ? "bigint" : "numeric"}`;
    // Of nothing but nulls there is no sum.
    return `case when ${some} + case when ${each} is null then 0 else ${rest} end > 0
      then coalesce(${sum}, 0) + coalesce(${each} * ${rest}, 0) end`;
  }

  /** An aggregate over rows as one over the summary's rows. */
  #kept(call: FuncCall, measures: Measures): string {
    this.#refuseUnsteady(call.args, call.agg_filter);
    const reading = measures.read(call);
    if (reading.outcome === "refused") throw new NoSummary(reading.because);
    if (reading.notByTrigger !== null) this.#notByTrigger.add(reading.notByTrigger);
    return reading.sql;
  }

  /** What is computed for a row must be the same for ever; a filter by parameters becomes keys. */
  #refuseUnsteady(args: readonly Node[] | undefined, filter: Node | undefined): void {
    for (const part of args ?? []) {
      if (!this.#rows.isSteady(part))
        throw new NoSummary(`${sqlOf(part)} may change for the same row`);
    }
    if (filter === undefined || this.#rows.isSteady(filter)) return;
    if (!JSON.stringify(filter).includes('"ParamRef"') || this.#rows.mentionsInstants(filter))
      throw new NoSummary(`${sqlOf(filter)} may change for the same row`);
    this.#keys.addColumns(filter);
  }

  /** A condition as it is asked of the summary's own rows: instants are the beginnings of their stretches. */
  #onStored(condition: Node): Node {
    const { stretch } = this.#keys;
    if (stretch === null) return condition;
    const grid = timeGrid(stretch.unit, stretch.isZoned);
    const instant = expressionOf(grid.instantOf(this.#column(stretch.name)));
    return replaceNodes(condition, (part) =>
      columnUse(part)?.column === stretch.column ? instant : undefined,
    );
  }

  #rangeOf(parts: readonly RangePart[]): TimeRange | null {
    const { stretch } = this.#keys;
    if (parts.length === 0 || stretch === null) return null;
    // A clock without a zone and an instant are compared by way of the session's zone, twice a year in two ways.
    if (!stretch.isZoned && parts.some(({ sql }) => READS_THE_CLOCK.test(sql)))
      throw new NoSummary("a column without time zone is compared with the present instant");
    const bound = (end: "low" | "high"): TimeRange["low"] => {
      const part = parts.find((one) => one.end === end);
      return part === undefined ? null : { sql: part.sql, isInclusive: part.isInclusive };
    };
    return {
      key: stretch,
      low: bound("low"),
      high: bound("high"),
      conditions: [...new Set(parts.map(({ condition }) => sqlOf(condition)))],
    };
  }

  /** By its place where it is an output column, as texts with parameters must be. */
  #groupSql(group: Node): string {
    const place = (this.#select.targetList ?? []).findIndex(
      (item) => "ResTarget" in item && isSame(item.ResTarget.val, group),
    );
    if (place >= 0) return String(place + 1);
    const key = this.#keys.ofExpression(group);
    return key === undefined ? sqlOf(group) : this.#column(key.name);
  }

  #column(name: string): string {
    return `${quoteIdentifier(this.#source.alias)}.${quoteIdentifier(name)}`;
  }
}

/** The name that an item of GROUP BY or ORDER BY is, without a table; null for all else. */
function nameAloneOf(item: Node): string | null {
  const names = "ColumnRef" in item ? namesOf(item.ColumnRef.fields) : null;
  return names?.length === 1 ? (names[0] ?? null) : null;
}
