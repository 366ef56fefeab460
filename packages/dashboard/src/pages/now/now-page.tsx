import type { NowView } from "@streamgate/contract";
import type { JSX } from "preact";
import { scopeOf } from "../../app/address.ts";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { DataAge } from "../../components/data-age.tsx";
import { unlessSame } from "../../components/unless-same.tsx";
import { BestActions } from "./best-actions.tsx";
import { NowFigureCard } from "./now-figure.tsx";
import { OpenIncidents } from "./open-incidents.tsx";
import { RunningJob } from "./running-job.tsx";
import { ServiceChoice } from "./service-choice.tsx";
import { withTick } from "./tick.ts";
import { VerdictLine } from "./verdict-line.tsx";

export const page: PageModule<NowView> = {
  topics: ["now", "alerts", "incidents", "recommendations", "jobs", "sources"],
  hasOwnHeading: true,
  load: ({ api, address }) => api.call("getNow", { query: scopeOf(address) }),
  title: ({ verdict }) => TITLES[verdict.state],
  View: Now,
  onTick: withTick,
};

const TITLES: Readonly<Record<NowView["verdict"]["state"], string>> = {
  well: "Well",
  degraded: "Degraded",
  broken: "Broken",
  unknown: "Not known",
};

/** What whoever opens the dashboard sees first: how it is, why, and what to do. */
function Now({ data, address }: ViewProps<NowView>): JSX.Element {
  const { services, sources, actions, incidents, job } = data;
  return (
    <div class="now">
      <ServiceChoice services={services} address={address} />
      <VerdictLine verdict={data.verdict} address={address} />
      <DataAge sources={sources} />
      <section class="now-figures" aria-label="Figures">
        {data.figures.map((figure) => (
          <NowFigureCard key={figure.id} shown={figure} markers={data.markers} />
        ))}
      </section>
      <Below actions={actions} incidents={incidents} job={job} address={address} />
    </div>
  );
}

/** A tick changes figures and nothing else: this is not looked at again. */
const Below = unlessSame(
  ({
    actions,
    incidents,
    job,
    address,
  }: Pick<NowView, "actions" | "incidents" | "job"> & Pick<ViewProps<NowView>, "address">) => (
    <div class="columns">
      <BestActions actions={actions} address={address} />
      <div class="stack">
        <OpenIncidents incidents={incidents} address={address} />
        <RunningJob job={job} address={address} />
      </div>
    </div>
  ),
);
