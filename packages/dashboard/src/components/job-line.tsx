import type { Job } from "@streamgate/contract";
import type { JSX } from "preact";
import { TimeText } from "./time-text.tsx";

const ACTIVITIES: Readonly<Record<Job["kind"], string>> = {
  observe: "Looking",
  prove: "Proving",
  apply: "Applying",
  verify: "Verifying",
  revert: "Taking back",
};

/** What StreamGate does or did, in one line: how far it is, or what came of it. */
export function JobLine({ job }: { job: Job }): JSX.Element {
  const { kind, target, state, activity, progress, problem, outcome, requestedBy, requestedAt } =
    job;
  const isOver = state === "done" || state === "failed" || state === "interrupted";
  return (
    <div class="row" role={isOver ? undefined : "status"}>
      <span>
        <strong>{ACTIVITIES[kind]}</strong> on {target}
        {isOver ? (
          <>: {problem ?? outcome ?? state}</>
        ) : (
          <>: {state === "waiting" ? "waits for its turn" : activity}</>
        )}
      </span>
      {isOver || progress === null ? null : (
        <progress max={1} value={progress} aria-label={activity} />
      )}
      <span class="muted small">
        asked by {requestedBy}, <TimeText at={requestedAt} />
      </span>
    </div>
  );
}
