import type { RecommendationPage, RecommendationsQuery } from "@streamgate/contract";
import { matcherOf } from "./filter.ts";
import {
  comparePlaces,
  cursorOf,
  type Place,
  placeFrom,
  placeOf,
  type RecommendationSort,
} from "./order.ts";
import type { Recommendation } from "./recommendation.ts";

const DEFAULT_LIMIT = 50;

/** One page of all recommendations. @throws ApiRefusal 400 for a filter or a cursor that is not good */
export function pageOf(
  all: readonly Recommendation[],
  query: RecommendationsQuery,
): RecommendationPage {
  const { sort = "saved", limit = DEFAULT_LIMIT, after } = query;
  const from = after === undefined ? undefined : placeFrom(sort, after);
  const isWanted = matcherOf(query);
  const wanted = inOrder(all, sort).filter(({ one }) => isWanted(one));
  const rest =
    from === undefined ? wanted : wanted.filter(({ place }) => comparePlaces(place, from) > 0);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ one }) => one.summary),
    next: last !== undefined && rest.length > limit ? cursorOf(sort, last.place) : null,
    total: wanted.length,
    states: statesOf(all),
  };
}

interface Placed {
  readonly one: Recommendation;
  readonly place: Place;
}

/** The orders of the lists that were asked for last: many ask for the same one until it changes. */
const ORDERS = new WeakMap<
  readonly Recommendation[],
  Partial<Record<RecommendationSort, readonly Placed[]>>
>();

function inOrder(all: readonly Recommendation[], sort: RecommendationSort): readonly Placed[] {
  const orders = ORDERS.get(all) ?? {};
  ORDERS.set(all, orders);
  orders[sort] ??= all
    .map((one) => ({ one, place: placeOf(one, sort) }))
    .sort((left, right) => comparePlaces(left.place, right.place));
  return orders[sort];
}

function statesOf(all: readonly Recommendation[]): Readonly<Record<string, number>> {
  const states: Record<string, number> = {};
  for (const { summary, isGone } of all)
    if (!isGone) states[summary.state] = (states[summary.state] ?? 0) + 1;
  return states;
}
