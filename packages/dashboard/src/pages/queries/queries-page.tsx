import type {
  ApiClient,
  DatabaseMetrics,
  LockChainList,
  StatementPage,
  StatementSummary,
  StatementsQuery,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith, pick, rangeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { useShell } from "../../app/shell-context.tsx";
import { ChartGrid } from "../../components/chart-grid.tsx";
import { DataAge } from "../../components/data-age.tsx";
import { FigureText } from "../../components/figure.tsx";
import { FigureGrid } from "../../components/figure-grid.tsx";
import { Choice, SearchField } from "../../components/filters.tsx";
import { MoreRows } from "../../components/more-rows.tsx";
import { ShareBar } from "../../components/share-bar.tsx";
import { Sparkline } from "../../components/sparkline.tsx";
import { StatementLink } from "../../components/statement-link.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { openTab, type Tab, Tabs } from "../../components/tabs.tsx";
import { useFurtherRows } from "../../components/use-further-rows.ts";
import { LockChains } from "./lock-chains.tsx";

const SORTS = ["total", "calls", "mean", "spread", "rows"] as const;
/** Rows that the page comes with, and rows that are asked for after them. */
const FIRST_ROWS = 50;
const FURTHER_ROWS = 500;
/** Figures above the statements; all of them stand above the charts. */
const MAIN_FIGURES = 6;

const TABS: readonly Tab[] = [
  { value: "statements", label: "Statements" },
  { value: "slow", label: "Slow calls" },
  { value: "locks", label: "Locks" },
  { value: "time", label: "Over time" },
];

export interface QueriesData {
  readonly metrics: DatabaseMetrics;
  /** Null where their tab is not open. */
  readonly statements: StatementPage | null;
  readonly locks: LockChainList | null;
}

export const page: PageModule<QueriesData> = {
  topics: ["sources", "recommendations"],
  load: async ({ api, address }) => {
    const hasStatements = !isTab(address, "time") && !isTab(address, "locks");
    const [metrics, statements, locks] = await Promise.all([
      api.call("getQueryMetrics", {
        query: { ...rangeOf(address), ...pick(address, ["database"]) },
      }),
      hasStatements ? readStatements(api, address, FIRST_ROWS, address.search.get("after")) : null,
      isTab(address, "locks")
        ? api.call("listLockChains", { query: pick(address, ["database"]) })
        : null,
    ]);
    return { metrics, statements, locks };
  },
  title: () => "Queries",
  View: Queries,
};

function isTab(address: Address, tab: string): boolean {
  return openTab(address.search.get("view"), TABS) === tab;
}

function readStatements(
  api: ApiClient,
  address: Address,
  limit: number,
  after: string | null,
): Promise<StatementPage> {
  const sort = SORTS.find((name) => name === address.search.get("sort"));
  const least = Number(address.search.get("least") ?? Number.NaN);
  const query: StatementsQuery = {
    ...rangeOf(address),
    ...pick(address, ["database", "search"]),
    ...(sort === undefined ? {} : { sort }),
    ...(least > 0 ? { leastMeanMs: least } : {}),
    ...(after === null ? {} : { after }),
    limit,
  };
  return api.call(isTab(address, "slow") ? "listSlowQueries" : "listQueryStatistics", { query });
}

function Queries({
  data: { metrics, statements, locks },
  address,
}: ViewProps<QueriesData>): JSX.Element {
  const databases = metrics.sources.filter(({ id }) => id.startsWith("database:"));
  return (
    <div class="stack">
      <DataAge sources={metrics.sources} />
      <FigureGrid
        figures={isTab(address, "time") ? metrics.figures : metrics.figures.slice(0, MAIN_FIGURES)}
      />
      <div>
        <Tabs name="view" tabs={TABS} label="views of the queries" />
        <div class="filters">
          {statements === null ? null : <SearchField name="search" label="Search statements" />}
          {databases.length > 1 || address.search.has("database") ? (
            <Choice
              name="database"
              label="Database"
              none="all"
              options={databases.map(({ name }) => ({ value: name, label: name }))}
            />
          ) : null}
          {isTab(address, "slow") ? (
            <Choice
              name="least"
              label="Mean at least"
              none="any"
              options={[1, 10, 50, 100, 500, 1_000].map((ms) => ({
                value: String(ms),
                label: `${ms} ms`,
              }))}
            />
          ) : null}
        </div>
        {locks === null ? null : <LockChains list={locks} />}
        {statements === null ? null : <Statements statements={statements} address={address} />}
        {isTab(address, "time") ? (
          <ChartGrid charts={metrics.charts} markers={metrics.markers} />
        ) : null}
      </div>
    </div>
  );
}

function keyOf({ database, fingerprint }: StatementSummary): string {
  return `${database} ${fingerprint}`;
}

function Statements({
  statements,
  address,
}: {
  statements: StatementPage;
  address: Address;
}): JSX.Element {
  const { api } = useShell();
  const further = useFurtherRows(statements, address.search.toString(), keyOf, (after) =>
    readStatements(api, address, FURTHER_ROWS, after),
  );
  const [top] = further.rows;
  const hasDatabases = further.rows.some(({ database }) => database !== top?.database);
  return (
    <>
      <Table
        caption="Statements of the watched databases"
        columns={columnsFor(hasDatabases)}
        rows={further.rows}
        rowKey={keyOf}
        defaultSort={isTab(address, "slow") ? "mean" : "total"}
        empty={<NoStatements address={address} />}
      />
      <MoreRows further={further} total={statements.total} what="statements" />
    </>
  );
}

function columnsFor(hasDatabases: boolean): readonly Column<StatementSummary>[] {
  return [
    {
      key: "statement",
      title: "Statement",
      width: "wide",
      cell: ({ database, fingerprint, text, recommendations }) => (
        <StatementLink
          fingerprint={fingerprint}
          database={database}
          text={text}
          recommendations={recommendations}
        />
      ),
    },
    ...(hasDatabases
      ? [
          {
            key: "database",
            title: "Database",
            priority: 3,
            cell: ({ database }: StatementSummary) => database,
          } as const,
        ]
      : []),
    {
      key: "share",
      title: "Share",
      align: "end",
      priority: 2,
      help: "of all statements' time",
      cell: ({ shareOfTime }) => <ShareBar share={shareOfTime} />,
    },
    {
      key: "total",
      title: "Total",
      sort: "total",
      align: "end",
      help: "time of all its calls in this stretch of time",
      cell: ({ total }) => <FigureText figure={total} />,
    },
    {
      key: "calls",
      title: "Calls",
      sort: "calls",
      align: "end",
      priority: 2,
      cell: ({ calls }) => <FigureText figure={calls} />,
    },
    {
      key: "mean",
      title: "Mean",
      sort: "mean",
      align: "end",
      cell: ({ mean }) => <FigureText figure={mean} />,
    },
    {
      key: "spread",
      title: "Spread",
      sort: "spread",
      align: "end",
      priority: 3,
      help: "standard deviation of a call: large against the mean where some calls are much slower than others",
      cell: ({ spread }) => <FigureText figure={spread} />,
    },
    {
      key: "rows",
      title: "Rows a call",
      sort: "rows",
      align: "end",
      priority: 3,
      cell: ({ rowsPerCall }) => <FigureText figure={rowsPerCall} />,
    },
    {
      key: "trend",
      title: "Mean over time",
      priority: 3,
      cell: ({ sparkline }) => <Sparkline values={sparkline} />,
    },
  ];
}

function NoStatements({ address }: { address: Address }): JSX.Element {
  if (address.search.has("search") || address.search.has("least"))
    return (
      <Empty title="No statement matches">
        <p>
          <a href={hrefWith(address, { search: null, least: null, after: null })}>
            Show all statements
          </a>
        </p>
      </Empty>
    );
  return (
    <Empty title="No statement ran in this stretch of time">
      <p>
        Choose a longer range. If there has never been one: does the watched database have
        pg_stat_statements, and does <a href={hrefTo("/status", address)}>Status</a> say that it
        answers?
      </p>
    </Empty>
  );
}
