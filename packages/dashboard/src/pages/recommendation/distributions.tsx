import type { ProvenStatement } from "@streamgate/contract";
import type { JSX } from "preact";
import { formatQuantity } from "../../format/quantity.ts";
import { DRAWING, outlineOf, placeOnLog, ticksOf } from "./distribution-geometry.ts";

/** The times of all calls before and after, as two densities on one logarithmic axis. */
export function Distributions({ statement }: { statement: ProvenStatement }): JSX.Element {
  const { atMs, before, after } = statement.density;
  const [least = 0, most = 0] = [atMs[0], atMs.at(-1)];
  const highest = Math.max(...before, ...after);
  const medians = [
    { className: "is-before", value: statement.before.p50.value },
    { className: "is-after", value: statement.after.p50.value },
  ];
  return (
    <figure class="distribution">
      <figcaption class="label">Times of a call</figcaption>
      <svg
        viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`}
        role="img"
        aria-label={describe(statement)}
      >
        <path class="density is-before" d={outlineOf(atMs, before, highest)} />
        <path class="density is-after" d={outlineOf(atMs, after, highest)} />
        {medians.map(({ className, value }) =>
          value === null ? null : (
            <path
              key={className}
              class={`median ${className}`}
              d={`M${placeOnLog(value, least, most)} 0V${DRAWING.plotHeight}`}
            />
          ),
        )}
        {ticksOf(least, most).map((tick) => (
          <text
            key={tick}
            class="tick"
            x={placeOnLog(tick, least, most)}
            y={DRAWING.height - 4}
            text-anchor="middle"
          >
            {formatQuantity(tick, "ms")}
          </text>
        ))}
      </svg>
      <ul class="legend">
        <li>
          <span class="swatch is-before" aria-hidden="true" />
          before
        </li>
        <li>
          <span class="swatch is-after" aria-hidden="true" />
          after
        </li>
      </ul>
    </figure>
  );
}

function describe({ before, after }: ProvenStatement): string {
  return `Median before ${formatQuantity(before.p50.value, "ms")}, after ${formatQuantity(after.p50.value, "ms")}; 95th percentile before ${formatQuantity(before.p95.value, "ms")}, after ${formatQuantity(after.p95.value, "ms")}.`;
}
