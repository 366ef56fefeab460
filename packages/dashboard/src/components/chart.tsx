import type { Chart, Marker } from "@streamgate/contract";
import type { JSX } from "preact";
import { useShell } from "../app/shell-context.tsx";
import { formatInstant } from "../format/instant.ts";
import { formatQuantity } from "../format/quantity.ts";
import {
  areaOf,
  DRAWING_HEIGHT,
  heightOf,
  instantOf,
  latestOf,
  pathOf,
  placeMarkers,
  spanOf,
  stepsOf,
} from "./chart-geometry.ts";
import { ChartReadout, useReadout } from "./chart-readout.tsx";
import { RungBadge } from "./rung-badge.tsx";

export interface ChartProps {
  readonly chart: Chart;
  /** Deploys, alerts, applied fixes: those in the chart's time are drawn. */
  readonly markers?: readonly Marker[];
  /** `card`: small, under a figure that has its own heading; `large`: with heading, legend and readout. @default "large" */
  readonly size?: "card" | "large";
}

/** Lines over time, drawn as SVG: by the server first, and in the same box afterwards. */
export function ChartView({ chart, markers = [], size = "large" }: ChartProps): JSX.Element {
  return size === "card" ? (
    <ChartDrawing chart={chart} markers={markers} />
  ) : (
    <LargeChart chart={chart} markers={markers} />
  );
}

interface DrawingProps {
  readonly chart: Chart;
  readonly markers: readonly Marker[];
  /** The step that is pointed at. */
  readonly pointedAt?: number | undefined;
}

function LargeChart({ chart, markers }: DrawingProps): JSX.Element {
  const { zone } = useShell();
  const readout = useReadout(stepsOf(chart));
  const hasLegend = chart.lines.length > 1 || chart.compared !== undefined;
  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <span class="label">{chart.title}</span> <RungBadge rung={chart.rung} />
        <ChartReadout chart={chart} index={readout.index} />
      </figcaption>
      <section
        class="chart-box"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the readout
        tabIndex={0}
        aria-label={`${chart.title}: arrow keys read values`}
        {...readout.handlers}
      >
        <ChartDrawing chart={chart} markers={markers} pointedAt={readout.index} />
      </section>
      {hasLegend ? (
        <ul class="legend">
          {chart.lines.map(({ label }, line) => (
            <li key={label}>
              <span class={`swatch swatch-${line % 8}`} aria-hidden="true" />
              {label}
            </li>
          ))}
          {chart.compared === undefined ? null : (
            <li>
              <span class="swatch is-compared" aria-hidden="true" />
              compared with
            </li>
          )}
        </ul>
      ) : null}
      <MarkerLegend chart={chart} markers={markers} zone={zone} />
    </figure>
  );
}

function MarkerLegend({
  chart,
  markers,
  zone,
}: {
  chart: Chart;
  markers: readonly Marker[];
  zone: string;
}): JSX.Element | null {
  const placed = placeMarkers(chart, markers).slice(-6);
  if (placed.length === 0) return null;
  const endMs = instantOf(chart, stepsOf(chart) - 1);
  return (
    <ul class="legend marker-legend">
      {placed.map(({ marker: { at, kind, label, href } }) => (
        <li key={`${at} ${label}`}>
          <span class={`marker-sign marker-${kind}`} aria-hidden="true" />
          {formatInstant(Date.parse(at), endMs, zone)}{" "}
          {href === "" ? label : <a href={href}>{label}</a>}
        </li>
      ))}
    </ul>
  );
}

/** The drawing with its axes. Everything is an attribute or a class: the page's policy forbids styles in elements. */
function ChartDrawing({ chart, markers, pointedAt }: DrawingProps): JSX.Element {
  const { zone } = useShell();
  const span = spanOf(chart);
  const steps = stepsOf(chart);
  const endMs = instantOf(chart, steps - 1);
  const [only] = chart.lines;
  return (
    <div class="plot">
      <div class="plot-y" aria-hidden="true">
        <span>{formatQuantity(span.high, chart.unit)}</span>
        <span>{span.low === 0 ? "0" : formatQuantity(span.low, chart.unit)}</span>
      </div>
      <svg
        viewBox={`0 0 ${steps - 1} ${DRAWING_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={describe(chart)}
      >
        <path
          class="grid"
          d={`M0 0H${steps - 1}M0 ${DRAWING_HEIGHT / 2}H${steps - 1}M0 ${DRAWING_HEIGHT}H${steps - 1}`}
        />
        {chart.objective === undefined || chart.objective.value > span.high ? null : (
          <path
            class="objective-line"
            d={`M0 ${heightOf(chart.objective.value, span)}H${steps - 1}`}
          />
        )}
        {chart.lines.length === 1 && only !== undefined ? (
          <path class="area" d={areaOf(only.values, span)} />
        ) : null}
        {chart.compared?.map(({ label, values }) => (
          <path key={label} class="line is-compared" d={pathOf(values, span)} />
        ))}
        {chart.lines.map(({ label, values }, line) => (
          <path key={label} class={`line line-${line % 8}`} d={pathOf(values, span)} />
        ))}
        {placeMarkers(chart, markers).map(({ marker, x }) => (
          <path
            key={`${marker.at} ${marker.label}`}
            class={`marker marker-${marker.kind}`}
            d={`M${x} 0V${DRAWING_HEIGHT}`}
          >
            <title>{marker.label}</title>
          </path>
        ))}
        {pointedAt === undefined ? null : (
          <path class="pointer" d={`M${pointedAt} 0V${DRAWING_HEIGHT}`} />
        )}
      </svg>
      <div class="plot-x" aria-hidden="true">
        <span>{formatInstant(instantOf(chart, 0), endMs, zone)}</span>
        <span>{formatInstant(endMs, endMs, zone)}</span>
      </div>
    </div>
  );
}

/** What a chart says to whoever does not see it. */
function describe({ title, unit, lines }: Chart): string {
  const parts = lines.slice(0, 4).map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: nothing known`;
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return `${label}: latest ${formatQuantity(latestOf(values), unit)}, between ${formatQuantity(least, unit)} and ${formatQuantity(most, unit)}`;
  });
  return `${title}. ${parts.join("; ")}`;
}
