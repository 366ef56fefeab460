import type { ServiceLevelList } from "@streamgate/contract";
import type { JSX } from "preact";
import { ChartView } from "../../components/chart.tsx";
import { FigureText } from "../../components/figure.tsx";
import { Empty } from "../../components/states.tsx";
import { formatAge } from "../../format/instant.ts";
import { formatQuantity } from "../../format/quantity.ts";

/** What is promised, what was attained, and what is left of the error budgets. */
export function ServiceLevels({ list: { items } }: { list: ServiceLevelList }): JSX.Element {
  if (items.length === 0)
    return (
      <Empty title="No objectives">
        A burn-rate rule in the configuration makes one; see the guide on alerting.
      </Empty>
    );
  return (
    <div class="columns">
      {items.map(
        ({
          name,
          service,
          promise,
          objective,
          windowMs,
          attained,
          budgetLeft,
          burnRate,
          chart,
        }) => (
          <article key={`${name} ${service}`}>
            <h2>{name}</h2>
            <p class="muted small">{service}</p>
            <p>{promise}</p>
            <dl class="pairs">
              <dt>Objective</dt>
              <dd>
                {formatQuantity(objective, "ratio")} over {formatAge(windowMs)}
              </dd>
              <dt>Attained</dt>
              <dd>
                <FigureText figure={attained} />
              </dd>
              <dt>Budget left</dt>
              <dd>
                <FigureText figure={budgetLeft} />
              </dd>
              <dt>Burn rate</dt>
              <dd>
                <FigureText figure={burnRate} />
              </dd>
            </dl>
            <ChartView chart={chart} />
          </article>
        ),
      )}
    </div>
  );
}
