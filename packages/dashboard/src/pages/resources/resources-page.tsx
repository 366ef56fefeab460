import type { ResourceQuery, ResourcesView } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, pick, scopeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { ChartGrid } from "../../components/chart-grid.tsx";
import { FigureGrid } from "../../components/figure-grid.tsx";
import { Choice } from "../../components/filters.tsx";
import { Section } from "../../components/section.tsx";
import { Empty } from "../../components/states.tsx";
import { FindingList } from "./finding-list.tsx";
import { InstanceActs } from "./instance-acts.tsx";
import { InstanceTable } from "./instance-table.tsx";
import { ProfileTable } from "./profile-table.tsx";
import { capitalised } from "./shown-figures.ts";
import "./resources.css";

export const page: PageModule<ResourcesView> = {
  topics: ["sources"],
  load: ({ api, address }) => {
    const query: ResourceQuery = { ...scopeOf(address), ...pick(address, ["instance"]) };
    return api.call("getResources", { query });
  },
  title: () => "Resources",
  View: Resources,
};

function Resources({ data, address }: ViewProps<ResourcesView>): JSX.Element {
  const { instances, charts, markers, findings, profiles } = data;
  const wanted = address.search.get("instance");
  const open =
    instances.length === 1 ? instances[0] : instances.find(({ instance }) => instance === wanted);
  return (
    <div class="stack">
      {instances.length > 1 || wanted !== null ? (
        <div class="filters">
          <Choice
            name="instance"
            label="Process"
            none="all"
            options={instances.map(({ service, instance }) => ({
              value: instance,
              label: `${service} · ${instance}`,
            }))}
          />
        </div>
      ) : null}
      {instances.length === 0 ? <NoProcess address={address} /> : null}
      {open === undefined ? (
        <InstanceTable instances={instances} />
      ) : (
        <section aria-label={open.instance}>
          <FigureGrid
            figures={open.figures.map((figure) => ({
              ...figure,
              title: capitalised(figure.title),
            }))}
          />
          <InstanceActs key={open.instance} service={open.service} instance={open.instance} />
        </section>
      )}
      {instances.length === 0 ? null : (
        <>
          <Section title="Findings">
            <FindingList findings={findings} />
          </Section>
          <Section title="Over time">
            <ChartGrid charts={charts} markers={markers} />
          </Section>
        </>
      )}
      <Section title="Profiles" id="profiles">
        <ProfileTable profiles={profiles} />
      </Section>
    </div>
  );
}

function NoProcess({ address }: { address: Address }): JSX.Element {
  return (
    <Empty title="No watched process reported in this stretch of time">
      <p>
        Choose a longer range. If there has never been one: start the agent in the service and name
        its address in StreamGate's configuration; <a href={hrefTo("/status", address)}>Status</a>{" "}
        says which agents answer.
      </p>
    </Empty>
  );
}
