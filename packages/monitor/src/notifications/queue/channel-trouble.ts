import type { AlertTransition } from "../../alerts/transition.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import type { AttemptRecord } from "./settle.ts";

/** The rule's name of alerts about channels that do not deliver. */
export const CHANNEL_TROUBLE = "notifications-not-delivered";
/** Failures for so long are told by the other channels. */
const TROUBLE_AFTER_MS = 60_000;

/**
 * Watches what comes of deliveries: a channel that fails for a minute, or a notification that was given up, is an alert
 * of its own, which the other channels tell.
 */
export class ChannelTrouble {
  readonly #failingSinceMs = new Map<string, number>();

  /** @param recorded the alert about this channel, where there was one */
  after(
    channel: string,
    record: AttemptRecord,
    recorded: RecordedAlert | undefined,
    nowMs: number,
  ): AlertTransition | undefined {
    if (record.state === "delivered") {
      this.#failingSinceMs.delete(channel);
      return recorded?.state === "firing"
        ? { ...recorded, state: "resolved", atMs: Math.max(nowMs, recorded.atMs) }
        : undefined;
    }
    const sinceMs = Math.min(this.#failingSinceMs.get(channel) ?? nowMs, nowMs);
    this.#failingSinceMs.set(channel, sinceMs);
    const isDead = record.state === "dead";
    if (recorded?.state === "firing" || (!isDead && nowMs - sinceMs < TROUBLE_AFTER_MS))
      return undefined;
    return {
      alertId: troubleId(channel),
      ruleName: CHANNEL_TROUBLE,
      state: "firing",
      severity: "high",
      labels: { alertname: CHANNEL_TROUBLE, service: "streamgate", channel },
      summary: `Notifications by ${channel} do not arrive: ${record.lastError ?? "unknown reason"}`,
      description: isDead
        ? "A notification was given up. It stands among the dead letters and can be sent again."
        : "They are tried again until they are given up.",
      runbook: "docs/runbooks/notifications-not-delivered.md",
      value: (nowMs - sinceMs) / 1_000,
      startedAtMs: sinceMs,
      atMs: nowMs,
    };
  }
}

/** Alerts about channels that exist no more end. */
export function endOfGoneChannels(
  recorded: ReadonlyMap<string, RecordedAlert>,
  channels: readonly { readonly name: string }[],
  nowMs: number,
): readonly AlertTransition[] {
  const known = new Set<string | undefined>(channels.map(({ name }) => name));
  return [...recorded.values()]
    .filter(({ ruleName, state }) => ruleName === CHANNEL_TROUBLE && state === "firing")
    .filter(({ labels }) => !known.has(labels.channel))
    .map((alert) => ({ ...alert, state: "resolved", atMs: Math.max(nowMs, alert.atMs) }));
}

/** The id of the alert about a channel. */
export function troubleId(channel: string): string {
  return `${CHANNEL_TROUBLE}:${channel}`;
}

/**
 * The channels that are to tell some alerts: that a channel does not deliver is told by others than itself; by all
 * others where the routes name no other.
 */
export function channelsToTell(
  named: readonly string[],
  all: readonly string[],
  alerts: readonly Pick<RecordedAlert, "ruleName" | "labels">[],
): readonly string[] {
  if (alerts.length === 0 || !alerts.every(({ ruleName }) => ruleName === CHANNEL_TROUBLE))
    return named;
  const failing = new Set(alerts.map(({ labels }) => labels.channel));
  const healthy = named.filter((name) => !failing.has(name));
  if (healthy.length > 0) return healthy;
  const others = all.filter((name) => !failing.has(name));
  return others.length > 0 ? others : named;
}
