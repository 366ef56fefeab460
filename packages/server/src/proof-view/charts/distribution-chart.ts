import { formatDuration, type StatementProof } from "@streamgate/core";
import { median, p95 } from "../../report/samples.ts";
import { formatConfidence, formatSpeedup } from "../../report/wording.ts";
import { type Html, html } from "../../web/html.ts";
import { logDensity } from "./density.ts";
import { type LogAxis, logAxis } from "./log-axis.ts";

const WIDTH = 720;
const LEFT = 64;
const RIGHT = 704;
const ROW_HEIGHT = 74;
const TOP = 12;
const RIDGE_HEIGHT = 36;
const DOT_BAND = 16;

/**
 * Every timed call of a statement with and without its fix, on one logarithmic axis: a dot a call,
 * a curve of their density, the medians, and where the after-median lies by the interval.
 */
export function distributionChart(statement: StatementProof, id: string): Html {
  const { beforeMs, afterMs, speedupOfMedian } = statement;
  const axis = logAxis([...beforeMs, ...afterMs], LEFT, RIGHT);
  const bottom = TOP + 2 * ROW_HEIGHT;
  return html`<svg class="distribution" viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Times of every measured call before and after the fix</title>
<desc id="${id}-desc">${describe(statement)}</desc>
${axis.ticks.map(
  ({
    x,
    label,
  }) => html`<line class="grid" x1="${round(x)}" x2="${round(x)}" y1="${TOP}" y2="${bottom}"/>
<text class="tick" x="${round(x)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`,
)}
${row("before", beforeMs, axis, TOP)}
${row("after", afterMs, axis, TOP + ROW_HEIGHT)}
${intervalBand(median(beforeMs), speedupOfMedian.low, speedupOfMedian.high, axis)}
</svg>`;
}

function row(
  name: "before" | "after",
  samples: readonly number[],
  axis: LogAxis,
  top: number,
): Html {
  const base = top + RIDGE_HEIGHT + 12;
  const middle = median(samples);
  const x = axis.x(middle);
  const anchor = x > RIGHT - 90 ? "end" : "start";
  const labelX = anchor === "end" ? x - 6 : x + 6;
  return html`<g class="${name}">
<text class="row-name" x="0" y="${base - 4}">${name}</text>
<path class="ridge" d="${ridge(samples, axis, base)}"/>
<line class="base" x1="${LEFT}" x2="${RIGHT}" y1="${base}" y2="${base}"/>
${samples.map(
  (ms, index) =>
    html`<circle class="dot" cx="${round(axis.x(ms))}" cy="${round(base + 5 + jitter(index) * DOT_BAND)}" r="2.2"/>`,
)}
<line class="median" x1="${round(x)}" x2="${round(x)}" y1="${base - RIDGE_HEIGHT}" y2="${base + DOT_BAND + 8}"/>
<text class="median-label" x="${round(labelX)}" y="${base - RIDGE_HEIGHT + 6}" text-anchor="${anchor}">${formatDuration(middle)}</text>
</g>`;
}

/** Where the after-median would lie at both ends of the speed-up's interval. */
function intervalBand(beforeMs: number, low: number, high: number, axis: LogAxis): Html {
  if (!(low > 0) || !Number.isFinite(high)) return html``;
  const clamp = (x: number): number => Math.min(RIGHT, Math.max(LEFT, x));
  const from = clamp(axis.x(beforeMs / high));
  const to = clamp(axis.x(beforeMs / low));
  const y = TOP + ROW_HEIGHT + RIDGE_HEIGHT + 10;
  return html`<rect class="interval" x="${round(from)}" y="${y}" width="${round(Math.max(2, to - from))}" height="4" rx="2"/>`;
}

function ridge(samples: readonly number[], axis: LogAxis, base: number): string {
  const points = logDensity(samples, axis.lowMs, axis.highMs)
    .filter(({ height }) => height > 0.002)
    .map(({ value, height }) => `${round(axis.x(value))},${round(base - height * RIDGE_HEIGHT)}`);
  const first = points[0]?.split(",")[0];
  const last = points.at(-1)?.split(",")[0];
  if (first === undefined || last === undefined) return "";
  return `M${first},${base}L${points.join("L")}L${last},${base}Z`;
}

/** Even but irregular heights from 0 to 1: the golden ratio's multiples (Weyl's sequence). */
function jitter(index: number): number {
  return (index * 0.618_033_988_749_895) % 1;
}

function describe({ beforeMs, afterMs, speedupOfMedian }: StatementProof): string {
  return [
    `Before: median ${formatDuration(median(beforeMs))}, p95 ${formatDuration(p95(beforeMs))}, ${beforeMs.length} calls.`,
    `After: median ${formatDuration(median(afterMs))}, p95 ${formatDuration(p95(afterMs))}, ${afterMs.length} calls.`,
    `${formatSpeedup(speedupOfMedian)} faster, ${formatConfidence(speedupOfMedian)}.`,
  ].join(" ");
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
