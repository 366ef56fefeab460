import type { LabelCondition, SeriesRequest, SeriesResult } from "@streamgate/contract";
import { matcherOf } from "../alerting/label-conditions.ts";
import { badRequest } from "../api/refusal.ts";
import { unitOfStatistic } from "../charts/metric-unit.ts";
import { kindOf, readChart } from "../charts/read-chart.ts";
import type { Statistic } from "../charts/step-value.ts";
import { usualStatistic } from "../charts/step-value.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange, stepOf, stepsIn } from "../ranges/steps.ts";
import { rangeView } from "../ranges/time-range.ts";

const MOST_STEPS = 2_000;

/** Lines of a metric, put together as the request says. @throws ApiRefusal 400 */
export async function querySeries(
  platform: Platform,
  request: SeriesRequest,
): Promise<SeriesResult> {
  const { name, where = [], by = [], quantile = 0.95, limit = 20 } = request;
  const asked = await readRange(platform, request);
  const stepMs = request.stepMs ?? stepOf(asked);
  if (stepsIn(asked.toMs - asked.fromMs, stepMs) > MOST_STEPS)
    throw badRequest(
      `a step of ${stepMs} ms makes more than ${MOST_STEPS} steps of this range`,
      "leave stepMs out, or ask for a shorter range",
    );
  const range = alignRange(asked, Math.round(stepMs));
  const matchers = where.map((condition: LabelCondition) => matcherOf(condition));
  const groups = await platform.series.aggregate({
    selector: { name, where: matchers },
    fromMs: range.fromMs,
    toMs: range.toMs,
    stepMs: range.stepMs,
    by,
  });
  const kind = kindOf(groups) ?? "gauge";
  const statistic = statisticOf(request.as, quantile, kind);
  const { unit, scale } = unitOfStatistic(name, kind, statistic.kind);
  const { chart, linesLeftOut } = await readChart(platform.series, {
    id: name,
    title: name,
    unit,
    name,
    where: matchers,
    by,
    statistic,
    scale,
    range,
    limit,
  });
  return { range: rangeView(asked), chart, linesLeftOut };
}

/** What statistics there are of each kind of metric. */
const STATISTICS: Readonly<Record<"counter" | "gauge" | "histogram", readonly string[]>> = {
  counter: ["rate", "increase", "sum"],
  gauge: ["mean", "min", "max", "last", "sum"],
  histogram: ["rate", "increase", "mean", "min", "max", "sum", "quantile"],
};

/** @throws ApiRefusal 400 for what a metric of this kind does not say */
function statisticOf(
  as: SeriesRequest["as"],
  quantile: number,
  kind: "counter" | "gauge" | "histogram",
): Statistic {
  if (as === undefined) return usualStatistic(kind, quantile);
  if (!STATISTICS[kind].includes(as))
    throw badRequest(`a ${kind} has no ${as}`, `ask for one of ${STATISTICS[kind].join(", ")}`, [
      { place: "body.as", message: `is none of a ${kind}` },
    ]);
  return as === "quantile" ? { kind: as, quantile } : { kind: as };
}
