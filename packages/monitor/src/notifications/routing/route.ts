import type { Labels } from "@streamgate/telemetry";
import type { LabelMatcher } from "../../series/point.ts";
import { formatMatchers, type LabelsPredicate, labelsPredicate } from "./matching.ts";

/**
 * Where alerts go, as a tree as in Alertmanager: an alert descends to the first route below that matches it (to further
 * ones where that says `continues`), and what a route does not say it takes from the one above.
 */
export interface Route {
  /** All must hold; the root matches everything. @default [] */
  readonly match?: readonly LabelMatcher[];
  /** Names of channels that are told. */
  readonly channels?: readonly string[];
  /** Name of the escalation policy that an incident of these alerts follows. */
  readonly escalation?: string;
  /** Labels whose values make a group. @default ["service"] */
  readonly groupBy?: readonly string[];
  /** How long a new group waits for more alerts of the same cause. @default 1000 */
  readonly groupWaitMs?: number;
  /** How long a told group waits before it is told of changes; what is worse than all that was told does not wait. @default 30_000 */
  readonly groupIntervalMs?: number;
  /** When a group that goes on firing unchanged is told again. @default 4 hours */
  readonly repeatIntervalMs?: number;
  /** Groups at the same time; what comes above shares one, so that a storm is one message. @default 20 */
  readonly mostGroups?: number;
  /** Whether its resolution is told, too. @default true */
  readonly tellsResolved?: boolean;
  /** Whether the following routes beside this one are asked as well. @default false */
  readonly continues?: boolean;
  readonly routes?: readonly Route[];
}

/** A route with everything that it inherited. */
export interface ResolvedRoute {
  /** Its conditions from the root down: the same after a reload as long as they are. */
  readonly id: string;
  readonly channels: readonly string[];
  readonly escalation: string | undefined;
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly mostGroups: number;
  readonly tellsResolved: boolean;
}

const ROUTE_DEFAULTS: Omit<ResolvedRoute, "id"> = {
  channels: [],
  escalation: undefined,
  groupBy: ["service"],
  groupWaitMs: 1_000,
  groupIntervalMs: 30_000,
  repeatIntervalMs: 4 * 3_600_000,
  mostGroups: 20,
  tellsResolved: true,
};

interface Node {
  readonly route: ResolvedRoute;
  readonly matches: LabelsPredicate;
  readonly continues: boolean;
  readonly below: readonly Node[];
}

/** The tree, ready to be asked. */
export interface Router {
  /** The routes that alerts with these labels take; at least one. */
  routesOf(labels: Labels): readonly ResolvedRoute[];
  /** Every route by its id. */
  readonly routes: ReadonlyMap<string, ResolvedRoute>;
}

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a pattern that is none */
export function createRouter(root: Route): Router {
  const routes = new Map<string, ResolvedRoute>();
  const build = (route: Route, id: string, above: Omit<ResolvedRoute, "id">): Node => {
    const resolved: ResolvedRoute = {
      id,
      channels: route.channels ?? above.channels,
      escalation: route.escalation ?? above.escalation,
      groupBy: route.groupBy ?? above.groupBy,
      groupWaitMs: route.groupWaitMs ?? above.groupWaitMs,
      groupIntervalMs: route.groupIntervalMs ?? above.groupIntervalMs,
      repeatIntervalMs: route.repeatIntervalMs ?? above.repeatIntervalMs,
      mostGroups: route.mostGroups ?? above.mostGroups,
      tellsResolved: route.tellsResolved ?? above.tellsResolved,
    };
    routes.set(id, resolved);
    const idBelow = (child: Route): string => {
      const plain = `${id}/${formatMatchers(child.match ?? [])}`;
      let unique = plain;
      for (let count = 2; routes.has(unique); count += 1) unique = `${plain}#${count}`;
      return unique;
    };
    return {
      route: resolved,
      matches: labelsPredicate(`route ${id}`, route.match ?? []),
      continues: route.continues ?? false,
      below: (route.routes ?? []).map((child) => build(child, idBelow(child), resolved)),
    };
  };
  const tree = build({ ...root, match: [] }, "root", ROUTE_DEFAULTS);
  return { routes, routesOf: (labels) => descend(tree, labels) };
}

function descend(node: Node, labels: Labels): readonly ResolvedRoute[] {
  const found: ResolvedRoute[] = [];
  for (const child of node.below) {
    if (!child.matches(labels)) continue;
    found.push(...descend(child, labels));
    if (!child.continues) break;
  }
  return found.length > 0 ? found : [node.route];
}
