import type { RecommendationState, RecommendationsQuery } from "@streamgate/contract";
import { isAtLeast } from "@streamgate/core";
import { badRequest } from "../api/refusal.ts";
import { FINDING_STATES, isFindingState } from "../store/finding-state.ts";
import { OPEN_STATES, type Recommendation } from "./recommendation.ts";

export type RecommendationFilter = Pick<
  RecommendationsQuery,
  "state" | "kind" | "severity" | "target" | "search"
>;

/** Whether a recommendation is wanted. @throws ApiRefusal 400 for a state that there is not */
export function matcherOf(filter: RecommendationFilter): (one: Recommendation) => boolean {
  const { state, kind, severity, target } = filter;
  const states = state === undefined ? undefined : statesOf(state);
  const search = filter.search?.toLowerCase() ?? "";
  return (one) =>
    !one.isGone &&
    (states === undefined || states.has(one.summary.state)) &&
    (kind === undefined || one.summary.kind === kind || one.summary.kind.startsWith(`${kind}/`)) &&
    (severity === undefined || isAtLeast(one.summary.severity, severity)) &&
    (target === undefined || one.summary.target === target) &&
    (search === "" || textOf(one).includes(search));
}

function statesOf(text: string): ReadonlySet<RecommendationState> {
  return new Set(
    text.split(",").flatMap((part) => {
      const word = part.trim();
      if (word === "open") return [...OPEN_STATES];
      if (isFindingState(word)) return [word];
      throw badRequest(
        `there is no state ${JSON.stringify(word)}`,
        `use open, ${FINDING_STATES.join(", ")}`,
        [{ place: "query.state", message: "is no state" }],
      );
    }),
  );
}

function textOf({ summary, finding }: Recommendation): string {
  const texts = finding.statements.map(({ text }) => text);
  return [summary.id, summary.kind, summary.target, summary.subject, summary.summary, ...texts]
    .join("\n")
    .toLowerCase();
}
