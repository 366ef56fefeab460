import { parseSql } from "../workload/text/parser.ts";

/**
 * What a predicate demands, one text each, the same for the same demand of pg_get_expr's wording; that a column which is never null is
 * not null is no demand.
 */
export function conjunctsOf(
  predicate: string | null,
  notNull: readonly string[],
): readonly string[] {
  if (predicate === null) return [];
  const parsed = parseSql(`SELECT WHERE ${predicate}`);
  const node = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  // What cannot be read is one demand that only the same text makes.
  if (node === undefined || !("SelectStmt" in node)) return [predicate];
  return flatten(node.SelectStmt.whereClause)
    .filter((part) => !isSettled(part, notNull))
    .map((part) =>
      JSON.stringify(part, (name, value: unknown) => (LOCATIONS.has(name) ? undefined : value)),
    );
}

const LOCATIONS: ReadonlySet<string> = new Set([
  "location",
  "rexpr_list_start",
  "rexpr_list_end",
  "list_start",
  "list_end",
]);

function flatten(part: unknown): readonly unknown[] {
  if (!isRecord(part) || !isRecord(part.BoolExpr)) return [part];
  const { boolop, args } = part.BoolExpr;
  return boolop === "AND_EXPR" && Array.isArray(args) ? args.flatMap(flatten) : [part];
}

function isSettled(part: unknown, notNull: readonly string[]): boolean {
  if (!isRecord(part) || !isRecord(part.NullTest)) return false;
  const { nulltesttype, arg } = part.NullTest;
  if (nulltesttype !== "IS_NOT_NULL" || !isRecord(arg) || !isRecord(arg.ColumnRef)) return false;
  const { fields } = arg.ColumnRef;
  const [field] = Array.isArray(fields) ? fields : [];
  if (!isRecord(field) || !isRecord(field.String)) return false;
  return typeof field.String.sval === "string" && notNull.includes(field.String.sval);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
