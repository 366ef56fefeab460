import type { RouteView, TraceSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefWith, rangeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { ChartGrid } from "../../components/chart-grid.tsx";
import { FigureText } from "../../components/figure.tsx";
import { FigureGrid } from "../../components/figure-grid.tsx";
import { RecommendationList } from "../../components/recommendation-list.tsx";
import { Section } from "../../components/section.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { TimeBar } from "./time-bar.tsx";
import { TraceView } from "./trace-view.tsx";
import "./route.css";

export const page: PageModule<RouteView> = {
  topics: ["now", "recommendations"],
  load: ({ api, address }) =>
    api.call("getRoute", {
      parameters: { id: address.parameters.id ?? "" },
      query: rangeOf(address),
    }),
  title: ({ route: { method, route } }) => `${method} ${route}`,
  parent: () => ({ label: "Routes", path: "/routes" }),
  View: Route,
};

function Route({ data, address }: ViewProps<RouteView>): JSX.Element {
  const { route, parts, partsOf, charts, markers, traces, recommendations } = data;
  const open = traces.find(({ traceId }) => traceId === address.search.get("trace")) ?? traces[0];
  return (
    <div class="stack">
      <FigureGrid
        figures={[
          { id: "share", title: "Share of all time", figure: route.shareOfTime },
          { id: "requests", title: "Requests", figure: route.requests },
          { id: "p50", title: "p50", figure: route.p50 },
          { id: "p95", title: "p95", figure: route.p95 },
          { id: "p99", title: "p99", figure: route.p99 },
          { id: "errors", title: "Errors", figure: route.errors },
        ]}
      />
      {recommendations.length === 0 ? null : (
        <Section title="What to do">
          <RecommendationList items={recommendations} />
        </Section>
      )}
      <Section title="Where the time goes">
        {parts.length === 0 ? (
          <Empty title="Not known">
            <p>No request of this route was traced. The agent's spans must be switched on.</p>
          </Empty>
        ) : (
          <>
            <TimeBar parts={parts} />
            <p class="muted small">Of the mean request, {partsOf}.</p>
          </>
        )}
      </Section>
      <Section title="Over time">
        <ChartGrid charts={charts} markers={markers} />
      </Section>
      <Section title="Requests of which all steps are known" id="traces">
        <Table
          caption="Requests of which all steps are known"
          columns={traceColumns(address, open)}
          rows={traces}
          rowKey={({ traceId }) => traceId}
          empty={
            <Empty title="None was kept in this stretch of time">
              <p>
                The agent keeps slow requests, failed ones, and a sample of the others. Choose a
                longer range.
              </p>
            </Empty>
          }
        />
        {open === undefined ? null : <TraceView trace={open} />}
      </Section>
    </div>
  );
}

function traceColumns(
  address: Address,
  open: TraceSummary | undefined,
): readonly Column<TraceSummary>[] {
  return [
    {
      key: "trace",
      title: "Request",
      width: "wide",
      cell: ({ traceId }) => (
        <a
          href={`${hrefWith(address, { trace: traceId })}#traces`}
          aria-current={traceId === open?.traceId ? "true" : undefined}
        >
          <code>{traceId.slice(0, 16)}</code>
        </a>
      ),
    },
    { key: "at", title: "When", cell: ({ at }) => <TimeText at={at} /> },
    {
      key: "reason",
      title: "Kept because",
      priority: 2,
      cell: ({ reason, isError }) => (
        <span class={isError ? "trace-error" : undefined}>{isError ? "error" : reason}</span>
      ),
    },
    {
      key: "steps",
      title: "Steps",
      align: "end",
      priority: 2,
      cell: ({ spans }) => spans.length,
    },
    {
      key: "duration",
      title: "Took",
      align: "end",
      cell: ({ duration }) => <FigureText figure={duration} />,
    },
  ];
}
