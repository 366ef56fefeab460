import { formatDuration, messageOf, StreamGateError } from "@streamgate/core";
import { type ApplyRun, DeadlinePassed } from "./apply-run.ts";
import { applyFailed } from "./errors.ts";
import type { PlannedStep } from "./planned-step.ts";
import { type PostgresProblem, problemOf } from "./postgres-problem.ts";

interface Explained {
  readonly code: string;
  readonly happened: string;
  readonly remedy: string;
}

/**
 * The error that a person gets: what was tried, what happened, and what is left to do.
 *
 * @param leftovers SQL that would take back what still stands
 */
export function failureOf(
  run: ApplyRun,
  step: PlannedStep,
  thrown: unknown,
  leftovers: readonly string[],
): StreamGateError {
  if (thrown instanceof StreamGateError) {
    const { code, tried, happened, remedy } = thrown;
    return leftovers.length === 0
      ? thrown
      : applyFailed({ code, tried, happened, remedy, leftovers, cause: thrown });
  }
  const { signal } = run.context;
  const explained = signal.aborted
    ? explainStop(run, signal.reason)
    : explainProblem(run, problemOf(thrown), thrown);
  return applyFailed({ ...explained, tried: `run ${step.sql}`, leftovers, cause: thrown });
}

function explainStop(run: ApplyRun, reason: unknown): Explained {
  if (reason instanceof DeadlinePassed) {
    return {
      code: "SG_PG_APPLY_DEADLINE",
      happened: `it had not ended after ${formatDuration(run.options.deadlineMs)}${blockersOf(run)}`,
      remedy: "try again at a quieter hour, or allow more time",
    };
  }
  return {
    code: "SG_PG_APPLY_ABORTED",
    happened: "it was stopped",
    remedy: "run it again when it suits; nothing else is needed",
  };
}

function explainProblem(run: ApplyRun, problem: PostgresProblem, thrown: unknown): Explained {
  const said = messageOf(thrown);
  switch (problem) {
    case "lock timeout":
      return {
        code: "SG_PG_APPLY_LOCKED",
        happened: `another transaction kept its lock through ${run.options.attempts} tries${blockersOf(run)}`,
        remedy: "end that transaction, or try again at a quieter hour",
      };
    case "deadlock":
      return {
        code: "SG_PG_APPLY_DEADLOCK",
        happened: `it and another transaction waited for each other, ${run.options.attempts} times`,
        remedy: "try again while no other schema change runs",
      };
    case "not unique":
      return {
        code: "SG_PG_APPLY_NOT_UNIQUE",
        happened: `${said}${detailOf(thrown)}`,
        remedy: "remove the duplicates, or make the index without UNIQUE",
      };
    case "disk full":
      return {
        code: "SG_PG_APPLY_DISK_FULL",
        happened: said,
        remedy: "free space where the server keeps its data or its temporary files",
      };
    case "connection lost":
      return {
        code: "SG_PG_APPLY_CONNECTION_LOST",
        happened: said,
        remedy: "see in the server's log why it ended the connection, then run it again",
      };
    case "not allowed":
      return {
        code: "SG_PG_APPLY_NOT_ALLOWED",
        happened: said,
        remedy: "run it as the owner of the table",
      };
    case "read-only":
      return {
        code: "SG_PG_READ_ONLY",
        happened: said,
        remedy: "connect to the primary server",
      };
    case "cancelled":
      return {
        code: "SG_PG_APPLY_CANCELLED",
        happened: `somebody cancelled it on the server (${said})`,
        remedy: "find out who, then run it again",
      };
    case "refused":
      return {
        code: "SG_PG_APPLY_REFUSED",
        happened: `${said}${detailOf(thrown)}`,
        remedy: "mend what the server names, then run it again",
      };
  }
}

function blockersOf(run: ApplyRun): string {
  return run.blockers === "" ? "" : ` (last seen: ${run.blockers})`;
}

function detailOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("detail" in thrown)) return "";
  return typeof thrown.detail === "string" ? ` (${thrown.detail})` : "";
}
