import type {
  IndexCaseList,
  IndexChangeList,
  IndexPage,
  MissingIndexList,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith, pick } from "../../app/address.ts";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { DataAge } from "../../components/data-age.tsx";
import { SearchField } from "../../components/filters.tsx";
import { RecommendationList } from "../../components/recommendation-list.tsx";
import { Empty } from "../../components/states.tsx";
import { openTab, type Tab, Tabs } from "../../components/tabs.tsx";
import { CaseList } from "./case-list.tsx";
import { ChangeList } from "./change-list.tsx";
import { FIRST_ROWS, IndexTable } from "./index-table.tsx";
import { changesQuery, indexesQuery } from "./indexes-query.ts";
import "./indexes.css";

/** The API gives cases in one piece: all that it will give. */
const MOST_CASES = 500;
const MOST_CHANGES = 30;

const TABS: readonly Tab[] = [
  { value: "all", label: "All" },
  { value: "missing", label: "Missing" },
  { value: "unused", label: "Unused" },
  { value: "duplicate", label: "Duplicate" },
  { value: "fragmented", label: "Fragmented" },
  { value: "changed", label: "Changed" },
];

export type IndexesData =
  | { readonly tab: "all"; readonly list: IndexPage }
  | { readonly tab: "missing"; readonly list: MissingIndexList }
  | { readonly tab: "changed"; readonly list: IndexChangeList }
  | { readonly tab: "unused" | "duplicate" | "fragmented"; readonly list: IndexCaseList };

export const page: PageModule<IndexesData> = {
  topics: ["sources", "recommendations"],
  hasRange: false,
  load: async ({ api, address }) => {
    const query = indexesQuery(address, MOST_CASES);
    switch (openTab(address.search.get("tab"), TABS)) {
      case "missing":
        return { tab: "missing", list: await api.call("listMissingIndexes", { query }) };
      case "unused":
        return { tab: "unused", list: await api.call("listUnusedIndexes", { query }) };
      case "duplicate":
        return { tab: "duplicate", list: await api.call("listDuplicateIndexes", { query }) };
      case "fragmented":
        return { tab: "fragmented", list: await api.call("listFragmentedIndexes", { query }) };
      case "changed":
        return {
          tab: "changed",
          list: await api.call("listIndexChanges", { query: changesQuery(address, MOST_CHANGES) }),
        };
      default:
        return {
          tab: "all",
          list: await api.call("listIndexes", { query: indexesQuery(address, FIRST_ROWS) }),
        };
    }
  },
  title: () => "Indexes",
  View: Indexes,
};

function Indexes({ data, address }: ViewProps<IndexesData>): JSX.Element {
  return (
    <>
      <DataAge sources={data.list.sources} />
      <Tabs name="tab" tabs={TABS} label="views of the indexes" />
      <div class="filters">
        <SearchField name="search" label="Search indexes" />
        <a class="button" href={hrefTo("/indexes/what-if", address, pick(address, ["database"]))}>
          What if …?
        </a>
        {address.search.has("table") ? (
          <a href={hrefWith(address, { table: null, after: null })}>
            Only {address.search.get("table")}: show all tables
          </a>
        ) : null}
      </div>
      <Body data={data} address={address} />
    </>
  );
}

function Body({ data, address }: ViewProps<IndexesData>): JSX.Element {
  if (data.tab === "all") return <IndexTable list={data.list} address={address} />;
  if (data.tab === "changed") return <ChangeList list={data.list} />;
  if (data.tab !== "missing") return <CaseList tab={data.tab} list={data.list} />;
  if (data.list.items.length === 0)
    return (
      <Empty title="No index is missed">
        <p>
          None was found that makes the workload faster by more than it costs. Try one by hand with{" "}
          <a href={hrefTo("/indexes/what-if", address)}>What if …?</a>
        </p>
      </Empty>
    );
  return <RecommendationList items={data.list.items} />;
}
