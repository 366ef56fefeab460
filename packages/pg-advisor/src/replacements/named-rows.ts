import type { ResultComparison } from "@streamgate/core";
import type { LabSession, TextRow } from "../proof/session.ts";
import type { Call } from "../rewrites/timing/time-in-turn.ts";
import type { NoTrial } from "./trial-plan.ts";

/** A result with the names of its columns. */
export interface NamedRows {
  readonly columns: readonly string[];
  readonly rows: readonly TextRow[];
  /** More than is kept: the rows are the first of them. */
  readonly isCut: boolean;
}

const MOST_CHARACTERS = 32 * 1024 * 1024;

export const TOO_MUCH: NoTrial = { because: "its result is too large to be compared" };

/** The rows that some calls bring, one call after the other, as many as memory is given for. */
export async function rowsOf(session: LabSession, calls: readonly Call[]): Promise<NamedRows> {
  const rows: TextRow[] = [];
  let columns: readonly string[] = [];
  let characters = 0;
  const keep = (row: TextRow): void => {
    for (const field of row) characters += 1 + (field?.length ?? 0);
    if (characters <= MOST_CHARACTERS) rows.push(row);
  };
  for (const { text, values } of calls) {
    const { columnNames } = await session.run(text, values, keep);
    columns = columnNames;
  }
  return { columns, rows, isCut: characters > MOST_CHARACTERS };
}

/** The rows with these columns alone; null where one is missing or has a namesake. */
export function projected(
  { columns, rows }: Pick<NamedRows, "columns" | "rows">,
  wanted: readonly string[],
): readonly TextRow[] | null {
  const places = wanted.map((name) => columns.indexOf(name));
  const isPlain = wanted.every(
    (name, index) => places[index] !== -1 && columns.lastIndexOf(name) === places[index],
  );
  return isPlain ? rows.map((row) => places.map((place) => row[place] ?? null)) : null;
}

/** Equal as bags, and in order too where that is asked for. */
export function compareRows(
  before: readonly TextRow[],
  after: readonly TextRow[],
  isOrdered: boolean,
): ResultComparison {
  const [left, right] = [before, after].map((rows) => rows.map((row) => JSON.stringify(row)));
  if (left === undefined || right === undefined) throw new Error("both have rows");
  if (left.length !== right.length) {
    const explanation = `${left.length} rows as it is, ${right.length} as it would be`;
    return { kind: "different", explanation };
  }
  if (left.every((row, index) => row === right[index])) {
    return { kind: "identical", rows: left.length };
  }
  const [sorted, other] = [left.toSorted(), right.toSorted()];
  const strange = sorted.find((row, index) => row !== other[index]);
  if (strange === undefined) {
    return { kind: isOrdered ? "identical but for ties" : "identical", rows: left.length };
  }
  const shown = strange.length <= SHOWN ? strange : `${strange.slice(0, SHOWN)}…`;
  return {
    kind: "different",
    explanation: `${left.length} rows each, with other values: ${shown}`,
  };
}

const SHOWN = 120;

/** One comparison of many: the first that differs is what is told. */
export function allOf(comparisons: readonly ResultComparison[]): ResultComparison {
  const different = comparisons.find(({ kind }) => kind === "different");
  if (different !== undefined) return different;
  return {
    kind: comparisons.some(({ kind }) => kind === "identical but for ties")
      ? "identical but for ties"
      : "identical",
    rows: comparisons.reduce((sum, one) => sum + ("rows" in one ? one.rows : 0), 0),
  };
}
