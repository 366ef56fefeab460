import type { RecommendationsQuery } from "@streamgate/contract";
import { SEVERITIES } from "@streamgate/core";
import { badRequest } from "../api/refusal.ts";
import { FINDING_STATES } from "../store/finding-state.ts";
import type { Recommendation } from "./recommendation.ts";

export type RecommendationSort = NonNullable<RecommendationsQuery["sort"]>;

/** Where a recommendation stands in a list: smaller comes first. No two in a list have the same place. */
export type Place = readonly [primary: number, secondary: number, target: string, id: string];

/** What is not known comes last; JSON has no infinity. */
const LAST = Number.MAX_VALUE;

/** The place in a list that is sorted so; ties are broken by what is saved, then by name. */
export function placeOf({ summary }: Recommendation, sort: RecommendationSort): Place {
  const saved = -(summary.saved.value ?? -LAST);
  return [primaryOf(summary, sort, saved), saved, summary.target, summary.id];
}

function primaryOf(
  { severity, state, stateSince }: Recommendation["summary"],
  sort: RecommendationSort,
  saved: number,
): number {
  switch (sort) {
    case "saved":
      return saved;
    case "severity":
      return -SEVERITIES.indexOf(severity);
    case "age":
      // The latest first.
      return -Date.parse(stateSince);
    case "state":
      return FINDING_STATES.indexOf(state);
  }
}

export function comparePlaces(one: Place, other: Place): number {
  for (let index = 0; index < one.length; index += 1) {
    const [left, right] = [one[index] ?? 0, other[index] ?? 0];
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

/** A place as whoever asks sends it back: opaque, and good for one order only. */
export function cursorOf(sort: RecommendationSort, place: Place): string {
  return Buffer.from(JSON.stringify([sort, ...place])).toString("base64url");
}

/** @throws ApiRefusal 400 for what this server did not give, or gave for another order */
export function placeFrom(sort: RecommendationSort, cursor: string): Place {
  const [of, primary, secondary, target, id, ...rest] = parsed(cursor);
  const isGood =
    of === sort &&
    typeof primary === "number" &&
    typeof secondary === "number" &&
    typeof target === "string" &&
    typeof id === "string" &&
    rest.length === 0;
  if (isGood) return [primary, secondary, target, id];
  throw badRequest(
    "`after` is no place in this list",
    "use `next` of the page before, with the same sort",
    [{ place: "query.after", message: "is no place in this list" }],
  );
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
