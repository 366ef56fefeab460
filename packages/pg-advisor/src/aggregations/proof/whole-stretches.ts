import type { LabSession } from "../../proof/session.ts";
import type { Statement } from "../../workload/workload.ts";
import type { TimeRange } from "../reading/aggregation.ts";
import { timeGrid } from "../time/time-grid.ts";

type Values = readonly (string | null)[];

/**
 * The samples with their ranges widened to whole stretches of time, as code asks that counts by days; null where no bound is a parameter,
 * or where the workload told what is asked for.
 */
export async function withWholeStretches(
  session: LabSession,
  samples: readonly Values[],
  range: TimeRange | null,
  statement: Pick<Statement, "samples">,
): Promise<readonly Values[] | null> {
  if (range === null || statement.samples.some(({ origin }) => origin === "given")) return null;
  const [low, high] = [parameterIn(range.low?.sql), parameterIn(range.high?.sql)];
  if (low === null && high === null) return null;
  const { key } = range;
  const grid = timeGrid(key.unit, key.isZoned);
  const widened: Values[] = [];
  for (const values of samples) {
    const row = [...values];
    if (low !== null) row[low - 1] = await shifted(session, grid.firstBroken("$1"), row[low - 1]);
    if (high !== null)
      row[high - 1] = await shifted(session, grid.firstWhole("$1", true), row[high - 1]);
    widened.push(row);
  }
  return widened;

  async function shifted(
    lab: LabSession,
    start: string,
    value: string | null | undefined,
  ): Promise<string | null> {
    if (value === null || value === undefined) return null;
    const [row] = await lab.rows<{ bound: string | null }>(
      `select (${grid.instantOf(start)})::text as bound`,
      [value],
    );
    return row?.bound ?? value;
  }
}

/** The parameter that a bound is, below a cast. */
function parameterIn(sql: string | undefined): number | null {
  const number = /^(?:CAST\()?\$(\d+)(?: AS [^()]+\)|::[\w ]+)?$/i.exec(sql ?? "")?.[1];
  return number === undefined ? null : Number(number);
}
