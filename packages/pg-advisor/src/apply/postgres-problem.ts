/** What kind of failure a thrown error is. */
export type PostgresProblem =
  | "lock timeout"
  | "deadlock"
  | "cancelled"
  | "not unique"
  | "disk full"
  | "connection lost"
  | "not allowed"
  | "read-only"
  | "refused";

/** SQLSTATE codes: PostgreSQL manual, appendix A. */
const PROBLEM_OF_CODE: Readonly<Record<string, PostgresProblem>> = {
  "55P03": "lock timeout",
  "40P01": "deadlock",
  "57014": "cancelled",
  "23505": "not unique",
  "53100": "disk full",
  "57P01": "connection lost",
  "57P02": "connection lost",
  "57P03": "connection lost",
  "42501": "not allowed",
  "25006": "read-only",
};

const NETWORK_CODES = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH"]);

/** Names what went wrong, from the error that `pg` threw. */
export function problemOf(thrown: unknown): PostgresProblem {
  const code = codeOf(thrown);
  const known = PROBLEM_OF_CODE[code];
  if (known !== undefined) return known;
  if (code.startsWith("08") || NETWORK_CODES.has(code)) return "connection lost";
  const isTerminated = thrown instanceof Error && /^Connection terminated/.test(thrown.message);
  return isTerminated ? "connection lost" : "refused";
}

/** Whether the same SQL may succeed a moment later. */
export function isPassing(thrown: unknown): boolean {
  const problem = problemOf(thrown);
  return problem === "lock timeout" || problem === "deadlock";
}

/** The SQLSTATE or error code of what was thrown; empty where it has none. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return "";
  return typeof thrown.code === "string" ? thrown.code : "";
}
