import type { TrendList } from "@streamgate/contract";
import type { JSX } from "preact";
import { ChartView } from "../../components/chart.tsx";
import { FigureText } from "../../components/figure.tsx";
import { Empty } from "../../components/states.tsx";
import { labelText } from "./label-text.ts";

/** How the main figures go: those that really move first. */
export function Trends({ list: { items } }: { list: TrendList }): JSX.Element {
  if (items.length === 0)
    return (
      <Empty title="No trends yet">
        A trend needs some hours of history; choose a longer range once there are.
      </Empty>
    );
  const inOrder = [...items].sort((left, right) => Number(right.isReal) - Number(left.isReal));
  return (
    <div class="columns">
      {inOrder.map(({ id, title, labels, level, slopePerDay, isReal, chart }) => (
        <article key={`${id} ${labelText(labels)}`}>
          <h2>{title}</h2>
          <p class="muted small">{labelText(labels)}</p>
          <p>
            Stands at <FigureText figure={level} />,{" "}
            {isReal ? (
              <>
                moves by <FigureText figure={slopePerDay} /> a day
              </>
            ) : (
              "and moves no more than chance would have it"
            )}
            .
          </p>
          <ChartView chart={chart} />
        </article>
      ))}
    </div>
  );
}
