import { formatByteSize, type ResultComparison } from "@streamgate/core";
import type { LabSession, TextRow } from "../proof/session.ts";
import { readShape } from "../proof/statement-shape.ts";
import { allOf, compareRows, projected, rowsOf, TOO_MUCH } from "./named-rows.ts";
import type { NoTrial, TrialPlan } from "./trial-plan.ts";

/** Fewer columns of the same rows: equal where the columns that both have are. */
export async function planColumnTrials(
  session: LabSession,
  original: string,
  replacement: string,
  samples: readonly (readonly (string | null)[])[],
): Promise<TrialPlan | NoTrial> {
  const { isOrdered } = await readShape(original);
  const results: ResultComparison[] = [];
  const sent = { before: 0, after: 0 };
  for (const values of samples) {
    const before = await rowsOf(session, [{ text: original, values }]);
    const after = await rowsOf(session, [{ text: replacement, values }]);
    if (before.isCut || after.isCut) return TOO_MUCH;
    const shared = projected(before, after.columns);
    if (shared === null) return { because: "its columns are not all among those of the statement" };
    results.push(compareRows(shared, after.rows, isOrdered));
    sent.before += bytesOf(before.rows);
    sent.after += bytesOf(after.rows);
  }
  return {
    trials: samples.map((values) => ({
      before: [{ text: original, values }],
      after: [{ text: replacement, values }],
    })),
    results: allOf(results),
    about: `Compared by the columns that are left: ${formatByteSize(sent.after / samples.length)} of values a call where it was ${formatByteSize(sent.before / samples.length)} (measured).`,
    spared: { what: "bytes are sent", ...sent },
  };
}

function bytesOf(rows: readonly TextRow[]): number {
  return rows.reduce(
    (sum, row) => sum + row.reduce((bytes, field) => bytes + Buffer.byteLength(field ?? ""), 0),
    0,
  );
}
