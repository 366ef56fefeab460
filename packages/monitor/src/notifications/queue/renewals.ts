import type pg from "pg";
import type { Channel } from "../channel.ts";
import { notifiedAlert } from "../grouping/compose-notification.ts";
import { worstSeverity } from "../grouping/decide-group.ts";
import { MOST_ALERTS_TOLD } from "../notification.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";

/** channel */
const TOLD_BY = `
select distinct member.alert_id as "alertId"
from streamgate_monitor.group_members as member
join streamgate_monitor.notification_groups as told using (group_key)
where told.told_channels ? $1 and member.told_started_at_ms is not null`;

/**
 * Tells what still fires again to channels whose receiver forgets otherwise ({@link Channel.renewEveryMs}). Not by the
 * queue: a renewal that fails is made good by the next.
 */
export class Renewals {
  readonly #pool: pg.Pool;
  readonly #renewedAtMs = new Map<string, number>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async renewDue(
    channels: readonly Channel[],
    alerts: ReadonlyMap<string, RecordedAlert>,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (const channel of channels) {
      if (channel.renewEveryMs === undefined) continue;
      const lastMs = this.#renewedAtMs.get(channel.name) ?? Number.NEGATIVE_INFINITY;
      if (nowMs - lastMs < channel.renewEveryMs && lastMs <= nowMs) continue;
      this.#renewedAtMs.set(channel.name, nowMs);
      await this.#renew(channel, alerts, nowMs, signal);
    }
  }

  async #renew(
    channel: Channel,
    alerts: ReadonlyMap<string, RecordedAlert>,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { rows } = await this.#pool.query<{ alertId: string }>(TOLD_BY, [channel.name]);
    const standing = rows
      .flatMap(({ alertId }) => alerts.get(alertId) ?? [])
      .filter(({ state }) => state === "firing");
    for (let from = 0; from < standing.length; from += MOST_ALERTS_TOLD) {
      const some = standing.slice(from, from + MOST_ALERTS_TOLD);
      await channel.send(
        {
          id: `renewal-${nowMs}-${from}`,
          thread: "renewal",
          sequence: from,
          status: "firing",
          reason: "repeated",
          severity: worstSeverity(some) ?? "info",
          title: `${standing.length} alerts fire`,
          groupLabels: {},
          alerts: some.map(notifiedAlert),
          firingCount: standing.length,
          resolvedCount: 0,
          createdAtMs: nowMs,
        },
        AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]),
      );
    }
  }
}

const SEND_TIMEOUT_MS = 10_000;
