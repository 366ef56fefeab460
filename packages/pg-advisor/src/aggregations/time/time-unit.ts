import type { Node } from "@pgsql/types";
import { columnUse } from "../../rewrites/analysis/expressions.ts";
import { namesOf, walkNodes, withoutCasts } from "../../workload/text/sql-nodes.ts";

/** Stretches of time that instants are counted by, from fine to coarse; each begins where a coarser one does. */
const TIME_UNITS = ["minute", "15 minutes", "hour", "day", "month", "year"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** A column of instants, and whether what a clock shows for it depends on a time zone. */
export interface TimeColumn {
  readonly alias: string;
  readonly column: string;
  readonly isZoned: boolean;
}

/** The text that a part of a statement stands for: a constant's, or that of a parameter that is known; null where it is not. */
export type TextOf = (node: Node | undefined) => string | null;

const UTC = new Set(["utc", "gmt", "etc/utc", "etc/gmt", "zulu", "uct", "z"]);
const COARSE: Readonly<Record<string, TimeUnit>> = {
  minute: "minute",
  hour: "hour",
  day: "day",
  dow: "day",
  isodow: "day",
  doy: "day",
  week: "day",
  month: "month",
  quarter: "month",
  year: "year",
  isoyear: "day",
  decade: "year",
  century: "year",
};

/**
 * The coarsest unit, counted in UTC, within which an expression keeps its value. All time zones since 1972 differ from UTC by whole
 * quarters of an hour, so that days of any of them are made of these; null where the expression may change within a minute.
 */
export function unitWithin(node: Node, column: TimeColumn, textOf: TextOf): TimeUnit | null {
  return unitOf(node, column, textOf) ?? null;
}

/** Undefined: it does not change with the column at all. */
function unitOf(part: unknown, column: TimeColumn, textOf: TextOf): TimeUnit | null | undefined {
  if (!mentions(part, column)) return undefined;
  if (Array.isArray(part)) return finestOf(part, column, textOf);
  if (typeof part !== "object" || part === null) return undefined;
  const node = part as Node;
  const own = ofFunction(node, column, textOf);
  if (own !== undefined) return own;
  if ("ColumnRef" in node) return null;
  return finestOf(Object.values(part), column, textOf);
}

function finestOf(
  parts: readonly unknown[],
  column: TimeColumn,
  textOf: TextOf,
): TimeUnit | null | undefined {
  let finest: TimeUnit | undefined;
  for (const part of parts) {
    const unit = unitOf(part, column, textOf);
    if (unit === null) return null;
    if (unit !== undefined) finest = finest === undefined ? unit : finer(finest, unit);
  }
  return finest;
}

export function finer(one: TimeUnit, other: TimeUnit): TimeUnit {
  return TIME_UNITS.indexOf(one) < TIME_UNITS.indexOf(other) ? one : other;
}

/** What a function or cast makes of the column itself; undefined where it is none that is known. */
function ofFunction(node: Node, column: TimeColumn, textOf: TextOf): TimeUnit | null | undefined {
  if ("TypeCast" in node) {
    const type = namesOf(node.TypeCast.typeName?.names)?.at(-1);
    const clock = type === "date" ? clockOf(node.TypeCast.arg, column, textOf) : null;
    return clock === null ? undefined : within("day", clock);
  }
  if (!("FuncCall" in node)) return undefined;
  const name = namesOf(node.FuncCall.funcname)?.at(-1) ?? "";
  const [first, second, third] = node.FuncCall.args ?? [];
  if (name === "date") {
    const clock = clockOf(first, column, textOf);
    return clock === null ? undefined : within("day", clock);
  }
  if (name === "to_char") {
    const clock = clockOf(first, column, textOf);
    return clock === null ? undefined : unitOfFormat(textOf(second), clock);
  }
  if (name !== "date_trunc" && name !== "extract" && name !== "date_part") return undefined;
  const shown = clockOf(second, column, textOf);
  if (shown === null) return undefined;
  const clock = third === undefined ? shown : clockIn(textOf(third));
  const unit = COARSE[textOf(first)?.toLowerCase() ?? ""];
  return unit === undefined ? null : within(unit, clock);
}

/** `UTC`: it shows the time in UTC, or the column has no zone; `elsewhere`: in whatever zone. */
type ClockFace = "UTC" | "elsewhere";

/** By which clock a node shows the column; null where it is not the column. */
function clockOf(node: Node | undefined, column: TimeColumn, textOf: TextOf): ClockFace | null {
  if (node === undefined) return null;
  const use = columnUse(node);
  if (use !== null) {
    const isIt = use.alias === column.alias && use.column === column.column;
    if (!isIt) return null;
    return column.isZoned ? "elsewhere" : "UTC";
  }
  if (!("FuncCall" in node) || !column.isZoned) return null;
  if (namesOf(node.FuncCall.funcname)?.at(-1) !== "timezone") return null;
  const [zone, shown] = node.FuncCall.args ?? [];
  return clockOf(shown, column, textOf) === null || columnUse(shown) === null
    ? null
    : clockIn(textOf(zone));
}

function clockIn(zone: string | null): ClockFace {
  return zone !== null && UTC.has(zone.toLowerCase()) ? "UTC" : "elsewhere";
}

function within(unit: TimeUnit, clock: ClockFace): TimeUnit {
  return clock === "UTC" ? unit : finer(unit, "15 minutes");
}

/** Template patterns of to_char (manual, 9.8), the finest first. */
function unitOfFormat(format: string | null, clock: ClockFace): TimeUnit | null {
  if (format === null || /SS|MS|US|FF\d/i.test(format)) return null;
  // Quoted text is not looked into: a letter too many makes the unit finer, which does no harm.
  if (/MI/i.test(format)) return within("minute", clock);
  if (/HH|AM|PM|A\.M|P\.M|TZ|OF/i.test(format)) return within("hour", clock);
  return within("day", clock);
}

function mentions(part: unknown, { alias, column }: TimeColumn): boolean {
  let isFound = false;
  walkNodes(part, (kind, fields) => {
    if (kind !== "ColumnRef") return undefined;
    const use = columnUse({ ColumnRef: fields } as Node);
    if (use?.alias === alias && use.column === column) isFound = true;
    return "skip";
  });
  return isFound;
}

/** The text of a constant, below casts. */
export function constantText(node: Node | undefined): string | null {
  const inner = withoutCasts(node);
  if (inner === undefined || !("A_Const" in inner)) return null;
  return inner.A_Const.sval?.sval ?? null;
}
