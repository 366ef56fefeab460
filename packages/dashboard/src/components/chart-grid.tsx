import type { Chart, Marker } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { ChartView } from "./chart.tsx";
import { placeMarkers } from "./chart-geometry.ts";
import { Empty } from "./states.tsx";
import { TimeText } from "./time-text.tsx";
import "./chart-grid.css";

/** The latest so many markers are told in words; all are drawn. */
const MOST_TOLD = 6;

interface ChartGridProps {
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
}

/** Charts over the same time, as many beside each other as there is room for; what happened meanwhile is told once, below. */
export function ChartGrid({ charts, markers }: ChartGridProps): JSX.Element {
  const [first] = charts;
  if (first === undefined)
    return <Empty title="No charts">Nothing was recorded in this stretch of time.</Empty>;
  const seen = placeMarkers(first, markers).map(({ marker }) => marker);
  return (
    <>
      <div class="chart-grid">
        {charts.map((chart) => (
          <ChartView key={chart.id} chart={chart} markers={markers} />
        ))}
      </div>
      <MarkersInWords markers={seen.slice(-MOST_TOLD)} />
    </>
  );
}

function MarkersInWords({ markers }: { markers: readonly Marker[] }): JSX.Element | null {
  const { address } = useShell();
  if (markers.length === 0) return null;
  return (
    <ul class="legend marker-legend" aria-label="What happened meanwhile">
      {markers.map(({ at, kind, label, href }) => (
        <li key={`${at} ${label}`}>
          <span class={`marker-sign marker-${kind}`} aria-hidden="true" />
          <TimeText at={at} form="clock" />{" "}
          {href === "" ? label : <a href={hrefTo(href, address)}>{label}</a>}
        </li>
      ))}
    </ul>
  );
}
