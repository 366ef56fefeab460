import { messageOf, StreamGateError } from "@streamgate/core";

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

/** The watched server refused a question that was put to it beside HypoPG. */
export function hypopgRefused(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_HYPOPG_REFUSED",
    tried: "plan a statement with HypoPG on the watched server",
    happened: messageOf(cause),
    remedy:
      "let the role read the statement's tables and execute the functions of the extension hypopg, or leave the statement to be declined",
    cause,
  });
}

/** A plan needs an existing index that was to be imagined away. */
export function existingNotHidden(index: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_HYPOPG_INDEX_NEEDED",
    tried: `plan a statement without the existing index ${index}`,
    happened: "its plan on the watched server reads that index, which is not made to vanish there",
    remedy: "keep the index, or try the statement without it in a lab",
  });
}

/** The watched server was asked for as many plans as were allowed. */
export function hypopgExhausted(plansAtMost: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_HYPOPG_EXHAUSTED",
    tried: "plan a statement with HypoPG on the watched server",
    happened: `it was asked for ${plansAtMost} plans already`,
    remedy:
      "advise on fewer statements at once; the watched server is not to be kept busy by advice",
  });
}

/** Neither the twin nor HypoPG on the watched server can plan a statement; the twin's reason names what it lacks. */
export function nowherePlanned(ofTwin: unknown, ofHypopg: unknown): StreamGateError {
  const happened = [ofTwin, ofHypopg].map(messageOf).join("; ");
  return new StreamGateError({
    code: "SG_PG_NOWHERE_PLANNED",
    tried: "plan a statement on the twin, and with HypoPG on the watched server",
    happened,
    remedy: "check that the statement's tables exist and that the role may read them",
    cause: ofTwin,
  });
}
