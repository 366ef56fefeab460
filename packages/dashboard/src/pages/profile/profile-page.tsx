import type { FlameNode, ProfileView } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { SearchField } from "../../components/filters.tsx";
import { Empty } from "../../components/states.tsx";
import { openTab, type Tab, Tabs } from "../../components/tabs.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatPercent, formatQuantity } from "../../format/quantity.ts";
import { FlameGraph } from "./flame-graph.tsx";
import { layoutFlame } from "./flame-layout.ts";
import { matchedShare } from "./flame-search.ts";
import { FunctionTable } from "./function-table.tsx";
import { readProfile } from "./read-profile.ts";
import "./profile.css";

const TABS: readonly Tab[] = [
  { value: "flame", label: "Flame graph" },
  { value: "functions", label: "As a table" },
];

export const page: PageModule<ProfileView> = {
  topics: [],
  hasRange: false,
  load: ({ api, address }) => readProfile(api, address.parameters.id ?? ""),
  title: ({ profile: { kind, instance } }) =>
    `${kind === "cpu" ? "CPU" : "Heap"} profile of ${instance}`,
  parent: () => ({ label: "Resources", path: "/resources" }),
  View: Profile,
};

function Profile({ data, address }: ViewProps<ProfileView>): JSX.Element {
  const { profile, root } = data;
  return (
    <>
      <p class="muted">
        {profile.service} · {profile.instance}, <TimeText at={profile.startedAt} form="clock" />,
        over {formatQuantity(profile.durationMs, "ms")}, taken by {profile.takenBy}
      </p>
      {root === null ? (
        <NoTree data={data} address={address} />
      ) : (
        <Tree root={root} unit={data.unit} address={address} />
      )}
    </>
  );
}

function Tree({
  root,
  unit,
  address,
}: {
  root: FlameNode;
  unit: ProfileView["unit"];
  address: Address;
}): JSX.Element {
  const search = address.search.get("search") ?? "";
  const isTable = openTab(address.search.get("view"), TABS) === "functions";
  const layout = layoutFlame(root, address.search.get("root") ?? "");
  return (
    <>
      <Tabs name="view" tabs={TABS} label="views of the profile" />
      <div class="filters">
        <SearchField name="search" label="Search functions" />
        {search === "" ? null : (
          <span role="status">
            {formatPercent(matchedShare(root, search))} % of the profile passes through “{search}”
          </span>
        )}
        {layout.focus === root || isTable ? null : (
          <a class="button" href={hrefWith(address, { root: null })}>
            Show the whole profile
          </a>
        )}
      </div>
      {isTable ? (
        <FunctionTable root={root} unit={unit} search={search} />
      ) : (
        <FlameGraph layout={layout} whole={root.total} unit={unit} search={search} />
      )}
    </>
  );
}

function NoTree({ data: { profile }, address }: ViewProps<ProfileView>): JSX.Element {
  if (profile.state === "running")
    return (
      <Empty title="The profile is being taken">
        <p>Load this page again when it has run for {formatQuantity(profile.durationMs, "ms")}.</p>
      </Empty>
    );
  return (
    <Empty title="There is no profile to show">
      <p>
        {profile.problem ?? "The process gave none."} Take another one from{" "}
        <a href={hrefTo("/resources", address)}>Resources</a>.
      </p>
    </Empty>
  );
}
