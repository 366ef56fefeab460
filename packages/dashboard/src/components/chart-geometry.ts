import type { Chart, ChartLine, Marker } from "@streamgate/contract";

/** Height of a chart's drawing in its own units; the width is one unit a step. */
export const DRAWING_HEIGHT = 200;

/** How far the vertical axis reaches. It begins at zero, unless something is below. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** The span that holds every line, and the objective where that is not far off. */
export function spanOf(chart: Chart): Span {
  let low = 0;
  let high = 0;
  for (const { values } of [...chart.lines, ...(chart.compared ?? [])])
    for (const value of values)
      if (value !== null) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  const highest = high;
  const objective = chart.objective?.value ?? 0;
  if (objective > high && objective <= Math.max(high * 4, Number.MIN_VALUE)) high = objective * 1.1;
  if (high === 0 && low === 0) high = objective > 0 ? objective : 1;
  if (chart.unit === "ratio" && highest <= 1 && high > 0.5) return { low, high: 1 };
  return { low: low === 0 ? 0 : -roundUp(-low), high: high === 0 ? 0 : roundUp(high) };
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten: what an axis may end at. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.9999) ?? 10;
  return step * power;
}

/** Where a value lies, from the top, in whole units of the drawing. */
export function heightOf(value: number, { low, high }: Span): number {
  const share = (value - low) / (high - low || 1);
  return Math.round((1 - Math.min(1, Math.max(0, share))) * DRAWING_HEIGHT);
}

/** A line as the data of an SVG path, in steps from point to point; what is not known leaves a gap. */
export function pathOf(values: ChartLine["values"], span: Span): string {
  let path = "";
  let previous: number | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      previous = undefined;
      continue;
    }
    const y = heightOf(value, span);
    const isAlone = previous === undefined && (values[index + 1] ?? null) === null;
    if (previous === undefined)
      path += `M${index} ${y}${isAlone ? "h.01" : ""}${isAlone ? "" : "l"}`;
    else path += `${path.endsWith("l") ? "" : " "}1 ${y - previous}`;
    previous = y;
  }
  return path;
}

/** What lies under a line, as the data of an SVG path. */
export function areaOf(values: ChartLine["values"], span: Span): string {
  const floor = heightOf(Math.max(0, span.low), span);
  let path = "";
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    let previous = heightOf(value, span);
    path += `M${index} ${floor}V${previous}l`;
    let end = index;
    for (let next = values[end + 1]; typeof next === "number"; next = values[end + 1]) {
      const y = heightOf(next, span);
      path += `1 ${y - previous} `;
      previous = y;
      end += 1;
    }
    path = end === index ? path.slice(0, -1) : `${path.trimEnd()}V${floor}z`;
    index = end;
  }
  return path;
}

/** A marker with its place in a chart. */
export interface PlacedMarker {
  readonly marker: Marker;
  readonly x: number;
}

/** The markers that fall into a chart's time, each with its place. */
export function placeMarkers(chart: Chart, markers: readonly Marker[]): readonly PlacedMarker[] {
  const steps = stepsOf(chart);
  return markers.flatMap((marker) => {
    const x = (Date.parse(marker.at) - chart.startMs) / chart.stepMs - 1;
    return x >= -1 && x <= steps
      ? [{ marker, x: Math.max(0, Math.min(steps - 1, Math.round(x * 10) / 10)) }]
      : [];
  });
}

/** How many steps a chart is wide. */
export function stepsOf({ lines }: Chart): number {
  return Math.max(2, ...lines.map(({ values }) => values.length));
}

/** The instant at which the step with an index ends. */
export function instantOf({ startMs, stepMs }: Chart, index: number): number {
  return startMs + (index + 1) * stepMs;
}

/** The latest value that is known, over the lines; null where none is. */
export function latestOf(values: ChartLine["values"]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
