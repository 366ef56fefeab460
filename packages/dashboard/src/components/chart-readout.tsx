import type { Chart } from "@streamgate/contract";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useState } from "preact/hooks";
import { useShell } from "../app/shell-context.tsx";
import { formatInstant } from "../format/instant.ts";
import { formatQuantity } from "../format/quantity.ts";
import { instantOf } from "./chart-geometry.ts";

export interface Readout {
  /** The step that is pointed at; undefined where none is. */
  readonly index: number | undefined;
  readonly handlers: {
    readonly onPointerMove: (event: TargetedPointerEvent<HTMLElement>) => void;
    readonly onPointerLeave: () => void;
    readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLElement>) => void;
    readonly onBlur: () => void;
  };
}

/** Which step of a chart is pointed at, by the pointer or by the arrow keys. */
export function useReadout(steps: number): Readout {
  const [index, setIndex] = useState<number | undefined>(undefined);
  const moveTo = (to: number): void => setIndex(Math.min(steps - 1, Math.max(0, to)));
  return {
    index,
    handlers: {
      onPointerMove: (event) => {
        const box = event.currentTarget.querySelector("svg")?.getBoundingClientRect();
        if (box !== undefined && box.width > 0)
          moveTo(Math.round(((event.clientX - box.left) / box.width) * (steps - 1)));
      },
      onPointerLeave: () => setIndex(undefined),
      onBlur: () => setIndex(undefined),
      onKeyDown: (event) => {
        const to = targetOf(event.key, index ?? steps, steps);
        if (to === undefined) return;
        event.preventDefault();
        if (to === null) setIndex(undefined);
        else moveTo(to);
      },
    },
  };
}

function targetOf(key: string, index: number, steps: number): number | null | undefined {
  switch (key) {
    case "ArrowLeft":
      return index - 1;
    case "ArrowRight":
      return index + 1;
    case "Home":
      return 0;
    case "End":
      return steps - 1;
    case "Escape":
      return null;
    default:
      return undefined;
  }
}

/** The values of the step that is pointed at. It keeps its line while nothing is, so that nothing moves. */
export function ChartReadout({
  chart,
  index,
}: {
  chart: Chart;
  index: number | undefined;
}): JSX.Element {
  const { nowMs, zone } = useShell();
  if (index === undefined) return <span class="readout" />;
  const at = instantOf(chart, index);
  const values = chart.lines.slice(0, 4).map(({ label, values: line }) => {
    const text = formatQuantity(line[index] ?? null, chart.unit);
    return chart.lines.length === 1 ? text : `${label} ${text}`;
  });
  return (
    <span class="readout" role="status">
      {formatInstant(at, nowMs, zone)} · {values.join(" · ")}
    </span>
  );
}
