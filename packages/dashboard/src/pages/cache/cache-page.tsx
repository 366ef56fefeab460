import type { CacheNamespace, CacheQuery, CacheView, HotKey } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith, pick, scopeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { ChartGrid } from "../../components/chart-grid.tsx";
import { DataAge } from "../../components/data-age.tsx";
import { FigureText } from "../../components/figure.tsx";
import { Section } from "../../components/section.tsx";
import { ShareBar } from "../../components/share-bar.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { CacheActs } from "./cache-acts.tsx";
import { CurveView } from "./curve-view.tsx";
import { type TierRow, tierRows } from "./tier-rows.ts";
import "./cache.css";

export const page: PageModule<CacheView> = {
  topics: ["sources"],
  load: ({ api, address }) => {
    const query: CacheQuery = { ...scopeOf(address), ...pick(address, ["namespace"]) };
    return api.call("getCacheStatistics", { query });
  },
  title: () => "Cache",
  View: Cache,
};

function Cache({ data, address }: ViewProps<CacheView>): JSX.Element {
  const { namespaces, charts, curves, hotKeys, markers, sources } = data;
  const namespace = address.search.get("namespace");
  const services = new Set(namespaces.map(({ service }) => service));
  return (
    <div class="stack">
      <DataAge sources={sources} />
      {namespace === null ? null : (
        <p>
          Only <strong>{namespace}</strong>.{" "}
          <a href={hrefWith(address, { namespace: null })}>Show all namespaces</a>
        </p>
      )}
      <section aria-label="namespaces">
        <Table
          caption="Namespaces of the cache"
          columns={namespaceColumns(address, services.size > 1)}
          rows={namespaces}
          rowKey={(row) => `${row.service} ${row.namespace}`}
          empty={<NoCache address={address} />}
        />
        {namespaces.length === 0 ? null : <CacheActs namespaces={namespaces} chosen={namespace} />}
      </section>
      {namespaces.length === 0 ? null : (
        <Section title="By tier">
          <Table
            caption="Tiers of each namespace"
            columns={tierColumns(address)}
            rows={tierRows(namespaces)}
            rowKey={({ key }) => key}
            empty={<Empty title="No tier was asked in this stretch of time" />}
          />
        </Section>
      )}
      {charts.length === 0 ? null : (
        <Section title="Over time">
          <ChartGrid charts={charts} markers={markers} />
        </Section>
      )}
      {curves.length === 0 ? null : (
        <Section title="What more memory would bring">
          <div class="curves">
            {curves.map((curve) => (
              <CurveView key={curve.service} curve={curve} />
            ))}
          </div>
        </Section>
      )}
      {namespaces.length === 0 ? null : (
        <Section title="Hot keys">
          <Table
            caption="The keys that are asked for most"
            columns={KEY_COLUMNS}
            rows={hotKeys}
            rowKey={(row) => `${row.service} ${row.namespace} ${row.key}`}
            empty={
              <Empty title="No key stands out">
                <p>No key has a large part of its namespace's requests.</p>
              </Empty>
            }
          />
        </Section>
      )}
    </div>
  );
}

function namespaceColumns(
  address: Address,
  hasServices: boolean,
): readonly Column<CacheNamespace>[] {
  return [
    {
      key: "namespace",
      title: "Namespace",
      width: "wide",
      cell: ({ namespace }) => <a href={hrefWith(address, { namespace })}>{namespace}</a>,
    },
    ...(hasServices
      ? [
          {
            key: "service",
            title: "Service",
            priority: 2,
            cell: ({ service }: CacheNamespace) => service,
          } as const,
        ]
      : []),
    {
      key: "requests",
      title: "Requests",
      align: "end",
      priority: 2,
      cell: ({ requests }) => <FigureText figure={requests} />,
    },
    {
      key: "hits",
      title: "Hit ratio",
      align: "end",
      cell: ({ hitRatio }) => <ShareBar share={hitRatio} />,
    },
    {
      key: "stale",
      title: "Stale",
      align: "end",
      priority: 3,
      help: "answered with a value past its time, while a new one was made",
      cell: ({ staleRatio }) => <FigureText figure={staleRatio} />,
    },
    {
      key: "saved",
      title: "Time saved",
      align: "end",
      help: "what the loads that did not happen would have taken",
      cell: ({ timeSaved }) => <FigureText figure={timeSaved} />,
    },
    {
      key: "loads",
      title: "Loads",
      align: "end",
      priority: 3,
      cell: ({ loads }) => <FigureText figure={loads} />,
    },
    {
      key: "load-mean",
      title: "A load takes",
      align: "end",
      priority: 3,
      cell: ({ loadMean }) => <FigureText figure={loadMean} />,
    },
    {
      key: "entries",
      title: "Entries",
      align: "end",
      priority: 3,
      cell: ({ entries }) => <FigureText figure={entries} />,
    },
    {
      key: "size",
      title: "Size",
      align: "end",
      priority: 2,
      cell: ({ size }) => <FigureText figure={size} />,
    },
    {
      key: "invalidations",
      title: "Invalidations",
      align: "end",
      priority: 3,
      cell: ({ invalidations }) => <FigureText figure={invalidations} />,
    },
  ];
}

function tierColumns(address: Address): readonly Column<TierRow>[] {
  return [
    {
      key: "namespace",
      title: "Namespace",
      width: "wide",
      cell: ({ namespace, isFirst }) =>
        isFirst ? (
          <a href={hrefWith(address, { namespace })}>{namespace}</a>
        ) : (
          <span class="sr">{namespace}</span>
        ),
    },
    { key: "tier", title: "Tier", cell: ({ tier }) => tier },
    {
      key: "hits",
      title: "Hit ratio",
      align: "end",
      help: "of the requests that reached the tier",
      cell: ({ hitRatio }) => <ShareBar share={hitRatio} />,
    },
    { key: "p95", title: "p95", align: "end", cell: ({ p95 }) => <FigureText figure={p95} /> },
    {
      key: "state",
      title: "State",
      help: "out of use: it failed too often, and requests go past it until a trial succeeds",
      cell: ({ state, stateText, isWell }) => (
        <span
          class={`tag ${isWell ? "is-good" : state === "unknown" ? "" : "is-bad"}`}
          title={`its breaker is ${state}`}
        >
          {stateText}
        </span>
      ),
    },
  ];
}

const KEY_COLUMNS: readonly Column<HotKey>[] = [
  { key: "key", title: "Key", width: "wide", cell: ({ key }) => <code title={key}>{key}</code> },
  { key: "namespace", title: "Namespace", priority: 2, cell: ({ namespace }) => namespace },
  { key: "service", title: "Service", priority: 3, cell: ({ service }) => service },
  {
    key: "share",
    title: "Of its namespace",
    align: "end",
    cell: ({ share }) => <ShareBar share={share} />,
  },
];

function NoCache({ address }: { address: Address }): JSX.Element {
  return (
    <Empty title="No cache was used in this stretch of time">
      <p>
        Choose a longer range. If there has never been one: services that use @streamgate/cache and
        run the agent show theirs here. <a href={hrefTo("/status", address)}>Status</a> says which
        agents answer.
      </p>
    </Empty>
  );
}
