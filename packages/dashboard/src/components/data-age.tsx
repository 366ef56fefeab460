import type { SourceHealth } from "@streamgate/contract";
import type { JSX } from "preact";
import { formatAge } from "../format/instant.ts";

/** Says of which sources what is shown is older than it should be; nothing where all are fresh. */
export function DataAge({ sources }: { sources: readonly SourceHealth[] }): JSX.Element | null {
  const stale = sources.filter(({ state }) => state !== "fresh");
  if (stale.length === 0) return null;
  return (
    <aside class="notice is-warning" aria-label="age of the data">
      <ul class="plain">
        {stale.map((source) => (
          <li key={source.id}>
            <strong>{source.name}</strong> ({source.kind}) {ageText(source)}
            {source.problem === null ? null : <span class="muted">: {source.problem}</span>}
          </li>
        ))}
      </ul>
    </aside>
  );
}

function ageText({ state, ageMs }: SourceHealth): string {
  if (ageMs === null) return state === "waiting" ? "has not been read yet" : "was never read";
  const age = `what is shown is ${formatAge(ageMs)} old`;
  return state === "lost" ? `does not answer; ${age}` : age;
}
