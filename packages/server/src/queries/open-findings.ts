import type { RecommendationSummary } from "@streamgate/contract";
import type { Platform } from "../platform/platform.ts";
import { databaseOf } from "../recommendations/database-of.ts";
import { OPEN_STATES } from "../recommendations/recommendation.ts";
import { statementKey } from "./statement-totals.ts";

/** The open recommendations that touch each statement, by the statement's key. */
export async function openFindings(
  platform: Pick<Platform, "recommendations" | "configuration">,
): Promise<ReadonlyMap<string, readonly RecommendationSummary[]>> {
  const { databases } = platform.configuration();
  const byStatement = new Map<string, RecommendationSummary[]>();
  for (const { summary, finding, isGone } of await platform.recommendations.all()) {
    if (isGone || !OPEN_STATES.has(summary.state)) continue;
    const database = databaseOf(databases, summary.target);
    if (database === undefined) continue;
    for (const { fingerprint } of finding.statements) {
      const key = statementKey(database.name, fingerprint);
      const known = byStatement.get(key);
      if (known === undefined) byStatement.set(key, [summary]);
      else if (known.at(-1) !== summary) known.push(summary);
    }
  }
  return byStatement;
}
