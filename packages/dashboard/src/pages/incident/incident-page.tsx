import type { IncidentView } from "@streamgate/contract";
import type { JSX } from "preact";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { AlertTable } from "../../components/alert-table.tsx";
import { IncidentMark, SeverityMark } from "../../components/marks.tsx";
import { Empty } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { ActionItems } from "./action-items.tsx";
import { IncidentActs } from "./incident-acts.tsx";
import "./incident.css";

export const page: PageModule<IncidentView> = {
  topics: ["incidents", "alerts"],
  refreshMs: 5_000,
  hasRange: false,
  load: ({ api, address }) =>
    api.call("getIncident", { parameters: { id: address.parameters.id ?? "" } }),
  title: ({ incident }) => incident.title,
  parent: () => ({ label: "Incidents", path: "/incidents" }),
  View: Incident,
};

function Incident({ data }: ViewProps<IncidentView>): JSX.Element {
  const { incident } = data;
  return (
    <div class="stack">
      <section class="row is-apart" aria-label="where it stands">
        <p class="row">
          <IncidentMark status={incident.status} />
          <SeverityMark severity={incident.severity} />
          {incident.service === "" ? null : <span>{incident.service}</span>}
          <span class="muted">
            since <TimeText at={incident.startedAt} form="clock" />
          </span>
          {incident.acknowledgedBy === null ? null : (
            <span>{incident.acknowledgedBy} takes care of it</span>
          )}
          {incident.quietSince === null || incident.resolvedAt !== null ? null : (
            <span class="muted">
              quiet since <TimeText at={incident.quietSince} form="clock" />
            </span>
          )}
        </p>
        <IncidentActs incident={incident} />
      </section>
      <section aria-labelledby="causes">
        <h2 id="causes">What may have caused it</h2>
        <Causes causes={data.causes} />
      </section>
      <section aria-labelledby="alerts">
        <h2 id="alerts">Alerts</h2>
        <AlertTable
          caption="alerts of this incident"
          rows={data.alerts}
          empty={<Empty title="Its alerts are no longer known" />}
        />
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">What happened</h2>
        <ol class="plain events">
          {data.timeline.map(({ at, kind, summary, author }) => (
            <li key={`${at} ${kind} ${summary}`}>
              <TimeText at={at} form="clock" />
              <span class="tag">{kind}</span>
              <span>
                {summary}
                {author === "" ? null : <span class="muted"> {author}</span>}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <ActionItems view={data} />
    </div>
  );
}

function Causes({ causes }: { causes: IncidentView["causes"] }): JSX.Element {
  if (causes.length === 0)
    return (
      <p class="muted">
        Nothing that is known of was changed or went wrong before it: look at the timeline and at
        the routes.
      </p>
    );
  return (
    <ol class="causes">
      {causes.map(({ id, kind, summary, reason, at }) => (
        <li key={id}>
          <strong>{summary}</strong> <span class="tag">{kind}</span>{" "}
          <span class="muted">
            <TimeText at={at} form="clock" />
          </span>
          <div class="muted small">{reason}</div>
        </li>
      ))}
    </ol>
  );
}
