import type { CacheActResult, CacheNamespace } from "@streamgate/contract";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Act } from "../../components/act.tsx";
import { invalidationOf, outcomeSentence, warmingOf } from "./cache-requests.ts";

/** What can be done with a cache: make it forget, or load before anybody asks. */
export function CacheActs({
  namespaces,
  chosen,
}: {
  namespaces: readonly CacheNamespace[];
  chosen: string | null;
}): JSX.Element {
  const [outcome, setOutcome] = useState<CacheActResult | undefined>(undefined);
  const tell = (result: CacheActResult): string => {
    setOutcome(result);
    return outcomeSentence(result);
  };
  const fields = <Where namespaces={namespaces} chosen={chosen} />;
  return (
    <section class="acts" aria-label="what can be done with the cache">
      <Act
        label="Invalidate…"
        question="What is to be forgotten?"
        kind="danger"
        run={async (api, form) =>
          tell(await api.call("invalidateCache", { body: invalidationOf(form) }))
        }
      >
        <p>
          Every process of the service forgets it at once; the next requests load it anew. It cannot
          be undone.
        </p>
        {fields}
        <label class="field">
          Tags, with commas between
          <input name="tags" autocomplete="off" placeholder="user:42, content" />
        </label>
        <label class="field">
          Keys, one a line; with neither tags nor keys the whole namespace goes
          <textarea name="keys" rows={2} spellcheck={false} />
        </label>
      </Act>
      <Act
        label="Warm…"
        question="What is to be loaded?"
        run={async (api, form) => tell(await api.call("warmCache", { body: warmingOf(form) }))}
      >
        <p>The service loads the values now, so that the first requests for them hit.</p>
        {fields}
        <label class="field">
          Keys, one a line; the most popular ones where there are none
          <textarea name="keys" rows={3} spellcheck={false} />
        </label>
      </Act>
      {outcome === undefined ? null : <Outcome outcome={outcome} />}
    </section>
  );
}

function Where({
  namespaces,
  chosen,
}: {
  namespaces: readonly CacheNamespace[];
  chosen: string | null;
}): JSX.Element {
  return (
    <label class="field">
      Service and namespace
      <select name="where" required>
        {namespaces.map(({ service, namespace }) => (
          <option
            key={`${service} ${namespace}`}
            value={JSON.stringify([service, namespace])}
            selected={namespace === chosen}
          >
            {service} · {namespace}
          </option>
        ))}
      </select>
    </label>
  );
}

function Outcome({ outcome }: { outcome: CacheActResult }): JSX.Element {
  const isDone = outcome.instances.every((instance) => instance.isDone);
  return (
    <div class={`notice ${isDone ? "is-good" : "is-warning"}`} role="status">
      <p>{outcomeSentence(outcome)}</p>
      <ul class="plain">
        {outcome.instances.map((line) => (
          <li key={line.instance}>
            {line.isDone ? "✓" : "✗"} {line.instance}: {line.detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
