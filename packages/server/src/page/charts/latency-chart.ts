import { formatDuration } from "@streamgate/core";
import { type Html, html } from "../html.ts";
import type { LatencyPoint } from "../page-state.ts";
import { logAxis } from "./log-axis.ts";

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 64;
const RIGHT = 704;
const TOP = 14;
const BOTTOM = 150;
const MOST_TICKS = 4;
const LEAST_SPAN_MS = 20_000;

/** The API's 95th percentile over time, a mark where each fix stood. */
export function latencyChart(points: readonly LatencyPoint[], appliedAt: readonly string[]): Html {
  const known = points.flatMap(({ at, p95Ms }) =>
    p95Ms === null ? [] : [{ atMs: Date.parse(at), p95Ms }],
  );
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined || known.length < 2) return html``;
  const startMs = first.atMs;
  const spanMs = Math.max(LEAST_SPAN_MS, last.atMs - startMs);
  const x = (atMs: number): number =>
    LEFT + ((RIGHT - LEFT) * Math.min(spanMs, Math.max(0, atMs - startMs))) / spanMs;
  // The axis of times stands upright here: its columns become rows, the smallest at the bottom.
  const axis = logAxis(
    known.map(({ p95Ms }) => p95Ms),
    BOTTOM,
    TOP,
    MOST_TICKS,
  );
  const line = known
    .map(({ atMs, p95Ms }) => `${round(x(atMs))},${round(axis.x(p95Ms))}`)
    .join("L");
  return html`<svg class="latency" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="latency-title latency-desc">
<title id="latency-title">95th percentile of the API's answer times</title>
<desc id="latency-desc">From ${formatDuration(first.p95Ms)} at the start to ${formatDuration(last.p95Ms)} now; ${appliedAt.length} fixes applied.</desc>
${axis.ticks.map(
  (
    tick,
  ) => html`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${round(tick.x)}" y2="${round(tick.x)}"/>
<text class="tick" x="${LEFT - 8}" y="${round(tick.x + 4)}" text-anchor="end">${tick.label}</text>`,
)}
${appliedAt.map((at) => {
  const markX = round(x(Date.parse(at)));
  return html`<line class="applied" x1="${markX}" x2="${markX}" y1="${TOP}" y2="${BOTTOM}"/>`;
})}
${
  appliedAt[0] !== undefined &&
  html`<text class="applied-label" x="${round(x(Date.parse(appliedAt[0])) + 5)}" y="${TOP + 8}">applied</text>`
}
<path class="line" d="M${line}"/>
<text class="tick" x="${LEFT}" y="${HEIGHT - 10}">0 s</text>
<text class="tick" x="${RIGHT}" y="${HEIGHT - 10}" text-anchor="end">${formatDuration(spanMs)}</text>
</svg>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
