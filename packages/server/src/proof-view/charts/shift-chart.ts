import type { ProvenStatement } from "@streamgate/contract";
import { formatDuration } from "@streamgate/core";
import { type Html, html } from "../../web/html.ts";

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 84;
const RIGHT = 704;
const TOP = 14;
const BOTTOM = 160;

/** The shift function: after − before at each decile with its interval; below the line is faster. */
export function shiftChart({ shift }: Pick<ProvenStatement, "shift">, id: string): Html {
  const points = shift.flatMap(({ quantile, differenceMs: { value, low, high } }) =>
    value === null ? [] : [{ quantile, value, low: low ?? value, high: high ?? value }],
  );
  if (points.length === 0) return html``;
  const least = Math.min(0, ...points.map(({ low }) => low));
  const most = Math.max(0, ...points.map(({ high }) => high));
  const span = Math.max(1e-9, most - least);
  const x = (quantile: number): number => round(LEFT + (RIGHT - LEFT) * quantile);
  const y = (ms: number): number => round(BOTTOM - ((ms - least) / span) * (BOTTOM - TOP));
  const line = points.map(({ quantile, value }) => `${x(quantile)},${y(value)}`).join("L");
  return html`<svg class="shift" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">How much each decile of the time moved</title>
<desc id="${id}-desc">${points.map(({ quantile, value }) => `${percent(quantile)}: ${signed(value)}`).join(", ")}</desc>
${[least, 0, most]
  .filter((ms, index, all) => all.indexOf(ms) === index)
  .map(
    (
      ms,
    ) => html`<line class="${ms === 0 ? "zero" : "grid"}" x1="${LEFT}" x2="${RIGHT}" y1="${y(ms)}" y2="${y(ms)}"/>
<text class="tick" x="${LEFT - 8}" y="${y(ms) + 4}" text-anchor="end">${signed(ms)}</text>`,
  )}
<path class="line" d="M${line}"/>
${points.map(
  ({ quantile, value, low, high }) =>
    html`<line class="whisker" x1="${x(quantile)}" x2="${x(quantile)}" y1="${y(low)}" y2="${y(high)}"/>
<circle class="point" cx="${x(quantile)}" cy="${y(value)}" r="3.5"/>
<text class="tick" x="${x(quantile)}" y="${HEIGHT - 18}" text-anchor="middle">${percent(quantile)}</text>`,
)}
</svg>`;
}

function percent(quantile: number): string {
  return `p${Math.round(quantile * 100)}`;
}

function signed(ms: number): string {
  if (ms === 0) return "0";
  return `${ms < 0 ? "−" : "+"}${formatDuration(Math.abs(ms))}`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
