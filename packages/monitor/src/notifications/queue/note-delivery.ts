import { addEvents } from "../../incidents/store/events.ts";
import type { Query } from "../leadership/term.ts";
import type { Notification } from "../notification.ts";
import type { AttemptRecord } from "./settle.ts";

/** Writes into the incident's timeline who was told, and who could not be. */
export async function noteDelivery(
  query: Query,
  channel: string,
  notification: Notification,
  record: AttemptRecord,
  nowMs: number,
): Promise<void> {
  const { incident, escalation, reason, title } = notification;
  if (incident === undefined || record.state === "waiting") return;
  const whom = escalation?.person === undefined ? channel : `${escalation.person} by ${channel}`;
  const isDelivered = record.state === "delivered";
  await addEvents(query, [
    {
      incident: incident.id,
      atMs: nowMs,
      kind: isDelivered ? "notified" : "not-notified",
      summary: isDelivered
        ? `${whom} was told (${reason}): ${title}`
        : `${whom} could not be told (${reason}): ${record.lastError ?? ""}`,
      author: "",
      details: { channel, notification: notification.id },
      key: `notification:${notification.id}:${record.state}`,
    },
  ]);
}
