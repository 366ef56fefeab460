import type { Finding, Rung } from "@streamgate/core";

/** How the mean times of a finding's statements were earned: a file of SQL has none of its own. */
export function statementRung({ evidence }: Finding): Rung {
  const mean = evidence.find(({ name }) => name === "mean time of an affected call");
  return mean?.rung ?? "measured";
}
