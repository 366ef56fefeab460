import { canonicalKey } from "../series/canonical-key.ts";
import { compileMatchers } from "../series/label-matchers.ts";
import type { SeriesKey } from "../series/point.ts";
import type { Input } from "./conditions/condition.ts";
import type { Group, WatchedRule } from "./group.ts";

/** Where the points of one series go. */
interface Route {
  readonly seriesId: string;
  readonly targets: readonly { readonly group: Group; readonly input: number }[];
  /** Watched time of the last point. */
  heardMs: number;
  isDropped: boolean;
}

/** A rule with the streams that it listens to. */
export interface ListeningRule extends WatchedRule {
  readonly inputs: readonly Input[];
}

/** Finds the rules of a series once, when it first appears. */
export interface SeriesRouter {
  /** Undefined where no rule listens, or where the cap is reached. */
  routeOf(key: SeriesKey): Route | undefined;
  /** Forgets series that have been silent since then. */
  forgetBefore(watchedMs: number): void;
  size(): { readonly series: number; readonly refused: number };
}

interface Listener {
  readonly watched: ListeningRule;
  readonly input: number;
  readonly matches: (labels: SeriesKey["labels"]) => boolean;
}

/**
 * @param groupOf the group of a rule that a series belongs to; undefined where there are too many
 * @param seriesLimit how many series are known at the same time
 */
export function createSeriesRouter(
  rules: readonly ListeningRule[],
  groupOf: (watched: ListeningRule, key: SeriesKey) => Group | undefined,
  seriesLimit: number,
): SeriesRouter {
  const listeners = listenersByName(rules);
  const routes = new Map<string, Route>();
  /** Collectors hand the same key object in again and again: no text is made for those. */
  const known = new WeakMap<SeriesKey, Route>();
  let refused = 0;

  const makeRoute = (seriesId: string, key: SeriesKey, among: readonly Listener[]): Route => {
    const targets = among
      .filter(({ matches }) => matches(key.labels))
      .flatMap(({ watched, input }) => {
        const group = groupOf(watched, key);
        return group === undefined ? [] : [{ group, input }];
      });
    return { seriesId, targets, heardMs: 0, isDropped: false };
  };
  return {
    routeOf(key) {
      const remembered = known.get(key);
      if (remembered !== undefined && !remembered.isDropped) return remembered;
      const among = listeners.get(key.name);
      if (among === undefined) return undefined;
      const seriesId = canonicalKey(key);
      let route = routes.get(seriesId);
      if (route === undefined) {
        if (routes.size >= seriesLimit) {
          refused += 1;
          return undefined;
        }
        route = makeRoute(seriesId, key, among);
        routes.set(seriesId, route);
      }
      known.set(key, route);
      return route;
    },
    forgetBefore(watchedMs) {
      for (const [seriesId, route] of routes) {
        if (route.heardMs >= watchedMs) continue;
        route.isDropped = true;
        routes.delete(seriesId);
      }
    },
    size: () => ({ series: routes.size, refused }),
  };
}

function listenersByName(
  rules: readonly ListeningRule[],
): ReadonlyMap<string, readonly Listener[]> {
  const byName = new Map<string, Listener[]>();
  for (const watched of rules) {
    for (const [input, { selector, and = [] }] of watched.inputs.entries()) {
      const listeners = byName.get(selector.name) ?? [];
      const matches = compileMatchers([...selector.where, ...and]);
      listeners.push({ watched, input, matches });
      byName.set(selector.name, listeners);
    }
  }
  return byName;
}
