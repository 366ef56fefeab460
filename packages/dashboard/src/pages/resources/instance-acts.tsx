import type { InstanceRequest } from "@streamgate/contract";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Act } from "../../components/act.tsx";
import { collectionSentence, profileRequestOf } from "./instance-requests.ts";

/** What can be done with one watched process: take a profile of it, or make it collect its garbage. */
export function InstanceActs({ service, instance }: InstanceRequest): JSX.Element {
  const [outcome, setOutcome] = useState("");
  const tell = (text: string): string => {
    setOutcome(text);
    return text;
  };
  return (
    <section class="acts" aria-label={`what can be done with ${instance}`}>
      <Act
        label="Take a profile…"
        question={`Take a profile of ${instance}?`}
        kind="primary"
        run={async (api, form) => {
          const body = profileRequestOf(form, { service, instance });
          const { durationMs } = await api.call("takeProfile", { body });
          return tell(
            `The profile runs for ${Math.round(durationMs / 1_000) || body.seconds} s and then stands in the list below.`,
          );
        }}
      >
        <p>
          The process goes on working; sampling costs it a few hundredths of a core while it lasts.
        </p>
        <label class="field">
          Of what
          <select name="kind">
            <option value="cpu">CPU: where the time goes</option>
            <option value="heap">Heap: who allocates</option>
          </select>
        </label>
        <label class="field">
          Seconds (1 to 60)
          <input type="number" name="seconds" min={1} max={60} value={10} required />
        </label>
      </Act>
      <Act
        label="Force GC…"
        question={`Make ${instance} collect its garbage now?`}
        run={async (api) =>
          tell(
            collectionSentence(await api.call("forceCollection", { body: { service, instance } })),
          )
        }
      >
        <p>
          The process answers nothing while it collects: about a second for each gigabyte of its
          heap. What is left afterwards is really held.
        </p>
      </Act>
      {outcome === "" ? null : (
        <p class="notice is-good" role="status">
          {outcome}
        </p>
      )}
    </section>
  );
}
