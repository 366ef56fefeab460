import type { Labels } from "@streamgate/telemetry";
import type { ResolvedRoute } from "./route.ts";

/** The labels of an alert that decide about its group. */
export function groupLabelsOf(route: ResolvedRoute, labels: Labels): Labels {
  return Object.fromEntries(route.groupBy.map((name) => [name, labels[name] ?? ""]));
}

/** Names a group for good: its route and its labels, readable in the database. */
export function groupKeyOf(route: ResolvedRoute, groupLabels: Labels): string {
  const pairs = Object.entries(groupLabels).sort(([left], [right]) => (left < right ? -1 : 1));
  return `${route.id}:${JSON.stringify(pairs)}`;
}

/** The group of a route for what came when it had as many groups as it may have. */
export function overflowKeyOf(route: ResolvedRoute): string {
  return `${route.id}:*`;
}
