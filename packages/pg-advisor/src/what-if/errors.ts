import { StreamGateError } from "@streamgate/core";

/** A what-if was asked for a text that may not be sent. */
export function statementRefused(reason: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENT_REFUSED",
    tried: "plan a statement without running it",
    happened: reason,
    remedy: "give one SELECT, INSERT, UPDATE, DELETE or MERGE, without EXPLAIN before it",
    cause,
  });
}

/** The planner refused a statement; `sqlState` is its own code for why. */
export function statementNotPlanned(happened: string, sqlState: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENT_NOT_PLANNED",
    tried: "plan a statement",
    happened: `${happened} (SQLSTATE ${sqlState})`,
    remedy: "check that its tables exist and that each $n has a value of its type",
  });
}

/** A configuration or a question names a candidate that the twin does not have. */
export function candidateUnknown(id: string, reason?: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_CANDIDATE_UNKNOWN",
    tried: `use the candidate index ${id}`,
    happened: reason ?? "it was not defined",
    remedy: "define it first, and leave out candidates that could not be made",
  });
}

/** The twin was used after its end. */
export function twinClosed(): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_TWIN_CLOSED",
    tried: "plan a statement on the twin",
    happened: "the twin was closed",
    remedy: "make a new one from the snapshot",
  });
}
