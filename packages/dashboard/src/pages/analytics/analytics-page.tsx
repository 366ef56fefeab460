import type {
  AnomalyList,
  Comparison,
  ForecastList,
  ServiceLevelList,
  TrendList,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { scopeOf } from "../../app/address.ts";
import type { Address, PageContext, PageModule, ViewProps } from "../../app/page.ts";
import { openTab, Tabs } from "../../components/tabs.tsx";
import { Anomalies } from "./anomalies.tsx";
import { ComparisonView } from "./comparison.tsx";
import { Forecasts } from "./forecasts.tsx";
import { ServiceLevels } from "./service-levels.tsx";
import { Trends } from "./trends.tsx";

/** What the open tab shows. */
type AnalyticsData =
  | { readonly tab: "trends"; readonly trends: TrendList }
  | { readonly tab: "forecasts"; readonly forecasts: ForecastList }
  | { readonly tab: "anomalies"; readonly anomalies: AnomalyList }
  | { readonly tab: "comparison"; readonly comparison: Comparison }
  | { readonly tab: "objectives"; readonly objectives: ServiceLevelList };

const TABS = [
  { value: "trends", label: "Trends" },
  { value: "forecasts", label: "Forecasts" },
  { value: "anomalies", label: "Anomalies" },
  { value: "comparison", label: "Comparison" },
  { value: "objectives", label: "Objectives" },
] as const;

export const page: PageModule<AnalyticsData> = {
  topics: [],
  refreshMs: 60_000,
  load,
  title: ({ tab }) => TABS.find(({ value }) => value === tab)?.label ?? "Analytics",
  View: Analytics,
};

/** Only the open tab is read: each of them looks at all of the range. */
async function load({ api, address }: PageContext): Promise<AnalyticsData> {
  const query = scopeOf(address);
  switch (tabOf(address)) {
    case "forecasts":
      return { tab: "forecasts", forecasts: await api.call("listForecasts", {}) };
    case "anomalies":
      return { tab: "anomalies", anomalies: await api.call("listAnomalies", {}) };
    case "comparison":
      return { tab: "comparison", comparison: await api.call("compareRanges", { query }) };
    case "objectives":
      return { tab: "objectives", objectives: await api.call("listServiceLevels", {}) };
    default:
      return { tab: "trends", trends: await api.call("listTrends", { query }) };
  }
}

function tabOf(address: Address): string {
  return openTab(address.search.get("tab"), TABS);
}

function Analytics({ data }: ViewProps<AnalyticsData>): JSX.Element {
  return (
    <>
      <Tabs name="tab" label="analytics" tabs={TABS} />
      <Opened data={data} />
    </>
  );
}

function Opened({ data }: { data: AnalyticsData }): JSX.Element {
  switch (data.tab) {
    case "trends":
      return <Trends list={data.trends} />;
    case "forecasts":
      return <Forecasts list={data.forecasts} />;
    case "anomalies":
      return <Anomalies list={data.anomalies} />;
    case "comparison":
      return <ComparisonView comparison={data.comparison} />;
    case "objectives":
      return <ServiceLevels list={data.objectives} />;
  }
}
