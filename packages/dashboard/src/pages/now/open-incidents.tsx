import type { IncidentSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { TimeText } from "../../components/time-text.tsx";

/** What is wrong, or was until a moment ago, and who has taken it on. */
export function OpenIncidents({
  incidents,
  address,
}: {
  incidents: readonly IncidentSummary[];
  address: Address;
}): JSX.Element {
  return (
    <section aria-labelledby="open-incidents">
      <div class="section-head">
        <h2 id="open-incidents">Open incidents</h2>
        <a class="small" href={hrefTo("/incidents", address)}>
          All incidents
        </a>
      </div>
      {incidents.length === 0 ? (
        <p class="muted">None is open.</p>
      ) : (
        <ul class="lines">
          {incidents.slice(0, 5).map((incident) => (
            <li key={incident.id}>
              <a href={hrefTo(incident.href, address)}>{incident.title}</a>
              <p class="line-foot">
                <span class={`tag ${incident.status === "open" ? "is-bad" : ""}`}>
                  {incident.status}
                </span>{" "}
                <span>{incident.severity}</span>
                {incident.acknowledgedBy === null ? null : (
                  <span>by {incident.acknowledgedBy}</span>
                )}
                <span class="line-end">
                  <span class="muted">began</span> <TimeText at={incident.startedAt} />
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
