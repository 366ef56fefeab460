import type { Node, SelectStmt } from "@pgsql/types";
import { type ExpressionContext, readExpression } from "../candidates/immutable-expression.ts";
import { createTypeFacts } from "../candidates/type-family.ts";
import { analyse } from "../rewrites/analysis/analyse.ts";
import {
  aggregatesIn,
  columnUse,
  equalityOf,
  hasSublink,
  hasWindow,
  isBelowWith,
} from "../rewrites/analysis/expressions.ts";
import type { Level, Source } from "../rewrites/analysis/level.ts";
import { outputName } from "../rewrites/analysis/output-name.ts";
import type { RewriteCatalogue } from "../rewrites/catalogue/catalogue.ts";
import { deparseFaithfully } from "../rewrites/tree/deparse.ts";
import { replaceNodes } from "../rewrites/tree/replace.ts";
import { isSame } from "../rewrites/tree/same.ts";
import { quoteIdentifier } from "../schema/identifiers.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { conjunctsOf, namesOf, walkNodes } from "../workload/text/sql-nodes.ts";
import type { Statement } from "../workload/workload.ts";
import {
  type Aggregation,
  ROW_COUNT,
  type StretchKey,
  type SummaryKey,
  type TimeRange,
} from "./aggregation.ts";
import { assumptionsOf, textsOf } from "./known-texts.ts";
import { Measures } from "./measures.ts";
import { isPlainKey } from "./plain-key.ts";
import { type RangePart, readRange } from "./read-range.ts";
import { expressionOf, Names, sqlOf } from "./sql-pieces.ts";
import { timeGrid } from "./time-grid.ts";
import { finer, type TimeColumn, type TimeUnit, unitWithin } from "./time-unit.ts";

export type AggregationOutcome =
  | { readonly outcome: "understood"; readonly aggregation: Aggregation }
  /** It counts or sums nothing, and is no business of a summary's. */
  | { readonly outcome: "no aggregation" }
  | { readonly outcome: "declined"; readonly because: string };

/** Thrown inside, caught at the top. */
class NoSummary extends Error {}

/** Without groups by time, a range is answered by stretches of this length and the rows at its ends. */
const UNIT_OF_RANGES: TimeUnit = "hour";

const READS_THE_CLOCK = /\b(?:now|current_timestamp|transaction_timestamp|statement_timestamp)\b/i;

/** Reads a statement as one that a summary of its table could answer, or says why none could. */
export function readAggregation(
  statement: Pick<Statement, "text" | "samples">,
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
    const reader = new AggregationReader(level, statement, catalogue);
    return { outcome: "understood", aggregation: reader.read() };
  } catch (error) {
    if (!(error instanceof NoSummary)) throw error;
    return { outcome: "declined", because: error.message };
  }
}

class AggregationReader {
  readonly #select: SelectStmt;
  readonly #statement: Pick<Statement, "text" | "samples">;
  readonly #catalogue: RewriteCatalogue;
  readonly #source: Source;
  readonly #context: ExpressionContext;
  readonly #names: Names;
  readonly #keys: SummaryKey[] = [];
  readonly #notByTrigger: string[] = [];
  #stretch: StretchKey | null = null;

  constructor(
    level: Level,
    statement: Pick<Statement, "text" | "samples">,
    catalogue: RewriteCatalogue,
  ) {
    this.#select = level.select;
    this.#statement = statement;
    this.#catalogue = catalogue;
    this.#source = onlyTableOf(level);
    const types = createTypeFacts(catalogue.snapshot.types);
    const { columns } = this.#source;
    this.#context = {
      familyOf: (name) => {
        const type = columns.find((column) => column.name === name)?.type ?? null;
        return type === null ? null : types.family(type);
      },
      extensions: catalogue.snapshot.extensions,
    };
    this.#names = new Names([ROW_COUNT, ...columns.map(({ name }) => name)]);
  }

  read(): Aggregation {
    const { table } = this.#source;
    if (table === null) throw new NoSummary("it reads no table");
    refuseForms(this.#select);
    const groups = this.#groups();
    const { own, asked, range } = this.#conditions();
    this.#chooseStretch(groups, asked, range);
    for (const group of groups) this.#keyOfGroup(group);
    for (const condition of asked) this.#keysOfColumns(condition);
    const measures = new Measures(this.#source, groups.length > 0, this.#names);
    const targets = (this.#select.targetList ?? []).map((item) => this.#target(item, measures));
    const having = this.#select.havingClause;
    const havingSql = having === undefined ? null : sqlOf(this.#onSummary(having, measures));
    const tail = this.#tail(measures);
    for (const measure of measures.stored) this.#refuseUnsteady(measure.sql);
    return {
      table,
      alias: this.#source.alias,
      keys: inOrderOfSearch(this.#keys, asked),
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
      notByTrigger: [...new Set(this.#notByTrigger)],
    };
  }

  /** GROUP BY with its numbers and output names looked up. */
  #groups(): readonly Node[] {
    const targets = this.#select.targetList ?? [];
    return (this.#select.groupClause ?? []).map((item) => {
      if ("GroupingSet" in item) throw new NoSummary("it groups by several sets at once");
      const place = "A_Const" in item ? item.A_Const.ival?.ival : undefined;
      const name = "ColumnRef" in item ? namesOf(item.ColumnRef.fields) : null;
      const target =
        place === undefined
          ? name?.length === 1
            ? targets.find((one) => outputName(one) === name[0])
            : undefined
          : targets[place - 1];
      const value =
        target !== undefined && "ResTarget" in target ? target.ResTarget.val : undefined;
      return value ?? item;
    });
  }

  /** Conditions by what they ask: of every row alike, by parameters, of a stretch of time. */
  #conditions(): {
    readonly own: readonly Node[];
    readonly asked: readonly Node[];
    readonly range: readonly RangePart[];
  } {
    const own: Node[] = [];
    const asked: Node[] = [];
    const range: RangePart[] = [];
    for (const condition of conjunctsOf(this.#select.whereClause)) {
      const parts = readRange(condition, (use) => this.#timeColumn(use.column) !== null);
      if (parts !== null) range.push(...parts);
      else if (this.#isSteady(condition)) own.push(condition);
      else asked.push(condition);
    }
    const columns = new Set(range.map(({ column }) => column));
    if (columns.size > 1) throw new NoSummary("it asks for ranges of two columns of time");
    for (const end of ["low", "high"] as const) {
      if (range.filter((part) => part.end === end).length > 1)
        throw new NoSummary("a range of time has two bounds on one side");
    }
    return { own, asked, range };
  }

  /** Whether an expression gives the same for a row for ever and in every session. */
  #isSteady(node: Node): boolean {
    if (columnUse(node) !== null) return true;
    if ("CaseExpr" in node) {
      const { arg, args, defresult } = node.CaseExpr;
      const branches = (args ?? []).flatMap((when) =>
        "CaseWhen" in when ? [when.CaseWhen.expr, when.CaseWhen.result] : [],
      );
      return [arg, defresult, ...branches].every(
        (part) => part === undefined || this.#isSteady(part),
      );
    }
    const { outcome } = readExpression(node, this.#context);
    return outcome === "immutable" && !this.#mentionsInstants(node);
  }

  #mentionsInstants(part: unknown): boolean {
    return this.#columnsIn(part).some((column) => this.#timeColumn(column)?.isZoned === true);
  }

  #timeColumn(name: string): TimeColumn | null {
    const type = this.#source.columns.find((column) => column.name === name)?.type ?? "";
    if (!/^timestamp (?:with|without) time zone$/.test(type)) return null;
    return {
      alias: this.#source.alias,
      column: name,
      isZoned: type === "timestamp with time zone",
    };
  }

  #columnsIn(part: unknown): readonly string[] {
    const columns = new Set<string>();
    walkNodes(part, (kind, fields) => {
      if (kind !== "ColumnRef") return undefined;
      const use = columnUse({ ColumnRef: fields } as Node);
      if (use === null) throw new NoSummary("it names a whole row");
      columns.add(use.column);
      return "skip";
    });
    return [...columns];
  }

  /** One column of time may be counted by stretches; every use of it must do with the finest of them. */
  #chooseStretch(
    groups: readonly Node[],
    asked: readonly Node[],
    range: readonly RangePart[],
  ): void {
    const parts = [...groups, ...asked];
    const columns = new Set(
      [...parts.flatMap((part) => this.#columnsIn(part)), ...range.map(({ column }) => column)]
        .map((name) => this.#timeColumn(name))
        .flatMap((column) => (column === null ? [] : [column.column])),
    );
    const [name, another] = columns;
    if (name === undefined) return;
    if (another !== undefined) throw new NoSummary("it depends on two columns of time");
    const column = this.#timeColumn(name);
    if (column === null) return;
    const textOf = textsOf(this.#statement.samples);
    let unit: TimeUnit | null = null;
    for (const part of parts) {
      if (!this.#columnsIn(part).includes(name)) continue;
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
      isNotNull: this.#isNotNull(name),
    };
    this.#keys.push(this.#stretch);
  }

  #isNotNull(column: string): boolean {
    return this.#source.columns.find(({ name }) => name === column)?.isNotNull === true;
  }

  #keyOfGroup(group: Node): void {
    const isPlainColumn = columnUse(group) !== null;
    const isOfTime = this.#columnsIn(group).some((column) => column === this.#stretch?.column);
    if (isPlainColumn || isOfTime || !this.#isSteady(group)) {
      this.#keysOfColumns(group);
      return;
    }
    const reading = readExpression(group, this.#context);
    const family = reading.outcome === "immutable" ? reading.family : "other";
    if (!["text", "boolean", "date", "timestamp", "uuid"].includes(family)) {
      this.#keysOfColumns(group);
      return;
    }
    this.#keys.push({
      kind: "expression",
      name: this.#names.take("key"),
      expression: group,
      isNotNull: false,
    });
  }

  /** Every column of a part as a key of its own; the column of time is one already. */
  #keysOfColumns(part: Node): void {
    for (const name of this.#columnsIn(part)) {
      if (name === this.#stretch?.column) continue;
      if (this.#keys.some((key) => key.kind === "column" && key.name === name)) continue;
      const column = this.#source.columns.find((one) => one.name === name);
      if (column === undefined || !isPlainKey(column, this.#source, this.#catalogue.snapshot))
        throw new NoSummary(
          `equal values of ${name} may look different, so that rows cannot be told apart by it`,
        );
      this.#keys.push({ kind: "column", name, isNotNull: column.isNotNull });
    }
  }

  #target(item: Node, measures: Measures): Aggregation["targets"][number] {
    if (!("ResTarget" in item) || item.ResTarget.val === undefined)
      throw new NoSummary("it asks for all columns");
    const name = outputName(item);
    if (name === null) throw new NoSummary("it asks for all columns");
    return { sql: sqlOf(this.#onSummary(item.ResTarget.val, measures)), name };
  }

  #tail(measures: Measures): string {
    const { sortClause, limitCount, limitOffset, limitOption } = this.#select;
    const names = new Set(
      (this.#select.targetList ?? []).flatMap((item) => outputName(item) ?? []),
    );
    const sort = (sortClause ?? []).map((item) => {
      if (!("SortBy" in item) || item.SortBy.node === undefined) return item;
      const { node } = item.SortBy;
      const name = "ColumnRef" in node ? namesOf(node.ColumnRef.fields) : null;
      const isOutput = name?.length === 1 && names.has(name[0] ?? "");
      return isOutput || "A_Const" in node
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
      const key = this.#keys.find(
        (one) => one.kind === "expression" && isSame(one.expression, part),
      );
      if (key !== undefined)
        return expressionOf(`${quoteIdentifier(this.#source.alias)}.${quoteIdentifier(key.name)}`);
      if (!("FuncCall" in part) || !calls.includes(part.FuncCall)) return undefined;
      this.#refuseUnsteadyParts(part.FuncCall.args, part.FuncCall.agg_filter);
      const reading = measures.read(part.FuncCall);
      if (reading.outcome === "refused") throw new NoSummary(reading.because);
      if (reading.notByTrigger !== null) this.#notByTrigger.push(reading.notByTrigger);
      return expressionOf(reading.sql);
    });
  }

  /** What is computed for a row must be the same for ever; a filter by parameters becomes keys. */
  #refuseUnsteadyParts(args: readonly Node[] | undefined, filter: Node | undefined): void {
    for (const part of args ?? []) {
      if (!this.#isSteady(part)) throw new NoSummary(`${sqlOf(part)} may change for the same row`);
    }
    if (filter === undefined || this.#isSteady(filter)) return;
    if (!JSON.stringify(filter).includes('"ParamRef"') || this.#mentionsInstants(filter))
      throw new NoSummary(`${sqlOf(filter)} may change for the same row`);
    this.#keysOfColumns(filter);
  }

  /** A second look at what is kept, in case an aggregate came by another way. */
  #refuseUnsteady(sql: string): void {
    if (/\$\d/.test(sql)) throw new NoSummary("a parameter stands inside an aggregate");
  }

  /** A condition as it is asked of the summary's own rows: instants are the beginnings of their stretches. */
  #onStored(condition: Node): Node {
    const stretch = this.#stretch;
    if (stretch === null) return condition;
    const alias = quoteIdentifier(this.#source.alias);
    const grid = timeGrid(stretch.unit, stretch.isZoned);
    const instant = expressionOf(grid.instantOf(`${alias}.${quoteIdentifier(stretch.name)}`));
    return replaceNodes(condition, (part) =>
      columnUse(part)?.column === stretch.column ? instant : undefined,
    );
  }

  #rangeOf(parts: readonly RangePart[]): TimeRange | null {
    if (parts.length === 0 || this.#stretch === null) return null;
    // A clock without a zone and an instant are compared by way of the session's zone, twice a year in two ways.
    if (!this.#stretch.isZoned && parts.some(({ sql }) => READS_THE_CLOCK.test(sql)))
      throw new NoSummary("a column without time zone is compared with the present instant");
    const bound = (end: "low" | "high"): TimeRange["low"] => {
      const part = parts.find((one) => one.end === end);
      return part === undefined ? null : { sql: part.sql, isInclusive: part.isInclusive };
    };
    return {
      key: this.#stretch,
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
    const key = this.#keys.find(
      (one) => one.kind === "expression" && isSame(one.expression, group),
    );
    return key === undefined
      ? sqlOf(group)
      : `${quoteIdentifier(this.#source.alias)}.${quoteIdentifier(key.name)}`;
  }
}

/** As an index is searched: what is asked for by equality, then time, then the rest. */
function inOrderOfSearch(
  keys: readonly SummaryKey[],
  asked: readonly Node[],
): readonly SummaryKey[] {
  const equal = new Set(
    asked.flatMap((condition) => {
      const sides = equalityOf(condition);
      return [columnUse(sides?.left)?.column, columnUse(sides?.right)?.column];
    }),
  );
  const rank = (key: SummaryKey): number =>
    key.kind === "column" && equal.has(key.name) ? 0 : key.kind === "stretch of time" ? 1 : 2;
  return keys.toSorted((one, other) => rank(one) - rank(other));
}

function onlyTableOf({ sources }: Level): Source {
  const [only, ...others] = sources;
  if (only === undefined || others.length > 0)
    throw new NoSummary("it reads more than one table: a summary of a join is not written here");
  const { table } = only;
  if (table === null) throw new NoSummary("it reads a subquery");
  if (table.relation.kind !== "table" && table.relation.kind !== "partitioned table")
    throw new NoSummary(`it reads a ${table.relation.kind}`);
  if (table.relation.hasRowSecurity === true)
    throw new NoSummary(
      "policies hide rows of its table from some roles, and a summary would show them",
    );
  return only;
}

function refuseForms(select: SelectStmt): void {
  const problem = !isBelowWith(select)
    ? "it is a UNION, or a list of values"
    : select.withClause !== undefined
      ? "it has a WITH"
      : select.distinctClause !== undefined
        ? "it has a DISTINCT"
        : hasWindow(select)
          ? "it has a window"
          : hasSublink(select)
            ? "it has a subquery"
            : select.havingClause !== undefined && (select.groupClause ?? []).length === 0
              ? "it has a HAVING without groups"
              : null;
  if (problem !== null) throw new NoSummary(problem);
}
