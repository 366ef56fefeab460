import type { Marker, NowFigure } from "@streamgate/contract";
import type { JSX } from "preact";
import { ChartView } from "../../components/chart.tsx";
import { Amount, ChangeText, ObjectiveText } from "../../components/figure.tsx";
import { RungBadge } from "../../components/rung-badge.tsx";

/** One of the six figures: its value against its objective, and how it went. */
export function NowFigureCard({
  shown,
  markers,
}: {
  shown: NowFigure;
  markers: readonly Marker[];
}): JSX.Element {
  const { title, subtitle, figure, chart } = shown;
  const isMissed = figure.objective?.isMet === false;
  return (
    <article class={`now-figure ${isMissed ? "is-missed" : ""}`}>
      <h2>{title}</h2>
      <p class="now-subtitle">{subtitle}</p>
      <p class="figure-large">
        <Amount value={figure.value} unit={figure.unit} />
      </p>
      <p class="figure-foot">
        {figure.objective === undefined ? (
          <span class="muted">no objective</span>
        ) : (
          <ObjectiveText objective={figure.objective} unit={figure.unit} />
        )}
        {figure.value === null ? (
          <span class="muted">nothing was read</span>
        ) : (
          <RungBadge rung={figure.rung} />
        )}
        <ChangeText figure={figure} />
      </p>
      <ChartView chart={chart} markers={markers} size="card" />
    </article>
  );
}
