import type { SeriesSource } from "../charts/series-source.ts";
import { amountOf } from "../charts/step-value.ts";
import { STATEMENT_SERIES } from "./statement-totals.ts";

const LATELY_MS = 3_600_000;
const STEP_MS = 5 * 60_000;

/** The statements of a database that took most of its time in the last hour, by fingerprint; the costliest first. */
export async function busiestLately(
  series: Pick<SeriesSource, "aggregate">,
  database: string,
  nowMs: number,
  most: number,
): Promise<readonly string[]> {
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  const groups = await series.aggregate({
    selector: {
      name: STATEMENT_SERIES.seconds,
      where: [{ label: "database", is: database }],
    },
    fromMs: toMs - LATELY_MS,
    toMs,
    stepMs: STEP_MS,
    by: ["fingerprint"],
  });
  return groups
    .map((group) => ({
      fingerprint: group.labels.fingerprint ?? "",
      seconds: amountOf([group], "increase"),
    }))
    .filter(({ seconds }) => seconds > 0)
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, most)
    .map(({ fingerprint }) => fingerprint);
}
