import type { IncidentView } from "@streamgate/contract";
import type { JSX } from "preact";
import { Act } from "../../components/act.tsx";
import { fieldText } from "../../components/field-text.ts";

/** What is to be done so that it does not happen again. */
export function ActionItems({ view: { incident, actions } }: { view: IncidentView }): JSX.Element {
  return (
    <section aria-labelledby="actions">
      <div class="section-head">
        <h2 id="actions">So that it does not happen again</h2>
        <Act
          label="Add"
          question="What is to be done?"
          run={async (api, fields) => {
            const owner = fieldText(fields, "owner").trim();
            await api.call("addIncidentAction", {
              parameters: { id: incident.id },
              body: {
                summary: fieldText(fields, "summary"),
                ...(owner === "" ? {} : { owner }),
              },
            });
            return "Added";
          }}
        >
          <label class="field">
            What
            <input name="summary" required maxLength={1_000} autocomplete="off" />
          </label>
          <label class="field">
            Who
            <input name="owner" maxLength={200} autocomplete="off" />
          </label>
        </Act>
      </div>
      {actions.length === 0 ? (
        <p class="muted">Nothing yet.</p>
      ) : (
        <ul class="plain events">
          {actions.map(({ id, summary, owner, isDone }) => (
            <li key={id}>
              <span class={isDone ? "tag is-good" : "tag"}>{isDone ? "done" : "to do"}</span>
              <span>
                {summary}
                {owner === "" ? null : <span class="muted"> {owner}</span>}
              </span>
              {isDone ? null : (
                <Act
                  label="Done"
                  question={`Done: ${summary}?`}
                  run={async (api) => {
                    await api.call("completeIncidentAction", {
                      parameters: { id: incident.id, action: id },
                    });
                    return "Done";
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
