import type { ResultComparison } from "@streamgate/core";
import type { ResultDigest } from "./result-digest.ts";
import type { TextRow } from "./session.ts";
import type { StatementShape } from "./statement-shape.ts";

/** Type oids of real and double precision, and of arrays of them. */
const FLOAT_TYPES = new Set([700, 701, 1021, 1022]);

/** Sums of floats depend on the order of their terms; beyond this relative distance they differ. */
const FLOAT_TOLERANCE = 1e-6;

/**
 * Compares the results of the two versions. Order counts only where the statement fixes it.
 */
export function compareResults(
  before: ResultDigest,
  after: ResultDigest,
  shape: StatementShape,
): ResultComparison {
  const rows = before.rows;
  if (before.inOrder === after.inOrder) return { kind: "identical", rows };
  if (before.inAnyOrder === after.inAnyOrder) {
    return { kind: shape.isOrdered ? "identical but for ties" : "identical", rows };
  }
  if (before.rows !== after.rows) {
    const explanation = `${before.rows} rows without the fix, ${after.rows} with it`;
    return { kind: "different", explanation };
  }
  if (areEqualButForRounding(before, after)) return { kind: "identical", rows };
  if (shape.aggregatesInAnyOrder && haveSameCharacters(before, after)) {
    return { kind: "identical but for ties", rows };
  }
  return { kind: "different", explanation: firstDifference(before, after) };
}

function areEqualButForRounding(before: ResultDigest, after: ResultDigest): boolean {
  if (before.kept === null || after.kept === null) return false;
  const isFloat = before.columnTypes.map((type) => FLOAT_TYPES.has(type));
  if (!isFloat.includes(true)) return false;
  const [left, right] = [before.kept, after.kept].map((rows) => sortRoughly(rows, isFloat));
  return (left ?? []).every((row, index) => {
    const other = right?.[index];
    return row.every((field, column) =>
      isFloat[column] ? areClose(field, other?.[column] ?? null) : field === other?.[column],
    );
  });
}

/** Sorts by all other columns first, so that rows which differ by rounding meet. */
function sortRoughly(rows: readonly TextRow[], isFloat: readonly boolean[]): readonly TextRow[] {
  const keyed = rows.map((row) => ({
    row,
    exact: JSON.stringify(row.filter((_, column) => !isFloat[column])),
    floats: row.filter((_, column) => isFloat[column]).map(Number),
  }));
  keyed.sort((left, right) => {
    if (left.exact !== right.exact) return left.exact < right.exact ? -1 : 1;
    const column = left.floats.findIndex((float, index) => float !== right.floats[index]);
    return column < 0 ? 0 : (left.floats[column] ?? 0) - (right.floats[column] ?? 0);
  });
  return keyed.map(({ row }) => row);
}

function areClose(left: string | null, right: string | null): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  const numbers = [left, right].map((text) => text.replace(/[{}]/g, "").split(",").map(Number));
  const [lefts = [], rights = []] = numbers;
  return (
    lefts.length === rights.length &&
    lefts.every((value, index) => {
      const other = rights[index] ?? Number.NaN;
      const scale = Math.max(Math.abs(value), Math.abs(other));
      return value === other || Math.abs(value - other) <= FLOAT_TOLERANCE * scale;
    })
  );
}

/** Whether the rows are the same when the characters inside each field are sorted. */
function haveSameCharacters(before: ResultDigest, after: ResultDigest): boolean {
  if (before.kept === null || after.kept === null) return false;
  const canonical = (rows: readonly TextRow[]): string =>
    rows
      .map((row) => JSON.stringify(row.map(sortCharacters)))
      .sort()
      .join("\n");
  return canonical(before.kept) === canonical(after.kept);
}

function sortCharacters(field: string | null): string | null {
  return field === null ? null : Array.from(field).sort().join("");
}

function firstDifference(before: ResultDigest, after: ResultDigest): string {
  const known = new Set((before.kept ?? []).map((row) => JSON.stringify(row)));
  const strange = (after.kept ?? []).find((row) => !known.has(JSON.stringify(row)));
  const example = strange === undefined ? "" : `; only with the fix: ${shorten(strange)}`;
  return `${before.rows} rows each, with other values${example}`;
}

function shorten(row: TextRow): string {
  const text = `(${row.map((field) => field ?? "null").join(", ")})`;
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
