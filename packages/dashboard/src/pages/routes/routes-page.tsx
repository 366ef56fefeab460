import type { RouteList, RouteSummary, RoutesQuery } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith, pick, scopeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { FigureText } from "../../components/figure.tsx";
import { SearchField } from "../../components/filters.tsx";
import { ShareBar } from "../../components/share-bar.tsx";
import { Sparkline } from "../../components/sparkline.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { formatCount } from "../../format/quantity.ts";
import { methodClass } from "./method-class.ts";
import "./routes.css";

const SORTS = ["time", "requests", "p95", "errors", "route"] as const;

export const page: PageModule<RouteList> = {
  topics: ["now"],
  load: ({ api, address }) => api.call("listRoutes", { query: queryOf(address) }),
  title: () => "Routes",
  View: Routes,
};

function queryOf(address: Address): RoutesQuery {
  const sort = SORTS.find((name) => name === address.search.get("sort"));
  return {
    ...scopeOf(address),
    ...pick(address, ["search"]),
    ...(sort === undefined ? {} : { sort }),
  };
}

function Routes({ data: { items }, address }: ViewProps<RouteList>): JSX.Element {
  const services = new Set(items.map(({ service }) => service));
  return (
    <>
      <div class="filters">
        <SearchField name="search" label="Search routes" />
        <span class="muted" role="status">
          {formatCount(items.length)} {items.length === 1 ? "route" : "routes"}
        </span>
      </div>
      <Table
        caption="Routes of the watched APIs"
        columns={columnsFor(address, services.size > 1)}
        rows={items}
        rowKey={({ id }) => id}
        defaultSort="time"
        empty={<NoRoutes address={address} />}
      />
    </>
  );
}

function columnsFor(address: Address, hasServices: boolean): readonly Column<RouteSummary>[] {
  return [
    {
      key: "route",
      title: "Route",
      sort: "route",
      width: "wide",
      cell: ({ id, method, route }) => (
        <>
          <span class={`method ${methodClass(method)}`} aria-hidden="true">
            {method}
          </span>
          <a href={hrefTo(`/routes/${encodeURIComponent(id)}`, address)}>
            <span class="sr">{method} </span>
            {route}
          </a>
        </>
      ),
    },
    ...(hasServices
      ? [
          {
            key: "service",
            title: "Service",
            priority: 3,
            cell: ({ service }: RouteSummary) => service,
          } as const,
        ]
      : []),
    {
      key: "time",
      title: "Share of time",
      sort: "time",
      align: "end",
      help: "of all requests' time: where making a route faster pays",
      cell: ({ shareOfTime }) => <ShareBar share={shareOfTime} />,
    },
    {
      key: "requests",
      title: "Requests",
      sort: "requests",
      align: "end",
      priority: 2,
      cell: ({ requests }) => <FigureText figure={requests} />,
    },
    {
      key: "p50",
      title: "p50",
      align: "end",
      priority: 3,
      help: "half of the requests were faster",
      cell: ({ p50 }) => <FigureText figure={p50} />,
    },
    {
      key: "p95",
      title: "p95",
      sort: "p95",
      align: "end",
      help: "19 of 20 requests were faster",
      cell: ({ p95 }) => <FigureText figure={p95} />,
    },
    {
      key: "p99",
      title: "p99",
      align: "end",
      priority: 3,
      help: "99 of 100 requests were faster",
      cell: ({ p99 }) => <FigureText figure={p99} />,
    },
    {
      key: "errors",
      title: "Errors",
      sort: "errors",
      align: "end",
      priority: 2,
      cell: ({ errors }) => <FigureText figure={errors} />,
    },
    {
      key: "trend",
      title: "p95 over time",
      priority: 2,
      cell: ({ sparkline }) => <Sparkline values={sparkline} />,
    },
  ];
}

function NoRoutes({ address }: { address: Address }): JSX.Element {
  if (address.search.has("search"))
    return (
      <Empty title="No route matches">
        <p>
          <a href={hrefWith(address, { search: null })}>Show all routes</a>
        </p>
      </Empty>
    );
  return (
    <Empty title="No request was seen in this stretch of time">
      <p>
        Choose a longer range. If there has never been one: does the agent run in the watched
        process, and does <a href={hrefTo("/status", address)}>Status</a> say that it answers?
      </p>
    </Empty>
  );
}
