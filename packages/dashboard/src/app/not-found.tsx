import type { Problem } from "@streamgate/contract";
import type { JSX } from "preact";

/** There is no such page, or nothing of that name. */
export function NotFound({ path, problem }: { path: string; problem?: Problem }): JSX.Element {
  return (
    <div class="state">
      <h1>{problem?.title ?? "There is no such page"}</h1>
      <p>
        {problem?.detail ?? (
          <>
            Nothing is at <code>{path}</code>. The address may be mistyped, or what it named is
            gone.
          </>
        )}
      </p>
      <p>
        <a href="/">See how the service is now</a>
      </p>
    </div>
  );
}
