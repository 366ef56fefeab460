import type { Figure, StatementSummary } from "@streamgate/contract";
import { finiteOrNull, measured } from "../figures/figure.ts";
import { redact } from "../secrets/redact.ts";
import type { StatementRow } from "./statement-rows.ts";
import type { StatementTotals } from "./statement-totals.ts";

/** All that a line of the list is made of. */
export interface SummaryParts {
  readonly totals: StatementTotals;
  /** Of the range that is compared with; null where nothing is compared, undefined where it did not run then. */
  readonly before: StatementTotals | undefined | null;
  readonly row: StatementRow | undefined;
  readonly totalMs: number;
  readonly recommendations: number;
}

const TEXT_UNKNOWN = "-- its text is not known";

/** A statement as the API shows it. */
export function statementSummary(parts: SummaryParts): StatementSummary {
  const { totals, before, row } = parts;
  const of = (unit: string, read: (one: StatementTotals) => number | null): Figure => {
    const figure = measured(read(totals), unit);
    if (before === null) return figure;
    return { ...figure, compared: before === undefined ? null : finiteOrNull(read(before)) };
  };
  return {
    fingerprint: totals.fingerprint,
    database: totals.database,
    text: row === undefined ? TEXT_UNKNOWN : redact(row.text),
    calls: of("count", ({ calls }) => calls),
    total: of("ms", ({ totalMs }) => totalMs),
    mean: of("ms", meanMs),
    // Of all calls since counting began: no series has it.
    spread: measured(row?.stddevMs ?? null, "ms"),
    rowsPerCall: of("rows", ({ rows, calls }) => ratio(rows, calls)),
    hitRatio: of("ratio", hitRatio),
    shareOfTime: measured(ratio(totals.totalMs, parts.totalMs), "ratio"),
    recommendations: parts.recommendations,
    sparkline: Array.from(totals.meanMsByStep, (mean) => (Number.isNaN(mean) ? null : mean)),
  };
}

function meanMs({ totalMs, calls }: StatementTotals): number | null {
  return ratio(totalMs, calls);
}

function hitRatio({ blocksHit, blocksRead }: StatementTotals): number | null {
  return ratio(blocksHit, blocksHit + blocksRead);
}

/** Null where there is nothing to divide by. */
function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
