import type { Chart, NowFigure, NowView, Objective } from "@streamgate/contract";
import type { Tick } from "../../app/page.ts";

/** The first screen with what a tick says: the six figures, and the end of each chart. */
export function withTick(view: NowView, tick: Tick): NowView {
  const atMs = Date.parse(tick.at);
  const figures = view.figures.map((shown) => {
    const value = tick.figures[shown.id];
    return value === undefined ? shown : figureWith(shown, value, atMs);
  });
  return { ...view, figures };
}

function figureWith(shown: NowFigure, value: number | null, atMs: number): NowFigure {
  const { figure, chart } = shown;
  const objective =
    figure.objective === undefined ? {} : { objective: judged(figure.objective, value) };
  return {
    ...shown,
    figure: { ...figure, ...objective, value },
    chart: extended(chart, value, atMs),
  };
}

function judged(objective: Objective, value: number | null): Objective {
  if (value === null) return { ...objective, isMet: null };
  const isMet = objective.kind === "at most" ? value <= objective.value : value >= objective.value;
  return { ...objective, isMet };
}

/** The chart up to an instant: steps that have passed go out at its beginning. The last step holds the latest value until it is read again. */
export function extended(chart: Chart, value: number | null, atMs: number): Chart {
  const [line, ...others] = chart.lines;
  if (line === undefined || others.length > 0) return chart;
  const steps = line.values.length;
  const passed = Math.ceil((atMs - chart.startMs) / chart.stepMs) - steps;
  if (passed < 0 || passed > steps) return chart;
  const values =
    passed === 0
      ? [...line.values]
      : [...line.values.slice(passed), ...Array.from({ length: passed }, () => null)];
  values[steps - 1] = value;
  return { ...chart, startMs: chart.startMs + passed * chart.stepMs, lines: [{ ...line, values }] };
}
