import type { JSX } from "preact";
import { DRAWING_HEIGHT, pathOf, roundUp } from "./chart-geometry.ts";

/** How something went, small, for a cell of a table; what it says stands in the other cells. */
export function Sparkline({
  values,
  label,
}: {
  values: readonly (number | null)[];
  label?: string;
}): JSX.Element {
  const known = values.filter((value) => value !== null);
  const high = Math.max(0, ...known);
  const span = { low: Math.min(0, ...known), high: high === 0 ? 1 : roundUp(high) };
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${Math.max(1, values.length - 1)} ${DRAWING_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label ?? "how it went"}
    >
      <path class="line line-0" d={pathOf(values, span)} />
    </svg>
  );
}
