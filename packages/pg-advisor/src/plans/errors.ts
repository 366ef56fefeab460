import { StreamGateError } from "@streamgate/core";

/** What should have been the output of EXPLAIN holds no plan that can be read. */
export function planUnreadable(
  cause?: unknown,
  happened: string = "there is no plan in it",
  remedy: string = "give what EXPLAIN or auto_explain wrote, as text or JSON, from its first line on",
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_UNREADABLE",
    tried: "read a plan",
    happened,
    remedy,
    cause,
  });
}

/** A plan ends before its last node. */
export function planTruncated(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_TRUNCATED",
    tried: "read a plan",
    happened: `its end is missing: ${happened}`,
    remedy: "give the whole plan; terminals and logs may cut long ones (psql: \\pset pager off)",
  });
}

/** A text is longer than any plan. */
export function planTooLong(characters: number, most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_TOO_LONG",
    tried: "read a plan",
    happened: `the text has ${characters} characters, and no more than ${most} are read at once`,
    remedy: "give the part with the plan, such as one hour of the log",
  });
}
