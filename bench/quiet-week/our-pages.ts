import { createEvaluator, defaultRules, isPage } from "@streamgate/monitor";
import type { HistogramData } from "@streamgate/telemetry";
import { instanceSeries, type Moment, tellHistogram } from "./service-series.ts";

const START_MS = 1_700_000_000_000;

/** The responses of one second. */
export interface Responses {
  readonly succeeded: HistogramData;
  readonly failed: HistogramData;
}

/**
 * Runs the rules that ship over seconds of responses, judged at the end of each.
 *
 * @returns the second at whose end the first page fired; `Infinity` for none
 */
export function firstPageAt(seconds: number, responsesAt: (second: number) => Responses): number {
  const evaluator = createEvaluator({ rules: defaultRules() });
  const series = instanceSeries("api", "api-0");
  const moment: Moment = { points: [], nowMs: 0 };
  for (let second = 1; second <= seconds; second += 1) {
    const { succeeded, failed } = responsesAt(second - 1);
    moment.nowMs = START_MS + second * 1000;
    moment.points.length = 0;
    tellHistogram(moment, series.succeeded, succeeded);
    tellHistogram(moment, series.failed, failed);
    evaluator.feed(moment.points);
    const told = evaluator.evaluate(moment.nowMs);
    if (told.some(({ state, severity }) => state === "firing" && isPage(severity))) return second;
  }
  return Number.POSITIVE_INFINITY;
}
