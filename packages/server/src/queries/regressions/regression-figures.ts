import type { StatementView } from "@streamgate/contract";
import { measured } from "../../figures/figure.ts";
import type { Platform } from "../../platform/platform.ts";
import { EVIDENCE } from "./regression-finding.ts";

/** Of a statement that is slower than its own past: what it was wont to take, and how much of that it takes of late; none of any other. */
export async function regressionFigures(
  { recommendations }: Pick<Platform, "recommendations">,
  database: string,
  fingerprint: string,
): Promise<StatementView["figures"]> {
  const found = (await recommendations.all()).find(
    ({ finding, summary }) =>
      finding.kind === "query/regressed" &&
      summary.target === database &&
      finding.statements.some((one) => one.fingerprint === fingerprint),
  );
  if (found === undefined) return [];
  const evidenceOf = (wanted: string): number =>
    found.finding.evidence.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const figure = (names: Readonly<Record<"point" | "low" | "high", string>>, unit: string) => {
    const [low, high] = [evidenceOf(names.low), evidenceOf(names.high)];
    const point = measured(evidenceOf(names.point), unit);
    return Number.isFinite(low) && Number.isFinite(high) ? { ...point, low, high } : point;
  };
  const { usual, usualLow, usualHigh, times, timesLow, timesHigh } = EVIDENCE;
  return [
    {
      id: "usual",
      title: "Usual mean",
      figure: figure({ point: usual, low: usualLow, high: usualHigh }, "ms"),
    },
    {
      id: "of-usual",
      title: "Mean of late, of its usual",
      figure: figure({ point: times, low: timesLow, high: timesHigh }, "ratio"),
    },
  ];
}
