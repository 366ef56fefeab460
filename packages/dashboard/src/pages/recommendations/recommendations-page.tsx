import type {
  RecommendationPage,
  RecommendationState,
  RecommendationsQuery,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { pick } from "../../app/address.ts";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { Choice, SearchField } from "../../components/filters.tsx";
import { RecommendationTable } from "../../components/recommendation-table.tsx";
import { Empty } from "../../components/states.tsx";

/** What most people look for: what still wants something done, what stands, and what is over. */
const GROUPS = [
  { value: "open", label: "Open" },
  { value: "applied,verified,no change,harmful,inconclusive", label: "Applied" },
  { value: "reverted,dismissed", label: "Over" },
  { value: "all", label: "All" },
] as const;
const AREAS = [
  "query",
  "plan",
  "index",
  "cache",
  "memory",
  "handle",
  "cpu",
  "gc",
  "loop",
  "pool",
  "http",
  "slo",
] as const;
const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
const SORTS = ["saved", "severity", "age", "state"] as const;
const PAGE_ROWS = 100;

export const page: PageModule<RecommendationPage> = {
  topics: ["recommendations", "jobs"],
  hasRange: false,
  load: ({ api, address }) => api.call("listRecommendations", { query: queryOf(address.search) }),
  title: ({ states }) => {
    const open = openOf(states);
    return open === 0 ? "Recommendations" : `Recommendations: ${open} open`;
  },
  View: Recommendations,
};

/** What an address asks for, as the operation takes it; a word that means nothing there is left out. */
export function queryOf(search: URLSearchParams): RecommendationsQuery {
  const group = search.get("state") ?? "open";
  const severity = SEVERITIES.find((word) => word === search.get("severity"));
  const sort = SORTS.find((word) => word === search.get("sort"));
  return {
    limit: PAGE_ROWS,
    ...pick({ path: "", parameters: {}, search }, ["kind", "target", "search", "after"]),
    ...(group === "all" ? {} : { state: group }),
    ...(severity === undefined ? {} : { severity }),
    ...(sort === undefined ? {} : { sort }),
  };
}

function Recommendations({ data, address }: ViewProps<RecommendationPage>): JSX.Element {
  const isFiltered = ["kind", "severity", "target", "search"].some((name) =>
    address.search.has(name),
  );
  return (
    <>
      <div class="filters">
        <Choice name="state" label="State" options={GROUPS} standard="open" />
        <Choice
          name="kind"
          label="Area"
          options={AREAS.map((value) => ({ value, label: value }))}
          none="every area"
        />
        <Choice
          name="severity"
          label="At least"
          options={SEVERITIES.map((value) => ({ value, label: value }))}
          none="any severity"
        />
        <SearchField name="search" label="Search recommendations" />
      </div>
      <RecommendationTable
        caption="recommendations, those that save most first"
        rows={data.items}
        next={data.next}
        empty={
          isFiltered ? (
            <Empty title="None fits the filter">Take a part of the filter out.</Empty>
          ) : (
            <NothingToDo states={data.states} />
          )
        }
      />
      {data.items.length === 0 ? null : <p class="muted small">{data.total} in all.</p>}
    </>
  );
}

function NothingToDo({ states }: { states: RecommendationPage["states"] }): JSX.Element {
  const known = Object.values(states).reduce((sum, count) => sum + count, 0);
  return known === 0 ? (
    <Empty title="Nothing was found yet">
      StreamGate looks at each database by its schedule, and at watched processes all the time. To
      look at a database now, open <a href="/status">Status</a>.
    </Empty>
  ) : (
    <Empty title="Nothing is left to do">
      All {known} that were found are applied, dismissed or gone.
    </Empty>
  );
}

const UNDECIDED: readonly RecommendationState[] = ["found", "proven", "not proven"];

function openOf(states: RecommendationPage["states"]): number {
  return UNDECIDED.reduce((sum, state) => sum + (states[state] ?? 0), 0);
}
