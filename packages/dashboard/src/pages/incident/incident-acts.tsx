import type { IncidentSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { Act } from "../../components/act.tsx";
import { fieldText } from "../../components/field-text.ts";

/** What people do with an incident; each is written into its timeline with who did it. */
export function IncidentActs({
  incident: { id, status },
}: {
  incident: IncidentSummary;
}): JSX.Element {
  const parameters = { id };
  return (
    <div class="row">
      {status === "open" ? (
        <Act
          label="Acknowledge"
          question="Take care of it?"
          kind="primary"
          run={async (api) => {
            await api.call("acknowledgeIncident", { parameters });
            return "You take care of it; nobody further is told";
          }}
        >
          <p>Nobody further is told while you take care of it.</p>
        </Act>
      ) : null}
      {status === "acknowledged" ? (
        <Act
          label="Give it back"
          question="Give it back?"
          run={async (api) => {
            await api.call("unacknowledgeIncident", { parameters });
            return "Those on call are told anew";
          }}
        >
          <p>Those on call are told from the beginning.</p>
        </Act>
      ) : null}
      {status === "resolved" ? null : (
        <Act
          label="Resolve"
          question="Is it over?"
          run={async (api) => {
            await api.call("resolveIncident", { parameters });
            return "It is resolved";
          }}
        >
          <p>Alerts that still fire stay as they are; one that begins anew makes a new incident.</p>
        </Act>
      )}
      <Act
        label="Note"
        question="Write into the timeline"
        run={async (api, fields) => {
          await api.call("addIncidentNote", {
            parameters,
            body: { text: fieldText(fields, "text") },
          });
          return "Written into the timeline";
        }}
      >
        <label class="field">
          What you saw or did
          <textarea name="text" rows={4} required maxLength={10_000} />
        </label>
      </Act>
      <a
        class="button"
        href={`/api/v1/incidents/${encodeURIComponent(id)}/post-mortem`}
        download={`incident-${id}.json`}
        data-native
      >
        Post-mortem
      </a>
    </div>
  );
}
