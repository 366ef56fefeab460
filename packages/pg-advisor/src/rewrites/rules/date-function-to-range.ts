import type { Node } from "@pgsql/types";
import { conjunctsOf, operatorOf } from "../../workload/text/sql-nodes.ts";
import { typeOfCast } from "../analysis/expression-facts.ts";
import {
  columnUse,
  factsOf,
  isBelowWith,
  nameOfCall,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import { cast, operation, textConstant, withWhere } from "../tree/build.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** A period of a column's values: from its first instant to before the next one's. */
interface Period {
  readonly column: Node;
  readonly from: string;
  readonly to: string;
}

const MS_A_DAY = 86_400_000;
const UNITS = new Set(["year", "month", "day", "quarter"]);

/** `date(created_at) = '2024-05-01'` hides the column from its index; a range of it does not. */
export const dateFunctionToRange: Rule = {
  name: "date-function-to-range",
  does: "asks for a range of a timestamp in place of what a function makes of it",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    const sources = sourcesByAlias(level);
    return conditions.flatMap((condition, index): readonly RuleOutcome[] => {
      const period = periodOf(condition);
      if (period === null) return [];
      const type = factsOf(columnUse(period.column), sources)?.type;
      const isLocal = type === "timestamp without time zone" || type === "date";
      if (!isLocal && type !== "timestamp with time zone") return [];
      const typeName =
        type === "date"
          ? "date"
          : type === "timestamp with time zone"
            ? "timestamptz"
            : "timestamp";
      const bound = (day: string): Node => cast(textConstant(day), typeName);
      if (isLocal) {
        const range = [
          operation(">=", period.column, bound(period.from)),
          operation("<", period.column, bound(period.to)),
        ];
        const changed = conditions.flatMap((one, at) => (at === index ? range : [one]));
        return [
          rewritten(
            withWhere(level.select, changed),
            "the column itself is asked for the period, so an index on it can serve",
          ),
        ];
      }
      // A day begins when the session's time zone says so, somewhere within a day of UTC: the range is wider, and the condition stays.
      const range = [
        operation(">=", period.column, bound(`${shifted(period.from, -2)} 00:00:00+00`)),
        operation("<", period.column, bound(`${shifted(period.to, 2)} 00:00:00+00`)),
      ];
      const isHeld = conditions.some(
        (one) =>
          "A_Expr" in one &&
          operatorOf(one.A_Expr.name) === ">=" &&
          sameUse(one.A_Expr.lexpr, period.column),
      );
      if (isHeld) return [];
      return [
        rewritten(
          withWhere(level.select, [...conditions, ...range]),
          "a range that holds the period in every time zone goes before the condition, so an index on the column can serve",
        ),
      ];
    });
  },
};

function sameUse(one: Node | undefined, other: Node): boolean {
  const [left, right] = [columnUse(one), columnUse(other)];
  return left !== null && left.alias === right?.alias && left.column === right.column;
}

function periodOf(condition: Node): Period | null {
  if (!("A_Expr" in condition)) return null;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (kind !== "AEXPR_OP" || operatorOf(name) !== "=" || lexpr === undefined || rexpr === undefined)
    return null;
  return periodOfSides(lexpr, rexpr) ?? periodOfSides(rexpr, lexpr);
}

function periodOfSides(called: Node, constant: Node): Period | null {
  return (
    periodOfDay(called, constant) ??
    periodOfTruncation(called, constant) ??
    periodOfYear(called, constant)
  );
}

/** `date(c) = 'day'`, `c::date = 'day'`, `cast(c as date) = 'day'`. */
function periodOfDay(called: Node, constant: Node): Period | null {
  const column =
    "TypeCast" in called && typeOfCast(called) === "date"
      ? called.TypeCast.arg
      : argumentOf(called, "date");
  const day = dayOf(constant);
  if (column === undefined || columnUse(column) === null || day === null) return null;
  return { column, from: day, to: shifted(day, 1) };
}

/** `date_trunc('month', c) = 'first day'`. */
function periodOfTruncation(called: Node, constant: Node): Period | null {
  if (!("FuncCall" in called) || nameOfCall(called.FuncCall) !== "date_trunc") return null;
  const [unit, column, zone] = called.FuncCall.args ?? [];
  const word = textOf(unit)?.toLowerCase();
  const day = dayOf(constant);
  if (zone !== undefined || word === undefined || !UNITS.has(word) || day === null) return null;
  if (column === undefined || columnUse(column) === null) return null;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  if (word === "day") return { column, from: day, to: shifted(day, 1) };
  const months = word === "year" ? 12 : word === "quarter" ? 3 : 1;
  const isFirst =
    date === 1 && (months === 1 || (months === 3 ? (month - 1) % 3 === 0 : month === 1));
  if (!isFirst) return null;
  return {
    column,
    from: day,
    to: new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10),
  };
}

/** `extract(year from c) = 2024`. */
function periodOfYear(called: Node, constant: Node): Period | null {
  if (!("FuncCall" in called) || !/^(?:extract|date_part)$/.test(nameOfCall(called.FuncCall)))
    return null;
  const [unit, column] = called.FuncCall.args ?? [];
  if (textOf(unit)?.toLowerCase() !== "year" || column === undefined || columnUse(column) === null)
    return null;
  if (!("A_Const" in constant) || constant.A_Const.ival === undefined) return null;
  const year = constant.A_Const.ival.ival ?? 0;
  return year < 1000 || year > 9998
    ? null
    : { column, from: `${year}-01-01`, to: `${year + 1}-01-01` };
}

function argumentOf(node: Node, name: string): Node | undefined {
  if (!("FuncCall" in node) || nameOfCall(node.FuncCall) !== name) return undefined;
  const [arg, another] = node.FuncCall.args ?? [];
  return another === undefined ? arg : undefined;
}

/** The day of a date constant, or of a timestamp constant at midnight. */
function dayOf(node: Node): string | null {
  const inner =
    "TypeCast" in node && /^(?:date|timestamp)/.test(typeOfCast(node) ?? "")
      ? node.TypeCast.arg
      : node;
  const text = inner === undefined ? undefined : textOf(inner);
  const day =
    text === undefined ? null : /^([1-9]\d{3}-\d\d-\d\d)(?: 00:00(?::00)?)?$/.exec(text)?.[1];
  if (day === undefined || day === null) return null;
  return shifted(day, 0) === day ? day : null;
}

function shifted(day: string, days: number): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? "" : new Date(at + days * MS_A_DAY).toISOString().slice(0, 10);
}

function textOf(node: Node | undefined): string | undefined {
  return node !== undefined && "A_Const" in node ? node.A_Const.sval?.sval : undefined;
}
