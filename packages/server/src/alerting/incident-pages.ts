import type { IncidentPage, IncidentsQuery } from "@streamgate/contract";
import type { IncidentFilter, Incidents } from "@streamgate/monitor";
import { badRequest } from "../api/refusal.ts";
import { incidentSummary } from "./incident-view.ts";

const DEFAULT_LIMIT = 50;

/** One page, the latest first; the cursor is the id of the last one that was shown. */
export async function pageOfIncidents(
  incidents: Pick<Incidents, "list">,
  { limit = DEFAULT_LIMIT, after, status, service }: IncidentsQuery,
): Promise<IncidentPage> {
  if (after !== undefined && !/^\d{1,18}$/.test(after))
    throw badRequest(
      "query.after is no place in this list",
      "send what the page before gave as next",
    );
  const found = await incidents.list(limit + 1, after, {
    ...(status === undefined ? {} : { statuses: statusesOf(status) }),
    ...(service === undefined ? {} : { service }),
  });
  const items = found.slice(0, limit).map(incidentSummary);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function statusesOf(
  status: NonNullable<IncidentsQuery["status"]>,
): NonNullable<IncidentFilter["statuses"]> {
  return status === "unresolved" ? ["open", "acknowledged"] : [status];
}
