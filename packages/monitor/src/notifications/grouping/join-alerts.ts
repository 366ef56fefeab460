import type { Query } from "../leadership/term.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import { groupKeyOf, groupLabelsOf, overflowKeyOf } from "../routing/group-key.ts";
import type { ResolvedRoute, Router } from "../routing/route.ts";
import {
  countGroups,
  hastenGroups,
  type Joining,
  joinGroups,
  membershipsOf,
  presentGroups,
} from "./group-store.ts";

interface Wanted {
  readonly route: ResolvedRoute;
  readonly key: string;
  readonly alert: RecordedAlert;
}

/** Lets alerts that began to fire join their groups, and has the groups of resolved ones look again. */
export async function joinAlerts(
  query: Query,
  alerts: readonly RecordedAlert[],
  router: Router,
  nowMs: number,
): Promise<void> {
  const firing = alerts.filter(({ state }) => state === "firing");
  // Where an alert is already, it stays: in its route's shared group, too, when others have left.
  const keyIn = await membershipsOf(
    query,
    firing.map(({ alertId }) => alertId),
  );
  const wanted = firing.flatMap((alert) =>
    router.routesOf(alert.labels).map((route) => {
      const ownKey = groupKeyOf(route, groupLabelsOf(route, alert.labels));
      return { route, alert, key: keyIn(alert.alertId, route.id) ?? ownKey };
    }),
  );
  await joinGroups(query, await withinLimits(query, wanted, nowMs), nowMs);
  const resolved = alerts.filter(({ state }) => state === "resolved");
  await hastenGroups(
    query,
    resolved.map(({ alertId }) => alertId),
    nowMs,
  );
}

/** What would open more groups than its route may have joins the route's shared one. */
async function withinLimits(
  query: Query,
  wanted: readonly Wanted[],
  nowMs: number,
): Promise<readonly Joining[]> {
  if (wanted.length === 0) return [];
  const counts = await countGroups(query);
  const present = new Set(await presentGroups(query, [...new Set(wanted.map(({ key }) => key))]));
  return wanted.map(({ route, key, alert }) => {
    const count = counts.get(route.id) ?? 0;
    const isOverflow = !present.has(key) && count >= route.mostGroups;
    if (!isOverflow && !present.has(key)) {
      present.add(key);
      counts.set(route.id, count + 1);
    }
    return {
      key: isOverflow ? overflowKeyOf(route) : key,
      route: route.id,
      labels: isOverflow ? {} : groupLabelsOf(route, alert.labels),
      isOverflow,
      dueAtMs: nowMs + route.groupWaitMs,
      alertId: alert.alertId,
    };
  });
}
