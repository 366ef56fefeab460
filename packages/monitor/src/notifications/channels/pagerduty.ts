import { type Clock, type Severity, systemClock } from "@streamgate/core";
import type { Channel } from "../channel.ts";
import { badNotificationOption } from "../errors.ts";
import { deliverJson } from "../http/deliver-json.ts";
import type { PostAnswer } from "../http/post-json.ts";
import type { Notification } from "../notification.ts";
import { channelName, type HttpChannelOptions, receiverUrl } from "./channel-options.ts";
import { isAddress, labelsInWords, shorten, unlistedCount } from "./wording.ts";

export interface PagerDutyOptions extends HttpChannelOptions {
  /** The integration key of a service's Events API v2 integration: 32 characters. */
  readonly routingKey: string;
  /** @default "https://events.pagerduty.com/v2/enqueue"; in the EU service region `events.eu.pagerduty.com` */
  readonly url?: string;
  readonly clock?: Clock;
}

const ENQUEUE_URL = "https://events.pagerduty.com/v2/enqueue";
const MOST_SUMMARY = 1_024;
const MOST_ALERTS_SHOWN = 20;

const SEVERITIES: Readonly<Record<Severity, "critical" | "error" | "warning" | "info">> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "warning",
  info: "info",
};

/**
 * Sends events to PagerDuty's Events API v2. All that is told about one group, or about one incident, has the same
 * `dedup_key`: a doubled send is merged there, and an acknowledgement and the end find their alert.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 * @example
 * ```ts
 * import { pagerDutyChannel } from "@streamgate/monitor";
 * const duty = pagerDutyChannel({ name: "duty", routingKey: "0123456789abcdef0123456789abcdef" });
 * ```
 */
export function pagerDutyChannel(options: PagerDutyOptions): Channel {
  const name = channelName(options.name);
  const url = receiverUrl(`${name}.url`, options.url ?? ENQUEUE_URL);
  const { routingKey } = options;
  const clock = options.clock ?? systemClock;
  if (!/^\w{32}$/.test(routingKey))
    throw badNotificationOption(`${name}.routingKey`, "…", "an integration key of 32 characters");
  return {
    name,
    send: (notification, signal) =>
      deliverJson(
        {
          url,
          body: JSON.stringify(pagerDutyEvent(notification, routingKey)),
          allowsPrivateAddresses: options.allowPrivateAddresses ?? false,
          certificateAuthority: options.certificateAuthority,
          signal,
        },
        clock,
        dedupKeyIn,
      ),
  };
}

/** An event of the Events API v2. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: "trigger" | "acknowledge" | "resolve";
  readonly dedup_key: string;
  readonly client?: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: "critical" | "error" | "warning" | "info";
    readonly timestamp: string;
    readonly component?: string;
    readonly group?: string;
    readonly class?: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

/** A notification as an event. */
export function pagerDutyEvent(notification: Notification, routingKey: string): PagerDutyEvent {
  const dedupKey = `streamgate-${notification.thread}`.slice(0, 255);
  const base = { routing_key: routingKey, dedup_key: dedupKey };
  if (notification.status === "resolved") return { ...base, event_action: "resolve" };
  if (notification.status === "acknowledged") return { ...base, event_action: "acknowledge" };
  const [worst] = notification.alerts;
  const service = notification.groupLabels.service || worst?.labels.service || "streamgate";
  const startedAtMs = worst?.startedAtMs ?? notification.createdAtMs;
  const runbooks = new Set(notification.alerts.map(({ runbook }) => runbook).filter(isAddress));
  return {
    ...base,
    event_action: "trigger",
    client: "StreamGate",
    payload: {
      summary: shorten(notification.title, MOST_SUMMARY),
      source: worst?.labels.instance || service,
      severity: SEVERITIES[notification.severity],
      timestamp: new Date(startedAtMs).toISOString(),
      component: service,
      ...(worst === undefined ? {} : { class: worst.ruleName }),
      custom_details: {
        firing: notification.firingCount,
        resolved: notification.resolvedCount,
        not_listed:
          unlistedCount(notification) + Math.max(0, notification.alerts.length - MOST_ALERTS_SHOWN),
        alerts: notification.alerts.slice(0, MOST_ALERTS_SHOWN).map((alert) => ({
          state: alert.state,
          severity: alert.severity,
          summary: shorten(alert.summary, MOST_SUMMARY),
          labels: shorten(labelsInWords(alert), MOST_SUMMARY),
          runbook: shorten(alert.runbook, MOST_SUMMARY),
        })),
        ...(notification.incident === undefined ? {} : { incident: notification.incident.id }),
      },
    },
    links: [...runbooks].slice(0, 5).map((href) => ({ href, text: "Runbook" })),
  };
}

function dedupKeyIn({ text }: PostAnswer): string | undefined {
  return /"dedup_key"\s*:\s*"([^"\\]{1,200})"/.exec(text)?.[1];
}
