import type { Problem } from "@streamgate/contract";
import type { ComponentChildren, JSX } from "preact";
import { useShell } from "../app/shell-context.tsx";
import { TimeText } from "./time-text.tsx";

/** Says that there is nothing to show, and why, and what would change that. */
export function Empty({
  title,
  children,
}: {
  title: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children === undefined ? null : <div class="muted">{children}</div>}
    </div>
  );
}

/** Stands where something is being read: lines of about its height. */
export function Skeleton({ lines = 4 }: { lines?: number }): JSX.Element {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton-line" />
      ))}
    </div>
  );
}

/** What went wrong: what was tried, what to do about it, and a way to try again. */
export function ProblemState({ problem }: { problem: Problem }): JSX.Element {
  const { address, reload } = useShell();
  const href = address.search.size === 0 ? address.path : `${address.path}?${address.search}`;
  return (
    <div class="state is-problem" role="alert">
      <p class="state-title">{problem.title}</p>
      <p>{problem.detail}</p>
      <p class="muted">To do: {problem.remedy}.</p>
      <p>
        <a
          class="button"
          href={href}
          onClick={(event) => {
            event.preventDefault();
            void reload();
          }}
        >
          Try again
        </a>
      </p>
      <p class="small muted">
        {problem.code}
        {problem.requestId === "" ? null : (
          <>
            {" "}
            · request <code>{problem.requestId}</code>
          </>
        )}
      </p>
    </div>
  );
}

/** Says that the latest reading failed, and of when that is what is still shown. */
export function StaleNotice({ problem }: { problem: Problem }): JSX.Element {
  const { nowMs, reload } = useShell();
  return (
    <div class="notice is-problem stale-notice" role="status">
      <strong>{problem.title}.</strong> What is shown is as of <TimeText at={nowMs} form="clock" />.{" "}
      <button type="button" class="quiet" onClick={() => void reload()}>
        Try again
      </button>
    </div>
  );
}
