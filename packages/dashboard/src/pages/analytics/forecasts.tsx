import type { Forecast, ForecastList } from "@streamgate/contract";
import type { JSX } from "preact";
import { ChartView } from "../../components/chart.tsx";
import { FigureText } from "../../components/figure.tsx";
import { Empty } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { labelText } from "./label-text.ts";

/** What runs out, and when: the soonest first. */
export function Forecasts({ list: { items } }: { list: ForecastList }): JSX.Element {
  if (items.length === 0)
    return (
      <Empty title="Nothing can be forecast yet">
        Disk, memory and connections are forecast once there are some hours of history.
      </Empty>
    );
  const inOrder = [...items].sort((left, right) => endOf(left) - endOf(right));
  return (
    <div class="columns">
      {inOrder.map((forecast) => (
        <article key={`${forecast.id} ${labelText(forecast.labels)}`}>
          <h2>{forecast.title}</h2>
          <p class="muted small">{labelText(forecast.labels)}</p>
          <p>
            <Reaches forecast={forecast} />
          </p>
          <ChartView chart={forecast.chart} />
        </article>
      ))}
    </div>
  );
}

function Reaches({ forecast }: { forecast: Forecast }): JSX.Element {
  const { limit, reachesAt, reachesEarliestAt, reachesLatestAt } = forecast;
  if (reachesAt === null)
    return (
      <>
        Is not expected to reach <FigureText figure={limit} />.
      </>
    );
  return (
    <>
      Reaches <FigureText figure={limit} />{" "}
      <strong>
        <TimeText at={reachesAt} />
      </strong>
      {reachesEarliestAt === null ? null : (
        <>
          , at the earliest <TimeText at={reachesEarliestAt} />
        </>
      )}
      {reachesLatestAt === null ? null : (
        <>
          , at the latest <TimeText at={reachesLatestAt} />
        </>
      )}
      .
    </>
  );
}

function endOf({ reachesAt }: Forecast): number {
  return reachesAt === null ? Number.POSITIVE_INFINITY : Date.parse(reachesAt);
}
