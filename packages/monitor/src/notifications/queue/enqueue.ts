import type { NotificationContent } from "../grouping/compose-notification.ts";
import { notificationKey } from "../grouping/compose-notification.ts";
import type { Query } from "../leadership/term.ts";
import { ENQUEUE } from "./queue-statements.ts";

/** A notification and the channel that is to send it. */
export interface Outgoing {
  readonly channel: string;
  readonly content: NotificationContent;
}

/** Puts notifications into the queue, in the transaction of whatever decided them. One that is there already stays. */
export async function enqueue(
  query: Query,
  outgoing: readonly Outgoing[],
  giveUpAfterMs: number,
): Promise<void> {
  if (outgoing.length === 0) return;
  const rows = outgoing.map(({ channel, content }) => ({
    key: notificationKey(content.thread, content.sequence, channel),
    channel,
    thread: content.thread,
    content,
    created_at_ms: content.createdAtMs,
    give_up_at_ms: content.createdAtMs + giveUpAfterMs,
  }));
  await query(ENQUEUE, [JSON.stringify(rows)]);
}
