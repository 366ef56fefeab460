import type { ProvenStatement } from "@streamgate/contract";
import type { JSX } from "preact";
import { formatQuantity } from "../../format/quantity.ts";
import { DRAWING } from "./distribution-geometry.ts";

/** By how much each decile of the calls moved, with its interval (Doksum's shift function): below the line is faster. */
export function QuantileShift({
  statement: { shift },
}: {
  statement: ProvenStatement;
}): JSX.Element | null {
  const known = shift.filter(({ differenceMs }) => differenceMs.value !== null);
  if (known.length === 0) return null;
  const bounds = known.flatMap(({ differenceMs: { value, low, high } }) => [
    value ?? 0,
    low ?? 0,
    high ?? 0,
  ]);
  const least = Math.min(0, ...bounds);
  const most = Math.max(0, ...bounds);
  const span = most - least || 1;
  const y = (ms: number): number => Math.round(((most - ms) / span) * DRAWING.plotHeight * 10) / 10;
  const x = (quantile: number): number => Math.round(quantile * DRAWING.width * 10) / 10;
  return (
    <figure class="distribution">
      <figcaption class="label">Shift of each decile</figcaption>
      <svg
        viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`}
        role="img"
        aria-label={describe(shift)}
      >
        <path class="zero" d={`M0 ${y(0)}H${DRAWING.width}`} />
        {known.map(({ quantile, differenceMs: { value, low, high } }) => (
          <g key={quantile}>
            <path
              class="interval"
              d={`M${x(quantile)} ${y(low ?? value ?? 0)}V${y(high ?? value ?? 0)}`}
            />
            <circle class="shift" cx={x(quantile)} cy={y(value ?? 0)} r={3.5} />
          </g>
        ))}
        <text class="tick" x={0} y={DRAWING.height - 4}>
          fastest tenth
        </text>
        <text class="tick" x={DRAWING.width} y={DRAWING.height - 4} text-anchor="end">
          slowest tenth
        </text>
      </svg>
      <p class="muted small">{describe(shift)}</p>
    </figure>
  );
}

function describe(shift: ProvenStatement["shift"]): string {
  const middle = shift.find(({ quantile }) => quantile === 0.5)?.differenceMs.value ?? null;
  const last = shift.at(-1);
  const text = (ms: number): string =>
    ms <= 0 ? `${formatQuantity(-ms, "ms")} faster` : `${formatQuantity(ms, "ms")} slower`;
  const parts = [
    ...(middle === null ? [] : [`the middle call is ${text(middle)}`]),
    ...(last === undefined || last.differenceMs.value === null
      ? []
      : [`the slowest tenth ${text(last.differenceMs.value)}`]),
  ];
  return parts.join(", ");
}
